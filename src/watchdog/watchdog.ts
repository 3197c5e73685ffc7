import { Worker } from 'node:worker_threads';
import { STILLNESS } from './stillness.ts';
import type { StillnessBounds } from './stillness.ts';

/** What the thread is handed: a number that rises with each sign of life, how long there has been none, and the signals to stop that the program heard. */
export interface WatchdogData {
  readonly cells: Int32Array<SharedArrayBuffer>;
  readonly bounds: StillnessBounds;
}

export type StoodStill = (ms: number) => void;

const listeners = new Set<StoodStill>();
let stop: (() => void) | null = null;

/**
 * Watches whether the event loop stands still, from a thread beside it, until the returned function is called. During a standstill the
 * thread says so on stderr, and ends the process when a signal to stop has waited too long; after it every listener is told how
 * long it was. One thread for all.
 */
export function watchLoop(listener: StoodStill, bounds: StillnessBounds = STILLNESS): () => void {
  listeners.add(listener);
  stop ??= begin(bounds);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    stop?.();
    stop = null;
  };
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

function begin(bounds: StillnessBounds): () => void {
  const cells = new Int32Array(new SharedArrayBuffer(12));
  const thread = new Worker(new URL(`./watchdog-thread${import.meta.url.endsWith('.ts') ? '.ts' : '.mjs'}`, import.meta.url), {
    workerData: { cells, bounds } satisfies WatchdogData,
    execArgv: ['--expose-internals', '--no-warnings'],
    resourceLimits: { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 2 },
  });
  thread.unref();
  // Without it the program does its work all the same.
  thread.on('error', () => {});
  const signs = setInterval(() => {
    const ms = Atomics.exchange(cells, 1, 0);
    Atomics.add(cells, 0, 1);
    if (ms >= bounds.sayAfterMs) for (const each of listeners) each(ms);
  }, bounds.everyMs);
  signs.unref();
  // Whoever asks to be watched hears them too: nothing is swallowed here.
  const obey = (): void => void Atomics.add(cells, 2, 1);
  for (const signal of SIGNALS) process.on(signal, obey);
  return () => {
    for (const signal of SIGNALS) process.off(signal, obey);
    clearInterval(signs);
    void thread.terminate();
  };
}
