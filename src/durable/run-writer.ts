import type { AnyMachineSnapshot } from 'xstate';
import { FencedError } from '../core/errors.ts';
import type { Begun, EarlierRun, JournalLine, PendingActivity, PendingTimer, RunRecord } from '../ports/store.ts';
import { leafStates } from './describe.ts';
import type { JournalNote } from './describe.ts';
import { persist } from './interpret.ts';
import { chainLine } from './journal.ts';
import type { JournalEntry } from './journal.ts';
import { outcomeOf, stampOf } from './record.ts';
import type { RunOptions } from './run-options.ts';

/** What the runner wants written after a step; `note` null writes no line. */
export interface Entry {
  readonly at: number;
  readonly snapshot: AnyMachineSnapshot;
  readonly note: JournalNote | { readonly kind: 'claim'; readonly event: string; readonly data: unknown } | null;
  readonly timers: readonly PendingTimer[];
  readonly activities: readonly PendingActivity[];
  readonly commandsTaken: RunRecord['commandsTaken'];
  readonly receipts?: RunRecord['receipts'];
}

export interface RunWriterOptions {
  readonly run: Pick<RunOptions, 'machine' | 'version' | 'program' | 'begun' | 'runId' | 'specHash' | 'store'>;
  /** Epoch of the lease under which it writes now. */
  readonly epoch: () => number;
  readonly retry: <T>(what: string, call: () => Promise<T>) => Promise<T>;
  readonly onWarning: (message: string, cause: unknown) => void;
}

/** Beyond this many lines that the journal did not take, the record would grow without bound. */
const MOST_PENDING_LINES = 500;

/** Writes the record and, from it, the journal. Steps and lines are counted apart: a claim is a line without a step. */
export class RunWriter {
  readonly #options: RunWriterOptions;
  readonly #machine: RunRecord['machine'];
  #seq = 0;
  #journalSeq = 0;
  #journalHead = '';
  /** Lines of the last saves that are not known to be in the journal. */
  #pending: JournalLine[] = [];
  #history: readonly EarlierRun[] = [];
  #begun: Begun | undefined;

  constructor(options: RunWriterOptions) {
    this.#options = options;
    this.#machine = stampOf(options.run.machine, options.run.version);
  }

  /** Number of the step at hand. */
  get seq(): number {
    return this.#seq;
  }

  nextStep(): void {
    this.#seq++;
  }

  restore(record: RunRecord): void {
    this.#seq = record.seq;
    this.#journalSeq = record.journalSeq;
    this.#journalHead = record.journalHead;
    this.#pending = [...record.pending];
    this.#history = record.history ?? [];
    this.#begun = record.begun;
  }

  /** What goes on into every record of this run: the earlier runs of its target. */
  remember(history: readonly EarlierRun[]): void {
    this.#history = history;
  }

  /** One fenced save, tried again while the store is away; durable when it returns. Then the journal gets its lines. */
  async write(entry: Entry): Promise<{ readonly record: RunRecord; readonly lines: readonly JournalLine[] }> {
    const { snapshot, at, note } = entry;
    const outcome = snapshot.status === 'active' ? null : outcomeOf(snapshot);
    const states = leafStates(snapshot);
    const lines = note === null ? [] : [this.#chain({ ...note, at, states })];
    if (outcome !== null) lines.push(this.#chain({ kind: 'decision', event: 'run.ended', data: { outcome }, at, states }));
    const record = this.#record(entry, outcome);
    await this.#options.retry('saving', () => this.#options.run.store.save(record));
    await this.appendPending();
    return { record, lines };
  }

  /** The record holds the lines, so a journal that cannot be written now does not hold up the incident. */
  async appendPending(): Promise<void> {
    const { run, onWarning } = this.#options;
    if (this.#pending.length === 0) return;
    try {
      await run.store.appendJournal(run.runId, this.#pending);
      this.#pending = [];
    } catch (thrown) {
      if (thrown instanceof FencedError || this.#pending.length > MOST_PENDING_LINES) throw thrown;
      onWarning(`${this.#pending.length} journal lines wait in the record`, thrown);
    }
  }

  #chain(entry: JournalEntry): JournalLine {
    const line = chainLine({ seq: this.#journalSeq, head: this.#journalHead }, entry);
    this.#journalSeq = line.seq;
    this.#journalHead = line.hash;
    this.#pending.push(line);
    return line;
  }

  #record({ at, snapshot, timers, activities, commandsTaken, receipts }: Entry, outcome: string | null): RunRecord {
    const { run, epoch } = this.#options;
    return {
      format: 1,
      runId: run.runId,
      specHash: run.specHash,
      machine: this.#machine,
      ...(run.program === undefined ? {} : { program: run.program }),
      ...begunOf(run.begun ?? this.#begun),
      epoch: epoch(),
      seq: this.#seq,
      savedAt: at,
      snapshot: persist(run.machine, snapshot),
      timers,
      activities,
      commandsTaken,
      ...(receipts === undefined ? {} : { receipts }),
      pending: [...this.#pending],
      journalHead: this.#journalHead,
      journalSeq: this.#journalSeq,
      ended: outcome === null ? null : { at, outcome },
      ...(this.#history.length === 0 ? {} : { history: this.#history }),
    };
  }
}

function begunOf(begun: Begun | undefined): Pick<RunRecord, 'begun'> {
  return begun === undefined ? {} : { begun };
}
