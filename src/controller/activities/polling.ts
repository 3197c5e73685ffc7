import { SECOND } from '../../core/duration.ts';
import { TransientError } from '../../core/errors.ts';
import type { Clock } from '../../ports/clock.ts';

const FIRST_PAUSE = 2 * SECOND;
const LONGEST_PAUSE = 15 * SECOND;

/**
 * Asks until `ask` answers something, or null when `deadlineAt` has passed. Reads that fail for now are asked again;
 * every other error ends the wait. Pauses grow from 2 s to 15 s.
 */
export async function poll<T>(clock: Clock, deadlineAt: number, signal: AbortSignal, ask: () => Promise<T | null>): Promise<T | null> {
  let pause = FIRST_PAUSE;
  for (;;) {
    const answer = await askOnce(ask);
    if (answer !== null) return answer;
    const now = clock.now();
    if (now >= deadlineAt) return null;
    await clock.sleepUntil(Math.min(now + pause, deadlineAt), signal);
    pause = Math.min(pause * 1.5, LONGEST_PAUSE);
  }
}

async function askOnce<T>(ask: () => Promise<T | null>): Promise<T | null> {
  try {
    return await ask();
  } catch (thrown) {
    if (thrown instanceof TransientError) return null;
    throw thrown;
  }
}
