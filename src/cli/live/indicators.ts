import { MINUTE, SECOND, sayDuration } from '../../core/duration.ts';
import type { Indicators } from '../../core/model/verdict.ts';
import { percentWords } from '../../report/formatting.ts';
import type { Seen } from './seen.ts';

/** What a figure is for whoever reads it: unknown is neither. */
export type Goodness = 'good' | 'bad' | 'unknown';

/** One indicator over the looks, with the figure of the newest. */
export interface IndicatorRow {
  readonly name: string;
  readonly values: readonly (number | null)[];
  /** What the highest sign of a sparkline stands for. */
  readonly max: number;
  /** The figure as it is said, from its longest wording to its shortest; each says how old it is where that matters. */
  readonly said: readonly string[];
  readonly goodness: Goodness;
}

/** Figures come about two minutes late; what is older than this says nothing of the present. */
const FRESH_MS = 10 * MINUTE;

/** The indicators that the run judges by, of the looks that are known; none before the first. Pure. */
export function indicatorRows({ looks, measures }: Seen, now: number): readonly IndicatorRow[] {
  const newest = looks.at(-1);
  if (newest === undefined) return [];
  const { indicators, at } = { indicators: newest.facts.indicators, at: newest.at };
  const goals = measures?.goals ?? null;
  const values = (of: (figures: Indicators) => number | null) => looks.map(({ facts }) => of(facts.indicators));
  const ages = Object.entries(newest.parts).flatMap(([part, { ageS }]) => (ageS == null ? [] : [{ part, ms: now - at + ageS * SECOND }]));
  const ageOf = (kind: string): number => Math.max(now - at, ...ages.filter(({ part }) => part.startsWith(kind)).map(({ ms }) => ms));
  const all = indicators.servicesTotal;
  return [
    rowOf(
      'services up',
      values(({ servicesUp }) => servicesUp),
      {
        words: (up) => `${up} of ${all}`,
        goal: { meets: (up) => up === all, max: all, words: '' },
        ageMs: now - at,
      },
    ),
    rowOf(
      'server errors',
      values(({ errorRate }) => errorRate),
      {
        words: percentWords,
        of: ` of ${indicators.samples} requests`,
        goal:
          goals === null
            ? null
            : { meets: (rate) => rate <= goals.errorRate, max: goals.errorRate, words: `goal ${percentWords(goals.errorRate)}` },
        ageMs: ageOf('service:'),
      },
    ),
    rowOf(
      'p95 latency',
      values(({ p95Ms }) => p95Ms),
      {
        words: sayDuration,
        goal: goals === null ? null : { meets: (ms) => ms <= goals.p95Ms, max: goals.p95Ms, words: `goal ${sayDuration(goals.p95Ms)}` },
        ageMs: ageOf('service:'),
      },
    ),
    ...(hasConnector({ looks, measures })
      ? [
          rowOf(
            'connector cpu',
            values(({ connectorSaturation }) => connectorSaturation),
            {
              words: percentWords,
              goal:
                goals === null
                  ? null
                  : {
                      meets: (cpu) => cpu < goals.connectorSaturation,
                      max: 1,
                      words: `goal below ${percentWords(goals.connectorSaturation)}`,
                    },
              ageMs: ageOf('connector:'),
            },
          ),
        ]
      : []),
  ];
}

/** By the document; a journal of a former version tells it by having measured one. */
function hasConnector({ looks, measures }: Pick<Seen, 'looks' | 'measures'>): boolean {
  if (measures !== null) return measures.parts.some((part) => part.startsWith('connector:'));
  return looks.some(({ facts }) => facts.indicators.connectorSaturation !== null);
}

interface Saying {
  readonly words: (value: number) => string;
  readonly of?: string;
  /** null: the journal does not tell it. */
  readonly goal: { readonly meets: (value: number) => boolean; readonly max: number; readonly words: string } | null;
  readonly ageMs: number;
}

function rowOf(name: string, values: readonly (number | null)[], { words, of = '', goal, ageMs }: Saying): IndicatorRow {
  const last = values.at(-1) ?? null;
  const max = Math.max(goal?.max ?? 0, ...values.map((value) => value ?? 0));
  if (last === null) return { name, values, max, said: ['not measured'], goodness: 'unknown' };
  const age = ageMs < MINUTE ? '' : `, ${sayDuration(Math.floor(ageMs / MINUTE) * MINUTE)} old`;
  const short = `${words(last)}${age}`;
  const wanted = goal === null || goal.words === '' ? '' : `  ${goal.words}`;
  const isOld = ageMs > FRESH_MS;
  return {
    name,
    values,
    max,
    said: [`${words(last)}${of}${age}${wanted}`, `${short}${wanted}`, short],
    goodness: goal === null || isOld ? 'unknown' : goal.meets(last) ? 'good' : 'bad',
  };
}
