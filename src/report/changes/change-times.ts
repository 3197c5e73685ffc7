import { sayDuration } from '../../core/duration.ts';
import type { MutationReport } from '../run-report.ts';
import { timeOfDay } from '../formatting.ts';

/** `sent 20:04:08, accepted 0.4s later, seen in force 20:09:02 (4m54s after that)`: as far as it is recorded; null: it was not sent. Pure. */
export function changeTimes({ sentAt, at, inForceAt, outcome }: MutationReport): string | null {
  if (outcome === 'already') return null;
  const accepted =
    sentAt === null
      ? `accepted ${timeOfDay(at)} (when it was sent is not recorded)`
      : `sent ${timeOfDay(sentAt)}, accepted ${later(sentAt, at)}`;
  if (outcome === 'failed') return inForceAt === null ? accepted : `${accepted}, failed ${timeOfDay(inForceAt)} (${later(at, inForceAt)})`;
  return inForceAt === null
    ? `${accepted}; not seen in force`
    : `${accepted}, seen in force ${timeOfDay(inForceAt)} (${later(at, inForceAt)})`;
}

function later(from: number, until: number): string {
  return until - from < 1 ? 'at once' : `${sayDuration(until - from)} later`;
}
