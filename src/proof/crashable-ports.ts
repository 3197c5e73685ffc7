import type { Clock } from '../ports/clock.ts';
import type { RunRecord, RunStore } from '../ports/store.ts';
import type { Simulator, SimRequest } from '../simulator/simulator.ts';
import type { Incarnation } from './incarnation.ts';

/** The clock as one incarnation sees it: with its own offset, silent while it is frozen, and for ever after its death. */
export function crashableClock(clock: Clock, life: Incarnation): Clock {
  const now = (): number => clock.now() + life.clockOffsetMs;
  return {
    now,
    async sleepUntil(at, signal) {
      signal?.throwIfAborted();
      if (life.clockIsTrue) await clock.sleepUntil(at, signal);
      else {
        // As the wall clock does it: a wait is never longer than it was when it began, however far the clock is set back.
        const endsAt = clock.now() + at - now();
        while (now() < at && clock.now() < endsAt) await sleepOrJump(clock, life, Math.min(at - life.clockOffsetMs, endsAt), signal);
      }
      await life.pass();
    },
    // A dead process holds nothing: the work it had under way must not keep time from moving.
    async during(work) {
      await clock.during(Promise.race([work.then(ignore, ignore), life.death]));
      await life.pass();
      return work;
    },
  };
}

const ignore = (): void => {};

/** Until the instant of the true time, or until this life's clock is set. */
async function sleepOrJump(clock: Clock, life: Incarnation, at: number, signal: AbortSignal | undefined): Promise<void> {
  const woken = new AbortController();
  const cancel = (): void => woken.abort(signal?.reason);
  const forgetJump = life.onJump(() => woken.abort(JUMPED));
  signal?.addEventListener('abort', cancel, { once: true });
  try {
    await clock.sleepUntil(at, woken.signal);
  } catch (thrown) {
    if (thrown !== JUMPED) throw thrown;
  } finally {
    forgetJump();
    signal?.removeEventListener('abort', cancel);
  }
}

const JUMPED = new Error('the clock was set');

export interface StoreTrouble {
  /** Asked before each save: the error it fails with, before or after it has been stored; null: none. */
  readonly onSave: (life: Incarnation) => { readonly when: 'before' | 'after'; readonly error: Error } | null;
}

/** The store as one incarnation reaches it. Each save is two points: before it, and after it. */
export function crashableStore(store: RunStore, life: Incarnation, trouble: StoreTrouble | null, watcher: Watcher = {}): RunStore {
  return {
    described: store.described,
    load: () => life.unlessDead(() => store.load()),
    async save(record) {
      await life.at(`before save ${record.seq}`);
      const failure = trouble?.onSave(life) ?? null;
      if (failure?.when === 'before') throw failure.error;
      await store.save(record);
      watcher.onStored?.(record, life);
      if (failure !== null) throw failure.error;
      await life.at(`after save ${record.seq}`);
    },
    appendJournal: (runId, lines) => life.unlessDead(() => store.appendJournal(runId, lines)),
    readJournal: (runId, after) => life.unlessDead(() => store.readJournal(runId, after)),
    readLease: () => life.unlessDead(() => store.readLease()),
    async acquireLease(owner, now, ttlMs) {
      const answer = await life.unlessDead(() => store.acquireLease(owner, now, ttlMs));
      if (answer.acquired) life.epoch = answer.lease.epoch;
      return answer;
    },
    renewLease: (lease, now, ttlMs) => life.unlessDead(() => store.renewLease(lease, now, ttlMs)),
    releaseLease: (lease) => life.unlessDead(() => store.releaseLease(lease)),
    sendCommand: (command) => store.sendCommand(command),
    readCommands: () => life.unlessDead(() => store.readCommands()),
    removeCommand: (id) => life.unlessDead(() => store.removeCommand(id)),
    keepText: (runId, name, text) => life.unlessDead(() => store.keepText(runId, name, text)),
    writeStatus: (status) => life.unlessDead(() => store.writeStatus(status)),
    readStatus: () => life.unlessDead(() => store.readStatus()),
  };
}

export interface Watcher {
  /** A record has been stored, whether or not its writer hears of it. */
  readonly onStored?: (record: RunRecord, life: Incarnation) => void;
  /** A request of this life is about to reach the simulated cloud. */
  readonly onRequest?: (request: SimRequest, life: Incarnation) => void;
  /** It has been served: what was committed by now is in `simulator.writes()`. */
  readonly onServed?: (request: SimRequest, life: Incarnation) => void;
}

/** The simulated cloud as one incarnation reaches it. Each request that may change it is two points: before it is sent, and before its answer is heard. */
export function crashableSimulator(simulator: Simulator, life: Incarnation, watcher: Watcher = {}): Simulator {
  return {
    scenario: simulator.scenario,
    clock: simulator.clock,
    baseUrl: simulator.baseUrl,
    listensAt: (host, port) => simulator.listensAt(host, port),
    speed: simulator.speed,
    async handle(request) {
      const mayChange = changesTheWorld(request);
      const words = requestWords(request);
      await (mayChange ? life.at(`before ${words}`) : life.pass());
      watcher.onRequest?.(request, life);
      try {
        const answer = await simulator.handle(life.stoodStillAt === `before ${words}` ? withoutSignal(request) : request);
        watcher.onServed?.(request, life);
        return answer;
      } finally {
        await (mayChange ? life.at(`after ${words}`) : life.pass());
      }
    },
    tlsProblem: (host) => simulator.tlsProblem(host),
    webSocket: (request) => simulator.webSocket(request),
    postgres: () => simulator.postgres(),
    settle: () => simulator.settle(),
    ledger: simulator.ledger,
    requestsByApi: () => simulator.requestsByApi(),
    writes: () => simulator.writes(),
    faults: simulator.faults,
    missedHands: simulator.missedHands,
    chat: simulator.chat,
    people: simulator.people,
    say: (message) => simulator.say(message),
  };
}

/** A process that wakes right at the send writes to its socket before it hears of any deadline that has passed meanwhile. */
function withoutSignal({ signal: _signal, ...request }: SimRequest): SimRequest {
  return request;
}

/** `PATCH services/netra-auth-service`: the method and the resource, without the project around it. */
export function requestWords({ method, path }: Pick<SimRequest, 'method' | 'path'>): string {
  const parts = (path.split('?', 1)[0] ?? '').split('/').filter((part) => part !== '');
  return `${method} ${parts.slice(-2).join('/')}`;
}

/** POSTs of Google's APIs that only read. */
const READING_POST = /:(?:list|testIamPermissions|getIamPolicy|generateIdToken|search|query)(?:\?|$)/;

/** Whether a request asks Google for a change, or tells people something by a channel of theirs: not what is said to the services. */
export function changesTheWorld({ method, path }: Pick<SimRequest, 'method' | 'path'>): boolean {
  if (path.startsWith('/_')) return method !== 'GET' && path.startsWith('/_people/');
  return method === 'PATCH' || method === 'DELETE' || method === 'PUT' || (method === 'POST' && !READING_POST.test(path));
}
