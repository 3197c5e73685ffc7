import { describe, expect, test } from 'vitest';
import { MINUTE, SECOND } from '../../src/core/duration.ts';
import { AUTH, BACKEND, LATER, held, holds, inState, inStep, perform } from './theatre.ts';
import type { Cue, Hands, Performance, PlayOptions } from './theatre.ts';

const say = (when: Cue['when'], event: { readonly type: string } & Readonly<Record<string, unknown>>, afterMs = 2 * SECOND): Cue => ({
  when,
  afterMs,
  act: (hands: Hands) => hands.say({ reason: 'as the test says', ...event }),
});
const approve: Cue = {
  when: inState('awaitingApproval'),
  afterMs: MINUTE,
  act: (hands) => hands.say({ type: 'APPROVE', plan: hands.status.asks?.plan ?? '' }),
};
const applied = ({ context }: Performance): readonly string[] => [
  ...new Set(context.mutations.filter(({ outcome }) => outcome === 'applied').map(({ stepId }) => stepId)),
];
const stepOf = ({ context }: Performance, id: string): string | undefined => {
  const step = context.plan?.steps.find((each) => each.id === id);
  return context.wishes.skipped[id] ?? step?.reason;
};

/** Just enough for the plan as it was made first. */
const shortOfBudget: Pick<PlayOptions, 'spec'> = {
  spec: (spec) => ({ ...spec, policy: { ...spec.policy, budget: { ...spec.policy.budget, mutations: 8 } } }),
};
/** A change by hand in the middle of a deploy: it has to be made again, and the budget no longer suffices. */
const disturbed: readonly Cue[] = [
  { when: inStep(`deploy:${AUTH}`, 'deploying.starting'), afterMs: 2 * SECOND, act: (hands) => hands.changeTemplate(AUTH) },
  say(held, { type: 'RESUME' }, MINUTE),
];

describe('skip', () => {
  test('leaves a step out that is still to come, with the reason', { timeout: 300_000 }, async () => {
    const run = await perform({ people: [say(inState('scalingConnector.applying'), { type: 'SKIP', step: `pin:${BACKEND}` })] });
    expect(applied(run)).toContain(`deploy:${AUTH}`);
    expect(applied(run)).not.toContain(`pin:${BACKEND}`);
    expect(stepOf(run, `pin:${BACKEND}`)).toBe('skipped by ann@example.com: as the test says');
  });

  test('stops waiting for the step in hand and goes on with the next one', { timeout: 300_000 }, async () => {
    const run = await perform({
      people: [say(inStep(`deploy:${AUTH}`, 'stabilizing'), { type: 'SKIP', step: `deploy:${AUTH}` }, 100 * SECOND)],
    });
    const shift = run.ours.filter(({ path }) => path.includes(BACKEND)).find(({ at }) => at > run.actedAt[0]!);
    expect(shift!.at - run.actedAt[0]!).toBeLessThan(2 * MINUTE);
    expect(run.outcome).toBe('recovered');
  });

  test('never lets a service be deployed whose dependency is not healthy', { timeout: 300_000 }, async () => {
    const run = await perform({ people: [say(inState('scalingConnector.applying'), { type: 'SKIP', step: `deploy:${AUTH}` })] });
    expect(applied(run)).not.toContain(`deploy:${BACKEND}`);
    expect(run.outcome).toBe('escalated');
  });

  test('of a step that does not exist is not taken', { timeout: 300_000 }, async () => {
    const run = await perform({ people: [say(inState('scalingConnector.applying'), { type: 'SKIP', step: 'deploy:nobody' })] });
    expect(run.lines.map(({ event }) => event)).toContain('SKIP not accepted');
    expect(run.outcome).toBe('recovered');
  });
});

describe('--from', () => {
  const from = { step: `deploy:${AUTH}`, by: 'ann@example.com' };

  test('leaves out the steps before it, says who began there, and still checks what a step depends on', { timeout: 300_000 }, async () => {
    const run = await perform({ from, people: [] });
    expect(applied(run)).toEqual([`deploy:${AUTH}`, `restore:${AUTH}`]);
    for (const id of ['connector:staging-connector', `pin:${BACKEND}`])
      expect(stepOf(run, id)).toBe(`started from deploy:${AUTH} by ann@example.com`);
    expect(run.outcome).not.toBe('recovered');
  });
});

/** An API of Google's that is away all the time; the case follows when the window has passed. */
const caseIsOpen: Cue['when'] = ({ conditions }) => conditions.some(({ type, status }) => type === 'CaseOpen' && status === 'True');

