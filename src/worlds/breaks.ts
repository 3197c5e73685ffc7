import { defined } from '../core/defined.ts';
import type { Scenario, ScenarioFault } from '../simulator/scenario.ts';
import { maxConnectionsOf, reservedOf } from '../simulator/world/database.ts';
import type { DatabaseDescription, Defect, ServiceDescription, WorldDescription } from '../simulator/world/description/description.ts';

const HOUR = 3_600_000;
const MINUTE = 60_000;

/** A fault that can be laid over any world that holds what it breaks. */
export interface Break {
  readonly title: string;
  readonly cause: Scenario['cause'];
  /** What of the world it can break, by name; a fault of the whole environment breaks `*`. */
  readonly targets: (world: WorldDescription) => readonly string[];
  readonly lay: (scenario: Scenario, target: string) => Scenario;
}

const services = (world: WorldDescription): readonly string[] => world.services.map(({ name }) => name);
const connectors = (world: WorldDescription): readonly string[] => world.connectors.map(({ name }) => name);
const databases = (world: WorldDescription): readonly string[] => world.databases.map(({ name }) => name);
const whole = (): readonly string[] => ['*'];

/** Every kind of fault, in the order in which they are listed and played. */
export const BREAKS: Readonly<Record<string, Break>> = {
  revision: {
    title: 'the newest revision answers six of ten requests with 500',
    cause: 'application-crash',
    targets: services,
    lay: withDefect(() => ({ kind: 'errors', share: 0.6, slower: 1, healthSaysWell: false })),
  },
  'missing-module': {
    title: 'the image of the newest revision lacks a module: its workers die',
    cause: 'application-crash',
    targets: services,
    lay: withDefect(() => ({ kind: 'missing-module', module: 'app.billing', exitCode: 3 })),
  },
  memory: {
    title: 'instances of the newest revision are killed at their memory limit',
    cause: 'application-crash',
    targets: services,
    lay: withDefect(({ memoryMib }) => ({ kind: 'out-of-memory', usedMib: memoryMib + 47, after: 90_000 })),
  },
  connector: {
    title: 'others send more through the connector than it carries',
    cause: 'connector-saturation',
    targets: connectors,
    lay: (scenario, target) =>
      overWorld(scenario, (world) => ({
        ...world,
        connectors: named(world.connectors, target, (one) => ({
          ...one,
          activeInstances: one.maxInstances,
          backgroundPacketsPerSecond: 1.3 * one.maxInstances * one.packetsPerInstance[one.machineType],
        })),
      })),
  },
  'database-down': {
    title: 'the database answers nobody',
    cause: 'database-unreachable',
    targets: databases,
    lay: overDatabase((one) => ({ ...one, outages: [{ from: -20 * MINUTE, for: 48 * HOUR }] })),
  },
  'database-full': {
    title: 'others hold nearly every connection of the database',
    cause: 'connection-budget',
    targets: databases,
    lay: overDatabase((one) => ({ ...one, otherConnections: Math.max(0, maxConnectionsOf(one) - reservedOf(one) - 2) })),
  },
  certificate: {
    title: 'the certificates of the load balancer have expired',
    cause: 'certificate-or-routing',
    targets: (world) => world.loadBalancers.filter(({ certificates }) => certificates.length > 0).map(({ name }) => name),
    lay: (scenario, target) =>
      overWorld(scenario, (world) => ({
        ...world,
        loadBalancers: named(world.loadBalancers, target, (one) => ({
          ...one,
          certificates: one.certificates.map((certificate) => ({ ...certificate, status: 'RENEWAL_FAILED', expiresIn: -7 * HOUR })),
        })),
      })),
  },
  job: {
    title: 'the executions of the job fail; services are well',
    cause: 'healthy',
    targets: (world) => world.jobs.map(({ name }) => name),
    lay: (scenario, target) =>
      overWorld(scenario, (world) => ({
        ...world,
        jobs: named(world.jobs, target, (one) => ({ ...one, fails: { from: -24 * HOUR, message: 'Task failed: exit code 1.' } })),
      })),
  },
  'worker-pool': {
    title: 'the newest revision of the worker pool does not become ready; services are well',
    cause: 'healthy',
    targets: (world) => world.workerPools.map(({ name }) => name),
    lay: (scenario, target) =>
      overWorld(scenario, (world) => ({
        ...world,
        workerPools: named(world.workerPools, target, (one) => ({
          ...one,
          failed: { from: -HOUR, reason: 'HEALTH_CHECK_CONTAINER_ERROR', message: 'The container failed to start.' },
        })),
      })),
  },
  permission: {
    title: 'the newest revision is bad, and the account may not change services or connectors',
    cause: 'application-crash',
    targets: whole,
    lay: (scenario) => ({
      ...defined(BREAKS['revision']).lay(scenario, defined(scenario.world.services[0]).name),
      grants: { denied: ['run.services.update', 'vpcaccess.connectors.update'] },
    }),
  },
  quota: {
    title: 'the newest revision is bad, and the write quota of Cloud Run is used up for 40 minutes',
    cause: 'application-crash',
    targets: whole,
    lay: (scenario) => {
      const broken = defined(BREAKS['revision']).lay(scenario, defined(scenario.world.services[0]).name);
      return { ...broken, faults: [...broken.faults, QUOTA] };
    },
  },
  provider: {
    title: 'an incident of Google’s answers a third of all requests with 503',
    cause: 'provider-incident',
    targets: whole,
    lay: (scenario) =>
      overWorld(scenario, (world) => ({
        ...world,
        incidents: [
          ...world.incidents,
          {
            name: '4gtBnUXSKJ2aQ9yNrVeW',
            title: `Elevated 5xx errors for Cloud Run in ${world.region}`,
            products: ['Cloud Run'],
            locations: [world.region],
            startedBefore: 50 * MINUTE,
            endsAfter: 100 * MINUTE,
            requestLoss: 0.35,
          },
        ],
      })),
  },
  dns: {
    title: 'private names cannot be resolved',
    cause: 'name-resolution',
    targets: whole,
    lay: (scenario) =>
      overWorld(scenario, (world) => ({
        ...world,
        network: { ...world.network, privateNames: 'fail' },
        services: world.services.map((one) =>
          one.role === 'frontend' && world.services.length > 1
            ? one
            : { ...one, application: { ...one.application, privateHosts: [...one.application.privateHosts, 'cache.internal:6379'] } },
        ),
      })),
  },
};

