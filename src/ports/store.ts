import type { PlainError } from '../core/errors.ts';

/** A pending timer: fires once at or after `dueAt`, also after a restart. */
export interface PendingTimer {
  readonly id: string;
  readonly event: { readonly type: string };
  readonly dueAt: number;
}

/** A pending activity: runs at least once; `key` stays the same at every repetition. */
export interface PendingActivity {
  readonly id: string;
  readonly src: string;
  readonly input: unknown;
  readonly key: string;
}

/** Everything needed to go on after a crash, in one atomically replaced record. */
export interface RunRecord {
  readonly format: 1;
  readonly runId: string;
  /** Hash of what the document says that the run was started with. */
  readonly specHash: string;
  readonly machine: { readonly id: string; readonly version: string; readonly shape: string };
  /** Version and build of the program that saved it, as `firebreak --version` says it; missing: before it was noted. */
  readonly program?: string;
  /** How it was begun, or gone on with last; missing: not by a command, or by a version that did not note it. */
  readonly begun?: Begun;
  /** Lease epoch under which it was saved. */
  readonly epoch: number;
  readonly seq: number;
  readonly savedAt: number;
  /** The machine's persisted snapshot; JSON. */
  readonly snapshot: unknown;
  readonly timers: readonly PendingTimer[];
  readonly activities: readonly PendingActivity[];
  /** Ids of commands whose consequence is in this snapshot, newest last, bounded. */
  readonly commandsTaken: readonly string[];
  /** What became of them, in the same order; missing for what a version took that kept none. */
  readonly receipts?: readonly CommandReceipt[];
  /** Journal lines that this save decided and that are not yet known to be in the journal. */
  readonly pending: readonly JournalLine[];
  /** Hash of the newest journal line, '' when there is none. */
  readonly journalHead: string;
  /** Number of the newest journal line, 0 when there is none. Lines have a count of their own: a claim adds one without a step. */
  readonly journalSeq: number;
  readonly ended: { readonly at: number; readonly outcome: string } | null;
  /** Earlier runs of this target, oldest first, bounded; missing: none is known. */
  readonly history?: readonly EarlierRun[];
}

/** What `firebreak run` was told: with the same it goes on as before. */
export interface Begun {
  /** The document, by its whole path on that machine. */
  readonly file: string;
  readonly endpoint?: string;
  readonly clock?: string;
  readonly mode?: string;
}

/** What is remembered of a run when the next one begins: what the loop breaker judges by. */
export interface EarlierRun {
  readonly runId: string;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly outcome: string;
  /** Step ids of the plan that were applied; what was put back again does not take them away. */
  readonly applied: readonly string[];
}

/** One line of the journal. `hash` covers every other field and the hash of the line before. */
export interface JournalLine {
  readonly seq: number;
  readonly at: number;
  readonly kind: 'decision' | 'tick' | 'claim' | 'command' | 'note';
  readonly event: string;
  /** State value after the event, as `region.state` paths. */
  readonly states: readonly string[];
  readonly data: unknown;
  readonly previous: string;
  readonly hash: string;
}

export interface Lease {
  readonly epoch: number;
  readonly owner: LeaseOwner;
  readonly acquiredAt: number;
  readonly expiresAt: number;
}

export interface LeaseOwner {
  /** Random per process. */
  readonly token: string;
  readonly host: string;
  readonly pid: number;
  /** Execution name in Cloud Run, or a terminal: words a human can look up. */
  readonly described: string;
  /** Whose time the lease and the run's instants are in: the URL of a simulator's clock; null: real time; missing: not known. */
  readonly clock?: string | null;
  /** What its run may change: `connector:NAME`, `service:NAME`. Claimed with the lease, and over with it. Missing: not known. */
  readonly writes?: readonly string[];
}

/**
 * A request of a human (or of another process) to a run. One whose event says `standing: true` stays when it has been taken, and
 * every later run takes it, too: the kill switch.
 */
export interface Command {
  readonly id: string;
  readonly at: number;
  readonly by: string;
  readonly event: { readonly type: string } & Readonly<Record<string, unknown>>;
}

/** The run's answer to a command that it has taken: whether it goes by it, and why not. `why` is null when it does. */
export interface CommandReceipt {
  readonly id: string;
  readonly accepted: boolean;
  readonly why: string | null;
  /** When it was taken, by the run's clock; missing: of a version that did not note it. */
  readonly at?: number;
}

/**
 * The memory of one target (a document's name in a project and region). Local folder, memory, or Cloud Storage.
 *
 * Errors: `FencedError` when a newer epoch, or a newer save of the same epoch, is already there; `UserError` when the
 * store cannot be used at all (folder not writable, torn or unknown record); `TransientError` when it may work later.
 */
export interface RunStore {
  /** Where it is, for messages. */
  readonly described: string;
  load(): Promise<RunRecord | null>;
  /** Atomic and fenced: replaces the record only when it is at (`epoch`, `seq`) older than `record`. Durable when it returns. */
  save(record: RunRecord): Promise<void>;
  /** Idempotent by `seq`; durable when it returns. */
  appendJournal(runId: string, lines: readonly JournalLine[]): Promise<void>;
  /** Those after that `seq` (0 where none is given), in its order; torn last lines are left out. */
  readJournal(runId: string, after?: number): Promise<readonly JournalLine[]>;

