import type { IncidentContext } from './context.ts';
import { instantOf } from './events.ts';
import { uncounted } from './health/present.ts';
import { laterBy } from './health/relapse.ts';

/**
 * Time in which nobody looked (the process was killed, stopped or frozen, or its clock was set) is neither good nor bad: what it
 * would have used up is given back, and no healthy time grows from it. The runner moves the pending timers in the same save. Pure.
 */
export function giveTimeBack({ context, event }: { readonly context: IncidentContext; readonly event: object }): Partial<IncidentContext> {
  const awayMs = 'awayMs' in event && typeof event.awayMs === 'number' ? event.awayMs : 0;
  const { deadlineAt, windowEndsAt, restingSince, askedAt, held, waitedMs, outbox } = context;
  return {
    ...(awayMs < 0 ? notInTheFuture(context, instantOf(event)) : {}),
    deadlineAt: deadlineAt + awayMs,
    windowEndsAt: windowEndsAt + awayMs,
    phaseEndsAt: laterBy(context.phaseEndsAt, awayMs),
    // Looks on either side of it are no looks in a row.
    standings: uncounted(context.standings),
    failing: {},
    otherQuestion: null,
    // What the window has rested already is not counted twice.
    restingSince: restingSince === null ? null : restingSince + awayMs,
    streak: { ...context.streak, lastPassAt: null },
    askedAt: askedAt === null ? null : askedAt + awayMs,
    // A hold began when it began; the time that nobody could have heard its end is taken off the waiting.
    waitedMs: held === null ? waitedMs : waitedMs - awayMs,
    outbox: [...outbox, awayWords(context, awayMs)],
  };
}

/** By a clock that was set back, what was noted before would lie in the future, and nothing would be newer than it for as long. */
function notInTheFuture(context: IncidentContext, now: number): Partial<IncidentContext> {
  const { look, lookBeganAt, lastWriteAt, changedAt, plan, servingSince, adopted } = context;
  const each = (instants: Readonly<Record<string, number>>): Readonly<Record<string, number>> =>
    Object.fromEntries(Object.entries(instants).map(([name, at]) => [name, Math.min(at, now)]));
  return {
    look: look === null ? null : { ...look, at: Math.min(look.at, now) },
    lookBeganAt: Math.min(lookBeganAt, now),
    lastWriteAt: Math.min(lastWriteAt, now),
    changedAt: Math.min(changedAt, now),
    plan: plan === null ? null : { ...plan, observedAt: Math.min(plan.observedAt, now) },
    servingSince: each(servingSince),
    adopted: each(adopted),
  };
}

function awayWords({ target }: IncidentContext, awayMs: number): string {
  const minutes = `${Math.max(1, Math.round(Math.abs(awayMs) / 60_000))} min`;
  if (awayMs < 0)
    return `${target}: the clock was set back by ${minutes}. Deadlines are moved with it; looking anew before anything is decided.`;
  return `${target}: nobody looked for ${minutes}: the run was stopped, or its clock was set forward. That time is given back to deadlines, windows and questions; looking anew before anything is decided.`;
}
