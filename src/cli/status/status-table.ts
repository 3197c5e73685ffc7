import { defined } from '../../core/defined.ts';
import { clipped, columnsOf, padded } from '../columns.ts';
import { printable } from '../process/exit.ts';
import { headlineOf } from '../progress/headline.ts';
import type { Shown } from '../progress/headline.ts';
import { sayInstant } from '../process/output.ts';
import type { Paint } from '../process/output.ts';
import { outcomeOf } from '../runs/select-run.ts';
import type { SelectedRun } from '../runs/select-run.ts';
import { standingOf, toneOf } from './standing-text.ts';
import type { Standing } from './standing-text.ts';

/** Whom a run needs that it may go on. */
const NEEDS: Readonly<Record<Standing, string>> = {
  'NEEDS YOU': 'you',
  STOPPED: 'a process',
  'NOT KNOWN': 'its clock',
  WORKING: 'nobody',
  ENDED: 'nobody',
};
const ORDER = Object.keys(NEEDS) as readonly Standing[];
/** A next step in fewer columns says nothing: the column with the instants goes before. */
const LEAST_NEXT = 24;
const LONGEST_NAME = 20;
const GAP = 2;

/** One line for each run of a store, first those that need somebody; `most`: as many runs as there is room for. */
export function tableLines(all: readonly Shown[], paint: Paint, width: number, most = Infinity): readonly string[] {
  const byNeed = all.toSorted((one, other) => ORDER.indexOf(standing(one)) - ORDER.indexOf(standing(other)));
  const names = namesOf(
    byNeed.map(({ run }) => run.target),
    width,
  );
  const cells = byNeed.map((shown, index) => [
    standing(shown),
    defined(names[index]),
    NEEDS[standing(shown)],
    sinceWords(shown),
    nextWords(shown),
  ]);
  const rows = [['STATE', 'TARGET', 'NEEDS', 'SINCE', 'NEXT'], ...cells].map((row) => row.map(printable));
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => columnsOf(defined(row[column])))) + GAP);
  const room = (columns: readonly number[]): number => width - columns.reduce((sum, each) => sum + each, 0);
  const hasSince = room(widths) >= LEAST_NEXT;
  const lines = rows.map((row) => {
    const kept = row.slice(0, 4).map((cell, column) => (column === 3 && !hasSince ? '' : padded(cell, defined(widths[column]))));
    return clipped([...kept, defined(row[4])].join(''), width);
  });
  const toned = lines.map((line, index) => {
    const shown = byNeed[index - 1];
    if (shown === undefined) return paint('bold', line);
    const word = standing(shown);
    return line.startsWith(word) ? `${paint(toneOf(word, outcomeOf(shown.run)), word)}${line.slice(word.length)}` : line;
  });
  const left = byNeed.length - most;
  return left > 0 ? [...toned.slice(0, most + 1), `… and ${left} more: firebreak status`] : toned;
}

function standing({ run, time }: Shown): Standing {
  return standingOf(run, time.now);
}

/** The last part alone where that names only one of them, and is needed for the room. */
function namesOf(targets: readonly string[], width: number): readonly string[] {
  const last = targets.map((target) => defined(target.split('/').at(-1)));
  const isClear = new Set(last).size === targets.length;
  if (width === Infinity || !isClear) return targets;
  return last.map((name) => clipped(name, LONGEST_NAME));
}

/** The newest instant that is known for it, and what happened then. */
function sinceWords({ run, time }: Shown): string {
  const { at, what } = sinceOf(run, standingOf(run, time.now));
  return at === null ? 'not known' : `${what} ${sayInstant(at, time.now)}`;
}

function sinceOf({ record, status, lease }: SelectedRun, word: Standing): { readonly at: number | null; readonly what: string } {
  const said = status === null ? null : Date.parse(status.at);
  if (word === 'ENDED') return { at: record?.ended?.at ?? said, what: 'ended' };
  if (word === 'STOPPED') return lease === null ? { at: said, what: 'last word' } : { at: lease.expiresAt, what: 'lease ended' };
  return { at: status === null ? null : Date.parse(status.startedAt), what: 'begun' };
}

/** An end has said all by its word and its instant. */
function nextWords(shown: Shown): string {
  const word = standing(shown);
  if (word === 'ENDED') return defined(outcomeOf(shown.run));
  if (word === 'STOPPED') return 'nothing, until `firebreak run` goes on with it';
  return headlineOf(shown).text;
}
