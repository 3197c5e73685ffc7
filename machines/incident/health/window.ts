import { sayBouts } from '../../../src/core/service/users-bouts.ts';
import type { IncidentContext } from '../context.ts';
import { instantOf } from '../events.ts';
import { figureWords } from '../people/case-news.ts';
import { sayInstant } from '../people/say-instant.ts';
import { allLeft, gateOutcome } from '../steps.ts';

/**
 * The window of two hours without improvement. It counts from the newest improvement that holds; what is lost gives its time
 * back; while every goal is met it stands still. Pure; what is an improvement is decided by the look (`Look.progress`).
 */

interface Scope {
  readonly context: IncidentContext;
  readonly event: object;
}

type Change = Partial<IncidentContext>;

/** More improvements than this are not remembered for giving back; the oldest is the first to be forgotten. */
const REMEMBERED = 24;

export const windowMoves = ({ context }: { readonly context: IncidentContext }): boolean =>
  (context.look?.progress.windowFrom ?? null) !== context.windowFrom;

/** The look has stated an improvement, or that one is lost, or is there again: the window follows, and its arithmetic is told. */
export function moveWindow({ context, event }: Scope): Change {
  const from = context.look?.progress.windowFrom ?? null;
  const now = instantOf(event);
  const { restingSince, windowFrom, target, outbox, look } = context;
  const rested = restingSince === null ? 0 : now - restingSince;
  const until = { ...context, windowEndsAt: context.windowEndsAt + rested };
  const isMore = from !== null && (windowFrom === null || from > windowFrom);
  const moved = isMore ? granted(until, from) : givenBack(until, from);
  const resting = { restingSince: restingSince === null ? null : now };
  if (moved.windowEndsAt === until.windowEndsAt) return { ...moved, ...resting };
  const what = isMore ? 'window of improvement restarted' : 'time of the window of improvement given back';
  const words = `${target}: ${what} at ${sayInstant(now)}: ${look?.progress.because ?? ''}; it now ends at ${sayInstant(moved.windowEndsAt)}.`;
  return { ...moved, ...resting, outbox: [...outbox, words] };
}

interface Moved {
  readonly windowFrom: number | null;
  readonly windowGrants: IncidentContext['windowGrants'];
  readonly windowEndsAt: number;
}

function granted({ windowFrom, windowEndsAt, windowGrants, settings }: IncidentContext, from: number): Moved {
  const endsAt = Math.max(windowEndsAt, from + settings.windowMs);
  const grants = [...windowGrants, { at: from, from: windowFrom, endedAt: windowEndsAt, endsAt }].slice(-REMEMBERED);
  return { windowFrom: from, windowGrants: grants, windowEndsAt: endsAt };
}

/** Back to where the window would be without the improvements after `from`; time that it has rested since stays. */
function givenBack({ windowEndsAt, windowGrants }: IncidentContext, from: number | null): Moved {
  const kept = windowGrants.filter(({ at }) => from !== null && at <= from);
  const first = windowGrants[kept.length];
  const last = windowGrants.at(-1);
  if (first === undefined || last === undefined) return { windowFrom: from, windowGrants: kept, windowEndsAt };
  const rested = Math.max(0, windowEndsAt - last.endsAt);
  return { windowFrom: from, windowGrants: kept, windowEndsAt: Math.min(windowEndsAt, first.endedAt + rested) };
}

/**
 * Whoever holds the run by their own word, with a step ripe, lets its time pass: no want of improvement is to be read from that; nor before
 * what was held back has had its time.
 */
export const windowWaits = ({ context, event }: Scope): boolean =>
  waitsForPeople(context) || (context.waitedMs > 0 && context.windowEndsAt > instantOf(event));

/** Nor where what failed is the run's own step and it is put back: people are called, and Google has done nothing that it could mend. */
function waitsForPeople(context: IncidentContext): boolean {
  return context.inVainSince != null || isHeldBack(context);
}

function isHeldBack(context: IncidentContext): boolean {
  return context.held?.human === true && allLeft(context).length > 0;
}

export function letWindowWait({ context, event }: Scope): Change {
  return waitsForPeople(context) ? { windowEndsAt: instantOf(event) + context.settings.questionWithinMs } : {};
}

export function beginRest({ event }: Scope): Change {
  return { restingSince: instantOf(event) };
}

/** `: users of login failed 20:12–20:17 (383 of 383)`; '' where no minute is known in which they did. */
function boutsWords({ usersBouts = {} }: IncidentContext, since: number): string {
  const said = Object.entries(usersBouts).flatMap(([service, bouts]) => {
    const known = bouts.filter(({ until }) => until > since);
    return known.length === 0 ? [] : [`users of ${service} failed ${sayBouts(known)}`];
  });
  return said.length === 0 ? '' : `: ${said.join('; ')}`;
}

/**
 * The clock stood still while every goal was met, and goes on where it stood; after a rest as long as the window itself it
 * begins anew.
 */
export function endRest({ context, event }: Scope): Change {
  const { restingSince, windowEndsAt, settings, target, outbox, look } = context;
  const now = instantOf(event);
  const rested = restingSince === null ? 0 : now - restingSince;
  const endsAt = rested >= settings.windowMs ? now + settings.windowMs : windowEndsAt + rested;
  const figures = look === null ? 'no look' : `at ${sayInstant(look.at)}: ${figureWords(look.indicators, null)}`;
  // Windows of figures come minutes late: what they show may be over by then.
  const what = gateOutcome(context, 'all') === 'pass' ? 'a goal was missed for some minutes, which are over' : 'a goal is missed again';
  const when = `by looks of two windows${boutsWords(context, restingSince ?? 0)} (${figures})`;
  const words = `${target}: ${what}, ${when}; the window of improvement goes on and ends at ${sayInstant(endsAt)}.`;
  return { restingSince: null, windowEndsAt: endsAt, outbox: [...outbox, words] };
}
