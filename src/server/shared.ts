import type { Clock } from '../ports/clock.ts';
import type { Runs } from './runs.ts';

/** For so long an answer of the store serves all who ask the same: the store's load does not grow with the number of readers. */
export const SHARED_MS = 2_000;

/** The same runs, each question put to the store at most once in `SHARED_MS`. A failure is shared as well. */
export function sharedRuns(runs: Runs, clock: Pick<Clock, 'now'>): Runs {
  const list = shared(() => runs.list(), clock);
  const tell = shared((runId) => runs.tell(runId), clock);
  const lines = shared((runId) => runs.lines(runId), clock);
  return { list: () => list(''), tell, lines };
}

function shared<T>(read: (key: string) => Promise<T>, clock: Pick<Clock, 'now'>): (key: string) => Promise<T> {
  const answers = new Map<string, { readonly answer: Promise<T>; readonly askedAt: number }>();
  return (key) => {
    const now = clock.now();
    for (const [other, { askedAt }] of answers) if (Math.abs(now - askedAt) >= SHARED_MS) answers.delete(other);
    const known = answers.get(key)?.answer ?? read(key);
    if (!answers.has(key)) answers.set(key, { answer: known, askedAt: now });
    return known;
  };
}
