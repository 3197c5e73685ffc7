import type { Command, JournalLine, LeaseOwner, RunRecord, RunStatus, RunStore } from '../ports/store.ts';
import { extendLease, grantLease, isOurs, judgeSave, shownLease } from './fencing.ts';
import type { KeptLease, WriteMark } from './fencing.ts';

export interface MemoryStoreOptions {
  /** Whether a holder is provably dead; by default nobody is, and a lease must expire. */
  readonly isDead?: (owner: LeaseOwner) => boolean;
}

/**
 * A store that lives as long as this process. The record is kept as JSON text, so that what is loaded is what a file would give.
 * Two controllers given the same store are fenced against each other as with any other.
 */
export function createMemoryStore(described = 'memory', { isDead = () => false }: MemoryStoreOptions = {}): RunStore {
  let record: (WriteMark & { readonly text: string }) | null = null;
  let lease: KeptLease | null = null;
  let status: RunStatus | null = null;
  const journals = new Map<string, JournalLine[]>();
  const commands = new Map<string, Command>();

  return {
    described,
    load: async () => (record === null ? null : (JSON.parse(record.text) as RunRecord)),
    async save(wanted) {
      const text = JSON.stringify(wanted);
      const there = record === null ? null : { epoch: record.epoch, seq: record.seq, isSame: record.text === text };
      if (judgeSave(wanted, there, lease) === 'replace') record = { epoch: wanted.epoch, seq: wanted.seq, text };
    },
    async appendJournal(runId, lines) {
      const journal = journals.get(runId) ?? [];
      journals.set(runId, journal);
      for (const line of lines) if (line.seq > (journal.at(-1)?.seq ?? 0)) journal.push(line);
    },
    readJournal: async (runId) => JSON.parse(JSON.stringify(journals.get(runId) ?? [])) as JournalLine[],

    readLease: async () => shownLease(lease),
    async acquireLease(owner, now, ttlMs) {
      const granted = grantLease(lease, { owner, now, ttlMs }, isDead, record?.epoch ?? 0);
      if (granted !== null) lease = granted;
      return { acquired: granted !== null, lease: shownLease(lease)! };
    },
    async renewLease(ours, now, ttlMs) {
      lease = extendLease(lease, ours, now, ttlMs);
      return shownLease(lease)!;
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
