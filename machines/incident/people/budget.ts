import type { IncidentContext } from '../context.ts';
import { instantOf } from '../events.ts';
import { isOfIllBegun } from '../health/ill-begun.ts';
import { isGood, stillGood } from './good-news.ts';
import { isReminder } from './waiting-told.ts';

/**
 * The budget of messages: a milestone is told at once, progress every `communication.every`. What has been told lately in other figures
 * only (a hold that flaps, a failure tried again) is counted and not told again; nor is the run's own bookkeeping (its window, its trials)
 * once a dozen messages went out in that time. Good news of the bookkeeping (a trial that passed, a window that began anew) is no message of
 * its own while people were told something lately: it goes with the next, which is progress at the latest. What was done, decided, lost or
 * is asked is always told, and what is waited for as often as a question is repeated. How many were left out is said with the next message. Pure.
 */
const MOST_LATELY = 12;
const BOOKKEEPING = /window of improvement|not worse so far/;
const REMEMBERED = 40;
/** As much as a message bears; of more, the newest. */
const MOST_CARRIED = 3;
/** So long after a message, good news is worth one. */
const CARRIED_FOR_MS = 30 * 60_000;

interface Scope {
  readonly context: IncidentContext;
  readonly event: object;
}

export function isRepetition({ context, event }: Scope): boolean {
  const [words] = context.outbox;
  if (words === undefined) return false;
  if (isReminder(words, context) || isOfIllBegun(words, context)) return false;
  const recent = lately(context, instantOf(event));
  if (recent.some(({ shape }) => shape === fingerprintOf(words))) return true;
  return recent.length >= MOST_LATELY && BOOKKEEPING.test(words);
}

/** Good news that can go with the next message: one was told a little while ago. */
export function isGoodNews({ context: { outbox, toldLately = [] }, event }: Scope): boolean {
  const at = toldLately.at(-1)?.at;
  return at !== undefined && instantOf(event) - at < CARRIED_FOR_MS && isGood(outbox[0] ?? '');
}

export function carryMessage({ context }: Scope): Partial<IncidentContext> {
  const { outbox, carried = [], folded = 0 } = context;
  const all = [...carried, ...outbox.slice(0, 1)];
  return { outbox: outbox.slice(1), carried: all.slice(-MOST_CARRIED), folded: folded + Math.max(0, all.length - MOST_CARRIED) };
}

export function foldMessage({ context }: Scope): Partial<IncidentContext> {
  return { outbox: context.outbox.slice(1), folded: (context.folded ?? 0) + 1 };
}

/** The oldest message as it goes out. */
export function messageNow(context: IncidentContext): string {
  const { target, outbox, folded = 0 } = context;
  const [first = ''] = outbox;
  const meanwhile = stillGood(context, first).map(
    (one) => `\nMeanwhile: ${one.startsWith(`${target}: `) ? one.slice(target.length + 2) : one}`,
  );
  const words = `${first}${meanwhile.join('')}`;
  if (folded === 0) return words;
  return `${words}\n(${folded} ${folded === 1 ? 'message that said little new was' : 'messages that said little new were'} not sent; \`firebreak report\` has the whole timeline.)`;
}

export function rememberMessage({ context, event }: Scope): Partial<IncidentContext> {
  const [words] = context.outbox;
  if (words === undefined) return {};
  const told = { shape: fingerprintOf(words), at: instantOf(event) };
  return { folded: 0, carried: [], toldLately: [...(context.toldLately ?? []), told].slice(-REMEMBERED) };
}

function lately({ toldLately = [], settings }: IncidentContext, now: number): NonNullable<IncidentContext['toldLately']> {
  // A report is due from when the one before was decided; it was told a little later.
  return toldLately.filter(({ at }) => now - at < 0.9 * settings.tellEveryMs);
}

/** Without figures, hashes and times; bounded, because it is kept. */
function fingerprintOf(words: string): string {
  return words.replaceAll(/\b[0-9a-f]{8,}\b|\d+/g, '#').slice(0, 160);
}
