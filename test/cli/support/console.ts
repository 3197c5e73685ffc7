import type { CliDeps, StopSignal, Verb } from '../../../src/cli/deps.ts';
import { UserError } from '../../../src/core/errors.ts';
import { runCli } from '../../../src/cli/program.ts';
import { steeringVerbs } from '../../../src/cli/verbs.ts';
import type { Clock } from '../../../src/ports/clock.ts';
import type { LeaseOwner, RunRecord, RunStatus, RunStore } from '../../../src/ports/store.ts';
import { createMemoryStore } from '../../../src/store/memory.ts';

export const NOW = Date.UTC(2025, 8, 16, 14, 30, 0);
export const TARGET = 'netra-staging/us-central1/issue-1278';

export interface Result {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A terminal's worth of command line over stores in memory, on a clock that jumps to whatever is waited for. */
export class Console {
  readonly stores = new Map<string, RunStore>();
  /** Kept below the state, by their folder. */
  readonly rehearsals = new Map<string, RunStore>();
  readonly files = new Map<string, string>();
  readonly env: Record<string, string> = {};
  /** Called at each wait: what happens meanwhile. */
  meanwhile: () => Promise<void> = async () => {};
  readonly exits: number[] = [];
  /** What a simulator's clock shows; null: nobody can be asked; `down`: none answers. */
  simulated: number | 'down' | null = null;
  /** What the person at the terminal types at each question; null: there is no terminal. */
  typed: string[] | null = null;
  /** The width of the terminal; null: a pipe. */
  terminal: number | null = null;
  /** What happens while a question is read. */
  whileReading: () => Promise<void> = async () => {};
  #now = NOW;
  #ids = 0;
  readonly #listeners = new Set<(signal: StopSignal) => void>();
  #stdout = '';
  #stderr = '';

  readonly clock: Clock = {
    now: () => this.#now,
    sleepUntil: async (at, signal) => {
      await this.meanwhile();
      signal?.throwIfAborted();
      this.#now = Math.max(this.#now, at);
    },
    during: (work) => work,
  };

