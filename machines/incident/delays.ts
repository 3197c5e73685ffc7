import type { IncidentContext } from './context.ts';
import { askedBefore } from './people/asked-again.ts';
import { driftOf } from './others/drift.ts';
import { inVainMs } from './ending/in-vain.ts';
import { instantOf } from './events.ts';
import { isRefused, SLOW_RETRY_MS } from './trial/refused-for-now.ts';
import { currentService } from './steps.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

interface Scope {
  readonly context: IncidentContext;
  readonly event: object;
}

/** How long each wait may last. A name that is missing here would fire at once (xstate issue 5375): a test and the boot check it. */
export const delays = {
  /** From the beginning of the look, so that a slow look does not stretch the rhythm. One that proves nothing is taken again at once. */
  TICK: ({ context, event }: Scope): number =>
    showsChangeInDoubt(context, instantOf(event))
      ? SECOND
      : Math.min(context.settings.tickMs, Math.max(5 * SECOND, context.lookBeganAt + context.settings.tickMs - instantOf(event))),
  LOOK_LIMIT: 3 * MINUTE,
  BLIND_LIMIT: 10 * MINUTE,
  /** 5 s, 10 s, 20 s … at most a minute; slowly once Google has refused a write for longer. */
  RETRY: ({ context }: Scope): number => (isRefused(context) ? SLOW_RETRY_MS : Math.min(MINUTE, 5 * SECOND * 2 ** context.attempts)),
  BUSY: 30 * SECOND,
  ACTIVITY_LIMIT: 5 * MINUTE,
  /** A question waits as long as the document says, and never longer than is left of all waiting for people. */
  APPROVAL: ({ context, event }: Scope): number => answerWithin(context, context.settings.approvalWithinMs, instantOf(event)),
  QUESTION: ({ context, event }: Scope): number => answerWithin(context, context.settings.questionWithinMs, instantOf(event)),
  HELD_LIMIT: ({ context }: Scope): number => patienceLeft(context),
  /** Until the freeze window in which the write was refused ends. */
  THAW: ({ context, event }: Scope): number => Math.max(SECOND, thawsAt(context, instantOf(event)) - instantOf(event)),
  ABORT_LIMIT: 2 * MINUTE,
  /** From the first entry of the phase, so that leaving and coming back does not begin it anew. */
  CAPACITY_PHASE: ({ context, event }: Scope): number => phaseLeft(context, 'capacityMs', instantOf(event)),
  SERVICES_PHASE: ({ context, event }: Scope): number => phaseLeft(context, 'servicesMs', instantOf(event)),
  /** Handed over, the end of the follow-up is the deadline: a phase that was over already would be left in the instant it is entered. */
  VALIDATION_PHASE: ({ context, event }: Scope): number =>
    context.escalation === null ? phaseLeft(context, 'validationMs', instantOf(event)) : context.settings.followForMs,
  /** Metrics lag three minutes (gcp-facts 3) and their windows reach back further: long enough for one that begins after the change. */
  REASON: 15 * MINUTE,
  /** The activity has this long by itself; the chart waits a little longer before it gives up on the activity. */
  CONNECTOR_LIMIT: ({ context }: Scope): number => context.settings.connectorWithinMs + 2 * MINUTE,
  REVISION_LIMIT: ({ context }: Scope): number => context.settings.revisionWithinMs + 2 * MINUTE,
  TRAFFIC_LIMIT: ({ context }: Scope): number => context.settings.trafficWithinMs + 2 * MINUTE,
  STABLE_LIMIT: ({ context }: Scope): number =>
    context.settings.services.find(({ name }) => name === currentService(context))?.withinMs ?? 30 * MINUTE,
  /** Three looks by the tag take a minute and a half; a cold start may take four (gcp-facts 2.5). */
  DARK_LIMIT: 10 * MINUTE,
  CANARY_LIMIT: 20 * MINUTE,
  /** In half of that a window that begins after the share is in force has been seen, where anybody calls. */
  SHARE_UNCOUNTED: 10 * MINUTE,
  TRIAL_LIMIT: 20 * MINUTE,
  DEPENDENCY: 30 * MINUTE,
  VALIDATE_AGAIN: ({ context }: Scope): number => context.settings.validateEveryMs,
  /** A log or metrics service may be away for long; what serves is not moved for that. */
  WEIGHING: 2 * 60 * MINUTE,
  RESTORE_LIMIT: 15 * MINUTE,
  RESTORE_SOAK: 15 * MINUTE,
  IN_VAIN: ({ context }: Scope): number => inVainMs(context),
  /** From a saved instant, so that it survives leaving and coming back. */
  IMPROVEMENT_WINDOW: ({ context, event }: Scope): number => Math.max(0, context.windowEndsAt - instantOf(event)),
  /** What is left of the window where people have the incident; nothing is left once Google has been asked because of it, or has a case. */
  REST_OF_WINDOW: ({ context, event }: Scope): number =>
    context.escalation?.afterWindow === true || context.supportCase?.name != null
      ? context.settings.followForMs
      : Math.max(SECOND, context.windowEndsAt - instantOf(event)),
  DIAGNOSE_LIMIT: 2 * MINUTE,
  /** A case that could not be opened: half a minute, a minute, … a quarter of an hour; half an hour where support refused it. */
  OPEN_AGAIN: ({ context }: Scope): number =>
    context.supportCase?.retry === 'never'
      ? context.settings.followForMs
      : context.supportCase?.retry === 'soon'
        ? Math.min(15 * MINUTE, 30 * SECOND * 2 ** Math.max(0, context.caseAttempts - 1))
        : 30 * MINUTE,
  /** An open case is read again. */
  READ_CASE: ({ context, event }: Scope): number =>
    context.supportCase?.name == null
      ? context.settings.followForMs
      : Math.max(SECOND, (context.supportCase.seen?.at ?? 0) + 10 * MINUTE - instantOf(event)),
  /** Support did not answer: half a minute, a minute, … a quarter of an hour. */
  CASE_AGAIN: ({ context }: Scope): number =>
    Math.min(15 * MINUTE, 30 * SECOND * 2 ** Math.max(0, (context.supportCase?.away?.tries ?? 1) - 1)),
  /** What the support plan gives Google for its first answer. */
  CASE_UNANSWERED: ({ context, event }: Scope): number => {
    const { supportCase, settings } = context;
    const within = settings.caseAnswerWithinMs;
    if (supportCase?.openedAt === undefined || within === undefined || supportCase.urged !== undefined) return settings.followForMs;
    return Math.max(MINUTE, supportCase.openedAt + within - instantOf(event));
  },
  /** From the instant at which it was last told, whatever happened in between. */
  HANDED_OVER_AGO: ({ context, event }: Scope): number =>
    Math.max(SECOND, (context.toldAt ?? instantOf(event)) + context.settings.tellEveryMs - instantOf(event)),
  /** Half of the time that an answer has. */
  ASK_AGAIN: ({ context, event }: Scope): number => answerWithin(context, context.settings.questionWithinMs, instantOf(event)) / 2,
  APPROVE_AGAIN: ({ context, event }: Scope): number => answerWithin(context, context.settings.approvalWithinMs, instantOf(event)) / 2,
  FOLLOW: ({ context }: Scope): number => context.settings.followForMs,
  /** From what was told last, so that bringing a channel up to date does not put it off; when it is due and was folded, from now. */
  TELL_EVERY: ({ context, event }: Scope): number => {
    const { settings, toldLately = [] } = context;
    const left = (toldLately.at(-1)?.at ?? instantOf(event)) + settings.tellEveryMs - instantOf(event);
    return left > 0 && left <= settings.tellEveryMs ? left : settings.tellEveryMs;
  },
  CATCH_UP: 5 * MINUTE,
};

