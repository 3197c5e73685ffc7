import { expect, test } from 'vitest';
import { makeManualChanges } from '../../src/simulator/manual-changes.ts';
import { loadScenario } from '../../src/simulator/scenario.ts';
import { createSimulator } from '../../src/simulator/simulator.ts';
import type { Simulator } from '../../src/simulator/simulator.ts';
import { createWorld } from '../../src/simulator/world/world.ts';

const HOUR = 3_600_000;
const SERVICE = '/v2/projects/netra-staging/locations/us-central1/services/netra-auth-service';

/** What came of the people of a scenario within three hours. */
async function acted(...people: readonly object[]): Promise<Simulator> {
  const document = { name: 'hands', title: 'hands', base: 'already-healthy', cause: 'healthy', people, expect: { outcome: 'recovered' } };
  const scenario = loadScenario(JSON.stringify(document), 'hands.yaml');
  const over = new AbortController();
  let now = scenario.startAt;
  const sleepUntil = (at: number): Promise<void> => {
    if (at > scenario.startAt + 3 * HOUR) return Promise.reject(new Error('over'));
    now = Math.max(now, at);
    return Promise.resolve();
  };
  const clock = { now: () => now, sleepUntil };
  const simulator = createSimulator({ scenario, world: createWorld(scenario), clock, baseUrl: 'http://simulator.invalid' });
  await makeManualChanges({ scenario, simulator, clock, signal: over.signal });
  return simulator;
}

const label = { method: 'PATCH', path: `${SERVICE}?updateMask=labels`, body: { labels: { cost: 'x' } } };

test('a hand with `every` acts again and again, under its own name', async () => {
  const simulator = await acted({ at: '10m', every: '30m', request: label, actor: 'terraform@netra-staging.iam.gserviceaccount.com' });
  expect(simulator.writes()).toHaveLength(6);
  expect(simulator.writes()[5]).toMatchObject({
    at: simulator.scenario.startAt + 160 * 60_000,
    actor: 'terraform@netra-staging.iam.gserviceaccount.com',
  });
});

test('a hand with `times` stops by itself', async () => {
  expect((await acted({ at: '10m', every: '30m', times: 2, request: label })).writes()).toHaveLength(2);
});

test('a hand that is refused is noted, unless the scenario says that it may be', async () => {
  const wrong = { method: 'PATCH', path: `${SERVICE}-of-nobody?updateMask=labels`, body: {} };
  expect((await acted({ at: '5m', request: wrong })).missedHands).toEqual([
    expect.stringMatching(/^ann@example.com: PATCH .* 404 5 min after/),
  ]);
  expect((await acted({ at: '5m', request: wrong, mayFail: true })).missedHands).toEqual([]);
});
