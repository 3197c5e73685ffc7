import { SECOND } from '../core/duration.ts';
import type { Figure } from '../core/model/figures.ts';
import { plainLine } from '../core/outside/plain.ts';
import { verdictOf } from '../report/journal-facts.ts';
import type { PartFigures } from '../report/figures/figure-columns.ts';
import { newestLook } from './newest-look.ts';
import type { ShownRun, ToldRun } from './runs.ts';

type Labels = Readonly<Record<string, string>>;
/** null: not known, and then left out: never zero. */
type Sample = readonly [Labels, number | null];

interface Family {
  readonly name: string;
  readonly help: string;
  readonly samples: readonly Sample[];
}

/**
 * The store in the text format of Prometheus (0.0.4): how many runs stand where, and of the newest run of each target how it stands. Figures are
 * those of the newest look, and only while that is at most five minutes old; rehearsals are counted and otherwise left out.
 * `told`: the newest run of each target that has not ended. Pure.
 */
export function metricsText(runs: readonly ShownRun[], told: readonly ToldRun[]): string {
  const newest = runs.filter(({ isNewest, rehearsal }) => isNewest && rehearsal === null);
  const families = [...ofRuns(runs, newest), ...ofTold(told), ...ofLooks(told)];
  return families.map(textOf).join('');
}

function ofRuns(runs: readonly ShownRun[], newest: readonly ShownRun[]): readonly Family[] {
  const each = (value: (run: ShownRun) => boolean | number | null): readonly Sample[] =>
    newest.map((run) => [{ target: run.target }, numberOf(value(run))]);
  return [
    family('runs', 'Runs that the store names, by how they stand or have ended; rehearsals are a kind of their own.', counted(runs)),
    family(
      'run_active',
      '1 while the newest run of the target has not ended.',
      each(({ hasEnded }) => !hasEnded),
    ),
    family(
      'run_driven',
      '1 while a process holds that run; 0 when it has ended or was left.',
      each(({ driven }) => driven),
    ),
    family(
      'run_needs_human',
      '1 while that run asks a person, or a person holds it.',
      each(({ needsHuman }) => needsHuman),
    ),
    family(
      'run_start_timestamp_seconds',
      'When that run began, by its own clock.',
      each(({ startedAt }) => (startedAt === null ? null : startedAt / SECOND)),
    ),
  ];
}

function counted(runs: readonly ShownRun[]): readonly Sample[] {
  const counts = new Map<string, { readonly labels: Labels; readonly count: number }>();
  for (const { standing, rehearsal } of runs) {
    const labels = { state: standing, kind: rehearsal === null ? 'run' : 'rehearsal' };
    const key = JSON.stringify(labels);
    counts.set(key, { labels, count: (counts.get(key)?.count ?? 0) + 1 });
  }
  return [...counts.values()].map(({ labels, count }) => [labels, count]);
}

function ofTold(told: readonly ToldRun[]): readonly Family[] {
  const each = (value: (run: ToldRun) => boolean | number | null): readonly Sample[] =>
    told.map((one) => [{ target: one.run.target }, numberOf(value(one))]);
  const applied = ({ told: { report } }: ToldRun): number | null =>
    report.damage === null ? report.mutations.filter(({ outcome }) => outcome === 'applied').length : null;
  const ageOf = (one: ToldRun): number | null => seconds(newestLook(one).ageMs);
  return [
    family(
      'journal_intact',
      '1 when no line of the journal was changed, taken out or cut off.',
      each(({ told: { report } }) => report.damage === null),
    ),
    family('run_changes_applied', 'Changes that the run has made, what was put back since included.', each(applied)),
    family('look_age_seconds', 'How long ago the newest look began, by the clock of the run.', each(ageOf)),
  ];
}

function ofLooks(told: readonly ToldRun[]): readonly Family[] {
  const parts = told.flatMap(partsOf);
  return Object.entries(FIGURES).flatMap(([kind, figures]) =>
    figures.map(({ name, help, value }) =>
      family(
        `${kind}_${name}`,
        help,
        parts.filter((part) => part.kind === kind).map((part) => [{ target: part.target, [kind]: part.name }, value(part)]),
      ),
    ),
  );
}

interface SaidFigure {
  readonly name: string;
  readonly help: string;
  readonly value: (part: Part) => number | null;
}

