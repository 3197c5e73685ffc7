import { randomUUID } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { UserError } from '../../core/errors.ts';
import type { ComposedDeps, Output, ProcessDeps, StopSignal, Verb } from '../deps.ts';
import { complaintOf, printable } from './exit.ts';
import { complain, runCli } from '../program.ts';
import { watchLoop } from '../../watchdog/watchdog.ts';

/**
 * The whole life of the process: runs its command line and sets the exit code. Output that nobody reads any more is
 * dropped silently: a run goes on though its progress was piped into `head`, and saves though its terminal is gone. What nobody caught is said like any other error.
 */
export async function runProcess(composed: ComposedDeps, verbs: readonly Verb[]): Promise<void> {
  const own = processDeps();
  const argv = process.argv.slice(2);
  const lastResort = (error: unknown): void => own.exitNow(complain(complaintOf(error), argv, own, error));
  process.on('uncaughtException', lastResort);
  process.on('unhandledRejection', lastResort);
  sayWarnings(argv, own);
  process.exitCode = await runCli(argv, { ...own, ...composed }, verbs);
}

/** Node's own way of telling warnings looks like a crash. What a library warns of while it looks for credentials is told as our error. */
function sayWarnings(argv: readonly string[], { stderr }: ProcessDeps): void {
  process.removeAllListeners('warning');
  process.on('warning', ({ name, message }) => {
    if (name === 'MetadataLookupWarning' && !argv.includes('--verbose')) return;
    stderr.write(`firebreak: warning: ${printable(`${name}: ${message}`)}\n`);
  });
}

/** What the command line needs of this process. */
export function processDeps(): ProcessDeps {
  const cwd = process.cwd();
  return {
    stdout: outputOf(process.stdout),
    stderr: outputOf(process.stderr),
    env: process.env,
    cwd,
    user: printable(`${process.env['USER'] ?? process.env['LOGNAME'] ?? 'someone'}@${hostname()}`),
    readFile: (path) => readFile(resolve(cwd, path)),
    writeNewFile: (path, text) => writeNewFile(resolve(cwd, path), path, text),
    replaceFile: (path, text) => replaceFile(resolve(cwd, path), path, text),
    newId: () => randomUUID(),
    onSignal,
    ...(process.stdin.isTTY === true && process.stdout.isTTY === true ? { ask } : {}),
    watchLoop,
    exitNow: (code) => process.exit(code),
  };
}

async function writeNewFile(at: string, path: string, text: string): Promise<void> {
  try {
    await writeFile(at, text, { flag: 'wx' });
  } catch (error) {
    throw fileError(error, path);
  }
}

/** In the folder of the file itself: a rename across disks would be no replacement in one piece. */
async function replaceFile(at: string, path: string, text: string): Promise<void> {
  const beside = `${at}.${process.pid}.new`;
  try {
    await writeFile(beside, text);
    await rename(beside, at);
  } catch (error) {
    await rm(beside, { force: true }).catch(() => {});
    throw fileError(error, path);
  }
}

function fileError(error: unknown, path: string): unknown {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  if (code === 'EEXIST')
    return new UserError('file-exists', `${path}: there is a file of this name`, 'name another one, or move it away', { cause: error });
  if (!['EACCES', 'EPERM', 'EROFS', 'ENOENT', 'ENOTDIR', 'EISDIR'].includes(code)) return error;
  return new UserError('file-not-writable', `${path}: cannot be written (${code})`, 'name a file in a folder that is there and yours', {
    cause: error,
  });
}

/** One line; the terminal itself hands it over when it is complete. */
function ask(question: string): Promise<string> {
  const { stdin, stdout } = process;
  stdout.write(question);
  return new Promise((resolve) => {
    const answer = (line: string): void => {
      stdin.off('data', heard).off('end', ended).pause();
      resolve(line);
    };
    const heard = (data: Buffer): void => answer(data.toString('utf8').split('\n', 1)[0] ?? '');
    const ended = (): void => answer('');
    stdin.on('data', heard).on('end', ended).resume();
  });
}

function onSignal(listener: (signal: StopSignal) => void): () => void {
  for (const signal of STOPPING) process.on(signal, listener);
  return () => {
    for (const signal of STOPPING) process.off(signal, listener);
  };
}

const STOPPING: readonly StopSignal[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** The reader of a pipe has gone, or the terminal has. */
const NOBODY_READS = new Set(['EPIPE', 'EIO']);

function outputOf(stream: NodeJS.WriteStream): Output {
  let broken = false;
  stream.on('error', (error: NodeJS.ErrnoException) => {
    broken = true;
    if (!NOBODY_READS.has(error.code ?? '')) throw error;
  });
  return {
    write: (text) => void (broken || stream.write(text)),
    get isTTY() {
      return stream.isTTY === true;
    },
    get columns() {
      return stream.columns ?? 80;
    },
    get rows() {
      return stream.rows;
    },
  };
}
