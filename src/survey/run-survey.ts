import { DAY, HOUR } from '../core/duration.ts';
import { FirebreakError, TransientError, UserError } from '../core/errors.ts';
import { engineOf } from '../core/model/engine.ts';
import { absent, fresh } from '../core/model/measured.ts';
import type { Measured } from '../core/model/measured.ts';
import type { ServiceState } from '../core/model/observation.ts';
import type { RequestStats } from '../core/model/request-stats.ts';
import type { SqlInstance } from '../core/model/way-in.ts';
import type { WorkloadSpec } from '../core/model/workloads.ts';
import { shortIn } from '../core/region.ts';
import type { Clock } from '../ports/clock.ts';
import type { Cloud } from '../ports/cloud.ts';
import type { ProbesPort } from '../ports/probes.ts';
import { instancesUsed } from './databases.ts';
import { askHealth } from './health.ts';
import { connectorOf, sayAll } from './survey.ts';
import type { Survey } from './survey.ts';

export interface LookOptions {
  readonly project: string;
  /** The first is the document's own; no region twice. */
  readonly regions: readonly [string, ...string[]];
  readonly cloud: Pick<Cloud, 'run' | 'vpcAccess' | 'sql' | 'metrics' | 'loadBalancer' | 'workloads'>;
  readonly probes: Pick<ProbesPort, 'http'>;
  readonly clock: Clock;
  /** Only these services, in whatever region; empty: all. */
  readonly only: readonly string[];
  readonly signal: AbortSignal;
}

/** The most that a document holds. */
const MOST_SERVICES = 50;

/**
 * Reads an environment once: the services of its regions, and what they name. Only they must be readable; whatever else cannot be
 * read is absent with the reason. Throws `UserError` where there is nothing to write a document about.
 */
export async function survey(options: LookOptions): Promise<Survey> {
  const { project, regions, cloud, clock, signal } = options;
  const services = await servicesOf(options);
  const connectors = [...new Set(services.flatMap((service) => connectorOf(service) ?? []))];
  const [known, databases, waysIn, workloads, instances, day, health] = await Promise.all([
    Promise.all(
      connectors.map(async (name) => {
        const source = `vpcaccess.googleapis.com/connectors/${name}`;
        return [name, await asked(source, clock, () => cloud.vpcAccess.getConnector(name, { signal }))] as const;
      }),
    ),
    asked('sqladmin.googleapis.com/instances', clock, () => cloud.sql.listInstances({ signal })),
    asked('compute.googleapis.com/urlMaps', clock, () => cloud.loadBalancer.waysIn({ signal })),
    asked('run.googleapis.com/jobs', clock, () => workloadsOf(options)),
    asked('monitoring.googleapis.com/instance_count', clock, () => instancesNow(options)),
    asked('monitoring.googleapis.com/request_count', clock, () => lastDay(options)),
    Promise.all(services.map(async (service) => [service.name, await askHealth(options, service)] as const)),
  ]);
  return {
    project,
    region: regions[0],
    regions,
    at: clock.now(),
    services,
    connectors: Object.fromEntries(known),
    databases,
    connections: await connectionsOf(options, services, databases.value ?? []),
    instances,
    day,
    waysIn,
    workloads,
    health: Object.fromEntries(health),
  };
}

async function servicesOf({ project, regions, cloud, only, signal }: LookOptions): Promise<readonly ServiceState[]> {
  const all = await Promise.all(
    regions.map(async (region) => {
      const found = await listed(() => cloud.run.listServices({ signal, region }), region);
      if (found.length > 0) return found.toSorted((a, b) => (a.name < b.name ? -1 : 1));
      throw new UserError(
        'no-services',
        `there is no Cloud Run service in ${region} of ${project}`,
        'give the region that `gcloud run services list` shows them in',
      );
    }),
  ).then((byRegion) => byRegion.flat());
  const isMeant = (name: string): boolean => only.includes(name) || only.includes(shortIn(name));
  const strangers = only.filter((name) => !all.some((service) => name === service.name || name === shortIn(service.name)));
  if (strangers.length > 0)
    throw new UserError(
      'no-such-service',
      `no service ${strangers.join(', ')} is in ${sayAll(regions)} of ${project}; there are: ${all.map(({ name }) => name).join(', ')}`,
      'give --service a name as it stands there',
    );
  const chosen = only.length === 0 ? all : all.filter(({ name }) => isMeant(name));
  if (chosen.length > MOST_SERVICES)
    throw new UserError(
      'too-many-services',
      `there are ${chosen.length} services in ${sayAll(regions)} of ${project}, and a document holds ${MOST_SERVICES} at most`,
      'name those that belong together: --service NAME, once for each',
    );
  return chosen;
}

