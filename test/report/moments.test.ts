import { beforeAll, describe, expect, test } from 'vitest';
import { MINUTE } from '../../src/core/duration.ts';
import type { JournalLine } from '../../src/ports/store.ts';
import { annotationLines } from '../../src/report/annotations.ts';
import { buildReport } from '../../src/report/build-report.ts';
import { changeTimes } from '../../src/report/changes/change-times.ts';
import { deadlinesIn } from '../../src/report/deadlines.ts';
import { renderHtml } from '../../src/report/html/page.ts';
import { reachWords } from '../../src/report/reach-words.ts';
import { renderMarkdown } from '../../src/report/render/render-markdown.ts';
import type { RunReport } from '../../src/report/run-report.ts';
import { clocksOf } from '../../src/report/time-spent.ts';
import { readScenario } from '../../src/simulator/scenario.ts';
import { tell } from '../scenarios/rehearsed.ts';
import { recoveredRun } from './journal.ts';

let lines: readonly JournalLine[];
let report: RunReport;
beforeAll(async () => {
  const scenario = readScenario('issue-1278');
  const annotations = { 'firebreak.dev/business-impact': 'no orders; password=hunter2hunter2', 'acme.example/team': 'shop' };
  const patch = { ...(scenario.remediation?.patch as object), metadata: { annotations } };
  ({ lines } = (await tell({ ...scenario, remediation: { ...scenario.remediation, patch } })).rehearsed);
  report = buildReport(lines);
}, 300_000);

describe('the moments of a run', () => {
  test('each change was sent, then accepted, then seen in force', () => {
    const sent = report.mutations.filter(({ outcome }) => outcome === 'applied');
    expect(sent.length).toBeGreaterThan(3);
    for (const { sentAt, at, inForceAt } of sent) {
      expect(sentAt).not.toBeNull();
      expect(sentAt!).toBeLessThanOrEqual(at);
      expect(at).toBeLessThanOrEqual(inForceAt!);
    }
    const connector = sent.find(({ stepId }) => stepId === 'connector:staging-connector')!;
    expect(connector.inForceAt! - connector.sentAt!).toBeGreaterThan(MINUTE);
    expect(changeTimes(connector)).toMatch(/^sent \d\d:\d\d:\d\d, accepted .*, seen in force \d\d:\d\d:\d\d \(\d+m.* later\)$/);
  });

  test('each state that may not last for ever says until when, and what follows; the soak was left before that', () => {
    const deadlines = deadlinesIn(lines);
    expect(deadlines.every(({ enteredAt, until, then }) => until > enteredAt && then !== '')).toBe(true);
    expect(deadlines.map(({ state }) => state)).toContain('runbook.proving');
    const proving = deadlines.find(({ state }) => state === 'runbook.proving')!;
    expect(proving.leftAt).toBeLessThan(proving.until);
    // A state that goes on is told once.
    expect(new Set(deadlines.map(({ state, enteredAt, until }) => `${state} ${enteredAt} ${until}`)).size).toBe(deadlines.length);
  });

  test('each why says on what it stands', () => {
    const { whys, causes } = report.diagnosis!;
    expect(whys.length).toBeGreaterThan(2);
    for (const { of, evidence = [] } of whys)
      expect([...evidence, ...(of === undefined ? [] : causes[of]!.evidence)].length).toBeGreaterThan(0);
  });

  test('what would have been faster is told by the times of the run', () => {
    const proof = clocksOf(lines).get('proof')!;
    expect(proof).toBeGreaterThan(20 * MINUTE);
    expect(report.faster.some((line) => line.includes('was proof that it lasts'))).toBe(true);
    expect(report.faster.some((line) => line.includes('waiting for people'))).toBe(false);
  });

  test('what the document says of the business stands on top, without what opens something', () => {
    expect(annotationLines(report.annotations)).toEqual(['Business impact, as the document says: no orders; password=***']);
    const html = renderHtml(report, lines);
    expect(html).toContain('Business impact, as the document says: no orders');
    expect(html).toContain('Sent, accepted, in force');
    expect(html).not.toContain('hunter2hunter2');
    expect(renderMarkdown(report)).toContain('What would have been faster');
  });
});

test('a message says whom it has reached and whom not', () => {
  const told = { told: 1, text: 'said', reached: ['Slack #ops'], missed: [{ channel: 'PagerDuty', why: '503' }] };
  const [first] = recoveredRun();
  const [message] = buildReport([{ ...first!, event: 'inform.done', data: told }]).told;
  expect(reachWords(message!)).toBe('taken by Slack #ops; not by PagerDuty (503)');
  expect(reachWords({ ...message!, reached: [], missed: [] })).toBe('taken by 1 channel');
  expect(reachWords({ ...message!, channels: 0, reached: [], missed: [] })).toBe('taken by no channel');
});

describe('a journal of a version that kept none of it', () => {
  test('is told as that', () => {
    expect(deadlinesIn(recoveredRun())).toEqual([]);
    const [change] = buildReport(recoveredRun()).mutations;
    expect(changeTimes(change!)).toContain('(when it was sent is not recorded)');
    expect(annotationLines(buildReport(recoveredRun()).annotations)).toEqual([]);
  });
});