describe('retry', () => {
  test('with a case open, the whole runbook is tried once more, under the same case', { timeout: 300_000 }, async () => {
    const answer = { status: 503, statusText: 'UNAVAILABLE', message: 'not today' };
    const fault = { id: 'away', match: { method: 'PATCH', path: '/v1/**/connectors/*' }, from: 0, for: 121 * MINUTE, answer };
    const run = await perform({
      change: (scenario) => ({ ...scenario, faults: [fault] }),
      people: [say(caseIsOpen, { type: 'RETRY' }, LATER)],
    });
    expect(run.outcome).toBe('recovered');
    expect(run.context.supportCase?.name).not.toBeNull();
    const cases = run.stage.simulator.writes().filter(({ methodName }) => /CreateCase/.test(methodName));
    expect(cases).toHaveLength(1);
  });

  test('answers a question that an error asked: it looks and plans again', { timeout: 300_000 }, async () => {
    const retry = say(inState('awaitingOperator'), { type: 'RETRY' });
    const run = await perform({
      ...shortOfBudget,
      people: [...disturbed, retry, say(inState('awaitingOperator'), { type: 'REJECT' }, MINUTE)],
    });
    const asked = run.lines.findIndex(({ event }) => event === 'RETRY');
    expect(run.lines.slice(asked).filter(({ event }) => event === 'plan.done')).toHaveLength(1);
    expect(run.outcome).toBe('aborted');
  });
});

describe('rollback', () => {
  test('puts all traffic back exactly, newest first, watches it, and has said what cannot be undone', { timeout: 300_000 }, async () => {
    const before = await perform({ people: [say(inState('assessing.observing'), { type: 'ABORT' }, 0)] });
    const run = await perform({ people: [say(inState('proving.soaking'), { type: 'ROLLBACK' }, MINUTE)] });
    expect(run.outcome).toBe('restored');
    expect(run.traffic[BACKEND]).toEqual(before.traffic[BACKEND]);
    expect(run.traffic[AUTH]).toEqual([`${AUTH}-00181-h4z 100 -`]);
    const back = run.context.mutations.filter(({ stepId }) => stepId.startsWith('restore:')).map(({ stepId }) => stepId);
    expect(back).toEqual([`restore:${AUTH}`, `restore:${BACKEND}`]);
    expect(run.told.join('\n')).toMatch(/Not undone, because it cannot be: Scale staging-connector/);
    const shown = run.shown.filter(({ status }) => status.states.some((state) => state.endsWith('restoring.settlingBack')));
    expect(shown.at(-1)!.at - shown[0]!.at).toBeGreaterThanOrEqual(MINUTE);
  });

  test('ends a hold: it is an order, not a question', { timeout: 300_000 }, async () => {
    const run = await perform({ people: [say(inState('capacity.settling'), { type: 'HOLD' }), say(held, { type: 'ROLLBACK' }, MINUTE)] });
    expect(run.outcome).toBe('restored');
  });

  test(
    'with a case open ends where a human wants the runbook tried again: what was put back is done again',
    { timeout: 300_000 },
    async () => {
      const run = await perform({
        scenario: 'no-improvement',
        people: [
          say(inState('escalated.following'), { type: 'ROLLBACK' }, MINUTE),
          say(inState('runbook.following'), { type: 'RETRY' }, MINUTE),
        ],
      });
      const moved = run.context.mutations.filter(({ stepId }) => stepId.endsWith(`:${BACKEND}`)).map(({ stepId }) => stepId);
      // Whether it helps this time is another question, and judged anew.
      expect(moved.slice(0, 3)).toEqual([`pin:${BACKEND}`, `restore:${BACKEND}`, `pin:${BACKEND}`]);
      expect(run.context.rollback).toBeNull();
    },
  );

  test('is not taken where nothing was moved', { timeout: 300_000 }, async () => {
    const run = await perform({ people: [say(inState('scalingConnector.applying'), { type: 'ROLLBACK' })] });
    expect(run.lines.map(({ event }) => event)).toContain('ROLLBACK not accepted');
    expect(run.outcome).toBe('recovered');
  });
});

