import { defined } from '../../core/defined.ts';
import { SECOND } from '../../core/duration.ts';
import type { PartFigures } from '../figures/figure-columns.ts';
import type { Figures, SeenLook } from '../figures/figures.ts';
import type { Chart, ChartLine } from './chart.ts';
import { bits, count, duration, percent, perSecond, shortNames } from './says.ts';

const CUTS_OFF = 'Drawn at the end of the time it was measured in; Cloud Monitoring shows it two to three minutes later.';
const TOGETHER = 'The journal was written by a version that kept no figures by service: all services together, drawn when they were seen.';

/** What is drawn: each chart names the columns that it reads. */
export function chartsOf(figures: Figures): readonly Chart[] {
  const { measures } = figures;
  if (measures === null) return chartsTogether(figures);
  const { goals } = measures;
  const services = defined(figures.measures).parts.filter((part) => part.startsWith('service:'));
  const short = shortNames(services.map((part) => part.slice('service:'.length)));
  const byService = (value: (figure: PartFigures) => number | null): readonly ChartLine[] =>
    services.map((part) => lineOf(figures, part, { name: short.get(part.slice('service:'.length)) ?? part, value }));
  const parts = (kind: string): readonly string[] => measures.parts.filter((part) => part.startsWith(kind));
  const of = (kind: string, name: (name: string) => string, value: (figure: PartFigures) => number | null): readonly ChartLine[] =>
    parts(kind).map((part) => lineOf(figures, part, { name: name(part.slice(kind.length)), value }));
  const [connector, database] = ['connector:', 'database:'].map((kind) =>
    parts(kind)
      .map((part) => part.slice(kind.length))
      .join(' and '),
  ) as [string, string];
  const several = (kind: string, said: string) => (name: string) => (parts(kind).length > 1 ? `${name}: ${said}` : said);
  const isOneDatabase = parts('database:').length === 1;
  const limit = figures.looks.map((look) => (isOneDatabase ? maxIn(look.parts) : null)).findLast((max) => max !== null) ?? null;
  return [
    {
      title: 'Requests answered with 5xx, by service',
      lines: byService((figure) => ratio(figure.failed ?? null, figure.requests ?? null)),
      say: percent,
      goal: { value: goals.errorRate, words: `goal ${percent(goals.errorRate)} or less` },
      atLeast: 0.1,
      note: `${CUTS_OFF} A share is the requests answered 5xx of all that were counted, without our own.`,
    },
    {
      title: 'p95 latency, by service',
      lines: byService((figure) => figure.p95Ms ?? null),
      say: duration,
      goal: { value: goals.p95Ms, words: `goal ${duration(goals.p95Ms)} or less` },
    },
    {
      title: `CPU of ${[connector, database].filter((name) => name !== '').join(' and ')}`,
      lines: [
        ...of(
          'connector:',
          (name) => `${name} (p99)`,
          (figure) => figure.cpu ?? null,
        ),
        ...of(
          'database:',
          (name) => name,
          (figure) => figure.cpu ?? null,
        ),
      ],
      say: percent,
      atLeast: 1,
      ...(parts('connector:').length > 0
        ? { goal: { value: goals.connectorSaturation, words: `${connector}: goal below ${percent(goals.connectorSaturation)}` } }
        : {}),
    },
    {
      title: `Connections to ${database}`,
      lines: [
        ...of('database:', several('database:', 'in use'), (figure) => figure.used ?? null),
        ...of('database:', several('database:', 'could be opened by the instances of that minute'), (figure) => figure.possible ?? null),
      ],
      say: count,
      ...(limit === null ? {} : { goal: { value: limit, words: `the database allows ${count(limit)}` } }),
    },
    {
      title: `Throughput of ${connector}`,
      lines: of('connector:', several('connector:', 'received and sent'), (figure) => figure.bitsPerSecond ?? null),
      say: bits,
    },
    {
      title: `Packets through ${connector}`,
      lines: of('connector:', several('connector:', 'received and sent'), (figure) => figure.packetsPerSecond ?? null),
      say: perSecond,
    },
    {
      title: 'Instances',
      lines: [
        ...byService((figure) => figure.instances ?? null),
        ...of(
          'connector:',
          (name) => name,
          (figure) => figure.instances ?? null,
        ),
      ],
      say: count,
    },
    {
      title: 'Health checks that were answered well, by service',
      lines: services.map((part) => {
        const name = part.slice('service:'.length);
        return lineOf(figures, part, {
          name: short.get(name) ?? name,
          value: (figure) => ratio(figure.probesWell ?? null, measures.probes[name] ?? null),
          drawn: 'now',
        });
      }),
      say: percent,
      atLeast: 1,
      note: 'Asked at the look itself, one request for each health check: it may differ from the requests of users, which are counted over minutes.',
    },
    {
      title: 'Slowest health check, by service',
      lines: services.map((part) =>
        lineOf(figures, part, {
          name: short.get(part.slice('service:'.length)) ?? part,
          value: (figure) => figure.slowestProbeMs ?? null,
          drawn: 'now',
        }),
      ),
      say: duration,
    },
    servicesUp(figures),
    {
      title: 'Requests a second, by service',
      lines: byService((figure) => rate(figure.requests ?? null, figure.windowS ?? null)),
      say: perSecond,
    },
    {
      title: 'Container starts that failed, by service',
      lines: byService((figure) => ratio(figure.startsFailed ?? null, sum(figure.started ?? null, figure.startsFailed ?? null))),
      say: percent,
      onlyAboveZero: true,
      atLeast: 1,
      note: 'Of the starts in the window of log lines, which is ten minutes long and thirty at the first look.',
    },
  ];
}

