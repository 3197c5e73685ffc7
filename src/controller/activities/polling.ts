import { pauseAfter } from '../../core/backoff.ts';
import type { Backoff } from '../../core/backoff.ts';
import { SECOND } from '../../core/duration.ts';
import { TransientError } from '../../core/errors.ts';
import type { Clock } from '../../ports/clock.ts';

const BACKOFF: Backoff = { firstMs: 2 * SECOND, longestMs: 15 * SECOND, factor: 1.5 };

/**
 * Asks until `ask` answers something, or null when `deadlineAt` has passed. Reads that fail for now are asked again;
 * every other error ends the wait. Pauses grow from 2 s to 15 s.
 */
export async function poll<T>(clock: Clock, deadlineAt: number, signal: AbortSignal, ask: () => Promise<T | null>): Promise<T | null> {
  for (let attempt = 1; ; attempt += 1) {
    const answer = await askOnce(ask);
    if (answer !== null) return answer;
    const now = clock.now();
    if (now >= deadlineAt) return null;
    await clock.sleepUntil(Math.min(now + pauseAfter(BACKOFF, attempt), deadlineAt), signal);
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
