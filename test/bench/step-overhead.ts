import { closeSync, fdatasyncSync, fsyncSync, mkdtempSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { incidentMachine } from '../../machines/incident/incident.machine.ts';
import type { ActivityName } from '../../machines/incident/activities.ts';
import { startRun } from '../../src/durable/durable.ts';
import { VirtualClock } from '../../src/clocks/virtual-clock.ts';
import type { RunStore } from '../../src/ports/store.ts';
import { createFolderStore } from '../../src/store/folder.ts';
import { localHost } from '../../src/store/local-host.ts';
import { ANSWERS, INPUT } from '../machines/incident-samples.ts';

/** Milliseconds. */
export interface StepOverhead {
  readonly step: number;
  /** The same bytes written and synced as often, right after it, with nothing around: what the disk takes by itself. */
  readonly bare: number;
}

/**
 * What one durable step costs: the incident chart runs against answers that cost nothing, on a virtual clock and a folder store
 * with fsync, and the time between one save and the next is the step: transition, save, journal, release. The lease is renewed by the
 * clock, whatever steps there are: on this one three times in four steps, and that is taken off.
 */
export async function stepOverheads(steps: number): Promise<readonly StepOverhead[]> {
  const folder = mkdtempSync(join(tmpdir(), 'firebreak-bench-'));
  const bareFolder = mkdtempSync(join(tmpdir(), 'firebreak-bench-'));
  const clock = new VirtualClock(INPUT.startedAt);
  const taken: StepOverhead[] = [];
  const written: Written = { record: '', lines: '', leaseMs: 0 };
  let before = performance.now();
  const run = startRun({
    machine: incidentMachine,
    version: '1',
    runId: 'bench',
    specHash: 'bench',
    input: INPUT,
    store: noting(
      createFolderStore(folder, 'bench', { host: localHost({ hostname: hostname(), pid: process.pid, exists: () => true }) }),
      written,
    ),
    clock,
    owner: { token: 'bench', host: hostname(), pid: process.pid, described: 'bench' },
    activities: answering(clock),
    inboxEveryMs: Infinity,
    onSaved: () => {
      const step = performance.now() - before - written.leaseMs;
      taken.push({ step, bare: writeBare(bareFolder, written) });
      Object.assign(written, { lines: '', leaseMs: 0 });
      before = performance.now();
      if (taken.length >= steps) void run.stop('measured');
    },
  });
  try {
    await clock.run(run.done);
    await run.done;
    return taken;
  } finally {
    rmSync(folder, { recursive: true });
    rmSync(bareFolder, { recursive: true });
  }
}

/** What the step at hand gave to the store. */
interface Written {
  record: string;
  lines: string;
  leaseMs: number;
}

/** Spells what goes through once more, which is some 50 µs of the step. */
function noting(store: RunStore, written: Written): RunStore {
  return {
    ...store,
    save: (record) => {
      written.record = JSON.stringify(record);
      return store.save(record);
    },
    appendJournal: (runId, lines) => {
      written.lines = lines.map((line) => JSON.stringify(line)).join('\n');
      return store.appendJournal(runId, lines);
    },
    renewLease: async (...asked) => {
      const began = performance.now();
      const lease = await store.renewLease(...asked);
      written.leaseMs += performance.now() - began;
      return lease;
    },
  };
}

/** A file put in place of another, and a text at the end of a third, all of it synced, as the folder store promises. */
function writeBare(folder: string, { record, lines }: Written): number {
  const began = performance.now();
  const [file, temporary] = [join(folder, 'record'), join(folder, 'temporary')];
  writeSynced(temporary, 'w', record, fsyncSync);
  renameSync(temporary, file);
  const within = openSync(folder, 'r');
  fsyncSync(within);
  closeSync(within);
  if (lines !== '') writeSynced(join(folder, 'journal'), 'a', lines, fdatasyncSync);
  return performance.now() - began;
}

function writeSynced(path: string, flags: 'w' | 'a', text: string, sync: (file: number) => void): void {
  const file = openSync(path, flags);
  writeSync(file, text);
  sync(file);
  closeSync(file);
}

/** A run that finds nothing to do and is never healthy: it looks, and waits, and looks. */
function answering(clock: VirtualClock): Readonly<Record<string, () => Promise<unknown>>> {
  const failing: ReadonlyMap<string, number> = new Map([
    ['observe', 2],
    ['plan', 3],
    ['validate', 1],
  ]);
  return Object.fromEntries(
    (Object.keys(ANSWERS) as ActivityName[]).map((name) => [
      name,
      () => Promise.resolve(ANSWERS[name](clock.now()).at(failing.get(name) ?? 0)),
    ]),
  );
}
