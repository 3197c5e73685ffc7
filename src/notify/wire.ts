import { jitteredPauseAfter } from '../core/backoff.ts';
import type { Backoff } from '../core/backoff.ts';
import { OutcomeUnknownError, TerminalError, TransientError } from '../core/errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { ProbeAnswer, ProbeRequest, ProbesPort } from '../ports/probes.ts';
import type { Random } from '../ports/random.ts';

/** What every channel is made with. */
export interface Wire {
  readonly clock: Clock;
  readonly random: Random;
  /** Carries the requests; must answer refused, reset and overdue requests with a `problem`. */
  readonly http: ProbesPort['http'];
}

const REQUEST_WITHIN_MS = 5_000;
const MAX_ATTEMPTS = 3;
const BACKOFF: Backoff = { firstMs: 1_000, longestMs: 4_000 };
/** Whoever asks for more patience than this is caught up with later. */
const LONGEST_PAUSE_MS = 20_000;
const MAX_ANSWER_BYTES = 1024 * 1024;
/** The request never left, or never arrived: nothing was taken. */
const NEVER_SENT = new Set(['refused', 'dns', 'tls']);

export interface Asked {
  readonly described: string;
  readonly signal?: AbortSignal;
}

/**
 * One request and its answer, at most five seconds. Throws `TransientError` where nothing was taken (never sent, 429), and
 * `OutcomeUnknownError` where it may have been (no answer, 408, 5xx). Other refusals are answers: what they mean the channel knows.
 */
export async function ask(
  { http }: Wire,
  request: Omit<ProbeRequest, 'deadlineMs' | 'signal'>,
  { described, signal }: Asked,
): Promise<ProbeAnswer & { readonly status: number }> {
  const answer = await http({
    ...request,
    deadlineMs: REQUEST_WITHIN_MS,
    maxBytes: MAX_ANSWER_BYTES,
    ...(signal === undefined ? {} : { signal }),
  });
  const { status, problem } = answer;
  if (status === null) {
    const message = `${described}: ${problem ?? 'no answer'}`;
    if (NEVER_SENT.has(problem ?? '')) throw new TransientError('channel-unreachable', message);
    throw new OutcomeUnknownError('channel-unanswered', message);
  }
  const message = `${described}: answered ${status}`;
  if (status === 429) throw new TransientError('channel-busy', message, retryAfter(answer));
  if (status >= 500 || status === 408) throw new OutcomeUnknownError('channel-failed', message);
  return { ...answer, status };
}

function retryAfter({ headers }: ProbeAnswer): { readonly retryAfterMs?: number } {
  const seconds = Number(headers['retry-after']);
  return Number.isFinite(seconds) && headers['retry-after'] !== undefined ? { retryAfterMs: seconds * 1_000 } : {};
}

/** A base address, to which paths are added. */
export function withoutSlash(url: string): string {
  return url.endsWith('/') ? url.slice(0, -1) : url;
}

/** It will not work, whatever the time: what was answered, and what mends it. */
export function refused(described: string, what: string, fix: string): TerminalError {
  return new TerminalError('channel-refused', `${described}: ${what}. Fix: ${fix}`);
}

/**
 * Up to three attempts, with the pause that the other side asks for. `attempt` is told whether an earlier one may have been taken. Throws the
 * last failure; one without an answer counts before one that surely did nothing.
 */
export async function attempting<T>(
  { clock, random }: Wire,
  { doubt, signal }: { readonly doubt: boolean; readonly signal?: AbortSignal },
  attempt: (doubt: boolean) => Promise<T>,
): Promise<T> {
  let isInDoubt = doubt;
  for (let nth = 1; ; nth += 1) {
    try {
      return await attempt(isInDoubt);
    } catch (thrown) {
      const isUnknown = thrown instanceof OutcomeUnknownError;
      if (!isUnknown && !(thrown instanceof TransientError)) throw thrown;
      isInDoubt ||= isUnknown;
      const asked = thrown instanceof TransientError ? thrown.retryAfterMs : null;
      const pauseMs = asked ?? jitteredPauseAfter(BACKOFF, nth, random.next());
      if (nth === MAX_ATTEMPTS || pauseMs > LONGEST_PAUSE_MS) throw isInDoubt && !isUnknown ? unknown(thrown) : thrown;
      await clock.sleepUntil(clock.now() + pauseMs, signal);
    }
  }
}

function unknown(thrown: TransientError): OutcomeUnknownError {
  return new OutcomeUnknownError(thrown.code, thrown.message, { cause: thrown });
}