/** By what a part of a row is. */
const FIGURES: Readonly<Record<string, readonly SaidFigure[]>> = {
  service: [
    { name: 'up', help: '1 when the look found the service healthy, 0 when ill; absent when it could not tell.', value: ({ up }) => up },
    {
      name: 'requests_per_second',
      help: 'Requests by users in the window of the look.',
      value: ({ figures: { requests, windowS } }) => ratio(requests, windowS),
    },
    {
      name: 'failed_ratio',
      help: 'Share of these requests answered 5xx; absent without requests.',
      value: ({ figures: { failed, requests } }) => ratio(failed, requests),
    },
    { name: 'p95_seconds', help: '95th percentile of latency of these requests.', value: ({ figures }) => ratio(figures.p95Ms, SECOND) },
    { name: 'running_instances', help: 'Instances, of all revisions.', value: ({ figures }) => known(figures.instances) },
    { name: 'probes_well', help: 'Health checks that answered well.', value: ({ figures }) => known(figures.probesWell) },
    {
      name: 'figures_age_seconds',
      help: 'How long before the look the window of its requests ended.',
      value: ({ figures }) => known(figures.ageS),
    },
  ],
  connector: [
    { name: 'cpu_ratio', help: 'CPU of the 99th percentile of its instances, 0 to 1.', value: ({ figures }) => known(figures.cpu) },
    { name: 'running_instances', help: 'Instances of the VPC connector.', value: ({ figures }) => known(figures.instances) },
  ],
  database: [
    { name: 'connections_used', help: 'Connections in use.', value: ({ figures }) => known(figures.used) },
    { name: 'connections_max', help: 'Connections that the database allows.', value: ({ figures }) => known(figures.max) },
    { name: 'cpu_ratio', help: 'CPU of the database, 0 to 1.', value: ({ figures }) => known(figures.cpu) },
  ],
};

interface Part {
  readonly target: string;
  readonly kind: string;
  readonly name: string;
  readonly figures: PartFigures;
  readonly up: number | null;
}

/** What the newest look has of each part; nothing of a look that does not tell how things are now. */
function partsOf(one: ToldRun): readonly Part[] {
  const { look, notNow } = newestLook(one);
  if (look === null || notNow !== null) return [];
  const healthy = Object.keys(look.facts.gates).flatMap((gate) =>
    gate.startsWith(HEALTHY) ? [`service:${gate.slice(HEALTHY.length)}`] : [],
  );
  return [...new Set([...Object.keys(look.parts), ...healthy])].map((part) => {
    const [kind, name] = [part.slice(0, part.indexOf(':')), part.slice(part.indexOf(':') + 1)];
    const gate = look.facts.gates[`${HEALTHY}${name}`];
    const outcome = gate === undefined ? null : verdictOf(gate).outcome;
    const up = outcome === 'pass' ? 1 : outcome === 'fail' ? 0 : null;
    return { target: one.run.target, kind, name, figures: look.parts[part] ?? {}, up };
  });
}

const HEALTHY = 'healthy:';

function ratio(one: Figure | undefined, other: Figure | undefined): number | null {
  return typeof one !== 'number' || typeof other !== 'number' || other <= 0 ? null : one / other;
}

function known(figure: Figure | undefined): number | null {
  return figure ?? null;
}

function seconds(ms: number | null): number | null {
  return ms === null ? null : ms / SECOND;
}

function numberOf(value: boolean | number | null): number | null {
  return typeof value === 'boolean' ? Number(value) : value;
}

function family(name: string, help: string, samples: readonly Sample[]): Family {
  return { name: `firebreak_${name}`, help, samples };
}

function textOf({ name, help, samples }: Family): string {
  const told = samples.filter((sample): sample is readonly [Labels, number] => sample[1] !== null && Number.isFinite(sample[1]));
  if (told.length === 0) return '';
  const lines = told.map(([labels, value]) => `${name}{${labelsOf(labels)}} ${value}\n`);
  return `# HELP ${name} ${help}\n# TYPE ${name} gauge\n${lines.join('')}`;
}

function labelsOf(labels: Labels): string {
  const escaped = (text: string): string => plainLine(text).replaceAll('\\', '\\\\').replaceAll('"', '\\"');
  return Object.entries(labels)
    .map(([name, text]) => `${name}="${escaped(text)}"`)
    .join(',');
}
