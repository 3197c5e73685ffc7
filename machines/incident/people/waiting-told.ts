import { WAITING } from '../../../src/core/reminder.ts';
import { nameIn, serviceOf, wayOf } from '../../../src/steps/index.ts';
import { inVainWords } from '../ending/in-vain.ts';
import type { Held, IncidentContext } from '../context.ts';
import { inForceNow } from '../trial/in-force.ts';
import { newestBurstAt, recurringWords } from '../health/recurring.ts';
import { stalled } from '../health/stalled.ts';
import { illAgain } from '../health/relapse.ts';
import { followedWords, holdAnswers } from '../others/what-followed.ts';
import { sayInstant } from './say-instant.ts';
import { allLeft, blockedWords, dependenciesHealthy, hasRoom, isHalfDone } from '../steps.ts';

/**
 * What keeps the run from its next step, or from its proof, is told as soon as two looks agree, with the figures, and again and again like a
 * question: a hold while users fail, a dependency that is ill, a database without room, a right that our account has lost, containers
 * that go on dying, a proof that does not come. Pure.
 */

interface Waits {
  /** The same while this is: what is waited for. */
  readonly what: string;
  readonly words: string;
  /** When people heard of it first, where they were told in other words. */
  readonly toldAt: number | null;
  /** How long after that it is said again while nothing is new; null: not at all. */
  readonly againMs: number | null;
}

type Told = NonNullable<IncidentContext['waitTold']>;

const AGREED_LOOKS = 2;
export function isReminder(words: string, { target }: Pick<IncidentContext, 'target'>): boolean {
  return words.startsWith(`${target}: ${WAITING}`);
}

/** What the newest look adds to it. `before`: how many messages waited before this look; whoever was told just now is not told at once again. */
export function tellWaiting(context: IncidentContext, before: number): Required<Pick<IncidentContext, 'waitTold' | 'outbox'>> {
  const { look, outbox, target, waitTold = null } = context;
  const waits = waitsFor(context);
  if (look === null || waits === null) return { waitTold: null, outbox };
  const known: Told = waitTold?.what === waits.what ? waitTold : { what: waits.what, looks: 0, at: waits.toldAt };
  const now = { ...known, looks: known.looks + 1 };
  if (outbox.length > before) return { waitTold: { ...now, at: look.at }, outbox };
  const { times = 0 } = known;
  const isDue =
    known.at === null ? now.looks >= AGREED_LOOKS : waits.againMs !== null && look.at - known.at >= later(context, waits.againMs, times);
  if (!isDue) return { waitTold: now, outbox };
  const again = known.at === null ? {} : { times: times + 1 };
  return { waitTold: { ...now, ...again, at: look.at }, outbox: [...outbox, `${target}: ${WAITING}${waits.words}`] };
}

/** Each repetition waits twice as long as the one before it, up to the time between two reports of progress: a night has few of them. */
function later({ settings }: IncidentContext, againMs: number, times: number): number {
  return Math.max(againMs, Math.min(againMs * 2 ** times, settings.tellEveryMs));
}

/** A question is repeated after half of the time for its answer. */
function likeQuestions({ settings }: IncidentContext): number {
  return settings.questionWithinMs / 2;
}

/** For a report of progress; '' where nothing is waited for. */
export function waitingWords(context: IncidentContext): string {
  return waitsFor(context)?.words ?? '';
}

/** Somebody must act, and was told so: of a hold by their own word its holder knows. */
export function waitNeedsPerson({ waitTold, held }: Pick<IncidentContext, 'waitTold' | 'held'>): boolean {
  return held === null && waitTold?.at != null;
}

function waitsFor(context: IncidentContext): Waits | null {
  const { look, held, askedAt, escalation, rollback, aborting } = context;
  if (look === null || aborting || rollback !== null || escalation !== null || askedAt !== null) return null;
  if (held !== null) return holding(context, held);
  return inVain(context) ?? denied(context) ?? frozen(context) ?? blocked(context) ?? dying(context) ?? nowhere(context);
}

/** Users fail, or a step is ripe for them, and somebody holds the run. */
function holding(context: IncidentContext, { by, at, reason, human, change }: Held): Waits | null {
  const ill = illServices(context);
  if (ill.length === 0) return null;
  const why = ill.map((service) => context.look?.gates[`healthy:${service}`]?.because ?? service).join('; ');
  const steps = allLeft(context).map(({ title }) => title);
  const ripe = steps.length === 0 ? 'and the plan is made anew' : `and does: ${steps.join('; ')}`;
  const isTheirs = human !== true && change !== null;
  const held = isTheirs
    ? `held since ${sayInstant(at)} for ${change.subjects.join(', ')}, changed by ${by}`
    : `held by ${by} since ${sayInstant(at)} (${reason})`;
  const followed = isTheirs ? followedWords(context) : '';
  const answers = isTheirs ? holdAnswers(context) : `resume lets it go on, ${ripe}; abort ends it, and nothing is put back`;
  return {
    what: isTheirs ? `held ${change.subjects.join(' ')}` : 'held',
    words: `${held}: nothing is changed, and users are not well: ${why}${followed === '' ? '' : `; ${followed}`}. Decide: ${answers}.`,
    toldAt: isTheirs ? change.toldAt : null,
    againMs: likeQuestions(context),
  };
}

