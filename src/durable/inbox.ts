import type { Clock } from '../ports/clock.ts';
import type { Command, CommandReceipt, RunRecord, RunStore } from '../ports/store.ts';

export interface InboxOptions {
  readonly store: RunStore;
  readonly clock: Clock;
  /** Infinity: only when `poll` is called. */
  readonly everyMs: number;
  readonly deliver: (command: Command) => void;
  readonly onWarning: (message: string, cause: unknown) => void;
}

/** Meant for every run of the target until a human takes it back. */
export function isStanding({ event }: Command): boolean {
  return event['standing'] === true;
}

/** As many as a record remembers; an inbox with more unremoved commands than this is not to be expected. */
const REMEMBERED = 200;

/**
 * Commands of humans, delivered once each: at once they stand in line, `taken` puts their id into the next save, and only after
 * that save `remove` takes them out of the store. A command that is still there though it was taken is only removed.
 * A standing command (`isStanding`) is taken once by each run, and only a human takes it out of the store.
 */
export class Inbox {
  readonly #options: InboxOptions;
  readonly #inLine = new Set<string>();
  #taken: readonly string[] = [];
  #receipts: readonly CommandReceipt[] = [];
  #polling: Promise<void> | null = null;

  constructor(options: InboxOptions) {
    this.#options = options;
  }

  /** What of it the next save keeps: all that is taken, and what became of it, newest last, bounded. */
  get kept(): Pick<RunRecord, 'commandsTaken' | 'receipts'> {
    return { commandsTaken: this.#taken, ...(this.#receipts.length === 0 ? {} : { receipts: this.#receipts }) };
  }

  restore({ commandsTaken, receipts = [] }: Pick<RunRecord, 'commandsTaken' | 'receipts'>): void {
    this.#taken = commandsTaken;
    this.#receipts = receipts;
  }

  isTaken(id: string): boolean {
    return this.#taken.includes(id);
  }

  /** With the run's answer to it: null, it goes by it; else why not. `at`: the present. */
  take(id: string, why: string | null, at: number): void {
    this.#taken = [...this.#taken, id].slice(-REMEMBERED);
    this.#receipts = [...this.#receipts, { id, accepted: why === null, why, at }].slice(-REMEMBERED);
  }

  async remove(command: Command): Promise<void> {
    const { id } = command;
    if (isStanding(command)) return;
    await this.#options.store
      .removeCommand(id)
      .catch((cause: unknown) => this.#options.onWarning(`command ${id} could not be removed yet`, cause));
    this.#inLine.delete(id);
  }

  /** Looks now. Never throws: a store that is away is asked again at the next turn. */
  poll(): Promise<void> {
    this.#polling ??= this.#pollOnce()
      .catch((cause: unknown) => this.#options.onWarning('the inbox could not be read', cause))
      .finally(() => (this.#polling = null));
    return this.#polling;
  }

  async #pollOnce(): Promise<void> {
    for (const command of await this.#options.store.readCommands()) {
      if (this.#inLine.has(command.id)) continue;
      if (this.isTaken(command.id)) await this.remove(command);
      else {
        this.#inLine.add(command.id);
        this.#options.deliver(command);
      }
    }
  }

  /** Takes out whatever was meant for a run that has ended: it must not reach the next one. What stands, stands. */
  async clear(): Promise<void> {
    const left = await this.#options.store.readCommands().catch(() => []);
    for (const command of left) await this.remove(command);
  }

  /** Polls until the signal. */
  async keepPolling(signal: AbortSignal): Promise<void> {
    const { clock, everyMs } = this.#options;
    while (Number.isFinite(everyMs) && !signal.aborted) {
      const woken = await clock.sleepUntil(clock.now() + everyMs, signal).then(
        () => true,
        () => false,
      );
      if (woken) await this.poll();
    }
  }
}
