import { defined } from '../../core/defined.ts';
import { railOf, outermostPhase } from '../../../machines/incident/people/rail.ts';
import type { RailPlace } from '../../../machines/incident/people/rail.ts';
import { SECOND, sayDuration } from '../../core/duration.ts';
import { verdictOf } from '../../report/journal-facts.ts';
import { clipped, columnsOf, padded } from '../columns.ts';
import { printable } from '../process/exit.ts';
import type { Paint } from '../process/output.ts';
import type { Glyphs } from './glyphs.ts';
import { indicatorRows } from './indicators.ts';
import type { Goodness } from './indicators.ts';
import type { Seen } from './seen.ts';
import { sparkline } from './sparkline.ts';

/** How it is drawn: in at most so many columns. */
export interface Drawing {
  readonly width: number;
  readonly glyphs: Glyphs;
  readonly paint: Paint;
}

const COLOURS = { good: 'green', bad: 'red', unknown: 'yellow' } as const satisfies Readonly<Record<Goodness, string>>;
const NAME = 15;
const GAP = 2;
/** A curve of fewer signs shows nothing, one of more is not read. */
const LEAST_CURVE = 16;
const MOST_CURVE = 48;

/** The phases in a row: where the run has been, where it is, what lies ahead. */
export function railLine(been: ReadonlySet<string>, states: readonly string[], { width, glyphs, paint }: Drawing): string {
  const places = railOf(been, outermostPhase(states));
  const said = places.map((place) => `${markOf(place, glyphs)} ${place.name}`);
  const between = ` ${glyphs.way} `;
  const line = said.join(between);
  if (columnsOf(line) > width) return paint('dim', clipped(glyphs.shown(line), width));
  return places.map((place, index) => toned(place, defined(said[index]), paint)).join(paint('dim', between));
}

function markOf({ state }: RailPlace, { been, here, ahead, passedOver }: Glyphs): string {
  return { been, here, ahead, 'passed-over': passedOver }[state];
}

function toned({ state }: RailPlace, text: string, paint: Paint): string {
  if (state === 'here') return paint('bold', text);
  return state === 'been' ? text : paint('dim', text);
}

/** Curve and newest figure of each indicator; the curves stand below each other, look by look, and the words give way to them. */
export function indicatorLines(seen: Seen, now: number, { width, glyphs, paint }: Drawing): readonly string[] {
  const rows = indicatorRows(seen, now);
  const worded = [0, 1, 2].map((wording) => rows.map(({ said }) => glyphs.shown(defined(said[Math.min(wording, said.length - 1)]))));
  const rooms = worded.map((words) => width - NAME - GAP - Math.max(0, ...words.map(columnsOf)));
  const fitting = rooms.findIndex((room) => room >= LEAST_CURVE);
  const wording = fitting < 0 ? worded.length - 1 : fitting;
  const columns = defined(rooms[wording]) < LEAST_CURVE ? 0 : Math.min(MOST_CURVE, defined(rooms[wording]), seen.looks.length);
  return rows.map(({ name, values, max, goodness }, index) => {
    const curve = columns === 0 ? '' : `${padded(sparkline(values, max, columns, glyphs), columns)}${' '.repeat(GAP)}`;
    const front = clipped(`${padded(name, NAME)}${curve}`, width);
    return `${front}${paint(COLOURS[goodness], clipped(defined(defined(worded[wording])[index]), Math.max(0, width - columnsOf(front))))}`;
  });
}

/** How old the newest look is, and what its gates say: those that do not pass by name, and why. */
export function lookLine({ looks }: Seen, now: number, { width, glyphs, paint }: Drawing): string {
  const newest = looks.at(-1);
  if (newest === undefined) return clipped('not looked yet', width);
  const age = `looked ${sayDuration(wholeSeconds(now - newest.at))} ago`;
  const gates = Object.entries(newest.facts.gates).flatMap(([name, gate]) => (name === 'all' ? [] : [{ name, ...verdictOf(gate) }]));
  const open = gates.filter(({ outcome }) => outcome !== 'pass');
  const goodness: Goodness = open.length === 0 ? 'good' : open.some(({ outcome }) => outcome === 'fail') ? 'bad' : 'unknown';
  const failsFirst = open.toSorted((one, other) => Number(other.outcome === 'fail') - Number(one.outcome === 'fail'));
  const why = failsFirst.map(
    ({ name, outcome, because }) => `${outcome === 'fail' ? 'FAIL' : 'not known'} ${name}${because === null ? '' : `: ${because}`}`,
  );
  const words = `${gates.length - open.length} of ${gates.length} gates pass${open.length === 0 ? '' : `; ${why.join('; ')}`}`;
  const line = glyphs.shown(clipped(printable(`${age} · ${words}`), width));
  return `${line.slice(0, age.length)}${paint(COLOURS[goodness], line.slice(age.length))}`;
}

/** Tenths of a second would only flicker. */
function wholeSeconds(ms: number): number {
  return Math.max(0, Math.floor(ms / SECOND) * SECOND);
}
