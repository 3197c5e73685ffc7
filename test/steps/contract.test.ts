import { describe, expect, test } from 'vitest';
import type { ActivityContext, ChangeStarted, OperationEnd, StepInput } from '../../machines/incident/activities.ts';
import { restoreTraffic } from '../../src/controller/activities/restore.ts';
import { MINUTE } from '../../src/core/duration.ts';
import { isBoundedBy } from '../../src/core/service/bounds.ts';
import { FencedError } from '../../src/core/errors.ts';
import { planHash } from '../../src/planning/plan-hash.ts';
import { isOnService, KINDS, STEPS, subjectOf } from '../../src/steps/index.ts';
import { kindOf } from '../../src/steps/kinds.ts';
import { subjectOfChange } from '../../src/steps/subjects.ts';
import { SAMPLES } from './samples.ts';
import { ACTIVITIES, nextWrite, rig, timed } from './support/rig.ts';
import type { Rig, RigOptions } from './support/rig.ts';

/** What holds for every kind of step, from the plan to its way back: with the real adapters, over the simulator. */

describe.each(KINDS)('a step of kind %s', (kind) => {
  const { stepId, scenario = 'issue-1278', byOthers } = SAMPLES[kind];
  const made = (options: RigOptions = {}): Promise<Rig> => rig({ scenario, applied: stepId, ...options });
  const { send, inForce } = ACTIVITIES[STEPS[kind].way];

  const sent = (held: Rig, over: Partial<StepInput> = {}, context: Partial<ActivityContext> = {}): Promise<ChangeStarted> =>
    timed(held.clock, send(held.options, held.step(stepId, over), { ...held.context, ...context }));
  const settled = (held: Rig, { operation, mutation }: ChangeStarted): Promise<OperationEnd> => {
    const awaited = { ...held.step(stepId), operation, deadlineAt: held.clock.now() + 30 * MINUTE };
    return timed(held.clock, inForce(held.options, awaited, mutation.key, held.context));
  };

  test('is written by the way that its facts name', () => {
    expect(kindOf(kind).writing.way).toBe(STEPS[kind].way);
    expect(kindOf(kind).facts).toBe(STEPS[kind]);
  });

  test('is asked for by the document, and can be made there', async () => {
    const { options, clock, context } = await made();
    const [name = ''] = STEPS[kind].asked(options.spec);
    const region = {
      services: () => options.cloud.run.listServices(context),
      revisions: () => options.cloud.run.listRevisions('-', context),
    };
    const found = await timed(clock, kindOf(kind).preflight(name, { ...options, signal: context.signal }, region));
    expect(found.refusals).toEqual([]);
  });

  test('applied: one write, told with what was before and after, and seen in force', async () => {
    const held = await made();
    const started = await sent(held);
    expect(started.mutation).toMatchObject({ stepId, outcome: 'applied' });
    expect(subjectOfChange(started.mutation)).toBe(subjectOf(stepId));
    expect(started.mutation.after).not.toEqual(started.mutation.before);
    expect(await settled(held, started)).toMatchObject({ ok: true });
    expect(held.writes()).toBe(1);
  });

  test('already so: nothing is sent', async () => {
    const held = await made();
    await settled(held, await sent(held));
    const again = await sent(held);
    expect(held.writes()).toBe(1);
    // A revision is known by its key, whoever asks; what has none was there when we came.
    expect(again.mutation.outcome).toBe(STEPS[kind].way === 'revision' ? 'applied' : 'already');
  });

  test('twice: the try after a crash sends nothing and tells the same change', async () => {
    const held = await made();
    const first = await sent(held);
    await settled(held, first);
    const again = await sent(held, {}, { repeated: true });
    expect(held.writes()).toBe(1);
    expect(again.mutation).toMatchObject({ key: first.mutation.key, outcome: 'applied' });
  });

  test('a lost answer: what was committed is found, and counts as applied', async () => {
    const held = await made();
    nextWrite(held, { lostAfterCommit: true });
    const first = await sent(held).catch((thrown: unknown) => thrown);
    if (first instanceof Error) {
      // Under way, by whomever: its end tells.
      expect(first).toMatchObject({ kind: 'conflict', code: 'busy-maybe-ours' });
      await timed(held.clock, held.clock.sleepUntil(held.clock.now() + 10 * MINUTE));
    } else expect(first).toMatchObject({ mutation: { outcome: 'applied' } });
    const again = await sent(held, { maybeSent: true });
    expect(again.mutation.outcome).toBe('applied');
    expect(held.writes()).toBe(1);
  });

  test('lost before it arrived: it is not told as sent, and the next try makes it', async () => {
    const held = await made();
    nextWrite(held, { lostBefore: true });
    await expect(sent(held)).rejects.toMatchObject({ kind: expect.stringMatching(/outcome-unknown|transient/) });
    expect(held.writes()).toBe(0);
    expect((await sent(held, { maybeSent: true })).mutation.outcome).toBe('applied');
    expect(held.writes()).toBe(1);
  });

  test('foreign: what somebody else has changed since is not written over', async () => {
    const held = await made();
    await timed(held.clock, byOthers(held));
    await timed(held.clock, held.clock.sleepUntil(held.clock.now() + 10 * MINUTE));
    await expect(sent(held, { expected: held.seen })).rejects.toMatchObject({ kind: 'conflict', code: 'foreign-change' });
    expect(held.writes(), 'theirs alone').toBe(1);
  });

  test.each<[string, Partial<StepInput>, object]>([
    ['stale: the look behind it is too old', { lookedAt: 0 }, { kind: 'conflict', code: 'stale' }],
    ['refused: the budget is spent', { mutationsMade: 12 }, { kind: 'human', code: 'budget' }],
  ])('%s: nothing is sent', async (_why, over, error) => {
    const held = await made();
    await expect(sent(held, over)).rejects.toMatchObject(error);
    expect(held.writes()).toBe(0);
  });

  test('vetoed: a plan that does not apply it sends nothing, nor does one that was not decided so', async () => {
    const held = await made();
    const steps = held.plan.steps.map((step) => ({ ...step, decision: 'veto' as const }));
    for (const plan of [
      { ...held.plan, steps, hash: planHash(steps) },
      { ...held.plan, hash: 'another' },
    ])
      await expect(sent(held, { plan })).rejects.toMatchObject({ kind: 'conflict', code: 'stale' });
    expect(held.writes()).toBe(0);
  });

  test('refused: without the right to write nothing is sent', async () => {
    const fence: RigOptions['fence'] = () => Promise.reject(new FencedError('lease-lost', 'held by another'));
    const held = await made({ fence });
    await expect(sent(held)).rejects.toMatchObject({ kind: 'fenced', code: 'lease-lost' });
    expect(held.writes()).toBe(0);
  });

  test('undone: traffic goes back to the recorded vector, tags included, and bounds as they were; what has no way back says so', async () => {
    const held = await made();
    const started = await sent(held);
    await settled(held, started);
    const { before } = started.mutation;
    if (before.kind !== 'traffic') {
      expect(isOnService(kind)).toBe(false);
      expect(started.mutation).toMatchObject({ class: 'irreversible', undo: expect.stringMatching(/cannot be undone/) });
      return;
    }
    const bounds = before.bounds === undefined ? {} : { bounds: before.bounds };
    const input = { service: before.service, traffic: before.traffic, ...bounds, planHash: held.plan.hash };
    const { mutation } = await timed(held.clock, restoreTraffic(held.options, input, held.context));
    expect(mutation.after).toMatchObject({ kind: 'traffic', service: before.service });
    const state = await timed(held.clock, held.options.cloud.run.getService(before.service));
    const shares = (vector: typeof state.traffic) => vector.map(({ revision, percent, tag }) => ({ revision, percent, tag }));
    expect(shares(state.trafficStatuses)).toEqual(shares(before.traffic));
    expect(isBoundedBy(state, before.bounds)).toBe(true);
  });
});
