import { joinLockstep } from '../clocks/clock-line.ts';
import type { LockstepClock } from '../clocks/lockstep-clock.ts';
import { connectRemoteClock } from '../clocks/remote-clock.ts';
import type { FollowedClock } from '../clocks/remote-clock.ts';
import { UserError } from '../core/errors.ts';

/** Time as a simulator tells it, to look at. `UserError` with exit code 75 when nothing there tells any. */
export async function followClock(url: string): Promise<FollowedClock> {
  try {
    return await connectRemoteClock(url, async (address) => (await fetch(address, { signal: AbortSignal.timeout(5_000) })).json());
  } catch (thrown) {
    if (thrown instanceof UserError) throw thrown;
    throw new UserError('clock-down', `no simulator tells the time at ${url}`, 'start `firebreak simulate` first, or leave out --clock', {
      cause: thrown,
      exitCode: 75,
    });
  }
}

/** By the address: everything in this process that lives in a simulator's time is one member of its clock. */
const joined = new Map<string, Promise<LockstepClock>>();

/**
 * Time as a simulator keeps it, to live in: a clock in lock-step is joined, by this process once. `UserError` with exit code 75
 * when nothing there tells any time (`clock-down`), or it stands still and takes nobody in (`clock-refused`).
 */
export async function joinClock(url: string): Promise<FollowedClock | LockstepClock> {
  const { origin } = new URL(url);
  const known = joined.get(origin);
  if (known !== undefined) return known;
  const followed = await followClock(url);
  return followed.speed > 0 ? followed : join(origin);
}

function join(origin: string): Promise<LockstepClock> {
  const known = joined.get(origin);
  if (known !== undefined) return known;
  const joining = joinLockstep(origin, { name: `firebreak ${process.argv[2] ?? ''}`.trim(), pid: process.pid });
  const forget = (): void => void joined.delete(origin);
  joined.set(origin, joining);
  joining.then(({ lost }) => lost.addEventListener('abort', forget, { once: true }), forget);
  return joining;
}
