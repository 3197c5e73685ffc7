import { SECOND } from '../core/duration.ts';
import { TransientError, UserError } from '../core/errors.ts';
import type { Clock } from '../ports/clock.ts';
import { sleepReally } from './real-sleep.ts';

/** What a simulator's control plane says about its time at `GET {url}/_sim/clock`. */
interface RemoteTime {
  /** Epoch milliseconds. */
  readonly now: number;
  /** Virtual milliseconds per real one. */
  readonly speed: number;
}

const RESYNC_EVERY_MS = 5 * SECOND;
/** While the far clock stands still we look again this often. */
const STANDSTILL_MS = SECOND;

/**
 * Follows the clock of a simulator in another process. Between looks, time is extrapolated with its speed; it never runs
 * backwards here. Loopback only: a real run must not take its time from a stranger.
 *
 * Errors: `UserError` when the address is not loopback; `TransientError` when nothing there speaks of time. A look that fails
 * later is passed over: the extrapolation goes on.
 */
export async function connectRemoteClock(url: string, fetchJson: (url: string) => Promise<unknown>): Promise<FollowedClock> {
  assertLoopback(url);
  const address = `${url.replace(/\/{1,64}$/, '')}/_sim/clock`;
  const clock = new RemoteClock(() => fetchJson(address).then((body) => readTime(body, address)));
  await clock.look();
  return clock;
}

export interface FollowedClock extends Clock {
  /** Its milliseconds per real one, as last told. */
  readonly speed: number;
}

class RemoteClock implements FollowedClock {
  readonly #fetchTime: () => Promise<RemoteTime>;
  #known: RemoteTime = { now: 0, speed: 1 };
  #knownSince = 0;
  #latest = -Infinity;
  #looking: Promise<void> | null = null;

  constructor(fetchTime: () => Promise<RemoteTime>) {
    this.#fetchTime = fetchTime;
  }

  get speed(): number {
    return this.#known.speed;
  }

  now(): number {
    const age = performance.now() - this.#knownSince;
    if (age > RESYNC_EVERY_MS) this.look().catch(() => {});
    this.#latest = Math.max(this.#latest, Math.floor(this.#known.now + age * this.#known.speed));
    return this.#latest;
  }

  async sleepUntil(at: number, signal?: AbortSignal): Promise<void> {
    if (Number.isNaN(at)) throw new RangeError('sleepUntil: the instant is not a number');
    signal?.throwIfAborted();
    for (let left = at - this.now(); left > 0; left = at - this.now()) {
      const really = this.#known.speed > 0 ? Math.ceil(left / this.#known.speed) : STANDSTILL_MS;
      await sleepReally(Math.min(really, RESYNC_EVERY_MS), signal);
      if (this.#known.speed <= 0 || performance.now() - this.#knownSince > RESYNC_EVERY_MS) await this.look().catch(() => {});
      signal?.throwIfAborted();
    }
  }

  during<T>(work: Promise<T>): Promise<T> {
    return work;
  }

  look(): Promise<void> {
    this.#looking ??= this.#lookOnce().finally(() => (this.#looking = null));
    return this.#looking;
  }

  async #lookOnce(): Promise<void> {
    const asked = performance.now();
    const time = await this.#fetchTime();
    this.#known = time;
    // The answer is half a round trip old.
    this.#knownSince = (asked + performance.now()) / 2;
  }
}

function assertLoopback(url: string): void {
  const host = URL.canParse(url) ? new URL(url).hostname : '';
  if (host === 'localhost' || host === '[::1]' || /^127(?:\.\d+){3}$/.test(host)) return;
  throw new UserError(
    'clock-not-loopback',
    `the clock ${url} is not on this machine`,
    'give the address that `simulate` printed: http://127.0.0.1:PORT',
  );
}

function readTime(body: unknown, address: string): RemoteTime {
  if (typeof body === 'object' && body !== null && 'now' in body && 'speed' in body) {
    const { now, speed } = body;
    if (typeof now === 'number' && Number.isFinite(now) && typeof speed === 'number' && speed >= 0) return { now, speed };
  }
  throw new TransientError('clock-unreadable', `${address} did not answer with {now, speed}`);
}
