import { pauseAfterRefusal } from '../core/backoff.ts';
import type { Backoff } from '../core/backoff.ts';
import type { FirebreakError } from '../core/errors.ts';
import { InvariantError, OutcomeUnknownError, TransientError } from '../core/errors.ts';
import type { CallOptions } from '../ports/cloud.ts';
import type { Clock } from '../ports/clock.ts';
import type { Random } from '../ports/random.ts';
import { Deadlines } from './deadlines.ts';
import { translate } from './errors.ts';
import type { Call } from './errors.ts';

/** A read with all its attempts, a single attempt of it, and a write. */
const READ_WITHIN_MS = 20_000;
const ATTEMPT_WITHIN_MS = 10_000;
export const WRITE_WITHIN_MS = 30_000;
const MAX_ATTEMPTS = 4;
const BACKOFF: Backoff = { firstMs: 250, longestMs: 4_000 };

export type CallName = Omit<Call, 'kind'>;

/** Makes one request; must pass the signal on, and is called once per attempt. */
export type Send = (signal: AbortSignal) => Promise<{ readonly data: unknown }>;

/**
 * The one way in which Google is called. Each call has a deadline on the injected clock, also when the client ignores the
 * signal. Reads are tried again (at most 4 attempts, jittered, obeying Retry-After and RetryInfo); a write is sent once, ever.
 * Both return the body as it came and throw `core/errors` classes, or the reason of the caller's signal.
 */
export interface Calls {
  read(call: CallName, send: Send, options?: CallOptions): Promise<unknown>;
  write(call: CallName, send: Send, options?: CallOptions): Promise<unknown>;
  /** Requests sent by `read` since the last time, by API; every attempt counts, because every attempt costs quota. */
  takeReads(): Readonly<Record<string, number>>;
}

/** `patience` stretches the deadlines where the clock runs faster than the network (a simulator at `--speed`); 1 in real time. */
export function createCalls(clock: Clock, random: Random, patience = 1): Calls {
  const deadlines = new Deadlines(clock);
  let reads: Record<string, number> = {};

  async function read(call: CallName, send: Send, options: CallOptions = {}): Promise<unknown> {
    const endAt = clock.now() + READ_WITHIN_MS * patience;
    for (let attempt = 1; ; attempt += 1) {
      options.signal?.throwIfAborted();
      reads[call.api] = (reads[call.api] ?? 0) + 1;
      try {
        return await within(deadlines, Math.min(clock.now() + ATTEMPT_WITHIN_MS * patience, endAt), send, options.signal);
      } catch (thrown) {
        if (options.signal?.aborted) throw options.signal.reason;
        const error = translate(thrown, { ...call, kind: 'read' }, clock.now());
        const pauseMs = pauseBefore(attempt, error, random);
        if (pauseMs === null || clock.now() + pauseMs >= endAt) throw error;
        await clock.sleepUntil(clock.now() + pauseMs, options.signal);
      }
    }
  }

  async function write(call: CallName, send: Send, options: CallOptions = {}): Promise<unknown> {
    options.signal?.throwIfAborted();
    await options.lastCheck?.();
    options.signal?.throwIfAborted();
    try {
      return await within(deadlines, clock.now() + WRITE_WITHIN_MS * patience, send, options.signal);
    } catch (thrown) {
      const error = translate(thrown, { ...call, kind: 'write' }, clock.now());
      if (!options.signal?.aborted || error instanceof InvariantError) throw error;
      throw new OutcomeUnknownError('aborted', `${call.api}.${call.method} ${call.resource}: given up while it was under way`, {
        cause: thrown,
      });
    }
  }

  function takeReads(): Readonly<Record<string, number>> {
    const taken = reads;
    reads = {};
    return taken;
  }

  return { read, write, takeReads };
}

/** How long to wait before attempt n + 1; null: do not try again. */
function pauseBefore(attempt: number, error: FirebreakError, random: Random): number | null {
  if (!(error instanceof TransientError) || attempt >= MAX_ATTEMPTS) return null;
  return pauseAfterRefusal(BACKOFF, attempt, random.next(), error.retryAfterMs);
}

/** The answer's body, or `Overdue` at the instant `at`; the request is told to stop either way, and waited for no longer. */
async function within(deadlines: Deadlines, at: number, send: Send, signal: AbortSignal | undefined): Promise<unknown> {
  const deadline = deadlines.join(at, signal);
  try {
    return (await Promise.race([send(deadline.signal), deadline.stopped])).data;
  } finally {
    deadline.leave();
  }
}
