import type { Clock } from '../ports/clock.ts';
import type { RunStore } from '../ports/store.ts';

/** The same store, with time held still during each call: for a rehearsal on a virtual clock whose store does real I/O. */
export function storeHoldingClock(clock: Clock, store: RunStore): RunStore {
  return {
    described: store.described,
    load: () => clock.during(store.load()),
    save: (record) => clock.during(store.save(record)),
    appendJournal: (runId, lines) => clock.during(store.appendJournal(runId, lines)),
    readJournal: (runId, after) => clock.during(store.readJournal(runId, after)),
    readLease: () => clock.during(store.readLease()),
    acquireLease: (owner, now, ttlMs) => clock.during(store.acquireLease(owner, now, ttlMs)),
    renewLease: (lease, now, ttlMs) => clock.during(store.renewLease(lease, now, ttlMs)),
    releaseLease: (lease) => clock.during(store.releaseLease(lease)),
    sendCommand: (command) => clock.during(store.sendCommand(command)),
    readCommands: () => clock.during(store.readCommands()),
    removeCommand: (id) => clock.during(store.removeCommand(id)),
    keepText: (runId, name, text) => clock.during(store.keepText(runId, name, text)),
    writeStatus: (status) => clock.during(store.writeStatus(status)),
    readStatus: () => clock.during(store.readStatus()),
  };
}
