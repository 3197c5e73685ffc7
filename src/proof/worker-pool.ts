import { spawn } from 'node:child_process';
import { InvariantError } from '../core/errors.ts';

/** How this program is started again, as a part of the same work. */
export interface WorkerPool {
  readonly execPath: string;
  /** Arguments before the verb's own: the program's file. */
  readonly program: readonly string[];
  /** So many at a time, */
  readonly jobs: number;
  /** of so many parts in all: a process that has carried out a hundred incidents is large, and a fresh one is not. */
  readonly parts: number;
}

/**
 * The lines that the processes of a pool print, as they come; `argsOf` says what the n-th is started with. The controller keeps one
 * processor busy, so work that falls into independent parts is done by as many processes as there are processors.
 * Throws `InvariantError` when one of them ends otherwise than well; the others are then stopped.
 */
export async function* linesOfWorkers(
  { execPath, program, jobs, parts }: WorkerPool,
  argsOf: (part: number) => readonly string[],
  signal: AbortSignal,
): AsyncGenerator<string> {
  const queue: string[] = [];
  let running = 0;
  let next = 0;
  let failure: Error | null = null;
  let wake = (): void => {};
  const stop = new AbortController();
  const stopAll = (): void => stop.abort();
  signal.addEventListener('abort', stopAll, { once: true });
  const startNext = (): void => {
    if (next >= parts || stop.signal.aborted) return;
    const part = next;
    next += 1;
    running += 1;
    const child = spawn(execPath, [...program, ...argsOf(part)], { stdio: ['ignore', 'pipe', 'pipe'], signal: stop.signal });
    let rest = '';
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      queue.push(...lines.filter((line) => line !== ''));
      wake();
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-2_000)));
    // Stopped by us: `close` follows.
    child.on('error', () => {});
    child.on('close', (code) => {
      running -= 1;
      if (code !== 0 && failure === null && !stop.signal.aborted) {
        failure = new InvariantError(`part ${part + 1} of ${parts} ended with ${code ?? 'a signal'}: ${said.trim() || 'it said nothing'}`);
        stopAll();
      }
      startNext();
      wake();
    });
  };
  for (let job = 0; job < jobs; job += 1) startNext();
  try {
    while (running > 0 || queue.length > 0) {
      const line = queue.shift();
      if (line !== undefined) yield line;
      else await new Promise<void>((resolve) => (wake = resolve));
    }
    signal.throwIfAborted();
    if (failure !== null) throw failure as Error;
  } finally {
    stopAll();
    signal.removeEventListener('abort', stopAll);
  }
}
