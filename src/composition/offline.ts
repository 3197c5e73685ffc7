import { VirtualClock } from '../clocks/virtual-clock.ts';
import { InvariantError } from '../core/errors.ts';
import { createCloud } from '../gcp/cloud.ts';
import type { Clock } from '../ports/clock.ts';
import type { Cloud } from '../ports/cloud.ts';
import type { ProbesPort } from '../ports/probes.ts';
import { createProbesOver } from '../probes/probes.ts';
import { inProcessClient, inProcessProbeTransport } from '../simulator/http/in-process.ts';
import type { Scenario } from '../simulator/scenario.ts';
import { createSimulator } from '../simulator/simulator.ts';
import { createWorld } from '../simulator/world/world.ts';
import { SIMULATED } from './rehearsal.ts';
import { seededRandom } from './seeded-random.ts';

export interface Looking {
  readonly cloud: Cloud;
  readonly probes: ProbesPort;
  readonly clock: Clock;
}

/**
 * `look` at a simulated world in this process, through the ordinary clients and below them the guard that refuses all that is not
 * a read. `regions`: those that are looked at, the world's own first. Time is virtual and moves while it waits.
 */
export async function lookOffline<T>(
  scenario: Scenario,
  look: (at: Looking) => Promise<T>,
  regions: readonly string[] = [scenario.world.region],
): Promise<T> {
  const clock = new VirtualClock(scenario.startAt);
  const simulator = createSimulator({ scenario, world: createWorld(scenario), clock, baseUrl: SIMULATED });
  const { project, region } = scenario.world;
  const random = seededRandom(scenario.seed);
  const cloud = createCloud({
    project,
    region,
    regions,
    authClient: inProcessClient(simulator),
    baseUrl: SIMULATED,
    clock,
    random,
    readOnly: true,
  });
  const looked = look({ cloud, probes: createProbesOver({ clock, ...inProcessProbeTransport(simulator) }), clock });
  const { ended } = await clock.run(looked);
  if (ended !== 'done') throw new InvariantError(`the look at the world is ${ended}: it waits for nobody`);
  return looked;
}
