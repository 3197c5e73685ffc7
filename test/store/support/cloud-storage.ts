import { httpOver } from '../../../src/composition/cloud-storage.ts';
import { VirtualClock } from '../../../src/clocks/virtual-clock.ts';
import type { Clock } from '../../../src/ports/clock.ts';
import type { RunStore } from '../../../src/ports/store.ts';
import { inProcessClient } from '../../../src/simulator/http/in-process.ts';
import type { LoggedRequest, Simulator, SimulatorOptions } from '../../../src/simulator/simulator.ts';
import { createSimulator } from '../../../src/simulator/simulator.ts';
import type { Scenario } from '../../../src/simulator/scenario.ts';
import { createWorld } from '../../../src/simulator/world/world.ts';
import { createGcsStore } from '../../../src/store/gcs.ts';
import type { HttpPort } from '../../../src/store/gcs.ts';
import { BASE_URL, given } from '../../simulator/support/given.ts';

export const BUCKET = 'firebreak-runs';
export const PREFIX = 'team/state';
export const TARGET = 'shop-staging/us-central1/shop';
export const STORAGE = 'storage.googleapis.com';

/** A store in the Cloud Storage of a simulator, as one process has it. `http` may stand between. */
export function gcsStoreOn(
  simulator: Simulator,
  clock: Clock,
  http: HttpPort = httpOver(inProcessClient(simulator)),
  target = TARGET,
): RunStore {
  return createGcsStore({ bucket: BUCKET, prefix: PREFIX, target, http, clock, random: { next: () => 0.5 }, baseUrl: simulator.baseUrl });
}

export interface CloudStorage {
  readonly clock: VirtualClock;
  readonly simulator: Simulator;
  /** Another process that looks at the same target; time passes whenever one of its calls waits. */
  open(): RunStore;
  /** The same without anybody who lets time pass. */
  openBare(): RunStore;
  /** Lets time pass until the work has settled. */
  go<T>(work: Promise<T>): Promise<T>;
  /** An object of the target, put there or read by other hands. */
  putByHand(name: string, text: string): Promise<void>;
  readByHand(name: string): Promise<string | null>;
}

/** The simulated Cloud Storage on virtual time; nothing else happens in its world. */
export function cloudStorage(change: Partial<Scenario> = {}, options: Partial<SimulatorOptions> = {}): CloudStorage {
  const scenario = { ...given().scenario, ...change };
  const clock = new VirtualClock(scenario.startAt);
  const simulator = createSimulator({ scenario, world: createWorld(scenario), clock, baseUrl: BASE_URL, ...options });
  const go = async <T>(work: Promise<T>): Promise<T> => {
    await clock.run(work);
    return work;
  };
  const openBare = () => gcsStoreOn(simulator, clock);
  const nameOf = (name: string) => encodeURIComponent(`${PREFIX}/${TARGET}/${name}`);
  const byHand = (method: string, path: string, body: string) =>
    simulator.handle({ method, path, headers: { 'x-sim-actor': 'ann@example.com', 'content-type': 'application/json' }, body });
  return {
    clock,
    simulator,
    openBare,
    open: () => driven(openBare(), go),
    go,
    async putByHand(name, text) {
      await go(clock.sleepUntil(clock.now() + 1_000));
      const answer = await byHand('POST', `/upload/storage/v1/b/${BUCKET}/o?uploadType=media&name=${nameOf(name)}`, text);
      if (answer.status !== 200) throw new Error(answer.body);
    },
    async readByHand(name) {
      const answer = await byHand('GET', `/storage/v1/b/${BUCKET}/o/${nameOf(name)}?alt=media`, '');
      return answer.status === 200 ? answer.body : null;
    },
  };
}

/** Every call lets virtual time pass until it has settled. */
function driven(store: RunStore, go: CloudStorage['go']): RunStore {
  return {
    described: store.described,
    load: () => go(store.load()),
    save: (record) => go(store.save(record)),
    appendJournal: (runId, lines) => go(store.appendJournal(runId, lines)),
    readJournal: (runId, after) => go(store.readJournal(runId, after)),
    readLease: () => go(store.readLease()),
    acquireLease: (owner, now, ttlMs) => go(store.acquireLease(owner, now, ttlMs)),
    renewLease: (lease, now, ttlMs) => go(store.renewLease(lease, now, ttlMs)),
    releaseLease: (lease) => go(store.releaseLease(lease)),
    sendCommand: (command) => go(store.sendCommand(command)),
    readCommands: () => go(store.readCommands()),
    removeCommand: (id) => go(store.removeCommand(id)),
    writeStatus: (status) => go(store.writeStatus(status)),
    readStatus: () => go(store.readStatus()),
    keepText: (runId, name, text) => go(store.keepText(runId, name, text)),
  };
}

export interface WriteFigures {
  readonly requests: number;
  readonly writes: number;
  readonly refusedForRate: number;
  /** Shortest time between two changes of one object, in ms. */
  readonly shortestGapMs: number;
}

/** What the store has cost so far: a change counts when it took effect. Uploads name their object in the body, so `nameOf` tells it. */
export function writeFigures(
  ledger: readonly LoggedRequest[],
  uploads: readonly { readonly at: number; readonly name: string }[],
): WriteFigures {
  const own = ledger.filter(({ api }) => api === STORAGE);
  const last = new Map<string, number>();
  let shortestGapMs = Infinity;
  for (const { at, name } of uploads) {
    shortestGapMs = Math.min(shortestGapMs, at - (last.get(name) ?? -Infinity));
    last.set(name, at);
  }
  return {
    requests: own.length,
    writes: own.filter(({ committed }) => committed).length,
    refusedForRate: own.filter(({ status }) => status === 429).length,
    shortestGapMs,
  };
}

/** The same port; what it uploads is noted with its name and the instant at which it is sent. */
export function notingUploads(http: HttpPort, clock: Clock): { readonly http: HttpPort; readonly uploads: { at: number; name: string }[] } {
  const uploads: { at: number; name: string }[] = [];
  return {
    uploads,
    http(request) {
      const name = /\{"name":"([^"]+)"/.exec(request.body ?? '')?.[1];
      if (name !== undefined) uploads.push({ at: clock.now(), name });
      return http(request);
    },
  };
}
