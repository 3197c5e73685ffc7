import { describe, expect, test } from 'vitest';
import { MINUTE } from '../../src/core/duration.ts';
import { BACKEND, NOW, to } from '../diagnosis/fixtures.ts';
import { buildReport } from '../../src/report/build-report.ts';
import { escalatedRun, line, mutation, PLAN, recoveredRun, tick } from './journal.ts';

describe('the report of a recovered run', () => {
  const report = buildReport(recoveredRun(), { scenario: 'issue-1278', seed: 1278, wallMs: 900, requests: 4_321 });

  test('says outcome, target, virtual time, and what the caller adds', () => {
    expect(report).toMatchObject({
      outcome: 'recovered',
      runId: 'run-1',
      target: 'staging in netra-staging/us-central1',
      virtualMs: 51 * MINUTE,
      scenario: 'issue-1278',
      seed: 1278,
      wallMs: 900,
      requests: 4_321,
      ticks: 5,
      resumed: 1,
    });
  });

  test('names the phases of the runbook in order, each ending where the next begins', () => {
    expect(report.phases.map(({ name }) => name)).toEqual(['assessing', 'capacity', 'services', 'soaking']);
    for (const [index, phase] of report.phases.entries())
      expect(phase.endedAt).toBe(report.phases[index + 1]?.startedAt ?? NOW + 51 * MINUTE);
  });

  test('shows each change with before, after, its end, and how to undo it in reverse order', () => {
    expect(report.mutations.map(({ stepId, outcome }) => [stepId, outcome])).toEqual([
      [PLAN.steps[0]!.id, 'applied'],
      [PLAN.steps[1]!.id, 'applied'],
      [PLAN.steps[3]!.id, 'applied'],
    ]);
    expect(report.mutations[2]?.after).toMatchObject({ kind: 'revision', revision: `${BACKEND}-00751-new` });
    expect(report.undo.map(({ title }) => title)).toEqual([PLAN.steps[3]!.title, PLAN.steps[1]!.title, PLAN.steps[0]!.title]);
  });

  test('keeps the indicators of the first and the last look, the improvements, and the last verdicts', () => {
    expect(report.indicators).toMatchObject({ before: { servicesUp: 1 }, after: { servicesUp: 3 } });
    expect(report.improvement).toMatchObject({
      goalsMet: true,
      times: [{ because: 'better: connector cpu 97 % → 20 %' }, { because: 'better: services up 1 → 3' }],
    });
    expect(report.verdicts).toMatchObject({
      connector: { outcome: 'pass', because: null },
      validation: { outcome: 'pass', because: '9 of 9 checks pass' },
    });
  });

  test('tells each look only where it shows something new', () => {
    expect(report.timeline.filter(({ text }) => /look|Seen|Better/.test(text))).toHaveLength(3);
    expect(report.timeline.map(({ at }) => at)).toEqual(report.timeline.map(({ at }) => at).toSorted((a, b) => a - b));
  });

  test('is a fold over the journal: a journal read back gives the same report', () => {
    expect(buildReport(JSON.parse(JSON.stringify(recoveredRun())) as ReturnType<typeof recoveredRun>)).toEqual(buildReport(recoveredRun()));
  });
});

describe('the report of other runs', () => {
  test('an escalation holds reason, note and the text to hand on', () => {
    const report = buildReport(escalatedRun('Reason: no improvement in 2h\nProject p'));
    expect(report.escalation).toMatchObject({
      at: NOW + 120 * MINUTE,
      reason: 'no improvement in 2h',
      caseName: null,
      note: 'support-unavailable: no plan',
      comments: 0,
    });
    expect(report.phases.map(({ name }) => name)).toEqual(['assessing', 'capacity', 'following']);
  });

  test('a hold is a question with the answer that ended it, repeated failures are told once', () => {
    const report = buildReport(escalatedRun(''));
    expect(report.questions).toEqual([{ at: NOW + 5 * MINUTE, text: 'Held: HOLD by ann: let me look', answer: 'RESUME by ann' }]);
    expect(report.timeline.filter(({ text }) => text.startsWith('scaleConnector did not work'))).toHaveLength(1);
  });

  test('a foreign change is told with its diff and asked about', () => {
    const foreignChange = { subject: `service:${BACKEND}`, diff: ['- generation: 7', '+ generation: 8'], actor: 'bob@example.com' };
    const report = buildReport([
      tick(0, 'capacity.choosing', false),
      tick(1, 'capacity.waitingForRelease', false, { foreignChange }, ['working.operator.held']),
    ]);
    expect(report.questions[0]?.text).toContain('was changed by bob@example.com');
    expect(report.timeline.at(-1)?.text).toContain('- generation: 7');
  });

  test('a failed operation is a failed change, a change of unknown end is pending, one that was already so has nothing to undo', () => {
    const change = {
      title: 'Pin',
      before: { kind: 'traffic', service: BACKEND, traffic: [to('a', 100)], generation: '1' },
      after: { kind: 'traffic', service: BACKEND, traffic: [to('b', 100)], generation: '2' },
    } as const;
    const asked = (minutes: number, outcome: 'applied' | 'already' = 'applied') =>
      line(minutes, 'pinTraffic.done', 'capacity.pinningTraffic', {
        operation: null,
        mutation: mutation('pin:x', minutes, change, { outcome, undo: 'put back' }),
      });
    const bad = line(2, 'awaitTraffic.done', 'capacity.choosing', {
      ok: false,
      reason: 'overdue',
      message: 'not in force',
      revision: null,
      generation: null,
    });
    expect(buildReport([asked(1), bad]).mutations[0]).toMatchObject({ outcome: 'failed', problem: 'overdue: not in force' });
    expect(buildReport([asked(1), asked(1)]).mutations).toMatchObject([{ outcome: 'pending' }]);
    expect(buildReport([asked(1, 'already')])).toMatchObject({ mutations: [{ outcome: 'already' }], undo: [] });
  });

  test('lines it does not know, torn data and an empty journal do not break it', () => {
    const odd = [
      line(0, 'something.new', null, null),
      line(1, 'plan.done', 'assessing', { half: true }),
      line(2, 'observe.done', 'assessing', 'text'),
      line(3, 'run.ended', null, null),
    ];
    expect(buildReport(odd)).toMatchObject({ outcome: null, ticks: 0, vetoes: [] });
    expect(buildReport([])).toMatchObject({ outcome: null, phases: [], mutations: [], timeline: [], virtualMs: 0 });
  });

  test('a plan made again is not told twice', () => {
    const plan = { ...PLAN, steps: PLAN.steps.map((step) => ({ ...step, decision: 'veto' as const, reason: 'dies: 15 deaths' })) };
    const again = { ...plan, steps: plan.steps.map((step) => ({ ...step, reason: 'dies: 17 deaths' })) };
    expect(buildReport([line(0, 'plan.done', 'assessing', plan), line(1, 'plan.done', 'assessing', again)]).vetoes).toHaveLength(
      PLAN.steps.length,
    );
  });
});