describe('an approval', () => {
  const asking: Pick<PlayOptions, 'spec'> = { spec: (spec) => ({ ...spec, policy: { ...spec.policy, approve: ['irreversible'] } }) };

  test('of the plan that was shown lets it go on', { timeout: 300_000 }, async () => {
    const run = await perform({ ...asking, people: [approve] });
    expect(run.ours.every(({ at }) => at >= run.actedAt[0]!)).toBe(true);
    expect(run.outcome).toBe('recovered');
  });

  test.each([
    ['of another plan', { type: 'APPROVE', plan: 'a'.repeat(64) }],
    ['of no plan', { type: 'APPROVE' }],
  ])(
    '%s is refused, and said so; then nobody answers in time, and people get it with nothing changed',
    { timeout: 300_000 },
    async (_what, event) => {
      const run = await perform({ ...asking, people: [say(inState('awaitingApproval'), event)] });
      expect(run.told.some((text) => /the approval of ann@example.com was for .*Not taken/.test(text))).toBe(true);
      expect((await run.stage.store.load())!.receipts).toMatchObject([
        { accepted: false, why: expect.stringContaining('not for the plan') },
      ]);
      expect(run.outcome).toBe('escalated');
      expect(run.ours.filter(({ path }) => !path.includes('/cases'))).toEqual([]);
      expect(run.told.some((text) => text.includes('Text for the case:'))).toBe(true);
    },
  );

  test('shows until when it waits and what follows otherwise', { timeout: 300_000 }, async () => {
    const run = await perform({ ...asking, people: [say(inState('awaitingApproval'), { type: 'REJECT' })] });
    const { asks } = run.shown.find(({ status }) => status.asks !== undefined)!.status;
    expect(asks).toMatchObject({ plan: run.context.plan?.hash, otherwise: expect.stringContaining('handed to people') });
    expect(asks!.until).not.toBeNull();
    expect(run.context.failure).toContain('rejected by ann@example.com');
  });

  test('of a plan that is more than the budget lets the plan be carried out whole', { timeout: 300_000 }, async () => {
    const run = await perform({ ...shortOfBudget, people: [...disturbed, say(inState('awaitingOperator'), { type: 'APPROVE' })] });
    expect(run.outcome).toBe('recovered');
    expect(run.lines.filter(({ event }) => event === 'APPROVE')).toHaveLength(1);
    expect((await run.stage.store.load())!.receipts).toMatchObject([{ accepted: true }, { accepted: true }]);
  });
});

describe('a hold', () => {
  test('that nobody ends, ends the run after all the patience it has, with what was changed said', { timeout: 300_000 }, async () => {
    const run = await perform({ people: [say(inState('capacity.settling'), { type: 'HOLD' })] });
    const [hold] = holds(run.shown);
    expect(run.outcome).toMatch(/aborted|escalated/);
    expect(run.ours.filter(({ at, path }) => at > hold!.from && !path.includes('/cases'))).toEqual([]);
  });

  test('stops the clock of a service that is becoming stable', { timeout: 300_000 }, async () => {
    const run = await perform({
      people: [say(inStep(`deploy:${AUTH}`, 'stabilizing'), { type: 'HOLD' }), say(held, { type: 'RESUME' }, 40 * MINUTE)],
    });
    expect(run.outcome).toBe('recovered');
    expect(run.lines.some(({ event }) => event === 'restoreTraffic.done')).toBe(false);
  });

  test('begins the soak anew', { timeout: 300_000 }, async () => {
    const run = await perform({
      people: [say(inState('proving.soaking'), { type: 'HOLD' }, 20 * MINUTE), say(held, { type: 'RESUME' }, 5 * MINUTE)],
    });
    expect(run.outcome).toBe('recovered');
    expect(run.endedAt - run.actedAt[1]!).toBeGreaterThanOrEqual(30 * MINUTE);
  });
});

describe('a freeze window', () => {
  test('is waited out: nothing is written inside of it, people are told, and the run goes on after', { timeout: 300_000 }, async () => {
    const run = await perform({
      spec: (spec) => ({
        ...spec,
        policy: { ...spec.policy, freeze: [{ fromAt: START + 6 * MINUTE, untilAt: START + 36 * MINUTE, reason: 'payday' }] },
      }),
      people: [],
    });
    const inside = run.ours.filter(({ at }) => at >= START + 6 * MINUTE && at < START + 36 * MINUTE);
    expect(inside).toEqual([]);
    expect(run.told.some((text) => text.includes('payday'))).toBe(true);
    expect(run.outcome).toBe('recovered');
  });
});

describe('the kill switch', () => {
  const standing = { type: 'HOLD', by: 'ann@example.com', reason: 'no changes today', standing: true };

  test(
    'laid down before a run holds it at once, before anything is written, and stays for the next one',
    { timeout: 300_000 },
    async () => {
      const run = await perform({
        before: (stage) => stage.store.sendCommand({ id: 'stands', at: START, by: 'ann@example.com', event: standing }),
        people: [say(held, { type: 'ABORT' }, LATER)],
      });
      expect(held(run.shown[1]!.status, 0)).toBe(true);
      expect(run.ours).toEqual([]);
      expect((await run.stage.store.readCommands()).map(({ id }) => id)).toEqual(['stands']);
    },
  );

  test('taken back, the run goes on', { timeout: 300_000 }, async () => {
    const run = await perform({
      before: (stage) => stage.store.sendCommand({ id: 'stands', at: START, by: 'ann@example.com', event: standing }),
      people: [say(held, { type: 'RESUME' }, LATER)],
    });
    expect(run.ours.every(({ at }) => at >= run.actedAt[0]!)).toBe(true);
    expect(run.outcome).toBe('recovered');
  });
});

const START = Date.parse('2025-09-15T20:03:00Z');
