import { describe, expect, test } from 'vitest';
import { readWorldFacts } from '../../src/composition/world-facts.ts';
import { MINUTE } from '../../src/core/duration.ts';
import type { Incarnation } from '../../src/proof/incarnation.ts';
import { CrashHarness } from '../../src/proof/crash-harness.ts';
import { runThroughKills, written } from '../../src/proof/run-with-kills.ts';
import { playOf } from '../crash/incident/play.ts';
import { everyNth, spread } from '../spread.ts';

/**
 * SIGSTOP and SIGCONT: the holder of the lease stands still for ten minutes, and another controller takes over meanwhile. Asked at
 * each place around a request that changes the world, right before the send included, and at a spread of saves, twice as many of them in
 * paused.long.ts.
 */
const STANDS_STILL = 10 * MINUTE;
const TAKEN_OVER_AFTER = 2 * MINUTE;
const play = await playOf('issue-1278');
const undisturbed = await runThroughKills(play, new Set());
const around = undisturbed.points.filter(({ what }) => !what.includes(' save '));
const saves = undisturbed.points
  .filter(({ what }) => what.includes(' save '))
  .filter((_, index, all) => index % Math.ceil(all.length / 6) === 0);

describe('a controller that wakes after its lease was taken', () => {
  test.each([...around, ...spread(saves, everyNth(2))])(
    'changes nothing that the other has done, when it stood still at point $number: $what',
    { timeout: 300_000 },
    async ({ number }) => {
      const { stage, ends, lateConnectorWrites } = await paused(number);
      const facts = await readWorldFacts(stage.simulator, play.spec.project, play.spec.region);
      const writes = stage.simulator.writes().map(written);
      expect(stage.actors[0]!.life.stoodStillAt).not.toBeNull();
      expect(ends).toContain('recovered');
      expect(facts.traffic).toEqual(undisturbed.traffic);
      // A connector has no etag. What the old holder still sends is what the plan says, word for word.
      expect([...new Set(writes)]).toEqual(undisturbed.writes);
      expect(writes.length - undisturbed.writes.length).toBeLessThanOrEqual(lateConnectorWrites);
    },
  );

  test('does not undo what a human has changed meanwhile', { timeout: 300_000 }, async () => {
    const pin = around.find(({ what }) => what === 'before PATCH services/netra-backend-staging')!;
    const path = `/v2/projects/${play.spec.project}/locations/${play.spec.region}/services/netra-backend-staging`;
    const traffic = [{ type: 'TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION', revision: 'netra-backend-staging-00749-6tr', percent: 100 }];
    let changedAt = 0;
    const { stage } = await paused(pin.number, async (held) => {
      changedAt = held.simulator.writes().length;
      const headers = { 'content-type': 'application/json', 'x-sim-actor': 'ann@example.com' };
      await held.simulator.handle({ method: 'PATCH', path: `${path}?updateMask=traffic`, headers, body: JSON.stringify({ traffic }) });
    });
    const next = stage.simulator.writes()[changedAt + 1];
    expect(stage.simulator.writes()[changedAt]).toMatchObject({ actor: 'ann@example.com' });
    expect(next?.path.includes('netra-backend-staging') ?? false, 'the old holder’s etag is refused').toBe(false);
  });
});

test('a case that is opened too late is taken back, and the first one stays', { timeout: 300_000 }, async () => {
  const hopeless = await playOf('regional-shortage');
  const { points } = await runThroughKills(hopeless, new Set());
  const opening = points.find(({ what }) => /^before POST .*cases$/.test(what))!;
  const { stage, ends } = await paused(opening.number, undefined, hopeless);
  const { cases } = await readWorldFacts(stage.simulator, hopeless.spec.project, hopeless.spec.region);
  const byAge = cases.toSorted((one, other) => one.createdAt - other.createdAt);
  expect(ends).toEqual(['gave up', 'escalated']);
  expect(byAge.map(({ isOpen }) => isOpen)).toEqual([true, false]);
});

/** Incarnation 1 stands still at the point; incarnation 2 begins later. `meanwhile` happens in between; then nobody takes over. */
async function paused(point: number, meanwhile?: (stage: CrashHarness) => Promise<void>, incident = play) {
  let points = 0;
  let stood = false;
  const late: string[] = [];
  const stage: CrashHarness = new CrashHarness({
    ...incident,
    deathIsKnown: false,
    decideAt: (_what, life) => {
      points += 1;
      if (stood || points !== point) return 'go';
      stood = true;
      void takeOver(life);
      return { freezeForMs: STANDS_STILL };
    },
    watcher: {
      onRequest: ({ method, path }, life) => {
        const newest = Math.max(...stage.actors.map(({ life: other }) => other.epoch));
        if (method === 'PATCH' && life.epoch < newest) late.push(path);
      },
    },
  });
  const takeOver = async (_life: Incarnation): Promise<void> => {
    await stage.clock.sleepUntil(stage.clock.now() + TAKEN_OVER_AFTER);
    if (meanwhile === undefined) stage.boot();
    else await meanwhile(stage);
  };
  stage.boot();
  const settled = (): boolean => stage.actors.every(({ ended: { end, failure } }) => end !== null || failure !== null);
  const enough = meanwhile === undefined ? settled : (): boolean => stage.clock.now() > play.scenario.startAt + STANDS_STILL + 20 * MINUTE;
  expect(await stage.clock.run(enough, { limitAt: play.scenario.startAt + 24 * 60 * MINUTE })).toEqual({ ended: 'done' });
  return {
    stage,
    ends: stage.actors.map(({ ended: { end } }) => end?.outcome ?? 'gave up'),
    lateConnectorWrites: late.filter((path) => path.includes('/connectors/')).length,
  };
}
