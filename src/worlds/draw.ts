import { defined } from '../core/defined.ts';
import { locatedOf, shortIn } from '../core/region.ts';
import type { z } from 'zod';
import type { DatabaseSpec, RemediationSpec, ServiceSpec } from '../core/model/spec.ts';
import { drawAnswers, listensOf } from './draw-answers.ts';
import type { bareWorldSchema } from './schema.ts';

export type RawWorld = z.input<typeof bareWorldSchema>;
export type RawService = RawWorld['services'][number];

export interface Drawn {
  /** As somebody would have written it. */
  readonly world: RawWorld;
  /** What the document does not say and was filled in, one line each. */
  readonly guesses: readonly string[];
  /** What a world drawn from a document cannot know at all. */
  readonly unknowns: readonly string[];
}

/** Of every service, in and out of the document: small enough to be quick, large enough that a failing minute is seen. */
const REQUESTS_PER_SECOND = 5;
const INSTANCES = 2;
const RELEASED = '45m';

/** A healthy world in which everything that the document names is there, and answers as the document expects. */
export function drawWorld(spec: RemediationSpec): Drawn {
  const { project, region, connectors, databases, loadBalancer } = spec;
  const answers = drawAnswers(spec);
  return {
    world: {
      project,
      region,
      ...(connectors.length === 0 ? {} : { connectors: connectors.map(({ name }, index) => drawConnector(name, index)) }),
      ...(databases.length === 0 ? {} : { databases: databases.map((database, index) => drawDatabase(spec, database, index)) }),
      ...(loadBalancer === null ? {} : { loadBalancers: [drawLoadBalancer(spec, loadBalancer)] }),
      services: spec.services.map((service) => drawService(service, spec, answers.of(service.name))),
      ...drawWorkloads(spec),
    },
    guesses: [
      `each service: ${REQUESTS_PER_SECOND} requests a second, ${INSTANCES} instances, 12 s to start, and that its newest revision took the traffic ${RELEASED} ago from one that served well`,
      ...spec.services
        .filter(({ dependsOn }) => dependsOn.length > 0)
        .map(({ name, dependsOn }) => `${name} calls ${dependsOn.join(', ')} in one request of five, because it depends on it`),
      ...connectorGuesses(spec),
      ...databases.map((database) => {
        const users = databases.length === 1 ? 'every service but the front ends uses it' : `used by ${usersOf(spec, database).join(', ')}`;
        return `${database.instance}: ${engineOf(database).words}, with room for three times its services; ${users}`;
      }),
      ...(spec.workloads === undefined
        ? []
        : ['each job runs once an hour for two minutes, and each worker pool keeps one instance; all of them are well']),
      ...(loadBalancer === null ? [] : [`${loadBalancer.urlMap}: which domain leads to which service, by their names and roles`]),
      ...answers.guesses,
    ],
    unknowns: [
      'how much traffic there is, and when',
      'CPU, memory, concurrency, environment and secrets of the revisions, and how long they take to start',
      'who calls whom beyond dependsOn, and what a service does when another one fails',
      'what else uses the connector, the database and the quotas',
      'which roles the accounts have, and who else changes things',
      ...answers.unknowns,
    ],
  };
}

/** Well, and by the usual figures. */
function drawWorkloads({ workloads = [] }: RemediationSpec): Pick<RawWorld, 'jobs' | 'workerPools'> {
  const of = (kind: 'job' | 'worker-pool') => workloads.filter((one) => one.kind === kind).map(({ name }) => ({ name }));
  const [jobs, workerPools] = [of('job'), of('worker-pool')];
  return { ...(jobs.length === 0 ? {} : { jobs }), ...(workerPools.length === 0 ? {} : { workerPools }) };
}

/** Each with a range of its own. */
function drawConnector(name: string, index: number): NonNullable<RawWorld['connectors']>[number] {
  return {
    name,
    network: 'default',
    ipCidrRange: `10.8.${index}.0/28`,
    machineType: 'e2-micro',
    minInstances: 2,
    maxInstances: 3,
    activeInstances: 2,
  };
}

function engineOf({ probe }: DatabaseSpec): { readonly version: string; readonly words: string } {
  return probe?.port === 3306 ? { version: 'MYSQL_8_0', words: 'MySQL 8.0' } : { version: 'POSTGRES_15', words: 'PostgreSQL 15' };
}

/** Each with an address of its own. */
function drawDatabase(spec: RemediationSpec, database: DatabaseSpec, index: number): NonNullable<RawWorld['databases']>[number] {
  const each = spec.services
    .filter(({ databases }) => databases.includes(database.instance))
    .map(({ pool }) => poolOf(pool ?? database.pool));
  const used = each.reduce((sum, { most }) => sum + most * INSTANCES, 0);
  const room = Math.max(100, Math.ceil((3 * used) / 50) * 50);
  return {
    name: database.instance,
    version: engineOf(database).version,
    tier: 'db-custom-2-7680',
    ...(database.probe !== null ? { ipAddress: database.probe.host } : index === 0 ? {} : { ipAddress: `10.166.205.${3 + index}` }),
    flags: [{ name: 'max_connections', value: String(room) }],
  };
}