  async run(argv: readonly string[], verbs: readonly Verb[] = steeringVerbs): Promise<Result> {
    this.#stdout = '';
    this.#stderr = '';
    const code = await runCli(argv, this.deps(), verbs);
    return { code, stdout: this.#stdout, stderr: this.#stderr };
  }

  signal(signal: StopSignal): void {
    for (const listener of this.#listeners) listener(signal);
  }

  pass(ms: number): void {
    this.#now += ms;
  }

  get listening(): number {
    return this.#listeners.size;
  }

  get said(): string {
    return this.#stderr;
  }

  deps(): CliDeps {
    return {
      version: '1.2.3',
      stdout: this.#output(),
      stderr: { isTTY: false, columns: 80, write: (text) => void (this.#stderr += text) },
      env: this.env,
      cwd: '/',
      user: 'ann@laptop',
      clock: this.clock,
      readFile: async (path) => {
        const text = this.files.get(path);
        if (text === undefined) throw Object.assign(new Error(`ENOENT: ${path}`), { code: 'ENOENT' });
        return Buffer.from(text);
      },
      writeNewFile: async (path, text) => {
        if (this.files.has(path)) throw new UserError('file-exists', `${path}: there is a file of this name`, 'name another one');
        this.files.set(path, text);
      },
      replaceFile: async (path, text) => void this.files.set(path, text),
      newId: () => `id-${(this.#ids += 1)}`,
      onSignal: (listener) => {
        this.#listeners.add(listener);
        return () => void this.#listeners.delete(listener);
      },
      exitNow: (code) => void this.exits.push(code),
      openStore: async (state, target) => (isRehearsals(state) ? this.rehearsals.get(target)! : this.store(target)),
      ...(this.simulated === null ? {} : { followClock: async () => this.#followed() }),
      ...(this.typed === null ? {} : { ask: (question: string) => this.#ask(question) }),
      listTargets: async (state) => [...(isRehearsals(state) ? this.rehearsals : this.stores).keys()].toSorted(),
    };
  }

  #output(): CliDeps['stdout'] {
    const columns = (): number => this.terminal ?? 80;
    return {
      isTTY: this.terminal !== null,
      get columns() {
        return columns();
      },
      write: (text) => void (this.#stdout += text),
    };
  }

  #followed(): Clock {
    const { simulated } = this;
    if (typeof simulated === 'number') return { ...this.clock, now: () => simulated };
    throw new UserError('clock-down', 'no simulator tells the time there', 'start it', { exitCode: 75 });
  }

  async #ask(question: string): Promise<string> {
    this.#stdout += question;
    await this.whileReading();
    return this.typed?.shift() ?? '';
  }

  store(target: string = TARGET): RunStore {
    const store = this.stores.get(target) ?? createMemoryStore(target);
    this.stores.set(target, store);
    return store;
  }
}

function isRehearsals(state: string): boolean {
  return state.endsWith('/rehearsals');
}

export const OWNER: LeaseOwner = { token: 't', host: 'job-1', pid: 7, described: 'execution firebreak-x1' };

/** A run that somebody drives: record, status and lease are there. */
export async function drivenRun(
  store: RunStore,
  changes: { readonly status?: Partial<RunStatus>; readonly record?: Partial<RunRecord>; readonly owner?: Partial<LeaseOwner> } = {},
): Promise<RunRecord> {
  const { lease } = await store.acquireLease({ ...OWNER, ...changes.owner }, NOW, 60_000);
  const record: RunRecord = { ...RECORD, epoch: lease.epoch, ...changes.record };
  await store.save(record);
  await store.writeStatus({ ...STATUS, ...changes.status });
  return record;
}

export const STATUS: RunStatus = {
  runId: 'run-1',
  phase: 'services.stabilizing',
  states: [
    'working.watch.resting',
    'working.runbook.services.stabilizing',
    'working.escalation.watching',
    'working.operator.active',
    'working.telling.quiet',
  ],
  at: '2025-09-16T14:29:48.000Z',
  startedAt: '2025-09-16T13:00:00.000Z',
  outcome: null,
  conditions: [
    {
      type: 'Healthy',
      status: 'False',
      reason: 'fail',
      message: 'auth 503',
      lastTransitionTime: '2025-09-16T13:00:00.000Z',
      observedGeneration: 4,
    },
    {
      type: 'Held',
      status: 'False',
      reason: 'NotHeld',
      message: '',
      lastTransitionTime: '2025-09-16T13:00:00.000Z',
      observedGeneration: 4,
    },
  ],
  why: 'netra-auth-service must stay healthy for 5m',
  whyNot: 'netra-backend-staging waits for netra-auth-service',
  accepts: ['HOLD', 'ABORT', 'ROLLBACK'],
  waiting: [{ for: '5m of unbroken health', owner: 'firebreak', until: '2025-09-16T14:33:05.000Z', then: 'deploying the next service' }],
  lastError: null,
};

export const RECORD: RunRecord = {
  format: 1,
  runId: 'run-1',
  specHash: 'abc',
  machine: { id: 'incident', version: '1', shape: 's' },
  epoch: 1,
  seq: 4,
  savedAt: NOW,
  snapshot: {},
  timers: [],
  activities: [],
  commandsTaken: [],
  pending: [],
  journalHead: '',
  journalSeq: 0,
  ended: null,
};

export const PLAN = '1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d5e6f708192a3b4c5d6e7f809';

/** A run that asks for a yes to a plan: one step that cannot be undone, and one that goes with it. */
export const ASKING: Partial<RunStatus> = {
  states: ['working.runbook.assessing.awaitingApproval', 'working.operator.active'],
  accepts: ['HOLD', 'ABORT', 'APPROVE', 'REJECT', 'SKIP', 'ROLLBACK'],
  asks: {
    question: 'issue-1278: staging-connector is saturated. Apply it?',
    about: 'plan',
    plan: PLAN,
    steps: [
      {
        id: 'connector:staging-connector',
        title: 'Scale staging-connector to 3–10 × e2-standard-4',
        reason: 'cpu p99 100 %',
        needsYes: 'policy.approve names irreversible changes',
        irreversible: true,
        diff: ['- minInstances: 2', '+ minInstances: 3'],
        undo: 'bounds never fall',
      },
      {
        id: 'pin:netra-backend-staging',
        title: 'Pin 100 % of netra-backend-staging',
        reason: 'two revisions serve',
        needsYes: null,
        irreversible: false,
        diff: ['- traffic: a 50 %, b 50 %', '+ traffic: b 100 %'],
        undo: 'put back the recorded vector',
      },
    ],
    until: '2025-09-16T14:56:00.000Z',
    otherwise: 'the run is aborted',
  },
};

const HELD_STATES = STATUS.states.map((state) => state.replace('operator.active', 'operator.held'));

const HELD_CONDITIONS: RunStatus['conditions'] = STATUS.conditions.map((condition) =>
  condition.type === 'Held' ? { ...condition, status: 'True', reason: 'Held' } : condition,
);

/** By a human's word. */
export const HELD: Partial<RunStatus> = { states: HELD_STATES, conditions: HELD_CONDITIONS, accepts: ['RESUME', 'ABORT', 'ROLLBACK'] };

/** Somebody else has changed something. */
export const CHANGED: Partial<RunStatus> = {
  ...HELD,
  accepts: ['RESUME', 'ADOPT', 'ABORT', 'ROLLBACK'],
  asks: {
    question: 'service:x was changed, not by this run (by bob): adopt, resume or abort?',
    about: 'change',
    plan: PLAN,
    until: null,
    otherwise: 'the run is aborted',
  },
};