  /** Who holds it, expired or not. */
  readLease(): Promise<Lease | null>;
  /**
   * Takes the lease when it is free, expired at `now`, ours, or its owner is provably dead (same host, no such process).
   * The epoch rises by one at each acquisition. Returns the holder's lease, which is not ours when it was refused.
   */
  acquireLease(owner: LeaseOwner, now: number, ttlMs: number): Promise<{ readonly acquired: boolean; readonly lease: Lease }>;
  /** Extends it; `FencedError` when it is not ours any more. */
  renewLease(lease: Lease, now: number, ttlMs: number): Promise<Lease>;
  /** Gives it back; silent when it is not ours any more. */
  releaseLease(lease: Lease): Promise<void>;

  /** Leaves a command for the run; durable when it returns. Idempotent by id. */
  sendCommand(command: Command): Promise<void>;
  /** Commands not yet removed, oldest first. */
  readCommands(): Promise<readonly Command[]>;
  removeCommand(id: string): Promise<void>;

  /** What the run wants others to see (DESIGN section 5, `status`); replaced whole. May be left out silently when the lease is another's. */
  writeStatus(status: RunStatus): Promise<void>;
  readStatus(): Promise<RunStatus | null>;

  /**
   * Keeps a text for people (such as that of a support case), replaced whole; says where it lies, in words to open it by. A name with an
   * ending (`report.html`) keeps it.
   */
  keepText(runId: string, name: string, text: string): Promise<string>;
}

export interface Condition {
  readonly type: string;
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason: string;
  readonly message: string;
  readonly lastTransitionTime: string;
  readonly observedGeneration: number;
}

export type StepState = 'done' | 'in hand' | 'to do' | 'skip' | 'veto';

export interface RunStatus {
  readonly runId: string;
  readonly phase: string;
  readonly states: readonly string[];
  readonly at: string;
  readonly startedAt: string;
  readonly outcome: string | null;
  readonly conditions: readonly Condition[];
  /** One line: why it is doing what it does. */
  readonly why: string;
  /** One line: why it is not doing what one might expect. */
  readonly whyNot: string;
  /** What it waits for, until when (RFC 3339), and what follows then. */
  readonly waiting: readonly { readonly for: string; readonly owner: string; readonly until: string | null; readonly then: string }[];
  /**
   * All that leads out of the runbook's state, nearest first: what must happen (of a deadline, what else must hold then; '' for nothing), by
   * when at the latest (RFC 3339), and what follows. Missing: nothing, or a run of an older version.
   */
  readonly leaves?: readonly { readonly when: string; readonly until: string | null; readonly to: string }[];
  /** Where health must last unbroken: how much of it has been seen, how much is wanted, and before when that cannot be whole (RFC 3339). */
  readonly proof?: { readonly healthyMs: number; readonly wantedMs: number; readonly earliest: string };
  /** Whose time its instants are in, as in `LeaseOwner`. */
  readonly clock?: string | null;
  /** What it may change: `connector:NAME`, `service:NAME`. Missing: a run of an older version. */
  readonly writes?: readonly string[];
  /** What a human is asked now; missing: nothing. */
  readonly asks?: Asked;
  /** The orders (`APPROVE`, `RETRY`, …) that the run would take as it stands; missing: a run of an older version. */
  readonly accepts?: readonly string[];
  /** The plan in hand, in its order; missing: there is none. */
  readonly plan?: {
    readonly hash: string;
    readonly steps: readonly { readonly id: string; readonly title: string; readonly state: StepState; readonly reason: string }[];
  };
  /** What the run has changed, oldest first; `undo` is '' for what is an undo itself. Missing: nothing. */
  readonly changes?: readonly { readonly title: string; readonly irreversible: boolean; readonly undo: string }[];
  /** What a rollback would do now, newest change first; missing: the run has changed nothing. */
  readonly rollback?: Rollback;
  readonly lastError: PlainError | null;
}

/** The open question. A yes names `plan`, the hash of the plan it is about. */
export interface Asked {
  readonly question: string;
  /** A yes to the plan, the answer to a question of the plan or of a failure, or what to do about somebody else's change. */
  readonly about?: 'plan' | 'question' | 'change';
  readonly plan: string | null;
  /** With `about: 'plan'`: all that a yes lets happen, in order. */
  readonly steps?: readonly AskedStep[];
  /** What the question rests on. */
  readonly evidence?: readonly string[];
  /** With `about: 'question'`: what a yes lets happen; null: a yes answers nothing, it is asked again. Missing: a run of an older version. */
  readonly yes?: string | null;
  readonly until: string | null;
  /** What follows when nobody answers until then. */
  readonly otherwise: string;
}

export interface AskedStep {
  readonly id: string;
  readonly title: string;
  readonly reason: string;
  /** Why it waits for a yes; null: it needs none by itself, and goes with the plan. */
  readonly needsYes: string | null;
  readonly irreversible: boolean;
  readonly diff: readonly string[];
  /** How to undo it, or that it cannot be undone. */
  readonly undo: string;
}

export interface Rollback {
  /** `traffic`: the recorded vector, in words. */
  readonly back: readonly { readonly service: string; readonly traffic: string }[];
  /** What the run has moved and a rollback leaves as it is, and why. */
  readonly left: readonly { readonly service: string; readonly why: string }[];
  /** What the run knows that speaks against it. Missing: nothing, or a run of an older version. */
  readonly mind?: readonly string[];
}
