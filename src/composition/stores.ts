import { defined } from '../core/defined.ts';
import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { UserError } from '../core/errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { RunStore } from '../ports/store.ts';
import { storeHoldingClock } from '../store/hold-clock.ts';
import { fileNameOf } from '../store/file-name.ts';
import { REHEARSALS, rehearsalsIn } from '../core/rehearsals.ts';
import { createFolderStore } from '../store/folder.ts';
import { localHost } from '../store/local-host.ts';
import { createMemoryStore } from '../store/memory.ts';
import type { StoreReach } from './cloud-storage.ts';

/** The place of a rehearsal that keeps nothing. */
const IN_MEMORY = 'memory:';

/** The store of a target: in Cloud Storage for `gs://BUCKET/PREFIX`, else in a local folder. */
export async function openStore(state: string, target: string, reach: StoreReach = {}): Promise<RunStore> {
  if (isCloud(state)) return (await import('./cloud-storage.ts')).openCloudStore(state, target, reach);
  if (state === IN_MEMORY)
    throw new UserError('state-unsupported', 'memory: keeps nothing when the command ends', 'use a folder, or gs://BUCKET/PREFIX');
  const store = createFolderStore(state, target, { host: thisHost() });
  return reach.clock === undefined ? store : storeHoldingClock(await (await import('./clock.ts')).joinClock(reach.clock), store);
}

/** Targets that have a record there; none when there is no such folder. */
export async function listTargets(state: string, reach: StoreReach = {}): Promise<readonly string[]> {
  if (isCloud(state)) return (await import('./cloud-storage.ts')).listCloudTargets(state, reach);
  if (!existsSync(state)) return [];
  if (!statSync(state).isDirectory())
    throw new UserError('store-not-a-folder', `${state} is a file, not a folder`, 'give the folder where runs are kept with --state');
  const folders = readdirSync(state, { withFileTypes: true }).filter((entry) => entry.isDirectory() && entry.name !== REHEARSALS);
  return folders
    .filter(({ name }) => existsSync(join(state, name, 'record.json')))
    .map(({ name }) => decodeURIComponent(name))
    .sort();
}

/** When the record of this target was written last, by the clock of this machine; null: that cannot be told, such as in Cloud Storage. */
export async function lastWrittenAt(state: string, target: string): Promise<number | null> {
  if (isCloud(state)) return null;
  return statSync(join(state, fileNameOf(target), 'record.json'), { throwIfNoEntry: false })?.mtimeMs ?? null;
}

/** A fresh store for a rehearsal: what an earlier one of the same name left is thrown away. `memory:` keeps nothing. */
export function openRehearsalStore(state: string, name: string, clock: Clock): RunStore {
  if (state === IN_MEMORY) return createMemoryStore('memory', { recordsStay: true });
  if (isCloud(state)) throw new UserError('state-unsupported', 'a rehearsal is kept on this machine', 'use a folder, or --state memory:');
  const folder = defined(rehearsalsIn(state));
  rmSync(join(folder, fileNameOf(name)), { recursive: true, force: true });
  return storeHoldingClock(clock, createFolderStore(folder, name, { host: thisHost(), survives: 'process-death' }));
}

function isCloud(state: string): boolean {
  return state.startsWith('gs://');
}

function thisHost(): ReturnType<typeof localHost> {
  return localHost({ hostname: hostname(), pid: process.pid, exists: processExists });
}

function processExists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (thrown) {
    return thrown instanceof Error && 'code' in thrown && thrown.code === 'EPERM';
  }
}
