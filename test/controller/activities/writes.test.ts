import { describe, expect, test } from 'vitest';
import { updateInPlace } from '../../../src/controller/activities/in-place.ts';
import { pinTraffic } from '../../../src/controller/activities/traffic.ts';
import { restoreTraffic } from '../../../src/controller/activities/restore.ts';
import { MINUTE } from '../../../src/core/duration.ts';
import { rig, timed } from '../../steps/support/rig.ts';

/** What holds for every kind of step stands in test/steps/contract.test.ts; here is what one of them has by itself. */

const BACKEND = 'netra-backend-staging';
const CONNECTOR = 'connector:staging-connector';

describe('a write that may have been sent before', () => {
  test('a pin found in force after a crash is ours, with what was there before; without one it was there already', async () => {
    const held = await rig();
    const input = held.step(`pin:${BACKEND}`);
    const first = await timed(held.clock, pinTraffic(held.options, input, held.context));
    const repeated = await timed(held.clock, pinTraffic(held.options, input, { ...held.context, repeated: true }));
    const fresh = await timed(held.clock, pinTraffic(held.options, input, held.context));
    expect(held.writes()).toBe(1);
    expect(repeated.mutation).toMatchObject({
      outcome: 'applied',
      before: { kind: 'traffic', traffic: first.mutation.before.kind === 'traffic' ? first.mutation.before.traffic : null },
    });
    expect(fresh.mutation.outcome).toBe('already');
  });

  test('a connector that somebody is changing is waited for, never sent to', async () => {
    const held = await rig();
    await timed(held.clock, updateInPlace(held.options, held.step(CONNECTOR), held.context));
    await expect(timed(held.clock, updateInPlace(held.options, held.step(CONNECTOR), held.context))).rejects.toMatchObject({
      kind: 'conflict',
      code: 'busy',
    });
    expect(held.writes()).toBe(1);
  });

  test('after a crash, an update of the connector that still runs may be anybody’s: nothing is sent, and what it ends in decides', async () => {
    const held = await rig();
    const first = await timed(held.clock, updateInPlace(held.options, held.step(CONNECTOR), held.context));
    const repeat = () => timed(held.clock, updateInPlace(held.options, held.step(CONNECTOR), { ...held.context, repeated: true }));
    await expect(repeat()).rejects.toMatchObject({ kind: 'conflict', code: 'busy-maybe-ours' });
    await timed(held.clock, held.clock.sleepUntil(held.clock.now() + 10 * MINUTE));
    const again = await timed(
      held.clock,
      updateInPlace(held.options, held.step(CONNECTOR, { lookedAt: held.clock.now() }), { ...held.context, repeated: true }),
    );
    expect(again.mutation).toMatchObject({ outcome: 'applied', before: first.mutation.before, after: first.mutation.after });
    expect(held.writes()).toBe(1);
  });
});

describe('putting traffic back', () => {
  test('restores the recorded vector exactly, tags included, and waits until it is in force', async () => {
    const held = await rig();
    const { mutation } = await timed(held.clock, pinTraffic(held.options, held.step(`pin:${BACKEND}`), held.context));
    if (mutation.before.kind !== 'traffic') throw new Error('a pin records traffic');
    const answer = await timed(
      held.clock,
      restoreTraffic(held.options, { service: BACKEND, traffic: mutation.before.traffic, planHash: held.plan.hash }, held.context),
    );
    expect(answer).toMatchObject({ exact: true, note: null, mutation: { outcome: 'applied' } });
    const state = await timed(held.clock, held.options.cloud.run.getService(BACKEND));
    expect(state.traffic).toEqual(mutation.before.traffic);
  });
});
