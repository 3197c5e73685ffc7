import { defined } from '../core/defined.ts';
import type { Command, JournalLine, LeaseOwner, RunRecord, RunStatus, RunStore } from '../ports/store.ts';
import { extendLease, grantLease, isOurs, judgeSave, shownLease } from './fencing.ts';
import type { KeptLease, WriteMark } from './fencing.ts';

export interface MemoryStoreOptions {
  /** Whether a holder is provably dead; by default nobody is, and a lease must expire. */
  readonly isDead?: (owner: LeaseOwner) => boolean;
  /**
   * Nobody changes a record after its save, so its text is made when somebody asks for it and not at each of hundreds of saves.
   * For whole simulated incidents, whose controller keeps to that.
   */
  readonly recordsStay?: boolean;
}

/**
 * A store that lives as long as this process. What is loaded has gone through JSON, so that it is what a file would give. Two
 * controllers given the same store are fenced against each other as with any other.
 */
export function createMemoryStore(described = 'memory', { isDead = () => false, recordsStay = false }: MemoryStoreOptions = {}): RunStore {
  let record: KeptRecord | null = null;
  let lease: KeptLease | null = null;
  let status: RunStatus | null = null;
  const journals = new Map<string, JournalLine[]>();
  const commands = new Map<string, Command>();

  return {
    described,
    load: async () => (record === null ? null : (JSON.parse(record.text()) as RunRecord)),
    async save(wanted) {
      const kept = recordsStay ? keptAsItStays(wanted) : keptAsItIs(wanted);
      if (judgeSave(wanted, record === null ? null : comparedWith(kept, record), lease) === 'replace') record = kept;
    },
    async appendJournal(runId, lines) {
      const journal = journals.get(runId) ?? [];
      journals.set(runId, journal);
      for (const line of lines) if (line.seq > (journal.at(-1)?.seq ?? 0)) journal.push(line);
    },
    readJournal: async (runId, after = 0) =>
      JSON.parse(JSON.stringify((journals.get(runId) ?? []).filter(({ seq }) => seq > after))) as JournalLine[],

    readLease: async () => shownLease(lease),
    async acquireLease(owner, now, ttlMs) {
      const granted = grantLease(lease, { owner, now, ttlMs }, isDead, record?.epoch ?? 0);
      if (granted !== null) lease = granted;
      return { acquired: granted !== null, lease: defined(shownLease(lease)) };
    },
    async renewLease(ours, now, ttlMs) {
      lease = extendLease(lease, ours, now, ttlMs);
      return defined(shownLease(lease));
    },
    async releaseLease(ours) {
      if (lease !== null && isOurs(lease, ours)) lease = { ...lease, released: true };
    },

    async sendCommand(command) {
      if (!commands.has(command.id)) commands.set(command.id, command);
    },
    readCommands: async () => [...commands.values()].sort((one, other) => one.at - other.at),
    async removeCommand(id) {
      commands.delete(id);
    },

    // Gone with this process: nobody could open it.
    keepText: async (_runId, name) => `the memory of this process (${name})`,
    async writeStatus(wanted) {
      status = wanted;
    },
    readStatus: async () => status,
  };
}

interface KeptRecord extends WriteMark {
  readonly text: () => string;
}

function keptAsItIs(record: RunRecord): KeptRecord {
  const text = JSON.stringify(record);
  return { epoch: record.epoch, seq: record.seq, text: () => text };
}

function keptAsItStays(record: RunRecord): KeptRecord {
  let text: string | null = null;
  return { epoch: record.epoch, seq: record.seq, text: () => (text ??= JSON.stringify(record)) };
}

/** Where the record stands that is there; whether it is the wanted one is a question only at the same step. */
function comparedWith(wanted: KeptRecord, { epoch, seq, text }: KeptRecord): WriteMark & { readonly isSame: boolean } {
  return { epoch, seq, isSame: epoch === wanted.epoch && seq === wanted.seq && text() === wanted.text() };
}