async function workloadsOf({ regions, cloud, signal }: LookOptions): Promise<readonly WorkloadSpec[]> {
  const byRegion = await Promise.all(regions.map((region) => cloud.workloads.listNames(region, { signal })));
  const called = (kind: WorkloadSpec['kind'], names: readonly string[]): readonly WorkloadSpec[] => names.map((name) => ({ kind, name }));
  return [
    ...byRegion.flatMap(({ jobs }) => called('job', jobs)),
    ...byRegion.flatMap(({ workerPools }) => called('worker-pool', workerPools)),
  ];
}

async function listed<T>(list: () => Promise<T>, region: string): Promise<T> {
  try {
    return await list();
  } catch (thrown) {
    if (!(thrown instanceof FirebreakError) || !['terminal', 'transient'].includes(thrown.kind)) throw thrown;
    throw new UserError(
      'services-unreadable',
      `the services of ${region} cannot be listed: ${thrown.message}`,
      thrown instanceof TransientError
        ? 'run the same command again in a moment'
        : 'it takes roles/run.viewer on the project, and an enabled Cloud Run Admin API',
      { cause: thrown, ...(thrown instanceof TransientError ? { exitCode: 75 as const } : {}) },
    );
  }
}

/** A reading of now, or its absence with the reason. A mistake of ours passes as neither. */
async function asked<T>(source: string, clock: Clock, read: () => Promise<T>): Promise<Measured<T>> {
  try {
    return fresh(await read(), clock.now(), source);
  } catch (thrown) {
    if (thrown instanceof FirebreakError && ['terminal', 'transient'].includes(thrown.kind)) return absent(source, thrown.message);
    throw thrown;
  }
}

async function instancesNow({ cloud, clock, signal }: LookOptions): Promise<Readonly<Record<string, number>>> {
  const byService = await cloud.metrics.instances(clock.now(), { signal });
  return Object.fromEntries(
    Object.entries(byService).flatMap(([service, { value }]) =>
      value === null ? [] : [[service, Object.values(value).reduce((sum, count) => sum + count, 0)] as const],
    ),
  );
}

async function lastDay({ cloud, clock, signal }: LookOptions): Promise<Readonly<Record<string, readonly RequestStats[]>>> {
  const byService = await cloud.metrics.requestHistory(clock.now(), DAY, HOUR, { signal });
  return Object.fromEntries(
    Object.entries(byService).flatMap(([service, { value }]) => (value === null ? [] : [[service, value] as const])),
  );
}

/** How many connections each database that a service names has in use. */
async function connectionsOf(
  { cloud, clock, signal }: LookOptions,
  services: readonly ServiceState[],
  known: readonly SqlInstance[],
): Promise<Survey['connections']> {
  const used = known.filter(({ name }) => services.some((service) => instancesUsed(service, known).some((use) => use.name === name)));
  const read = used.map(async ({ name, version }) => {
    const source = `cloudsql.googleapis.com/${name}`;
    const engine = engineOf(version);
    if (engine === 'other') return [name, absent<number>(source, `connections of ${version} are not known`)] as const;
    const found = await asked(source, clock, () => cloud.metrics.databaseConnections(name, engine, clock.now(), { signal }));
    return [name, found.value ?? absent<number>(source, found.problem)] as const;
  });
  return Object.fromEntries(await Promise.all(read));
}
