import { writeSync } from 'node:fs';
import { createRequire } from 'node:module';
import { performance } from 'node:perf_hooks';
import { workerData } from 'node:worker_threads';
import { sayDuration } from '../core/duration.ts';
import { Stillness } from './stillness.ts';
import type { StillnessWord } from './stillness.ts';
import type { WatchdogData } from './watchdog.ts';

/**
 * A thread that looks after the program's own, started by `watchdog.ts`. It writes past the event loop that stands still, and ends
 * a process that cannot obey its signal: everything is saved up to the last step, and what was not is done again.
 */
const { cells, bounds } = workerData as WatchdogData;
const stillness = new Stillness(bounds, performance.now(), Atomics.load(cells, 2));

listen();
setInterval(() => {
  const word = stillness.look(Atomics.load(cells, 0), performance.now(), Atomics.load(cells, 2));
  Atomics.store(cells, 1, Math.round(stillness.ms));
  if (word !== null) say(word);
}, bounds.everyMs);

function say(word: StillnessWord): void {
  const stood = `the program stands still: for ${sayDuration(Math.round(word.ms))} it has begun nothing and heard nobody`;
  if (word.kind === 'still') return tell(`${stood}; clocks, orders and the lease wait`);
  tell(`${stood}, and does not obey ${word.signal}: ended. What was decided is saved; the same command goes on`);
  process.kill(process.pid, 'SIGKILL');
}

/** Nobody reads, or a pipe is full: that must not keep the end away. */
function tell(words: string): void {
  try {
    writeSync(2, `firebreak: ${words}\n`);
  } catch {
    // There is nobody to tell.
  }
}

/**
 * Signals come to every loop that asks for them, but `process.on` asks only on the program's own. Where Node does not lend its
 * inner part (`--expose-internals`), standstills are still told, and a signal waits for the end of them.
 */
function listen(): void {
  try {
    const { internalBinding } = createRequire(import.meta.url)('internal/test/binding') as Internals;
    const { Signal } = internalBinding('signal_wrap');
    for (const [name, number] of [
      ['SIGINT', 2],
      ['SIGTERM', 15],
      ['SIGHUP', 1],
    ] as const) {
      const signal = new Signal();
      signal.onsignal = () => stillness.heard(name);
      signal.start(number);
    }
  } catch {
    // Another Node, another inside.
  }
}

interface Internals {
  internalBinding(name: 'signal_wrap'): { readonly Signal: new () => { onsignal: () => void; start(signal: number): void } };
}
