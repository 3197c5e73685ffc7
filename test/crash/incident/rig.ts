import { rehearsalDocument } from '../../../src/composition/rehearsal-document.ts';
import { seededRandom } from '../../../src/composition/seeded-random.ts';
import { readWorldFacts } from '../../../src/composition/world-facts.ts';
import type { IncidentContext } from '../../../machines/incident/context.ts';
import { startIncidentRun } from '../../../src/controller/incident-run.ts';
import type { RunEnd } from '../../../src/controller/run-options.ts';
import { VirtualClock } from '../../../src/controller/virtual-clock.ts';
import { createCloud } from '../../../src/gcp/cloud.ts';
import type { RunStore } from '../../../src/ports/store.ts';
import { createProbesOver } from '../../../src/probes/probes.ts';
import { inProcessClient, inProcessProbeTransport } from '../../../src/simulator/in-process.ts';
import { readScenario } from '../../../src/simulator/scenario.ts';
import { createSimulator } from '../../../src/simulator/simulator.ts';
import type { Simulator } from '../../../src/simulator/simulator.ts';
import { createWorld } from '../../../src/simulator/world/world.ts';
import { createMemoryStore } from '../../../src/store/memory.ts';

const BASE = 'http://simulator.invalid';
const NEVER = new Promise<never>(() => {});

/** A place where the controller can be killed: around each save, and around each request that may change the world. */
export interface Point {
  readonly number: number;
  readonly what: string;
}

export interface Survived {
  readonly outcome: string;
  readonly boots: number;
  /** Committed changes of the world, in order, without what differs from run to run (etags). */
  readonly writes: readonly string[];
  readonly traffic: unknown;
  readonly cases: number;
  /** What the run says that it changed: title, outcome, and what was there before. */
  readonly mutations: readonly unknown[];
  readonly points: readonly Point[];
}

/**
 * One incident in which the controller is killed at the given points and started again on the same store and world. A killed
 * incarnation is never heard of again: its calls get no answer, its saves do not happen.
 */
export async function runThroughKills(scenarioName: string, kills: ReadonlySet<number>): Promise<Survived> {
  const scenario = readScenario(scenarioName);
  const { spec, hash } = await rehearsalDocument(scenario, null, { env: {}, readFile: () => Promise.reject(new Error('no file')) });
  const clock = new VirtualClock(scenario.startAt);
  const simulator = createSimulator({ scenario, world: createWorld(scenario), clock, baseUrl: BASE });
  const store = createMemoryStore('memory', { isDead: () => true });
  const points: Point[] = [];
  let boots = 0;
  let end: RunEnd | null = null;

  const boot = (): void => {
    boots += 1;
    const mortal = new Mortal((what) => {
      points.push({ number: points.length + 1, what });
      return kills.has(points.length);
    }, boot);
    const random = seededRandom(scenario.seed + boots);
    const seen = mortalSimulator(simulator, mortal);
    const transport = inProcessProbeTransport(seen);
    const run = startIncidentRun({
      runId: 'run',
      spec,
      specHash: hash,
      startedAt: scenario.startAt,
      cloud: createCloud({
        project: spec.project,
        region: spec.region,
        authClient: inProcessClient(seen),
        baseUrl: BASE,
        clock,
        random,
        readOnly: false,
      }),
      probes: createProbesOver({ clock, http: transport.http, connect: transport.connect }),
      notifiers: [],
      clock,
      store: mortalStore(store, mortal),
      owner: { token: `boot-${boots}`, host: 'rig', pid: boots, described: `boot ${boots}` },
    });
    run.done.then(
      (ended) => void (mortal.dead || (end = ended)),
      (thrown) => void (mortal.dead || (failure = thrown)),
    );
  };
  let failure: unknown = null;
  boot();
  const passed = await clock.run(() => end !== null || failure !== null, { limitAt: scenario.startAt + 24 * 3_600_000 });
  if (failure !== null) throw new Error('the run failed', { cause: failure });
  if (passed.ended !== 'done' || end === null) throw new Error(`the run is ${passed.ended} after ${boots} boots`);
  const facts = await readWorldFacts(simulator, spec.project, spec.region);
  const context = (end as RunEnd).snapshot.context as IncidentContext;
  const mutations = context.mutations.map(({ title, outcome, before }) => ({ title, outcome, before: plain(before) }));
  return {
    mutations,
    outcome: (end as RunEnd).outcome,
    boots,
    writes: simulator.writes().map(written),
    traffic: facts.traffic,
    cases: facts.cases.length,
    points,
  };
}

