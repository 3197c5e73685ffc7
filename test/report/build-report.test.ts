import { describe, expect, test } from 'vitest';
import { MINUTE } from '../../src/core/duration.ts';
import { BACKEND, NOW, to } from '../diagnosis/fixtures.ts';
import { buildReport } from '../../src/report/build-report.ts';
import { renderMarkdown } from '../../src/report/render/render-markdown.ts';
import { renderText } from '../../src/report/render/render-text.ts';
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
    expect(report.timeline.filter(({ text }) => /look|Seen|Better|Measured/.test(text))).toHaveLength(3);
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

  test('an escalation is told with the reason that it was decided for, not with one that came hours later', () => {
    const preparing = ['working.escalation.escalated.preparing'];
    const report = buildReport([
      line(0, 'run.started', 'assessing.checkingFirst', { runId: 'run-3', target: 'staging' }),
      line(22, 'pinTraffic.failed', 'following', { kind: 'terminal', code: 'QUOTA', message: 'used up' }, 'decision', preparing),
      line(22, 'prepareCase.done', 'following', { text: 'Reason: the write quota is used up', keptAt: null }, 'decision', preparing),
      line(120, 'prepareCase.done', 'following', { text: 'Reason: no improvement within 120 minutes', keptAt: 'a' }, 'decision', preparing),
      line(480, 'run.ended', null, { outcome: 'escalated' }),
    ]);
    expect(report.escalation).toMatchObject({ at: NOW + 22 * MINUTE, reason: 'the write quota is used up', keptAt: 'a' });
    expect(report.escalation!.text).toContain('no improvement within 120 minutes');
  });

  test('a hold is a question with the answer that ended it, repeated failures are told once', () => {
    const report = buildReport(escalatedRun(''));
    expect(report.questions).toEqual([
      { at: NOW + 5 * MINUTE, text: 'Held: HOLD by ann (claimed): let me look', answer: 'RESUME by ann (claimed)' },
    ]);
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

  describe('a foreign change that is told again when its author is known', () => {
    const change = (actor: string | null, generation = 8) => ({
      subject: `service:${BACKEND}`,
      diff: ['- generation: 7', `+ generation: ${generation}`],
      actor,
    });
    const held = ['working.operator.held'];
    const told = (minutes: number, actor: string | null, generation = 8) =>
      tick(minutes, 'services.stabilizing', false, { foreignChange: change(actor, generation) }, held);
    const texts = (lines: Parameters<typeof buildReport>[0]): readonly string[] =>
      buildReport(lines)
        .timeline.map(({ text }) => text)
        .filter((text) => text.includes('was changed by'));

    test('stands once in the timeline, when it was seen first, with its author; so does the question', () => {
      const lines = [
        tick(0, 'services.stabilizing', false),
        told(1, null),
        tick(2, 'services.stabilizing', false, {}, held),
        told(3, 'bob'),
      ];
      expect(texts(lines)).toEqual([`service:${BACKEND} was changed by bob, not by this run: - generation: 7; + generation: 8`]);
      expect(buildReport(lines).timeline.find(({ text }) => text.includes('was changed by'))?.at).toBe(NOW + MINUTE);
      expect(buildReport(lines).questions.map(({ text }) => text)).toEqual([expect.stringContaining('was changed by bob')]);
    });

    test('is another one when it is another change, or the run went on in between', () => {
      expect(texts([told(1, null), told(3, 'bob', 9)])).toHaveLength(2);
      expect(texts([told(1, 'bob'), tick(2, 'services.stabilizing', false), told(3, 'bob')])).toHaveLength(2);
    });
  });

  describe('a run that put traffic back', () => {
    const moved = (service: string) =>
      mutation(`pin:${service}`, 1, {
        title: `Pin ${service}`,
        before: { kind: 'traffic', service, traffic: [to('old', 50), to('new', 50)], generation: '7' },
        after: { kind: 'traffic', service, traffic: [to('new', 100)], generation: '8' },
      });
    const pinned = (service: string) =>
      line(1, 'pinTraffic.done', 'capacity.pinningTraffic', { operation: null, mutation: moved(service) });
    const back = line(6, 'restoreTraffic.done', 'restoring.listing', {
      mutation: { ...moved('auth'), stepId: 'restore:auth', key: 'run/restore:auth' },
      exact: true,
      note: null,
    });
    const foreignChange = { subject: `service:${BACKEND}`, diff: ['+ generation: 9'], actor: 'bob', touches: ['traffic'] };
    const rolledBack = [
      pinned('auth'),
      pinned(BACKEND),
      tick(3, 'proving.soaking', true, { foreignChange }, ['working.operator.held']),
      line(5, 'ROLLBACK', 'restoring.listing', { by: 'ann', reason: 'worse' }, 'command'),
      back,
      line(9, 'run.ended', null, { outcome: 'restored' }),
    ];

    test('says what it did not put back, why, and how that was before', () => {
      const report = buildReport(rolledBack);
      expect(report.leftAsIs).toEqual([
        {
          service: BACKEND,
          recorded: 'old 50 %, new 50 %',
          why: expect.stringMatching(/^bob has changed it since \(.*\), and that stands$/),
        },
      ]);
      for (const text of [renderText(report), renderMarkdown(report)]) expect(text).toContain('Not put back');
      expect(renderText(report)).toContain(`; not put back: ${BACKEND}`);
    });

    test('says nothing of that where all is back, or where nothing was to be put back', () => {
      expect(buildReport(rolledBack.filter(({ event }, index) => event !== 'observe.done' && index !== 1)).leftAsIs).toEqual([]);
      expect(buildReport(recoveredRun()).leftAsIs).toEqual([]);
    });

    test('says of a service that a rollback by the run itself keeps that it is kept', () => {
      const byItself = rolledBack.filter(({ event }) => event !== 'ROLLBACK' && event !== 'observe.done');
      expect(buildReport(byItself).leftAsIs).toMatchObject([
        { service: BACKEND, why: 'it had become stable after its deploy, and is kept' },
      ]);
    });
  });

  describe('a refused run', () => {
    const refusals = [
      { check: 'service my-service', why: 'does not exist', fix: 'mend spec.services' },
      { check: 'permission run.services.list', why: 'is not granted', fix: 'bind the role' },
      { check: 'api run.googleapis.com', why: 'is not enabled', fix: 'enable it' },
    ];
    const refused = (event: string, data: unknown) =>
      buildReport([line(0, event, null, data), line(1, 'run.ended', null, { outcome: 'refused' })]);

    test('names every reason with what mends it, in text and Markdown, and the first one in the line that is read first', () => {
      const report = refused('preflight.done', { refusals, warnings: [] });
      for (const text of [renderText(report), renderMarkdown(report).replaceAll('\\', '')])
        for (const { check, why, fix } of refusals) for (const part of [check, why, fix]) expect(text).toContain(part);
      expect(renderText(report)).toContain('nothing was changed by this run: service my-service: does not exist (and 2 more)');
    });

    test('says why the preflight could not be carried out', () => {
      const report = refused('preflight.failed', { kind: 'terminal', code: 'PERMISSION_DENIED', message: 'no' });
      expect(report.refusals).toMatchObject([{ check: 'preflight', why: 'PERMISSION_DENIED: no' }]);
    });
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
