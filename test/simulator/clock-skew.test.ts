import { describe, expect, it } from 'vitest';
import { readScenario } from '../../src/simulator/scenario.ts';
import type { Scenario } from '../../src/simulator/scenario.ts';
import { createSimulator } from '../../src/simulator/simulator.ts';
import type { Simulator } from '../../src/simulator/simulator.ts';
import { createWorld } from '../../src/simulator/world/world.ts';

const MINUTE = 60_000;
const SERVICE = '/v2/projects/netra-staging/locations/us-central1/services/netra-auth-service';

function skewed(
  clockSkew: number,
  more: Partial<Scenario> = {},
): { readonly simulator: Simulator; readonly goto: (since: number) => void; readonly startAt: number } {
  const read = { ...readScenario('already-healthy'), ...more };
  const scenario = { ...read, world: { ...read.world, clockSkew } };
  let now = scenario.startAt;
  const clock = { now: () => now, sleepUntil: (at: number) => Promise.resolve(void (now = Math.max(now, at))) };
  const simulator = createSimulator({ scenario, world: createWorld(scenario), clock, baseUrl: 'http://simulator.invalid' });
  return { simulator, goto: (since) => void (now = scenario.startAt + since), startAt: scenario.startAt };
}

const ask = (simulator: Simulator, method: string, path: string, body = ''): ReturnType<Simulator['handle']> =>
  simulator.handle({ method, path, headers: {}, body });

describe('Google’s own clock', () => {
  it.each([0, 10 * MINUTE, -10 * MINUTE])('stands in the Date of every answer, %i ms from ours', async (skew) => {
    const { simulator, goto, startAt } = skewed(skew);
    goto(3 * MINUTE);
    for (const path of [SERVICE, '/_services/netra-auth-service/health', '/nowhere'])
      expect((await ask(simulator, 'GET', path)).headers['date']).toBe(new Date(startAt + 3 * MINUTE + skew).toUTCString());
  });

  it('is the one by which changes are dated', async () => {
    const { simulator, goto, startAt } = skewed(-10 * MINUTE);
    goto(3 * MINUTE);
    await ask(simulator, 'PATCH', `${SERVICE}?updateMask=labels`, JSON.stringify({ labels: { by: 'hand' } }));
    const { updateTime } = JSON.parse((await ask(simulator, 'GET', SERVICE)).body) as { updateTime: string };
    expect(Date.parse(updateTime)).toBe(startAt - 7 * MINUTE);
  });

  it('is not the one that a controller beside the simulator follows', async () => {
    const { simulator, goto, startAt } = skewed(10 * MINUTE);
    goto(MINUTE);
    expect(JSON.parse((await ask(simulator, 'GET', '/_sim/clock')).body)).toMatchObject({ now: startAt + MINUTE });
  });
});

describe('a service’s own address', () => {
  it.each(['INGRESS_TRAFFIC_INTERNAL_ONLY', 'INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER'])(
    'answers Google’s 404 from outside under %s',
    async (ingress) => {
      const { simulator } = skewed(0);
      await ask(simulator, 'PATCH', `${SERVICE}?updateMask=ingress`, JSON.stringify({ ingress }));
      const answer = await ask(simulator, 'GET', '/_services/netra-auth-service/health');
      expect(answer).toMatchObject({ status: 404, body: expect.stringContaining('404 Page not found') });
    },
  );
});
