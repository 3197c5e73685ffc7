import type { Look } from '../activities.ts';
import type { IncidentContext } from '../context.ts';
import type { Stretch } from '../kept.ts';
import { sayInstant } from '../people/say-instant.ts';
import { allLeft, isHalfDone } from '../steps.ts';
import { probesAlone, probesAloneWords } from './probes-alone.ts';
import { unprovenWords } from './unproven.ts';

/**
 * A run that gets nowhere says so: nothing is in hand, and for minutes looks are not all well, a soak begins anew again and again, or the
 * same checks of the validation do not pass. What it is, since when, how often and what would end it. Pure.
 */

const MINUTE = 60_000;
/** So long a stretch, and so many looks or validations that did not pass, are worth a word. */
const TOLD_FROM = 12 * MINUTE;
const LEAST = 4;
/** So long without a look that is not well, and the stretch is over. */
const OVER_AFTER = 20 * MINUTE;
/** Well for so long, and nothing is said: the next look that is not well says it. */
const QUIET = 3 * MINUTE;
/** Validations in a row that do not pass, where only our own probes speak against a service. */
const PROBES_AFTER = 2;

/** What is known of it; what was before the last change of ours tells nothing of now. */
export function stretchOf({ stretch = null, changedAt }: Pick<IncidentContext, 'stretch' | 'changedAt'>): Stretch | null {
  return stretch === null || stretch.since <= changedAt ? null : stretch;
}

export function stretchAfter(before: Stretch | null, { at, gates }: Pick<Look, 'at' | 'gates'>): Stretch | null {
  const all = gates['all'];
  const isWell = all === undefined || all.outcome === 'pass';
  if (before === null) return isWell ? null : { since: at, looks: 1, bad: 1, spells: 1, wellSince: null, because: all.because };
  const looks = before.looks + 1;
  if (!isWell) {
    const spells = before.spells + (before.wellSince === null ? 0 : 1);
    return { ...before, looks, bad: before.bad + 1, spells, wellSince: null, because: all.because };
  }
  const wellSince = before.wellSince ?? at;
  return at - wellSince >= OVER_AFTER ? null : { ...before, looks, wellSince };
}

interface Stalled {
  readonly what: string;
  readonly words: string;
  /** The newest looks or validations add to it; else it may be over, and is not said. */
  readonly isOpen: boolean;
}

/** What keeps the run from getting on while nothing is in hand; null: nothing that lasts. */
export function stalled(context: IncidentContext): Stalled | null {
  const { look, validation } = context;
  if (look === null || isHalfDone(context) || allLeft(context).length > 0) return null;
  const alone = onlyProbes(context);
  if (alone !== null) return alone;
  const stretch = longStretch(context);
  const open = Object.values(validation?.unproven ?? {}).filter(({ times, since }) => times >= LEAST && look.at - since >= TOLD_FROM);
  if (stretch === null && open.length === 0) return null;
  const looks = stretch === null ? '' : stretchWords(stretch, look.at);
  const checks = open.length === 0 ? '' : `validation does not pass: ${unprovenWords(context)}`;
  const words = [looks, checks].filter((part) => part !== '').join('; ');
  const isOpen = open.length > 0 || (stretch !== null && goesOn(stretch, look.at));
  return { what: 'stalled', words: `recovery is not proven: ${words}. ${endWords(context)}`, isOpen };
}

/** Told as soon as it is known: no time mends it. */
function onlyProbes(context: IncidentContext): Stalled | null {
  const often = Object.values(context.validation?.unproven ?? {}).filter(({ times }) => times >= PROBES_AFTER);
  if (often.length === 0 || probesAlone(context).length === 0) return null;
  const [times, since] = [Math.max(...often.map((one) => one.times)), Math.min(...often.map((one) => one.since))];
  const words = `validation cannot pass as it is written, and did not ${times} times since ${sayInstant(since)}. ${probesAloneWords(context)}. ${endWords(context)}`;
  return { what: 'probes alone', words, isOpen: true };
}

function longStretch({ look, stretch = null }: IncidentContext): Stretch | null {
  return look !== null && stretch !== null && look.at - stretch.since >= TOLD_FROM && stretch.bad >= LEAST ? stretch : null;
}

/** One bad time that is over is a blip, however long ago it began. */
function goesOn({ wellSince, spells }: Stretch, now: number): boolean {
  return wellSince === null || (spells > 1 && now - wellSince < QUIET);
}

function stretchWords({ since, looks, bad, spells, wellSince, because }: Stretch, now: number): string {
  const again = spells < 2 ? '' : `, ${spells} times anew after looks that were well`;
  const well = wellSince === null || now === wellSince ? '' : `; well since ${sayInstant(wellSince)}`;
  return `${bad} of ${looks} looks since ${sayInstant(since)} were not well${again}, the last of them: ${because}${well}`;
}

function endWords({ settings, phaseEndsAt }: IncidentContext): string {
  const minutes = Math.round(settings.soakForMs / MINUTE);
  const until = phaseEndsAt.validationMs;
  const end = until === undefined ? '' : `, and is given up at ${sayInstant(until)}`;
  return `It is proven by a validation that passes and ${minutes} min of well looks without a break${end}.`;
}
