import { httpOver } from '../../../src/composition/cloud-storage.ts';
import { rehearsalDocument } from '../../../src/composition/rehearsal-document.ts';
import { seededRandom } from '../../../src/composition/seeded-random.ts';
import { readWorldFacts } from '../../../src/composition/world-facts.ts';
import { startIncidentRun } from '../../../src/controller/incident-run.ts';
import { verifyJournal } from '../../../src/durable/journal.ts';
import type { RunEnd } from '../../../src/durable/run-options.ts';
import { VirtualClock } from '../../../src/clocks/virtual-clock.ts';
import { HOUR, SECOND } from '../../../src/core/duration.ts';
import { createCloud } from '../../../src/gcp/cloud.ts';
import type { JournalLine, RunStore } from '../../../src/ports/store.ts';
import { createProbesOver } from '../../../src/probes/probes.ts';
import { Incarnation } from '../../../src/proof/incarnation.ts';
import { crashableClock, crashableSimulator } from '../../../src/proof/crashable-ports.ts';
import { inProcessClient, inProcessProbeTransport } from '../../../src/simulator/http/in-process.ts';
import { readScenario } from '../../../src/simulator/scenario.ts';
import type { Scenario } from '../../../src/simulator/scenario.ts';
import type { LoggedRequest, Simulator } from '../../../src/simulator/simulator.ts';
import { createSimulator } from '../../../src/simulator/simulator.ts';
import { createWorld } from '../../../src/simulator/world/world.ts';
import type { HttpPort } from '../../../src/store/gcs.ts';
import { BASE_URL } from '../../simulator/support/given.ts';
import { gcsStoreOn, notingUploads } from './cloud-storage.ts';

export interface CloudIncident {
  readonly outcome: string;
  /** Process lives: those that were killed, and those that ended without an outcome and were started again. */
  readonly boots: number;
  /** Why lives ended without an outcome: codes of errors. */
  readonly reasons: readonly string[];
  /** Committed changes of the environment, in order, without what differs from run to run (etags). */
  readonly writes: readonly string[];
  readonly traffic: unknown;
  readonly journal: readonly JournalLine[];
  readonly journalOk: boolean;
  readonly steps: number;
  readonly virtualMs: number;
  /** What the store sent, in order; `kills` counts them: the point before each write of the store, and the point after it. */
  readonly points: readonly string[];
  readonly ledger: readonly LoggedRequest[];
  readonly uploads: readonly { readonly at: number; readonly name: string }[];
  readonly unconsumed: readonly string[];
}

export interface CloudIncidentOptions {
  readonly scenario?: string;
  /** Numbers of points, from 1, at which whoever lives is killed. */
  readonly kills?: ReadonlySet<number>;
  readonly faults?: Scenario['faults'];
}

/** A job is started again so long after a life has ended without an outcome, killed or not. */
const AGAIN_AFTER = 10 * SECOND;

