import { rehearsalDocument } from '../../../../src/composition/rehearsal-document.ts';
import { seededRandom } from '../../../../src/composition/seeded-random.ts';
import { createObserver } from '../../../../src/controller/observing/observer.ts';
import { VirtualClock } from '../../../../src/clocks/virtual-clock.ts';
import type { Observation } from '../../../../src/core/model/observation.ts';
import type { RemediationSpec } from '../../../../src/core/model/spec.ts';
import { defaultMaxConnections } from '../../../../src/diagnosis/infrastructure/default-max-connections.ts';
import { groupLogs } from '../../../../src/diagnosis/logs/group-logs.ts';
import { createCloud } from '../../../../src/gcp/cloud.ts';
import { createProbesOver } from '../../../../src/probes/probes.ts';
import { inProcessClient, inProcessProbeTransport } from '../../../../src/simulator/http/in-process.ts';
import { loadScenario, readScenario } from '../../../../src/simulator/scenario.ts';
import type { Scenario } from '../../../../src/simulator/scenario.ts';
import { createSimulator } from '../../../../src/simulator/simulator.ts';
import { createWorld } from '../../../../src/simulator/world/world.ts';

const BASE = 'http://simulator.invalid';
export const TICK = 30_000;

/** A scenario of this text, laid over one that comes with Firebreak. */
export function scenarioLike(base: string, more: string): Scenario {
  const head = `name: of-a-test\ntitle: of a test\nbase: ${base}\ncause: unknown\nexpect: { outcome: recovered }\n`;
  return loadScenario(`${head}${more}`, 'of-a-test.yaml');
}

/** The observer with the real adapters over a simulated environment, on virtual time. `document` changes what is looked at. */
export async function observerOver(scenario: Scenario | string, document: (spec: RemediationSpec) => RemediationSpec = (spec) => spec) {
  const played = typeof scenario === 'string' ? readScenario(scenario) : scenario;
  const loaded = await rehearsalDocument(played, null, { readFile: () => Promise.reject(new Error('no file is read')), env: {} });
  const spec = document(loaded.spec);
  const clock = new VirtualClock(played.startAt);
  const simulator = createSimulator({ scenario: played, world: createWorld(played), clock, baseUrl: BASE });
  const { project, region } = spec;
  const random = seededRandom(played.seed);
  const authClient = inProcessClient(simulator);
  const cloud = createCloud({ project, region, authClient, baseUrl: BASE, clock, random, readOnly: true });
  const probes = createProbesOver({ clock, ...inProcessProbeTransport(simulator) });
  const observer = createObserver({ cloud, probes, spec, clock, groupLogs, defaultMaxConnections });

  async function go<T>(work: Promise<T>): Promise<T> {
    await clock.run(work);
    return work;
  }
  const pass = (ms: number): Promise<void> => go(clock.sleepUntil(clock.now() + ms));
  const look = (): Promise<Observation> => go(observer.observe(new AbortController().signal));
  /** As many looks, one each tick. */
  async function looks(count: number): Promise<readonly Observation[]> {
    const seen: Observation[] = [];
    for (let nth = 0; nth < count; nth += 1) {
      const next = clock.now() + TICK;
      seen.push(await look());
      await go(clock.sleepUntil(next));
    }
    return seen;
  }
  /** A request of a person to the simulated cloud. */
  async function byHand(method: string, path: string, body: object): Promise<void> {
    const headers = { 'content-type': 'application/json', 'x-sim-actor': 'ann@example.com' };
    const { status } = await go(simulator.handle({ method, path, headers, body: JSON.stringify(body) }));
    if (status !== 200) throw new Error(`${method} ${path}: ${status}`);
  }
  return { spec, clock, simulator, cloud, probes, go, pass, look, looks, byHand };
}