function poolOf({ size, overflow }: DatabaseSpec['pool']): { readonly held: number; readonly most: number } {
  return { held: size, most: size + overflow };
}

function usersOf({ services }: RemediationSpec, { instance }: DatabaseSpec): readonly string[] {
  return services.filter(({ databases }) => databases.includes(instance)).map(({ name }) => name);
}

export function drawLoadBalancer(
  spec: RemediationSpec,
  { urlMap, domains }: NonNullable<RemediationSpec['loadBalancer']>,
): NonNullable<RawWorld['loadBalancers']>[number] {
  const led = domains.map((domain) => ({ domain, service: shortIn(ledTo(domain, spec.services)) }));
  const services = [...new Set(led.map(({ service }) => service))];
  const backends = services.length > 0 ? services : [shortIn(defined(spec.services[0]).name)];
  return {
    name: urlMap,
    backends: backends.flatMap((name) => {
      const all = spec.services.filter((service) => shortIn(service.name) === name);
      return all.map(({ name: service }) => ({ name: `${name}-backend`, neg: `${service.replace('@', '-')}-neg`, service }));
    }),
    hosts: led.map(({ domain, service }) => ({ name: domain, backend: `${service}-backend` })),
    ...(domains.length === 0 ? {} : { certificates: [{ name: `${urlMap}-certificate`, domains: [...domains], expiresIn: '1464h' }] }),
  };
}

/** `api.…` to a back end, any other to a front end, where there is one: the last one, which the others stand behind. */
function ledTo(domain: string, services: readonly ServiceSpec[]): string {
  const wanted = domain.startsWith('api') ? 'backend' : 'frontend';
  return (services.findLast(({ role }) => role === wanted) ?? defined(services.at(-1))).name;
}

function drawService(service: ServiceSpec, spec: RemediationSpec, answers: Partial<RawService['application']>): RawService {
  const { name, role, dependsOn, pin } = service;
  const [old, present] = revisionsOf(shortIn(name), pin?.revision ?? 'lastHealthy');
  // A simulated application has one database.
  const database = spec.databases.find(({ instance }) => service.databases.includes(instance)) ?? null;
  const connector = connectorFor(service, spec);
  const { held, most } = poolOf(service.pool ?? database?.pool ?? { size: 0, overflow: 0 });
  const rides = connector !== null ? { connector, egress: 'PRIVATE_RANGES_ONLY' as const } : {};
  const common = { minInstances: INSTANCES, ...rides };
  const image = `${spec.region}-docker.pkg.dev/${spec.project}/drawn/${shortIn(name)}@sha256`;
  return {
    name,
    role,
    ...listensOf(service),
    load: { requestsPerSecond: REQUESTS_PER_SECOND },
    application: {
      ...(database === null ? {} : { database: { instance: database.instance, startupConnections: most, heldConnections: held } }),
      ...(dependsOn.length === 0 ? {} : { calls: dependsOn.map((other) => ({ service: other, perRequest: 0.2 })) }),
      ...answers,
    },
    release: { before: RELEASED, from: old },
    revisions: [
      { name: old, createdBefore: '168h', image: `${image}:0001`, ...common, running: { ready: INSTANCES } },
      { name: present, createdBefore: '46m', image: `${image}:0002`, ...common },
    ],
  };
}

/** Where there are several, the services ride them in turn: the document does not say which. Front ends ride none. */
function connectorFor({ name, role }: ServiceSpec, spec: RemediationSpec): string | null {
  const here = <T extends { readonly name: string }>(things: readonly T[]): readonly T[] =>
    things.filter((one) => locatedOf(one.name, spec.region).region === locatedOf(name, spec.region).region);
  const connectors = here(spec.connectors);
  const riders = here(spec.services).filter((service) => service.role !== 'frontend');
  const place = riders.findIndex((service) => service.name === name);
  return role === 'frontend' || connectors.length === 0 ? null : defined(connectors[place % connectors.length]).name;
}

function connectorGuesses(spec: RemediationSpec): readonly string[] {
  if (spec.connectors.length === 1)
    return spec.connectors.map(({ name }) => `${name}: 2–3 × e2-micro, and every service but the front ends rides it`);
  return spec.connectors.map(({ name }) => {
    const riders = spec.services.filter((service) => connectorFor(service, spec) === name).map((service) => service.name);
    return `${name}: 2–3 × e2-micro, ridden by ${riders.join(', ') || 'nobody'}: which service rides which is not in the document`;
  });
}

/** The one before and the one that serves. A document that pins one by name names the one before. */
function revisionsOf(service: string, pinned: string): readonly [string, string] {
  const old = pinned === 'lastHealthy' ? `${service}-00001-old` : pinned;
  const present = `${service}-00002-new`;
  return [old, present === old ? `${service}-00003-new` : present];
}
