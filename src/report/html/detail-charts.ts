import { SECOND } from '../../core/duration.ts';
import type { PartFigures } from '../figures/figure-columns.ts';
import type { Figures, SeenLook } from '../figures/figures.ts';
import type { Chart, ChartLine } from './chart.ts';
import { count, percent } from './says.ts';

/** Lines that can be told apart in one chart. */
const MOST_LINES = 4;

/** By revision, of each service of which several were at work; and log lines by kind. */
export function detailCharts(figures: Figures): readonly Chart[] {
  const services = [...new Set(figures.looks.flatMap(({ detail }) => Object.keys(detail.revisions)))];
  return [...services.flatMap((service) => chartsOfService(figures, service)), ...logChart(figures)];
}

function chartsOfService(figures: Figures, service: string): readonly Chart[] {
  const isSplit = ({ detail }: SeenLook): boolean => Object.hasOwn(detail.revisions, service);
  // Where one of them is left alone, a line ends: it is not that it could not be measured.
  const looks = figures.looks.slice(0, figures.looks.findLastIndex(isSplit) + 1);
  const names = [...new Set(looks.flatMap(({ detail }) => Object.keys(detail.revisions[service] ?? {})))].toSorted();
  const ofRevision = (revision: string, value: (figures: PartFigures) => number | null): ChartLine => ({
    // The name of a revision begins with that of its service.
    name: revision.startsWith(`${service}-`) ? revision.slice(service.length + 1) : revision,
    points: inOrder(
      looks.map((look) => ({ at: measuredAt(look, service), value: value(look.detail.revisions[service]?.[revision] ?? {}) })),
    ),
  });
  const { shown, note } = foremost(names, (name) => peak(looks, (look) => look.detail.revisions[service]?.[name]?.requests ?? 0));
  return [
    {
      title: `5xx of ${service}, by revision`,
      lines: shown.map((name) => ofRevision(name, ({ requests = null, failed = null }) => shareOf(failed, requests))),
      say: percent,
      atLeast: 0.1,
      note: `Only while several revisions are at work; at other times the one revision is the service.${note}`,
    },
    {
      title: `Requests of ${service}, by revision`,
      lines: shown.map((name) => ofRevision(name, ({ requests }) => requests ?? null)),
      say: count,
    },
    {
      title: `Instances of ${service}, by revision`,
      lines: shown.map((name) => ofRevision(name, ({ instances }) => instances ?? null)),
      say: count,
    },
  ];
}

function shareOf(failed: number | null, requests: number | null): number | null {
  return failed === null || requests === null || requests === 0 ? null : failed / requests;
}

/** What is read twice is drawn once. */
function inOrder(points: ChartLine['points']): ChartLine['points'] {
  const kept: ChartLine['points'][number][] = [];
  for (const point of points) if (point.at > (kept.at(-1)?.at ?? Number.NEGATIVE_INFINITY)) kept.push(point);
  return kept;
}

/** Where the window of the requests ends. */
function measuredAt({ at, parts }: SeenLook, service: string): number {
  return at - (parts[`service:${service}`]?.ageS ?? 0) * SECOND;
}

function logChart({ looks }: Figures): readonly Chart[] {
  const kinds = [...new Set(looks.flatMap(({ detail }) => Object.keys(detail.logs ?? {})))];
  if (kinds.length === 0) return [];
  const { shown, note } = foremost(kinds, (kind) => peak(looks, ({ detail }) => detail.logs?.[kind] ?? 0));
  return [
    {
      title: 'Log lines that tell of a failure, by kind',
      lines: shown.map((kind) => ({
        name: kind.replaceAll('-', ' '),
        points: looks.map(({ at, detail }) => ({ at, value: detail.logs === null ? null : (detail.logs[kind] ?? 0) })),
      })),
      say: count,
      note: `Of all services together, in the window of log lines, which is ten minutes long and thirty at the first look.${note}`,
    },
  ];
}

function peak(looks: readonly SeenLook[], value: (look: SeenLook) => number): number {
  return Math.max(0, ...looks.map(value));
}

/** The most frequent ones; the others are named. */
function foremost(
  names: readonly string[],
  weight: (name: string) => number,
): { readonly shown: readonly string[]; readonly note: string } {
  const sorted = names.toSorted((one, other) => weight(other) - weight(one));
  const rest = sorted.slice(MOST_LINES);
  const said = rest.map((name) => `${name} (at most ${count(weight(name))})`).join(', ');
  return { shown: sorted.slice(0, MOST_LINES), note: rest.length === 0 ? '' : ` Not drawn: ${said}.` };
}
