import { mkdtempSync, rmSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { incidentMachine } from '../../machines/incident/incident.machine.ts';
import type { ActivityName } from '../../machines/incident/activities.ts';
import { startRun } from '../../src/controller/durable.ts';
import { VirtualClock } from '../../src/controller/virtual-clock.ts';
import { createFolderStore } from '../../src/store/folder.ts';
import { localHost } from '../../src/store/local-host.ts';
import { ANSWERS, INPUT } from '../machines/incident-samples.ts';

/**
 * What one durable step costs: the incident chart runs against answers that cost nothing, on a virtual clock and a folder store
 * with fsync, and the time between one save and the next is the step: transition, save, journal, release. Milliseconds per step.
 */
export async function stepOverheads(steps: number): Promise<readonly number[]> {
  const folder = mkdtempSync(join(tmpdir(), 'firebreak-bench-'));
  const clock = new VirtualClock(INPUT.startedAt);
  const taken: number[] = [];
  let before = performance.now();
  const run = startRun({
    machine: incidentMachine,
    version: '1',
    runId: 'bench',
    specHash: 'bench',
    input: INPUT,
    store: createFolderStore(folder, 'bench', { host: localHost({ hostname: hostname(), pid: process.pid, exists: () => true }) }),
    clock,
    owner: { token: 'bench', host: hostname(), pid: process.pid, described: 'bench' },
    activities: answering(clock),
    inboxEveryMs: Infinity,
    onSaved: () => {
      const now = performance.now();
      taken.push(now - before);
      before = now;
      if (taken.length >= steps) void run.stop('measured');
    },
  });
  try {
    await clock.run(run.done);
    await run.done;
    return taken;
  } finally {
    rmSync(folder, { recursive: true });
  }
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
