import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  fdatasyncSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { FirebreakError, TransientError, UserError } from '../core/errors.ts';

/**
 * The few disk operations of the folder store. They are synchronous: a write takes half a millisecond, the lock is never held
 * across a turn of the loop, and the steps of a run come seconds apart.
 */

/** What a write is still there after, when it has returned. The second costs no wait for the disk. */
export type Durability = 'power-loss' | 'process-death';

/** Puts the text in place of the file, whole or not at all. `temporary` must be ours alone; `mayMakeIt` unless it is there already. */
export function replaceFile(
  path: string,
  text: string | Buffer,
  { temporary, survives, mayMakeIt = true }: { readonly temporary: string; readonly survives: Durability; readonly mayMakeIt?: boolean },
): void {
  const file = openSync(temporary, mayMakeIt ? 'w' : 'r+');
  try {
    writeAll(file, text);
    if (survives === 'power-loss') fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(temporary, path);
  if (survives === 'power-loss') syncFolder(dirname(path));
}

/** Adds to the end of a file. */
export function appendToFile(path: string, text: string, survives: Durability): void {
  const file = openSync(path, 'a');
  try {
    writeAll(file, text);
    if (survives === 'power-loss') fdatasyncSync(file);
  } finally {
    closeSync(file);
  }
}

export function syncFolder(path: string): void {
  const folder = openSync(path, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

/** Makes the folder and those above it. */
export function makeFolder(path: string): void {
  const first = madeFolders(path);
  if (first !== undefined) syncFolder(dirname(first));
}

/** Node says ENOENT where a read-only file system refuses: the nearest folder that is there tells the true reason. */
function madeFolders(path: string): string | undefined {
  try {
    return mkdirSync(path, { recursive: true });
  } catch (thrown) {
    if (codeOf(thrown) === 'ENOENT') accessSync(nearestThere(path), constants.W_OK);
    throw thrown;
  }
}

function nearestThere(path: string): string {
  const above = dirname(path);
  return existsSync(path) || above === path ? path : nearestThere(above);
}

/** Null when there is no such file. */
export function readIfThere(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (thrown) {
    if (codeOf(thrown) === 'ENOENT') return null;
    throw thrown;
  }
}

function writeAll(file: number, text: string | Buffer): void {
  const bytes = typeof text === 'string' ? Buffer.from(text) : text;
  for (let written = 0; written < bytes.length;) written += writeSync(file, bytes, written);
}

export function codeOf(thrown: unknown): string | null {
  return thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : null;
}

const NO_ROOM = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);
const NOT_ALLOWED = new Set(['EACCES', 'EPERM', 'EROFS']);
const NOT_A_FOLDER = new Set(['ENOTDIR', 'EEXIST', 'ENAMETOOLONG', 'ELOOP']);

/** A disk's refusal as what follows from it: something for a human to mend, or something to try again. */
export function diskError(thrown: unknown, folder: string): Error {
  if (thrown instanceof FirebreakError) return thrown;
  const code = codeOf(thrown);
  const cause = { cause: thrown };
  if (code === null) return thrown instanceof Error ? thrown : new Error(String(thrown));
  if (NO_ROOM.has(code))
    return new UserError(
      'store-full',
      `there is no room left for ${folder} (${code})`,
      'make room there, then run the same command again: what was saved is kept; a new run may have another place with --state',
      { ...cause, exitCode: 75 },
    );
  if (NOT_ALLOWED.has(code))
    return new UserError(
      'store-not-writable',
      `${folder} may not be written (${code})`,
      'give this user the right to write there, or choose another place with --state',
      cause,
    );
  if (NOT_A_FOLDER.has(code))
    return new UserError(
      'store-not-a-folder',
      `${folder} cannot be used as a folder (${code})`,
      'move what is in the way, or choose another place with --state',
      cause,
    );
  return new TransientError('store-io', `${folder}: ${code}`, cause);
}
