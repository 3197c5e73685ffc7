import { beforeAll, describe, expect, test } from 'vitest';
import { rehearsalDocument } from '../../src/composition/rehearsal-document.ts';
import { rehearse } from '../../src/composition/rehearsal.ts';
import type { Rehearsed } from '../../src/composition/rehearsal.ts';
import { buildReport } from '../../src/report/build-report.ts';
import { renderHtml } from '../../src/report/html/page.ts';
import { renderMarkdown } from '../../src/report/render/render-markdown.ts';
import { renderText } from '../../src/report/render/render-text.ts';
import { readScenario } from '../../src/simulator/scenario.ts';
import { createMemoryStore } from '../../src/store/memory.ts';
import { LOUD, PAINT, bend, leave, talkedInto } from './hostile.ts';

async function played(name: string, bent: (text: string) => string): Promise<Rehearsed> {
  const scenario = talkedInto(readScenario(name), bent);
  const { spec, hash } = await rehearsalDocument(scenario, null, { env: {}, readFile: () => Promise.reject(new Error('no file')) });
  const owner = { token: 't', host: 'here', pid: 1, described: 'a test' };
  return rehearse({ scenario, spec, specHash: hash, openStore: () => createMemoryStore('memory', { recordsStay: true }), owner });
}

/** Writes that change something, with what they say: the way there and the whole wish, in which another team's note stands to the letter. */
const moved = ({ simulator }: Rehearsed) =>
  simulator
    .writes()
    .filter(({ path }) => !/cases|_sim/.test(path))
    .map(({ at: _at, ...write }) => JSON.stringify(write).replaceAll(JSON.stringify(LOUD), '""'));

describe.each(['issue-1278', 'bad-deploy', 'provider-incident'])('%s, with somebody’s text in every place that takes any', (name) => {
  let hostile: Rehearsed;
  let calm: Rehearsed;
  beforeAll(async () => {
    hostile = await played(name, bend);
    calm = await played(name, leave);
  }, 400_000);

  test('moves nothing else and keeps nobody waiting', () => {
    expect(hostile.end.outcome).toBe(calm.end.outcome);
    expect(moved(hostile)).toEqual(moved(calm));
    expect(hostile.virtualMs).toBe(calm.virtualMs);
  });

  test('paints nothing: no text that is kept or told steers a terminal', () => {
    const report = buildReport(hostile.lines, {});
    const told = [
      renderText(report),
      renderMarkdown(report),
      renderHtml(report, hostile.lines),
      strings(hostile.simulator.chat),
      ...hostile.lines.map(strings),
    ].join('\n');
    expect(PAINT.exec(told)?.index ?? -1, told.slice((PAINT.exec(told)?.index ?? 0) - 80).slice(0, 160)).toBe(-1);
    expect(told).toContain('deppilf');
  });

  test('calls nobody: what goes to the chat holds no markup of its sender', () => {
    const chat = JSON.stringify(hostile.simulator.chat);
    expect(chat).not.toMatch(/<!|<https?:|(?<![\w.])@(?=[A-Za-z])/);
  });
});

/** Every string inside a value, as it is. */
function strings(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null) return '';
  return Object.entries(value)
    .map(([key, field]) => `${key} ${strings(field)}`)
    .join('\n');
}
