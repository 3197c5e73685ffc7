import { VirtualClock } from '../../../src/clocks/virtual-clock.ts';
import { createCloud } from '../../../src/gcp/cloud.ts';
import type { Fault } from '../../../src/simulator/faults.ts';
import { inProcessClient } from '../../../src/simulator/http/in-process.ts';
import { readScenario } from '../../../src/simulator/scenario.ts';
import { createSimulator } from '../../../src/simulator/simulator.ts';
import { createWorld } from '../../../src/simulator/world/world.ts';

const BASE = 'http://127.0.0.1:9999';

/** The adapters over a simulated incident #1278, on virtual time, ten minutes in. */
export async function simulatedCloud(faults: readonly Fault[] = []) {
  const scenario = { ...readScenario('issue-1278'), faults: [...faults] };
  const clock = new VirtualClock(scenario.startAt);
  const simulator = createSimulator({ scenario, world: createWorld(scenario), clock, baseUrl: BASE });
  const { project, region } = scenario.world;
  const cloud = createCloud({
    project,
    region,
    authClient: inProcessClient(simulator),
    baseUrl: BASE,
    clock,
    random: { next: () => 0.5 },
    readOnly: false,
  });
  /** Lets time pass until the call has ended. */
  async function go<T>(call: Promise<T>): Promise<T> {
    await clock.run(call);
    return call;
  }
  const pass = (ms: number): Promise<void> => go(clock.sleepUntil(clock.now() + ms));
  await pass(600_000);
  return { cloud, clock, simulator, go, pass };
}
