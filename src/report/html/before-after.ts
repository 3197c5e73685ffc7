import { SECOND } from '../../core/duration.ts';
import type { Measures } from '../../core/model/figures.ts';
import type { PartFigures } from '../figures/figure-columns.ts';
import type { Figures, SeenLook } from '../figures/figures.ts';
import type { RunReport } from '../run-report.ts';
import { indicatorRows } from '../formatting.ts';
import { h, NOTHING, table } from './markup.ts';
import type { Html } from './markup.ts';
import { clock, count, duration, percent } from './says.ts';

/** The indicators then and now; nothing counts as `now` whose window reaches back before the last change. */
export function beforeAfter(report: RunReport, figures: Figures): Html {
  const { after, before, changedAt } = report.indicators;
  if (before === null) return h`<p>Nothing was measured: the run took no look.</p>`;
  const since = changedAt === null ? 'The run changed nothing' : `The last change was sent at ${clock(changedAt)}`;
  const newest =
    after === null
      ? `no look since then has figures that lie wholly after it: not measured since ${clock(changedAt ?? before.at)}`
      : `“now” is the look of ${clock(after.at)}, whose figures lie wholly after it`;
  const cards = indicatorRows(report).map(([name, was, is]) =>
    card(name, was, { is: after === null ? null : is, goal: goalOf(name, report, figures.measures), changedAt }),
  );
  return h`<div class="cards">${cards}</div>\n<p class="note">${`${since}; ${changedAt === null ? `“now” is the look of ${clock((after ?? before).at)}` : newest}. “Before” is the first look, at ${clock(before.at)}.`}</p>\n${byService(figures, changedAt)}`;
}

type Goal = 'met' | 'missed' | 'unknown';

/** `is` null: no look lies wholly after the last change. */
function card(
  name: string,
  was: string,
  { is, goal, changedAt }: { readonly is: string | null; readonly goal: Goal; readonly changedAt: number | null },
): Html {
  const words = { met: '✓ meets its goal', missed: '✗ misses its goal', unknown: '– whether it meets a goal is not known' }[goal];
  const now = is === null ? h`not measured since ${clock(changedAt ?? 0)}` : h`<b>${is}</b>`;
  return h`<div class="card"><h3>${name}</h3><p>${was} → ${now}</p><p class="goal-${goal}">${words}</p></div>`;
}

function goalOf(name: string, { indicators: { after } }: RunReport, measures: Measures | null): Goal {
  if (after === null) return 'unknown';
  const held = (value: number | null, isMet: (value: number) => boolean): Goal =>
    value === null ? 'unknown' : isMet(value) ? 'met' : 'missed';
  if (name === 'services up') return held(after.servicesUp, (up) => up === after.servicesTotal);
  if (measures === null) return 'unknown';
  const { goals } = measures;
  if (name === 'server errors') return held(after.errorRate, (rate) => rate <= goals.errorRate);
  if (name === 'p95 latency') return held(after.p95Ms, (ms) => ms <= goals.p95Ms);
  return name === 'answered 429' ? 'unknown' : held(after.connectorSaturation, (cpu) => cpu < goals.connectorSaturation);
}

/** Each service, then and now; those that the run did not touch beside the others. */
function byService({ looks, measures }: Figures, changedAt: number | null): Html {
  const parts = (measures?.parts ?? []).filter((part) => part.startsWith('service:'));
  const [first] = looks;
  if (first === undefined || parts.length === 0) return NOTHING;
  const rows = parts.map((part) => {
    const is = looks.findLast((look) => isWhollyAfter(look, part, changedAt));
    const cells = COLUMNS.map(
      ([, say]) =>
        `${say(first.parts[part] ?? {})} → ${is === undefined ? `not measured since ${clock(changedAt ?? first.at)}` : say(is.parts[part] ?? {})}`,
    );
    return [part.slice('service:'.length), ...cells];
  });
  return table('By service, before and now', ['service', ...COLUMNS.map(([name]) => name)], rows);
}

const COLUMNS: readonly (readonly [name: string, say: (figures: PartFigures) => string])[] = [
  [
    '5xx',
    ({ failed, requests }) =>
      failed == null || requests == null
        ? 'not measured'
        : requests === 0
          ? 'no requests'
          : `${percent(failed / requests)} of ${count(requests)}`,
  ],
  ['p95', ({ p95Ms }) => (p95Ms == null ? 'not measured' : duration(p95Ms))],
  ['instances running', ({ instances }) => (instances == null ? 'not measured' : count(instances))],
];

function isWhollyAfter({ at, parts }: SeenLook, part: string, changedAt: number | null): boolean {
  const { windowS, ageS } = parts[part] ?? {};
  if (windowS == null || ageS == null) return false;
  return changedAt === null || at - (ageS + windowS) * SECOND >= changedAt;
}
