import { readFileSync } from 'node:fs';
import { rehearsalDocument } from '../../../src/composition/rehearsal-document.ts';
import { seededRandom } from '../../../src/composition/seeded-random.ts';
import { observerOver } from '../../../src/controller/validating/make-observer.ts';
import { VirtualClock } from '../../../src/clocks/virtual-clock.ts';
import { createCloud } from '../../../src/gcp/cloud.ts';
import { createProbesOver } from '../../../src/probes/probes.ts';
import { inProcessClient, inProcessProbeTransport } from '../../../src/simulator/http/in-process.ts';
import { readScenario } from '../../../src/simulator/scenario.ts';
import { createSimulator } from '../../../src/simulator/simulator.ts';
import { createWorld } from '../../../src/simulator/world/world.ts';
import type { ProbesPort } from '../../../src/ports/probes.ts';

const BASE = 'http://simulator.invalid';

/** A scenario in this process with the ordinary eyes on it, on virtual time. `go` lets time pass until a promise has settled. */
export async function rehearsed(name: string, options: { readonly database?: (clock: VirtualClock) => ProbesPort['database'] } = {}) {
  const scenario = readScenario(name);
  const clock = new VirtualClock(scenario.startAt);
  const simulator = createSimulator({ scenario, world: createWorld(scenario), clock, baseUrl: BASE });
  const { spec } = await rehearsalDocument(scenario, null, { env: {}, readFile: async (path) => readFileSync(path) });
  const transport = inProcessProbeTransport(simulator);
  const database = options.database?.(clock);
  const probes = createProbesOver({
    clock,
    http: transport.http,
    connect: transport.connect,
    ...(database === undefined ? {} : { database }),
  });
  const cloud = createCloud({
    project: spec.project,
    region: spec.region,
    authClient: inProcessClient(simulator),
    baseUrl: BASE,
    clock,
    random: seededRandom(scenario.seed),
    readOnly: true,
  });
  const observer = observerOver({ spec, cloud, probes, clock });
  async function go<T>(work: Promise<T>): Promise<T> {
    const passed = await clock.run(work);
    if (passed.ended !== 'done') throw new Error(`time ${passed.ended}`);
    return work;
  }
  return { scenario, spec, clock, simulator, cloud, probes, observer, go };
}