/** One whole incident whose memory is in the Cloud Storage of the same simulator, on virtual time, through kills and faults of the store. */
export async function runOnCloudStorage({
  scenario: name = 'issue-1278',
  kills = new Set(),
  faults = [],
}: CloudIncidentOptions): Promise<CloudIncident> {
  const base = readScenario(name);
  const scenario = { ...base, faults: [...base.faults, ...faults] };
  const { spec, hash } = await rehearsalDocument(scenario, null, { env: {}, readFile: () => Promise.reject(new Error('no file')) });
  const clock = new VirtualClock(scenario.startAt);
  const simulator = createSimulator({ scenario, world: createWorld(scenario), clock, baseUrl: BASE_URL });
  const [points, reasons, uploads]: [string[], string[], { at: number; name: string }[]] = [[], [], []];
  let [boots, steps] = [0, 0];
  let end: RunEnd | null = null;

  const again = (): void => void clock.sleepUntil(clock.now() + AGAIN_AFTER).then(boot);
  const boot = (): void => {
    boots += 1;
    const life = new Incarnation({
      number: boots,
      decideAt: (what) => (kills.has(points.push(what)) ? 'die' : 'go'),
      onDeath: again,
      sleepUntil: (at) => clock.sleepUntil(at),
      now: () => clock.now(),
      clockIsTrue: true,
    });
    const own = crashableClock(clock, life);
    const random = seededRandom(scenario.seed + boots);
    const seen = sparing(crashableSimulator(simulator, life), simulator, life);
    const transport = inProcessProbeTransport(seen);
    const store: RunStore = gcsStoreOn(
      simulator,
      own,
      livingHttp(simulator, life, own, uploads),
      `${spec.project}/${spec.region}/${spec.name}`,
    );
    const { project, region } = spec;
    const run = startIncidentRun({
      runId: 'run',
      spec,
      specHash: hash,
      startedAt: scenario.startAt,
      cloud: createCloud({ project, region, authClient: inProcessClient(seen), baseUrl: BASE_URL, clock: own, random, readOnly: false }),
      probes: createProbesOver({ clock: own, http: transport.http, connect: transport.connect }),
      channels: [],
      clock: own,
      store,
      owner: { token: `life-${boots}`, host: 'job', pid: 1, described: `life ${boots}` },
      onStep: () => void (steps += 1),
    });
    run.done.then(
      (ended) => void (life.isDead || (end = ended)),
      (thrown: unknown) => {
        if (life.isDead) return;
        reasons.push((thrown as { readonly code?: string }).code ?? String(thrown));
        again();
      },
    );
  };
  boot();
  const passed = await clock.run(() => end !== null, { limitAt: scenario.startAt + 24 * HOUR });
  if (end === null) throw new Error(`the run is ${passed.ended} after ${boots} boots: ${reasons.join(', ')}`);
  const virtualMs = clock.now() - scenario.startAt;
  const facts = await readWorldFacts(simulator, spec.project, spec.region);
  const reading = gcsStoreOn(simulator, clock, undefined, `${spec.project}/${spec.region}/${spec.name}`).readJournal('run');
  await clock.run(reading);
  return {
    outcome: (end as RunEnd).outcome,
    boots,
    reasons,
    writes: simulator.writes().map(written),
    traffic: facts.traffic,
    journal: await reading,
    journalOk: verifyJournal(await reading).ok,
    steps,
    virtualMs,
    points,
    ledger: simulator.ledger,
    uploads,
    unconsumed: simulator.faults.unconsumed().filter((id) => faults.some((fault) => fault.id === id)),
  };
}

/** The environment as a life reaches it, without points: only the store's are counted here. */
function sparing(living: Simulator, simulator: Simulator, life: Incarnation): Simulator {
  return {
    ...living,
    webSocket: (request) => simulator.webSocket(request),
    settle: () => simulator.settle(),
    handle: (request) => life.unlessDead(() => simulator.handle(request)),
  };
}

/** The store's way out: each write is two points, before it is sent and before its answer is heard. */
function livingHttp(
  simulator: Simulator,
  life: Incarnation,
  clock: ReturnType<typeof crashableClock>,
  uploads: { at: number; name: string }[],
): HttpPort {
  const noting = notingUploads(httpOver(inProcessClient(simulator)), clock);
  return async (request) => {
    if (request.method === 'GET') return life.unlessDead(() => noting.http(request));
    const what = `${request.method} ${
      /\{"name":"([^"]+)"/
        .exec(request.body ?? '')?.[1]
        ?.split('/')
        .slice(5)
        .join('/') ?? 'inbox'
    }`;
    await life.at(`before ${what}`);
    const answer = await noting.http(request);
    uploads.push(...noting.uploads.splice(0));
    await life.at(`after ${what}`);
    return answer;
  };
}

function written({ method, path, body }: ReturnType<Simulator['writes']>[number]): string {
  const plain: Record<string, unknown> = typeof body === 'object' && body !== null ? { ...body } : {};
  delete plain['etag'];
  return JSON.stringify([method, path.split('?')[0], plain]);
}