const QUOTA: ScenarioFault = {
  id: 'quota',
  match: { method: 'PATCH', path: '/v2/**/services/*' },
  for: 40 * MINUTE,
  answer: {
    status: 429,
    statusText: 'RESOURCE_EXHAUSTED',
    message: 'Quota exceeded for quota metric "Write requests" of service run.googleapis.com',
    reason: 'RATE_LIMIT_EXCEEDED',
  },
  optional: true,
};

type OfRevision = (revision: ServiceDescription['revisions'][number]) => Defect;

/** The newest revision that serves is the bad one: it began to serve with the release, or a while ago. */
function withDefect(defect: OfRevision): Break['lay'] {
  return (scenario, target) =>
    overWorld(scenario, (world) => ({
      ...world,
      services: named(world.services, target, (service) => ({
        ...service,
        revisions: service.revisions.map((one, index) => (index === service.revisions.length - 1 ? { ...one, defect: defect(one) } : one)),
      })),
    }));
}

function overDatabase(change: (database: DatabaseDescription) => DatabaseDescription): Break['lay'] {
  return (scenario, target) => overWorld(scenario, (world) => ({ ...world, databases: named(world.databases, target, change) }));
}

function overWorld(scenario: Scenario, change: (world: WorldDescription) => WorldDescription): Scenario {
  return { ...scenario, world: change(scenario.world) };
}

function named<T extends { readonly name: string }>(things: readonly T[], target: string, change: (thing: T) => T): T[] {
  return things.map((one) => (one.name === target ? change(one) : one));
}
