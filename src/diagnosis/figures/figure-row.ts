import { ofConnector } from '../../core/of-connector.ts';
import { MINUTE, SECOND } from '../../core/duration.ts';
import { CONNECTOR_COLUMNS, DATABASE_COLUMNS, SERVICE_COLUMNS } from '../../core/model/figures.ts';
import type { Figure, FigureRow, LookFigures, Measures } from '../../core/model/figures.ts';
import type { Measured } from '../../core/model/measured.ts';
import type { ConnectorObservation, Observation, ServiceObservation, TrafficTarget } from '../../core/model/observation.ts';
import type { RemediationSpec } from '../../core/model/spec.ts';
import { connectionBudget } from '../infrastructure/connection-budget.ts';
import { databasesOf } from '../infrastructure/databases.ts';
import type { SeenDatabase } from '../infrastructure/databases.ts';

/** What the rows of a run with this document have in common. */
export function measuresOf(spec: RemediationSpec, run: Pick<Measures, 'program' | 'chart' | 'rehearsal'>): Measures {
  const { goals, margin, minSamples } = spec.improvement;
  return {
    parts: partsOf(spec),
    columns: { connector: CONNECTOR_COLUMNS, database: DATABASE_COLUMNS, service: SERVICE_COLUMNS },
    probes: Object.fromEntries(spec.services.map(({ name, health }) => [name, health.length])),
    goals,
    margin,
    minSamples,
    program: run.program,
    chart: run.chart,
    mode: spec.policy.mode,
    ...(spec.annotations === undefined ? {} : { annotations: spec.annotations }),
    rehearsal: run.rehearsal,
  };
}

function partsOf({ connectors, databases, services }: RemediationSpec): readonly string[] {
  return [
    ...connectors.map(({ name }) => ofConnector(name)),
    ...databases.map(({ instance }) => `database:${instance}`),
    ...services.map(({ name }) => `service:${name}`),
  ];
}

/** One look in figures, in the order of `measuresOf`. A value that is late stands in it and is named in `late`. Pure. */
export function figuresOf(observation: Observation, spec: RemediationSpec): LookFigures {
  const late = lateIn(observation, spec);
  return { row: rowOf(observation, spec), seen: seenIn(observation, spec), ...(late.length === 0 ? {} : { late }) };
}

function rowOf(observation: Observation, spec: RemediationSpec): FigureRow {
  return [
    ...spec.connectors.map(({ name }) => connectorRow(observation.connectors[name], observation.at)),
    ...databasesOf(observation, spec).map((database) => databaseRow(observation, spec, database)),
    ...spec.services.map(({ name }) => serviceRow(observation.services[name], observation.at)),
  ].map((part) => (part.every((figure) => figure === null) ? null : part));
}

function connectorRow(connector: ConnectorObservation | undefined, at: number): readonly Figure[] {
  return [
    rounded(valueOf(connector?.cpuP99), 3),
    rounded(valueOf(connector?.instances), 1),
    rounded(valueOf(connector?.throughput), 0),
    rounded(valueOf(connector?.packets), 0),
    ageOf(connector?.cpuP99, at),
  ];
}

function databaseRow(observation: Observation, spec: RemediationSpec, database: SeenDatabase): readonly Figure[] {
  const { used, maxConnections, possibleNow } = connectionBudget(observation, spec, database);
  return [
    rounded(used, 0),
    maxConnections,
    possibleNow,
    rounded(valueOf(database.seen?.cpu), 3),
    ageOf(database.seen?.connections, observation.at),
  ];
}

function serviceRow(service: ServiceObservation | undefined, at: number): readonly Figure[] {
  const stats = valueOf(service?.requests);
  const byRevision = valueOf(service?.instances);
  const starts = valueOf(service?.starts);
  const probes = service?.probes ?? [];
  const endedAt = stats?.untilAt ?? service?.requests.measuredAt ?? null;
  return [
    stats?.total ?? null,
    stats?.serverErrors ?? null,
    rounded(valueOf(service?.p95Ms), 0),
    byRevision === null ? null : Object.values(byRevision).reduce((sum, count) => sum + count, 0),
    probes.length === 0 ? null : probes.filter(({ outcome }) => outcome === 'ok').length,
    probes.length === 0 ? null : Math.round(Math.max(...probes.map(({ latencyMs }) => latencyMs))),
    starts?.succeeded ?? null,
    starts?.failed ?? null,
    stats === null || endedAt === null ? null : Math.round((endedAt - stats.sinceAt) / SECOND),
    endedAt === null ? null : Math.round((at - endedAt) / SECOND),
  ];
}

function lateIn({ connectors, databases, services }: Observation, spec: RemediationSpec): readonly string[] {
  const known: readonly (readonly [string, Measured<unknown> | undefined])[] = [
    ...spec.connectors.map(({ name }) => [`${ofConnector(name)} cpu`, connectors[name]?.cpuP99] as const),
    ...spec.databases.map(({ instance }) => [`database:${instance} used`, databases[instance]?.connections] as const),
    ...spec.services.flatMap(({ name }) => [
      [`service:${name} requests`, services[name]?.requests] as const,
      [`service:${name} p95Ms`, services[name]?.p95Ms] as const,
      [`service:${name} instances`, services[name]?.instances] as const,
    ]),
  ];
  return known.filter(([, measured]) => measured?.freshness === 'late').map(([what]) => what);
}

/** What a part is, in words that change only when somebody changes it. What could not be read is left out. */
function seenIn({ connectors, services }: Observation, spec: RemediationSpec): Readonly<Record<string, string>> {
  const sizes = spec.connectors.flatMap(({ name }): [string, string][] => {
    const state = valueOf(connectors[name]?.state);
    return state === null
      ? []
      : [[ofConnector(name), `${state.lifecycle} ${state.minInstances}–${state.maxInstances} × ${state.machineType}`]];
  });
  const parts = spec.services.flatMap(({ name }): [string, string][] => {
    const service = valueOf(services[name]?.state);
    return service === null ? [] : [[`service:${name}`, trafficWords(service.trafficStatuses)]];
  });
  return Object.fromEntries([...sizes, ...parts]);
}

function trafficWords(traffic: readonly TrafficTarget[]): string {
  return traffic
    .filter(({ percent }) => percent > 0)
    .map(({ revision, percent }) => `${revision ?? 'LATEST'} ${percent} %`)
    .join(', ');
}

/** The hour before a look, as far as it was read. */
export function hourBefore({ at, services }: Observation): NonNullable<LookFigures['before']> {
  const known = Object.entries(services).map(([name, { hour }]) => {
    const steps = (hour?.value ?? []).map(
      ({ sinceAt, untilAt, total, serverErrors }) => [Math.round((at - (untilAt ?? sinceAt)) / MINUTE), total, serverErrors] as const,
    );
    return [name, steps] as const;
  });
  return Object.fromEntries(known.filter(([, steps]) => steps.length > 0));
}

function valueOf<T>(measured: Measured<T> | undefined): T | null {
  return measured?.value ?? null;
}

function ageOf(measured: Measured<unknown> | undefined, at: number): Figure {
  const measuredAt = measured?.measuredAt ?? null;
  return measuredAt === null ? null : Math.round((at - measuredAt) / SECOND);
}

function rounded(value: number | null, digits: number): Figure {
  return value === null || !Number.isFinite(value) ? null : Number(value.toFixed(digits));
}