/** Fails by looks that agree, or a step of the plan is ripe for it. */
function illServices(context: IncidentContext): readonly string[] {
  const ripe = allLeft(context).map(({ id }) => nameIn(id));
  const agreed = illAgain(context);
  return context.settings.services
    .map(({ name }) => name)
    .filter((name) => {
      const outcome = context.look?.gates[`healthy:${name}`]?.outcome ?? 'pass';
      return outcome !== 'pass' && (agreed.includes(name) || ripe.includes(name));
    });
}

/** What failed is put back, users fail, and nothing is left to try. */
function inVain(context: IncidentContext): Waits | null {
  const words = inVainWords(context);
  return words === '' ? null : { what: 'in vain', words, toldAt: context.inVainSince ?? null, againMs: likeQuestions(context) };
}

/** What nobody but whoever grants rights can mend; nothing is proven and nothing is written without it. */
function denied(context: IncidentContext): Waits | null {
  const lost = context.look?.denied ?? [];
  const againMs = illServices(context).length > 0 ? likeQuestions(context) : context.settings.tellEveryMs / 2;
  if (lost.length === 0) return null;
  return {
    what: 'denied',
    words: `${deniedWords(lost)} Nothing is proven, and nothing is changed, on what cannot be read.`,
    toldAt: null,
    againMs,
  };
}

/** The right, and the command that grants it. */
export function deniedWords(lost: readonly string[]): string {
  return lost.length === 0 ? '' : `Our own account may not read what the run needs: ${lost.join('; ')}.`;
}

/** A step is ripe for users who are not well, and the document lets nothing be written yet; that it does was told when the step was refused. */
function frozen(context: IncidentContext): Waits | null {
  const { look, settings } = context;
  const now = look?.at ?? 0;
  const window = settings.freeze.find(({ fromAt, untilAt }) => fromAt <= now && now < untilAt);
  const steps = allLeft(context).map(({ title }) => title);
  const ill = illServices(context);
  if (window === undefined || steps.length === 0 || ill.length === 0) return null;
  const why = ill.map((service) => look?.gates[`healthy:${service}`]?.because ?? service).join('; ');
  return {
    what: 'frozen',
    words: `a freeze window is open until ${sayInstant(window.untilAt)} (${window.reason}): nothing is written, and users are not well: ${why}. Ripe, and begun after it if its reasons still stand: ${steps.join('; ')}. \`firebreak plan\` shows the commands; who may do it sooner does it by hand, or takes the window out of spec.policy.freeze and starts the run again.`,
    toldAt: now,
    againMs: likeQuestions(context),
  };
}

/** Nothing is in hand, and the next deploy waits for another service, or for room in the database. */
function blocked(context: IncidentContext): Waits | null {
  const [next] = allLeft(context);
  if (isHalfDone(context) || next === undefined || context.plan?.awaits !== undefined || !wayOf(next.kind).startsRevision) return null;
  if (dependenciesHealthy(context, next) && hasRoom(context, next)) return null;
  const service = next.change === null ? null : serviceOf(next.change);
  const users = service === null ? '' : (context.look?.gates[`healthy:${service}`]?.because ?? '');
  return {
    what: `blocked ${next.id}`,
    words: `${blockedWords(context)}. It is begun when that is over, if its reasons still stand${users === '' ? '' : `; meanwhile ${users}`}. \`firebreak skip ${next.id}\` leaves it out.`,
    toldAt: null,
    againMs: likeQuestions(context),
  };
}

/** Each time that containers die anew; what of it this run has in force is said beside it. */
function dying(context: IncidentContext): Waits | null {
  const words = recurringWords(context);
  if (words === '') return null;
  const own = inForceNow(context).filter(({ outcome }) => outcome === 'applied');
  const made = own.map(({ title, at }) => `${title} (${sayInstant(at)})`).join('; ');
  const back = own.length === 0 ? '' : ` In force by this run: ${made}; \`firebreak rollback\` puts it back as it was.`;
  const isAnew = newestBurstAt(context) > (context.waitTold?.at ?? 0);
  return { what: 'dying', words: `${words}.${back}`, toldAt: null, againMs: isAnew ? likeQuestions(context) : null };
}

/** Whoever heard of it as of another wait is not told at once again. */
function nowhere(context: IncidentContext): Waits | null {
  const found = stalled(context);
  if (found === null) return null;
  const { what, words, isOpen } = found;
  const { waitTold } = context;
  const isKnown = waitTold?.what === what && waitTold.at !== null;
  if (!isOpen && !isKnown) return null;
  return { what, words, toldAt: waitTold?.at ?? null, againMs: isOpen ? likeQuestions(context) : null };
}
