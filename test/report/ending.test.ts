import { describe, expect, test } from 'vitest';
import { buildReport } from '../../src/report/build-report.ts';
import { changesWords, endWords } from '../../src/report/ending.ts';
import { verdictOn } from '../../src/report/verdict.ts';
import { renderText } from '../../src/report/render/render-text.ts';
import { escalatedRun, line, recoveredRun, tick } from './journal.ts';

const WAITING = 'assessing.awaitingApproval';

function asked(end: readonly ReturnType<typeof line>[]): readonly ReturnType<typeof line>[] {
  return [
    line(0, 'run.started', 'assessing.observing', { runId: 'r' }),
    line(1, 'plan.done', WAITING, {}),
    ...end,
    line(31, 'run.ended', null, { outcome: 'aborted' }),
  ];
}

describe('a question that nobody answers', () => {
  test('is told as that, with until when: never as a refusal', () => {
    const report = buildReport(asked([line(31, 'timer.APPROVAL', null, { dueAt: 1 })]));
    expect(report.questions[0]!.answer).toBe('nobody answered by 03:31:00');
    expect(endWords(report)).toBe('aborted after 31m: nobody answered by 03:31:00 («The plan holds changes that need a yes: apply it?»)');
    expect(renderText(report)).not.toMatch(/refused|rejected/i);
  });

  test('is not told so where somebody said no', () => {
    const report = buildReport(asked([line(20, 'REJECT', null, { by: 'ann', reason: 'not now' }, 'command')]));
    expect(report.questions[0]!.answer).toBe('REJECT by ann (claimed): not now');
    expect(endWords(report)).toBe('aborted after 31m');
  });

  test('is not told so where what it was about was gone', () => {
    const report = buildReport(asked([tick(20, 'assessing.diagnosing', true)]));
    expect(report.questions[0]!.answer).toBe('not answered: the question fell away at 03:20:00');
    expect(endWords(report)).not.toContain('nobody');
  });
});

describe('an escalation', () => {
  test('is told with when it was handed over and how long it was followed', () => {
    expect(endWords(buildReport(escalatedRun('Reason: x')))).toBe('escalated after 2h, then followed for 6h 1m');
    expect(endWords(buildReport(recoveredRun()))).toBe('recovered after 51m');
  });

  test('is followed from when it was handed over last, where a human had let the run work once more', () => {
    const retry = line(300, 'RETRY', 'assessing.observing', { by: 'ann' }, 'command');
    const again = line(360, 'timer.IMPROVEMENT_WINDOW', 'following', {}, 'decision', ['working.escalation.escalated.following']);
    const report = buildReport(escalatedRun('Reason: x').toSpliced(-1, 0, retry, again));
    expect(endWords(report)).toMatch(/^escalated after 2h, again after 6h, then followed for \d/);
    expect(verdictOn(report).title).toMatch(/after 2h, again after 6h, followed for /);
  });

  test('names what did not pass at that moment, and nothing where all passed', () => {
    const report = buildReport(escalatedRun('Reason: validation passed its deadline'));
    expect(report.escalation!.failing[0]).toMatch(
      /^the connector is within its goal: fails, not passing since 2025-09-16 03:00:12Z \(1 of 1 looks\): cpu/,
    );
    const well = escalatedRun('Reason: x').map((each) => (each.event === 'observe.done' ? tick(0.2, 'assessing.diagnosing', true) : each));
    expect(buildReport(well).escalation!.failing).toEqual([]);
  });

  test('does not blame a check that failed only later', () => {
    const lines = escalatedRun('Reason: x');
    const later = lines.map((each) =>
      each.event === 'observe.done' && each === lines[1] ? tick(0.2, 'assessing.diagnosing', true) : each,
    );
    expect(buildReport(later).escalation!.failing).toEqual([]);
  });
});

describe('the count of changes', () => {
  test('does not count what puts back as a change, and says what was put back, failed or is open', () => {
    const of = (outcome: 'applied' | 'failed' | 'pending', since?: string, stepId = 'pin:web') => ({
      ...buildReport(recoveredRun()).mutations[0]!,
      stepId,
      outcome,
      ...(since === undefined ? {} : { since }),
    });
    expect(changesWords({ mutations: [] })).toBe('nothing was changed by this run');
    expect(
      changesWords({
        mutations: [of('applied', 'put back since'), of('applied'), of('failed'), of('pending'), of('applied', undefined, 'restore:web')],
      }),
    ).toBe('2 changes applied, 1 of them put back since, 1 change failed, 1 change asked for, whose end is not known');
  });
});
