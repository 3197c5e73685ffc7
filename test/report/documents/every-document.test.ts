import { beforeAll, describe, expect, test } from 'vitest';
import type { JournalLine } from '../../../src/ports/store.ts';
import { FORMATS, FORMAT_NAMES } from '../../../src/cli/reports/report-formats.ts';
import type { FormatName, Reported } from '../../../src/cli/reports/report-formats.ts';
import { listScenarios, readScenario } from '../../../src/simulator/scenario.ts';
import { tell } from '../../scenarios/rehearsed.ts';
import { spread } from '../../spread.ts';
import { escalatedRun, recoveredRun } from '../journal.ts';
import { toldOf } from './told.ts';

type Render = (reported: Reported) => string;
/** The page has tests of its own. */
const NAMES = FORMAT_NAMES.filter((name) => name !== 'html');
const WORDS = NAMES.filter((name) => name !== 'json' && name !== 'slack');
const renderers = new Map<FormatName, Render>();
beforeAll(async () => {
  for (const name of FORMAT_NAMES) renderers.set(name, await FORMATS[name].load());
});

/** What must stand in no document: a value that was none, and a sentence that breaks off. The case text is quoted as it was sent. */
const BROKEN = /\bundefined\b|\bNaN\b|(?<!\/dev\/)\bnull\b|\[object|Invalid Date|…/;

function expectWhole(lines: readonly JournalLine[], names: readonly FormatName[] = NAMES): void {
  for (const name of names) {
    const text = renderers.get(name)!({ ...toldOf(lines, { scenario: 'x', seed: 7 }), place: {} });
    if (name === 'json' || name === 'slack') JSON.parse(text);
    const said =
      name === 'json'
        ? ''
        : text.replaceAll(/^(`{3,})text\n[\s\S]*?^\1$/gm, '').replaceAll(/^ *\| .*$/gm, (row) => (name === 'text' ? '' : row));
    expect(BROKEN.exec(said)?.[0] ?? null, `${name} at line ${lines.length}: ${around(said)}`).toBeNull();
  }
}

function around(text: string): string {
  const at = BROKEN.exec(text)?.index ?? 0;
  return text.slice(Math.max(0, at - 120), at + 60);
}

describe('every document', () => {
  test.each([
    ['a recovery', recoveredRun()],
    ['an escalation', escalatedRun('Reason: no improvement in 2h\nProject p.')],
  ])('of %s renders whole at every line that its journal could end with', (_, lines) => {
    for (let end = 0; end <= lines.length; end += 1) expectWhole(lines.slice(0, end));
  });

  test('renders whole with any one line missing or emptied', () => {
    for (const [index, line] of recoveredRun().entries()) {
      expectWhole(recoveredRun().toSpliced(index, 1), WORDS);
      expectWhole(recoveredRun().with(index, { ...line, data: {} }), WORDS);
    }
  });
});

/** A run that put back, one that was refused, one with nothing to do and one of another world; all of them in every-document.long.ts. */
const REHEARSED = spread(
  listScenarios().map(({ name }) => name),
  (name) => ['bad-deploy', 'permission-denied', 'already-healthy', 'plain-service'].includes(name),
);

/** Lines of prose that break off within a bracket, end twice, or hold a hole; what is quoted from outside keeps its own blanks. */
function loose(text: string): readonly string[] {
  const prose = text.replaceAll(/^(`{3,})\w*\n[\s\S]*?^\1$/gm, '').split('\n');
  const isLoose = (line: string): boolean =>
    /(?<!\.)\.\.(?!\.)|[.,];|; ;|\( |\(\)|,,/.test(line) || line.split('(').length !== line.split(')').length;
  return prose.filter(isLoose);
}

describe.each(REHEARSED)('rehearsed: %s', (scenario) => {
  let lines: readonly JournalLine[] = [];
  beforeAll(async () => {
    ({ lines } = (await tell(readScenario(scenario))).rehearsed);
  }, 200_000);

  test('every document is whole: at its end, and where its journal could end at work', () => {
    const step = Math.max(1, Math.floor(lines.length / 12));
    for (let end = lines.length; end > 0; end -= step) expectWhole(lines.slice(0, end));
  });

  test.each(['update', 'handoff', 'resolution', 'md', 'text'] as const)('no sentence of its %s is cut, doubled or open', (name) => {
    expect(loose(renderers.get(name)!({ ...toldOf(lines), place: {} }))).toEqual([]);
  });

  test('what ended is told with what is to be done, and a refusal with what mends it', () => {
    const update = renderers.get('update')!({ ...toldOf(lines), place: {} });
    expect(update).toMatch(/\*\*To do:\*\* \S/);
    const [refusal] = toldOf(lines).report.refusals;
    if (refusal !== undefined) expect(update).toContain(refusal.fix.slice(0, 30));
    if (refusal !== undefined) expect(update).not.toMatch(/not measured/);
  });

  test('every line of evidence has a source, and every figure in a table stands beside its time or its look', () => {
    const handoff = renderers.get('handoff')!({ ...toldOf(lines), place: {} });
    const evidence = handoff.split('\n## Evidence\n')[1]?.split('\n## ')[0] ?? '';
    const rows = evidence.split('| measured | source | what it says |\n| --- | --- | --- |\n')[1]?.split('\n\n')[0]?.split('\n') ?? [];
    for (const row of rows) expect(row).toMatch(/^\| (?:\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ|no time given) \| \S.* \| \S.* \|$/);
    expect(renderers.get('resolution')!({ ...toldOf(lines), place: {} })).toMatch(/First look|first look/);
  });
});
