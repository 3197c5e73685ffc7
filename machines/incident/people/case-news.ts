import type { Indicators } from '../../../src/core/model/verdict.ts';
import type { CaseTold } from './case.ts';
import type { IncidentContext } from '../context.ts';
import { sayInstant } from './say-instant.ts';
import { standingWords } from '../trial/in-force.ts';

/** What is written into a support case after it was opened: what has changed since it was last told. Pure. */

/** The gate that sums the others up. */
const SUM = 'all';

/** How things stand now, as the next comment is compared with it. */
export function toldNow({ look, mutations }: IncidentContext, now: number): CaseTold {
  const open = Object.entries(look?.gates ?? {}).flatMap(([gate, { outcome }]) => (outcome === 'pass' || gate === SUM ? [] : [gate]));
  return { at: now, indicators: look?.indicators ?? null, open, changes: mutations.length };
}

/** What has changed since the case was last told; '' where nothing was measured since then, and nothing was done. */
export function caseNews(context: IncidentContext, before: CaseTold | undefined): string {
  const { look, mutations } = context;
  const isNew = look !== null && look.at > (before?.indicators?.at ?? 0);
  const since = mutations.slice(before?.changes ?? 0);
  if (!isNew && since.length === 0) return '';
  const from = before === undefined ? '' : ` since ${sayInstant(before.at)}`;
  return [
    ...(isNew ? measured(context, before) : [`Nothing was measured${from}.`]),
    since.length === 0
      ? `This run has changed nothing${from}.`
      : `Done${from}: ${since.map((mutation) => `${mutation.title} (${sayInstant(mutation.at)}): ${standingWords(context, mutation)}`).join('; ')}.`,
  ].join('\n');
}

function measured({ look }: IncidentContext, before: CaseTold | undefined): readonly string[] {
  if (look === null) return [];
  const gates = Object.entries(look.gates).filter(([gate]) => gate !== SUM);
  const open = gates.filter(([, { outcome }]) => outcome !== 'pass');
  const [closed, opened] = [
    (before?.open ?? []).filter((gate) => look.gates[gate]?.outcome === 'pass'),
    open.filter(([gate]) => before !== undefined && !before.open.includes(gate)),
  ];
  return [
    `Seen ${sayInstant(look.at)}: ${look.headline}.`,
    `Figures (Cloud Monitoring and own requests): ${figureWords(look.indicators, before?.indicators ?? null)}.`,
    ...(closed.length === 0 ? [] : [`Pass now and did not before: ${closed.join(', ')}.`]),
    ...(opened.length === 0
      ? []
      : [`Passed before and do not now: ${opened.map(([gate, { because }]) => `${gate} (${because})`).join('; ')}.`]),
    open.length === 0 ? `All ${gates.length} checks pass.` : `Do not pass: ${open.map(([gate]) => gate).join(', ')}.`,
  ];
}

type Figure = readonly [name: string, value: (of: Indicators) => number | null, words: (value: number, of: Indicators) => string];

/** Told only where any were. */
const AWAY = 'requests answered 429';

const FIGURES: readonly Figure[] = [
  ['services up', ({ servicesUp }) => servicesUp, (value, { servicesTotal }) => `${value} of ${servicesTotal}`],
  ['requests answered 5xx', ({ errorRate }) => errorRate, (value, { samples }) => `${percent(value)} of ${samples}`],
  [
    AWAY,
    ({ turnedAway }) => (turnedAway === undefined ? null : turnedAway.count / turnedAway.of),
    (value, { turnedAway }) => `${percent(value)} of ${turnedAway?.of ?? 0}`,
  ],
  ['latency p95', ({ p95Ms }) => p95Ms, (value) => `${Math.round(value)} ms`],
  ['connector CPU', ({ connectorSaturation }) => connectorSaturation, percent],
];

/** Each figure with what it was when it was last told; what was not measured is said. */
export function figureWords(now: Indicators, before: Indicators | null): string {
  const told = FIGURES.filter(([name, value]) => name !== AWAY || value(now) !== null || (before !== null && value(before) !== null));
  return told
    .map(([name, value, words]) => {
      const say = (of: Indicators): string => {
        const figure = value(of);
        if (figure === null && name === AWAY && of.errorRate !== null) return `0 % of ${of.samples}`;
        return figure === null ? 'not measured' : words(figure, of);
      };
      const is = say(now);
      if (before === null || say(before) === is) return `${name} ${is}${before === null ? '' : ' as before'}`;
      return `${name} ${is} (before: ${say(before)})`;
    })
    .join('; ');
}

function percent(share: number): string {
  return `${Number((share * 100).toFixed(1))} %`;
}
