import { describe, expect, test } from 'vitest';
import type { JournalLine } from '../../../src/ports/store.ts';
import { renderHandoff } from '../../../src/report/documents/handoff.ts';
import { renderResolution } from '../../../src/report/documents/resolution.ts';
import { renderUpdate } from '../../../src/report/documents/update.ts';
import { renderMarkdown } from '../../../src/report/render/render-markdown.ts';
import { escalatedRun, recoveredRun } from '../journal.ts';
import { toldOf } from './told.ts';

const EVIL = 'a|b `c` ```d <script>e</script> <!-- f [g](https://evil.example) ![h](i) @team #1 ~~j~~\n# k\n- l';

/** What names things for the program itself: a journal in which these differ is another run. */
const KEPT = new Set([
  'kind',
  'outcome',
  'decision',
  'class',
  'service',
  'subject',
  'stepId',
  'id',
  'event',
  'runId',
  'target',
  'confidence',
]);

function poisoned(value: unknown, key = ''): unknown {
  if (typeof value === 'string') return KEPT.has(key) || /^(?:pass|fail|error|inconclusive)$/.test(value) ? value : `${value} ${EVIL}`;
  if (Array.isArray(value)) return value.map((item) => poisoned(item, key));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, poisoned(field, name)]));
}

const journals: readonly (readonly [string, readonly JournalLine[]])[] = [
  ['a recovery', recoveredRun()],
  ['an escalation', escalatedRun('Reason: x')],
];

/** The text outside of its blocks; fails where a block is left open. */
function outside(text: string): string {
  const kept: string[] = [];
  let fence: string | null = null;
  for (const line of text.split('\n')) {
    const [, ticks] = /^(`{3,})(?:\w*)$/.exec(line) ?? [];
    if (fence === null && ticks !== undefined) fence = ticks;
    else if (fence !== null && line === fence) fence = null;
    else if (fence === null) kept.push(line);
  }
  expect(fence, 'every block is closed').toBeNull();
  return kept.join('\n');
}

describe.each(journals)('%s told with somebody’s text in every place that takes any', (_, lines) => {
  const bent = lines.map((line) => ({ ...line, data: poisoned(line.data) }));
  const told = toldOf(bent);
  const texts: readonly (readonly [string, string, string])[] = [
    ['handoff', renderHandoff(told), renderHandoff(toldOf(lines))],
    ['resolution', renderResolution(told), renderResolution(toldOf(lines))],
    ['update', renderUpdate(told), renderUpdate(toldOf(lines))],
    ['md', renderMarkdown(told.report), renderMarkdown(toldOf(lines).report)],
  ];

  test.each(texts)('%s: opens no tag, link, image or code, calls nobody', (_name, text) => {
    const said = outside(text).replaceAll('@<!-- -->', '').replaceAll('- [ ] ', '');
    expect(said).not.toMatch(/(?<!\\)<|(?<!\\)\]\(|!\[|(?<![\w\\])@\w/);
    expect(said).toContain('evil');
  });

  test.each(texts)('%s: keeps its headings and the cells of its tables', (_name, text, calm) => {
    const headings = (of: string): readonly string[] =>
      outside(of)
        .split('\n')
        .filter((line) => /^#+ /.test(line))
        .map((line) => line.replaceAll(/ a\\\|b.*$/g, ''));
    expect(headings(text).filter((line) => line.startsWith('## '))).toEqual(headings(calm).filter((line) => line.startsWith('## ')));
    let cells: number | null = null;
    for (const line of outside(text).split('\n')) {
      const count = line.startsWith('|') ? line.replaceAll(/\\[\\|]/g, '').split('|').length : null;
      if (count !== null && cells !== null) expect(count, line).toBe(cells);
      cells = count;
    }
  });
});
