import { defined } from '../../core/defined.ts';
import { across, feet, ground } from './frame.ts';
import type { Frame } from './frame.ts';
import { h, NOTHING } from './markup.ts';
import type { Html } from './markup.ts';
import { clock } from './says.ts';

export interface ChartLine {
  readonly name: string;
  /** In the order of time; `value` null: not measured, the line is interrupted. */
  readonly points: readonly { readonly at: number; readonly value: number | null }[];
}

export interface Chart {
  readonly title: string;
  readonly lines: readonly ChartLine[];
  readonly say: (value: number) => string;
  /** Drawn as a line across; `words` begins with what it is: `goal 1 %`. */
  readonly goal?: { readonly value: number; readonly words: string };
  /** The scale ends no lower than this: a share of 2 % is not drawn as high as one of 100 %. */
  readonly atLeast?: number;
  readonly note?: string;
  /** Nothing is drawn where every value is zero: nothing happened. */
  readonly onlyAboveZero?: true;
}

const HEIGHT = 92;
/** Room above the highest value. */
const TOP = 6;
const WIDTH = 1_000;
/** More than a screen shows is left out; the extremes of each stretch stay. */
const MOST_POINTS = 300;

/** The first and the newest value of a line that was measured; null: none was. */
export function endsOf({ points }: ChartLine): { readonly first: number; readonly last: number; readonly isNewest: boolean } | null {
  const known = points.filter((point): point is { at: number; value: number } => point.value !== null);
  const [first, last] = [known[0], known.at(-1)];
  return first === undefined || last === undefined
    ? null
    : { first: first.value, last: last.value, isNewest: points.at(-1)?.value != null };
}

/** One chart over the common time, its words beside it: it says as much to whoever does not see it. */
export function drawChart(chart: Chart, frame: Frame): Html {
  const lines = chart.lines.filter((line) => endsOf(line) !== null);
  if (lines.length === 0) return NOTHING;
  const values = lines.flatMap(({ points }) => points.map(({ value }) => value)).filter((value) => value !== null);
  const highest = Math.max(...values);
  if (highest === 0 && chart.onlyAboveZero) return NOTHING;
  const top = Math.max(highest, chart.goal?.value ?? 0, chart.atLeast ?? 0) || 1;
  const y = (value: number): number => Number((HEIGHT - 2 - (value / top) * (HEIGHT - 2 - TOP)).toFixed(1));
  const keys = lines.map((line, nth) => keyOf(line, nth, chart));
  const spoken = `${chart.title}: ${lines.map((line) => spokenLine(line, chart)).join('; ')}${chart.goal === undefined ? '' : `; ${chart.goal.words}`}`;
  const goal = chart.goal === undefined ? NOTHING : goalLine(chart.goal, y(chart.goal.value));
  const drawn = lines.map((line, nth) => path(line, nth, frame, y));
  return h`<figure><figcaption><h3>${chart.title}</h3><span class="keys">${keys}</span></figcaption>
<svg class="chart" role="img" width="100%" height="${HEIGHT}"><title>${spoken}</title><rect class="paper" width="100%" height="${HEIGHT}"/>${ground(frame, HEIGHT)}${feet(frame, HEIGHT)}
<svg width="100%" height="${HEIGHT}" viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none">${drawn}</svg>${goal}<text class="top" x="4" y="18">${chart.say(top)}</text></svg>
${chart.note === undefined ? NOTHING : h`<p class="note">${chart.note}</p>`}</figure>\n`;
}

function keyOf(line: ChartLine, nth: number, chart: Chart): Html {
  return h`<span class="key"><svg width="22" height="8" aria-hidden="true"><line class="line l${nth % 4}" x1="0" x2="22" y1="4" y2="4"/></svg> ${line.name} <b>${fromTo(line, chart)}</b></span> `;
}

function fromTo(line: ChartLine, { say }: Chart): string {
  const ends = endsOf(line);
  if (ends === null) return 'not measured';
  return `${say(ends.first)} → ${ends.isNewest ? say(ends.last) : `${say(ends.last)}, then not measured`}`;
}

function spokenLine(line: ChartLine, chart: Chart): string {
  const known = line.points.filter((point): point is { at: number; value: number } => point.value !== null);
  const highest = known.reduce((best, point) => (point.value > best.value ? point : best), defined(known[0]));
  return `${line.name} ${fromTo(line, chart)}, highest ${chart.say(highest.value)} at ${clock(highest.at)}`;
}

function goalLine({ words }: NonNullable<Chart['goal']>, y: number): Html {
  // Above its line where there is room, else below.
  return h`<line class="goal" x1="0" x2="100%" y1="${y}" y2="${y}"/><text class="goal-words" x="100%" dx="-4" y="${y > 18 ? y - 4 : y + 13}" text-anchor="end">${words}</text>`;
}

function path(line: ChartLine, nth: number, frame: Frame, y: (value: number) => number): Html {
  const strokes = stretches(thinned(line.points)).map((stretch) => {
    const spots = stretch.map(({ at, value }) => `${Number((across(frame, at) * (WIDTH / 100)).toFixed(1))},${y(value)}`);
    // A single value is a dot, not nothing.
    const [only] = spots;
    return spots.length === 1 ? `M${only} h3` : `M${spots.join(' L')}`;
  });
  return h`<path class="line l${nth % 4}" d="${strokes.join(' ')}"/>`;
}

type Known = { readonly at: number; readonly value: number };

function stretches(points: ChartLine['points']): readonly (readonly Known[])[] {
  const all: Known[][] = [];
  let open = false;
  for (const { at, value } of points) {
    if (value !== null && open) defined(all.at(-1)).push({ at, value });
    if (value !== null && !open) all.push([{ at, value }]);
    open = value !== null;
  }
  return all;
}

/** Of each stretch of time its lowest and its highest value, and a gap where anything in it is missing. */
function thinned(points: ChartLine['points']): ChartLine['points'] {
  if (points.length <= MOST_POINTS) return points;
  const size = Math.ceil(points.length / (MOST_POINTS / 2));
  const kept: ChartLine['points'][number][] = [];
  for (let from = 0; from < points.length; from += size) {
    const part = points.slice(from, from + size);
    const known = part.filter((point): point is Known => point.value !== null).toSorted((one, other) => one.value - other.value);
    const gap = part.find(({ value }) => value === null);
    const ends = [known[0], known.at(-1), gap].filter((point) => point !== undefined);
    kept.push(...[...new Set(ends)].toSorted((one, other) => one.at - other.at));
  }
  return kept;
}
