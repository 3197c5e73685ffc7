import { becauseOf, OUTCOMES, titleOf } from './documents/checks.ts';
import { standingOf } from './documents/in-force-now.ts';
import { sentence } from '../core/sentence.ts';
import { timeOfDay } from './instants.ts';
import { changesWords } from './ending.ts';
import type { RunReport } from './run-report.ts';
import { verdictOn } from './verdict.ts';
import type { JournalLine } from '../ports/store.ts';

/** A name and what is to be read there. */
export type ShortLine = readonly [name: string, words: string];

/**
 * The whole report in five lines, for its end: whoever sees the last page alone, or the end of what a terminal holds, can say what happened, why,
 * how it stands, what is in force and what to do. Pure.
 */
export function inShort(report: RunReport, lines: readonly JournalLine[] | null = null): readonly ShortLine[] {
  const { title, cause, next } = verdictOn(report, lines);
  const changes = changesWords(report);
  return [
    ['What happened', `${title}. ${changes.charAt(0).toUpperCase()}${changes.slice(1)}${failedWords(report)}.`],
    ['Why', [cause, ...sinceThen(report)].join(' ')],
    ['How it stands', standsWords(report)],
    ['In force by this run', inForceWords(report)],
    [
      'What to do now',
      next
        .map((step) => step.replace(/\.$/, ''))
        .join('. ')
        .concat('.'),
    ],
  ];
}

function failedWords({ mutations }: RunReport): string {
  const failed = mutations.filter(({ outcome }) => outcome === 'failed').map(({ title }) => title);
  return failed.length === 0 ? '' : ` (${failed.join('; ')})`;
}

/** What spoke against what was tried, and what was found to be wrong after it. */
function sinceThen({ undone, lastCause, outcome, stopped }: RunReport): readonly string[] {
  if (outcome === 'recovered') return [];
  const stop = stopped === null ? [] : [`Ended by an order: ${sentence(stopped)}`];
  const tried = undone.map(({ at, because }) => `Undone at ${timeOfDay(at)}: ${sentence(because)}`);
  const last = lastCause === null ? [] : [`Diagnosed last, at ${timeOfDay(lastCause.at)}: ${sentence(lastCause.summary)}`];
  return [...tried, ...last, ...stop];
}

/** By the newest look; the validation has its own place. */
function standsWords({ verdicts, outcome, ticks }: RunReport): string {
  if (ticks === 0) return 'Nothing was looked at.';
  const gates = Object.entries(verdicts).filter(([gate]) => gate !== 'all' && gate !== 'validation');
  const open = gates.filter(([, { outcome: found }]) => found !== 'pass');
  const when = outcome === null ? 'By the newest look' : 'By the last look of the run';
  if (open.length === 0) return `${when} every gate passed (${gates.length} of ${gates.length}).`;
  const [worst, ...others] = open.toSorted(([, one], [, other]) => rank(one.outcome) - rank(other.outcome)).toSorted(usersFirst);
  if (worst === undefined) return '';
  const [name, { outcome: found, because }] = worst;
  const more = others.length === 0 ? '' : ` (and ${others.length} more)`;
  return `${when} ${gates.length - open.length} of ${gates.length} gates passed. ${titleOf({ name })}: ${OUTCOMES[found]}: ${becauseOf({ name, because })}${more}.`;
}

function rank(outcome: string): number {
  return outcome === 'fail' ? 0 : 1;
}

/** Whether users are served comes before how. */
function usersFirst([one]: readonly [string, unknown], [other]: readonly [string, unknown]): number {
  return Number(other.startsWith('healthy:')) - Number(one.startsWith('healthy:'));
}

function inForceWords({ mutations }: RunReport): string {
  const { inForce } = standingOf(mutations);
  if (inForce.length === 0) return 'No change of this run is in force.';
  const said = inForce.map(({ title, class: kind, outcome }) => {
    const notes = [kind === 'irreversible' ? 'cannot be undone' : null, outcome === 'pending' ? 'asked for; its end is not known' : null];
    const note = notes.filter((words) => words !== null).join('; ');
    return `${title}${note === '' ? '' : ` (${note})`}`;
  });
  return `${said.join('; ')}.`;
}