/** Generations count every write of a service, ours too. */
function plain(before: IncidentContext['mutations'][number]['before']): unknown {
  const { generation: _generation, ...rest } = { generation: null, ...before };
  return rest;
}

/** One life of the controller. */
class Mortal {
  readonly #isFatal: (what: string) => boolean;
  readonly #reborn: () => void;
  dead = false;

  constructor(isFatal: (what: string) => boolean, reborn: () => void) {
    this.#isFatal = isFatal;
    this.#reborn = reborn;
  }

  /** Goes on, or never: then the next life begins. */
  async at(what: string): Promise<void> {
    if (this.dead) return NEVER;
    if (!this.#isFatal(what)) return;
    this.dead = true;
    this.#reborn();
    return NEVER;
  }

  async alive<T>(work: () => Promise<T>): Promise<T> {
    if (this.dead) return NEVER;
    const value = await work();
    return this.dead ? NEVER : value;
  }
}

function mortalStore(store: RunStore, mortal: Mortal): RunStore {
  return {
    described: store.described,
    load: () => mortal.alive(() => store.load()),
    async save(record) {
      await mortal.at(`before save ${record.seq}`);
      await store.save(record);
      await mortal.at(`after save ${record.seq}`);
    },
    appendJournal: (runId, lines) => mortal.alive(() => store.appendJournal(runId, lines)),
    readJournal: (runId) => mortal.alive(() => store.readJournal(runId)),
    readLease: () => mortal.alive(() => store.readLease()),
    acquireLease: (owner, now, ttlMs) => mortal.alive(() => store.acquireLease(owner, now, ttlMs)),
    renewLease: (lease, now, ttlMs) => mortal.alive(() => store.renewLease(lease, now, ttlMs)),
    releaseLease: (lease) => mortal.alive(() => store.releaseLease(lease)),
    sendCommand: (command) => store.sendCommand(command),
    readCommands: () => mortal.alive(() => store.readCommands()),
    removeCommand: (id) => mortal.alive(() => store.removeCommand(id)),
    writeStatus: (status) => mortal.alive(() => store.writeStatus(status)),
    readStatus: () => mortal.alive(() => store.readStatus()),
  };
}

function mortalSimulator(simulator: Simulator, mortal: Mortal): Simulator {
  return {
    scenario: simulator.scenario,
    clock: simulator.clock,
    baseUrl: simulator.baseUrl,
    speed: simulator.speed,
    async handle(request) {
      const writes =
        request.method === 'PATCH' || (request.method === 'POST' && /\/cases(?:$|\/|\?)|:(?:escalate|close)/.test(request.path));
      if (!writes) return mortal.alive(() => simulator.handle(request));
      await mortal.at(`before ${request.method} ${request.path.split('?')[0]}`);
      const answer = await simulator.handle(request);
      await mortal.at(`after ${request.method} ${request.path.split('?')[0]}`);
      return answer;
    },
    webSocket: (request) => simulator.webSocket(request),
    settle: () => simulator.settle(),
    ledger: simulator.ledger,
    requestsByApi: () => simulator.requestsByApi(),
    writes: () => simulator.writes(),
    faults: simulator.faults,
    chat: simulator.chat,
    say: (message) => simulator.say(message),
  };
}

function written({ method, path, body }: ReturnType<Simulator['writes']>[number]): string {
  const plain: Record<string, unknown> = typeof body === 'object' && body !== null ? { ...body } : {};
  delete plain['etag'];
  return JSON.stringify([method, path.split('?')[0], plain]);
}