/** What every journal holds, also those of former versions. */
function chartsTogether(figures: Figures): readonly Chart[] {
  const { looks } = figures;
  const line = (name: string, value: (look: SeenLook) => number | null): readonly ChartLine[] => [
    { name, points: looks.map((look) => ({ at: look.at, value: value(look) })) },
  ];
  return [
    {
      title: 'Requests answered with 5xx',
      lines: line('all services', ({ facts }) => facts.indicators.errorRate),
      say: percent,
      atLeast: 0.1,
      note: TOGETHER,
    },
    { title: 'p95 latency', lines: line('slowest service', ({ facts }) => facts.indicators.p95Ms), say: duration },
    { title: 'CPU of the connector', lines: line('p99', ({ facts }) => facts.indicators.connectorSaturation), say: percent, atLeast: 1 },
    servicesUp(figures),
  ];
}

/** By the gate of each, which asks several witnesses over several looks: interrupted while one of them cannot be told. */
function servicesUp({ looks }: Figures): Chart {
  const of = looks.at(-1)?.facts.indicators.servicesTotal ?? 0;
  const points = looks.map(({ at, facts }) => ({ at, value: facts.indicators.servicesUp }));
  return { title: `Services up, of ${of}`, lines: [{ name: 'up', points }], say: count, atLeast: of };
}

/** A figure of requests is drawn where its window ends, each once however often it was read; what is asked at the look, at the look. */
function lineOf(
  figures: Figures,
  part: string,
  {
    name,
    value,
    drawn = 'aged',
  }: { readonly name: string; readonly value: (figure: PartFigures) => number | null; readonly drawn?: 'aged' | 'now' },
): ChartLine {
  const points: ChartLine['points'][number][] = [];
  for (const { at, parts } of figures.looks) {
    const figure: PartFigures = parts[part] ?? {};
    const point = { at: at - (drawn === 'now' ? 0 : (figure.ageS ?? 0) * SECOND), value: value(figure) };
    const last = points.at(-1);
    if (last === undefined || point.at > last.at) points.push(point);
  }
  return { name, points };
}

/** Connections that the database allows. */
function maxIn(parts: SeenLook['parts']): number | null {
  const [, figures] = Object.entries(parts).find(([part]) => part.startsWith('database:')) ?? [];
  return figures?.max ?? null;
}

function ratio(part: number | null, whole: number | null): number | null {
  return part === null || whole === null || whole === 0 ? null : part / whole;
}

function rate(requests: number | null, windowS: number | null): number | null {
  return ratio(requests, windowS);
}

function sum(one: number | null, other: number | null): number | null {
  return one === null || other === null ? null : one + other;
}

/** The hour before the run, by service; null where the journal has none. */
export function hourBeforeChart({
  before,
  measures,
}: Figures): { readonly chart: Chart; readonly fromAt: number; readonly toAt: number } | null {
  if (before.length === 0 || measures === null) return null;
  const services = [...new Set(before.map(({ service }) => service))];
  const short = shortNames(services);
  const lines = services.map((service) => ({
    name: short.get(service) ?? service,
    points: before.filter((step) => step.service === service).map(({ at, requests, failed }) => ({ at, value: ratio(failed, requests) })),
  }));
  const times = before.map(({ at }) => at);
  const chart: Chart = {
    title: 'The hour before the first look: requests answered with 5xx',
    lines,
    say: percent,
    atLeast: 0.1,
    goal: { value: measures.goals.errorRate, words: `goal ${percent(measures.goals.errorRate)} or less` },
    note: 'In steps of five minutes, read once at the first look; of nothing else is there a history before the run.',
  };
  return { chart, fromAt: Math.min(...times), toAt: Math.max(...times) };
}

/** Requests that failed, counted in windows that do not overlap; null: nothing was counted. */
export function failedRequests({
  looks,
  measures,
}: Figures): { readonly failed: number; readonly requests: number; readonly countedMs: number } | null {
  const services = (measures?.parts ?? []).filter((part) => part.startsWith('service:'));
  let [failed, requests, counted] = [0, 0, 0];
  for (const part of services) {
    let until = Number.NEGATIVE_INFINITY;
    for (const { at, parts } of looks) {
      const { requests: all, failed: bad, windowS, ageS } = parts[part] ?? {};
      if (all == null || bad == null || windowS == null || ageS == null) continue;
      const end = at - ageS * SECOND;
      if (end - windowS * SECOND < until || looks[0] === undefined || end <= looks[0].at) continue;
      [failed, requests, counted] = [failed + bad, requests + all, counted + windowS * SECOND];
      until = end;
    }
  }
  return counted === 0 ? null : { failed, requests, countedMs: counted / services.length };
}