/** Until when the question that is open waits for its answer. */
export function answerBy(context: IncidentContext): number {
  const { askedAt, question, settings } = context;
  const at = askedAt ?? 0;
  return at + answerWithin(context, question === null ? settings.approvalWithinMs : settings.questionWithinMs, at);
}

/** A change by others, or our own: the look overlapped a write of ours that has ended since. */
function showsChangeInDoubt(context: IncidentContext, now: number): boolean {
  const { look, writing, lastWriteAt } = context;
  // By a clock that was ahead of ours no look would ever be new.
  return look !== null && !writing && look.at <= lastWriteAt && lastWriteAt <= now && driftOf(context).length > 0;
}

function phaseLeft({ phaseEndsAt, settings }: IncidentContext, phase: keyof IncidentContext['phaseEndsAt'], now: number): number {
  return Math.max(0, (phaseEndsAt[phase] ?? now + settings.phases[phase]) - now);
}

/** What is left of the time for an answer: one that is asked again has been open before, and is read for some minutes all the same. */
function answerWithin(context: IncidentContext, withinMs: number, now: number): number {
  const left = Math.max(Math.min(withinMs, 5 * MINUTE), withinMs - askedBefore(context, now));
  return Math.min(left, patienceLeft(context));
}

function patienceLeft({ settings, waitedMs }: IncidentContext): number {
  return Math.max(0, settings.heldAtMostMs - waitedMs);
}

/** Windows may touch or overlap. */
function thawsAt({ settings }: IncidentContext, at: number): number {
  let thaw = at;
  for (const { fromAt, untilAt } of settings.freeze.toSorted((a, b) => a.fromAt - b.fromAt))
    if (fromAt <= thaw && untilAt > thaw) thaw = untilAt;
  return thaw;
}
