import { z } from 'zod';
import { application, defect } from './description-application.ts';
import { connector, count, database, duration, name, signedDuration } from './description-parts.ts';
import { incident, loadBalancer, network, secret, sqlAdmin } from './description-surroundings.ts';

/**
 * The world as a scenario describes it: what exists at the start, and the numbers of its physics with their defaults.
 * Durations are written `90s` and are milliseconds once loaded. Numbers that Google does not publish say so.
 */

const revision = z.strictObject({
  name,
  /** Its age at the start. */
  createdBefore: duration.default(86_400_000),
  image: z.string(),
  env: z.record(z.string(), z.string()).default({}),
  /** Environment names that hold a secret: `name:version`. */
  secrets: z.record(z.string(), z.string().regex(/^[-\w]+:(?:latest|\d+)$/, 'must read NAME:VERSION')).default({}),
  cpu: z.number().positive().default(1),
  memoryMib: z.int().positive().default(512),
  startupCpuBoost: z.boolean().default(false),
  minInstances: count.default(0),
  maxInstances: z.int().positive().default(100),
  concurrency: z.int().positive().default(80),
  startupProbe: z.enum(['http', 'tcp']).default('tcp'),
  probePath: z.string().default('/health'),
  connector: name.nullable().default(null),
  egress: z.enum(['ALL_TRAFFIC', 'PRIVATE_RANGES_ONLY']).nullable().default(null),
  /** Request timeout. */
  timeout: duration.default(300_000),
  defect: defect.optional(),
  /** It never became ready: Google's message. */
  failed: z.strictObject({ reason: z.string().default('HEALTH_CHECK_CONTAINER_ERROR'), message: z.string() }).optional(),
  /** Instances at the start. Wedged ones came up while they could not reach what they need, and stay so until replaced. */
  running: z
    .strictObject({ ready: count.default(0), wedged: count.default(0), crashing: count.default(0) })
    .default({ ready: 0, wedged: 0, crashing: 0 }),
});

const service = z.strictObject({
  name,
  role: z.enum(['auth', 'backend', 'frontend', 'other']),
  ingress: z
    .enum(['INGRESS_TRAFFIC_ALL', 'INGRESS_TRAFFIC_INTERNAL_ONLY', 'INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER'])
    .default('INGRESS_TRAFFIC_ALL'),
  generation: z.int().positive().default(1),
  /** Of the whole service, beside those of its revisions; no maximum where none is set. */
  minInstances: count.default(0),
  maxInstances: z.int().positive().nullable().default(null),
  serviceAccount: z.string(),
  /** Roles of its account on the project. */
  accountRoles: z.array(z.string()).default(['roles/cloudsql.client', 'roles/secretmanager.secretAccessor', 'roles/logging.logWriter']),
  /** Host under which people call it; in request logs. */
  domain: z.string().optional(),
  load: z.strictObject({
    requestsPerSecond: z.number().nonnegative(),
    changes: z.array(z.strictObject({ at: duration, requestsPerSecond: z.number().nonnegative() })).default([]),
  }),
  application: application.prefault({}),
  /** By short revision name or `latest: true`; percents sum to 100. */
  traffic: z.array(
    z.strictObject({
      revision: name.optional(),
      latest: z.boolean().default(false),
      percent: z.int().min(0).max(100),
      tag: name.optional(),
    }),
  ),
  /** Oldest first; the last one is the service's present template. */
  revisions: z.array(revision).min(1),
  /** What later revisions bring with them, because the image's tag has moved; with `image`, only revisions of that image. */
  newRevisions: z.strictObject({ image: z.string().optional(), defect }).optional(),
});

const scaling = z.strictObject({
  /** Old instances are gone so long after their revision has left the traffic. */
  drainFor: duration.default(75_000),
  /** A revision that never got traffic keeps its first instance so long. */
  keepUnusedFor: duration.default(3_600_000),
  startupCap: duration.default(240_000),
  restartBackoff: z.strictObject({ first: duration, max: duration }).default({ first: 10_000, max: 60_000 }),
  /** Crashes of a revision not yet ready after which Cloud Run gives it up. */
  startupAttempts: z.int().positive().default(2),
});

const visibility = z.strictObject({
  /** A point can be read so long after the end of its minute (gcp-facts 3, 4; not published for connectors). */
  run: duration.default(130_000),
  connector: duration.default(180_000),
  database: duration.default(165_000),
  /** At least one step of the world's grid. */
  logs: duration.default(10_000),
});

export const worldSchema = z
  .strictObject({
    project: z.string(),
    projectNumber: z.string().default('701982941522'),
    region: z.string(),
    /** The world has been as described for so long when the run begins: metrics and logs reach back to there. */
    history: duration.default(3_600_000),
    connectors: z.array(connector),
    databases: z.array(database),
    services: z.array(service).min(1),
    loadBalancers: z.array(loadBalancer).default([]),
    network: network.prefault({}),
    sqlAdmin: sqlAdmin.prefault({}),
    secrets: z.array(secret).default([]),
    incidents: z.array(incident).default([]),
    scaling: scaling.prefault({}),
    visibility: visibility.prefault({}),
    /** How far Google's clock runs ahead of the controller's (`-` behind): every instant and `Date` that Google tells. */
    clockSkew: signedDuration.default(0),
    /** Probes from outside are requests like any other: Cloud Run counts and logs them, with their user agent. */
    probesAreRequests: z.boolean().default(true),
    /** Whether good answers are logged too, at INFO; a sample of them, as with all lines here. */
    requestLogs: z.enum(['all', 'failures']).default('all'),
  })
  .superRefine(checkReferences);

export type WorldDescription = z.output<typeof worldSchema>;
export type ConnectorDescription = z.output<typeof connector>;
export type DatabaseDescription = z.output<typeof database>;
export type ServiceDescription = z.output<typeof service>;
export type RevisionDescription = z.output<typeof revision>;
export type Application = z.output<typeof application>;
export type Defect = z.output<typeof defect>;
export type LoadBalancerDescription = z.output<typeof loadBalancer>;
export type CertificateDescription = LoadBalancerDescription['certificates'][number];
export type IncidentDescription = z.output<typeof incident>;

interface Named {
  readonly name: string;
}

function checkReferences(world: z.output<ReturnType<typeof shapeOnly>>, context: z.RefinementCtx): void {
  const has = (list: readonly Named[], wanted: string): boolean => list.some((one) => one.name === wanted);
  const refuse = (path: (string | number)[], message: string): void => context.addIssue({ code: 'custom', path, message });
  world.services.forEach((one, s) => {
    const at = ['services', s];
    const total = one.traffic.reduce((sum, target) => sum + target.percent, 0);
    if (total !== 100) refuse([...at, 'traffic'], `percents sum to ${total}, not to 100`);
    one.traffic.forEach((target, t) => {
      if (target.latest === (target.revision !== undefined)) refuse([...at, 'traffic', t], 'needs either `revision` or `latest: true`');
      if (target.revision !== undefined && !has(one.revisions, target.revision))
        refuse([...at, 'traffic', t, 'revision'], `no revision ${target.revision}`);
    });
    one.revisions.forEach((rev, r) => {
      if (rev.connector !== null && !has(world.connectors, rev.connector))
        refuse([...at, 'revisions', r, 'connector'], `no connector ${rev.connector}`);
    });
    one.application.troubles.forEach((trouble, t) => {
      if (trouble.revision !== undefined && !has(one.revisions, trouble.revision))
        refuse([...at, 'application', 'troubles', t, 'revision'], `no revision ${trouble.revision}`);
    });
    const { database: pool, needs, calls } = one.application;
    if (pool !== undefined && !has(world.databases, pool.instance))
      refuse([...at, 'application', 'database'], `no database ${pool.instance}`);
    for (const other of [...needs, ...calls.map((call) => call.service)]) {
      if (!has(world.services, other)) refuse([...at, 'application'], `no service ${other}`);
    }
  });
  world.loadBalancers.forEach((one, l) => {
    one.hosts.forEach((host, h) => {
      if (!has(one.backends, host.backend)) refuse(['loadBalancers', l, 'hosts', h, 'backend'], `no backend ${host.backend}`);
    });
  });
}

/** Only for its type: the world before its references are checked. */
function shapeOnly() {
  return z.strictObject({
    connectors: z.array(connector),
    databases: z.array(database),
    services: z.array(service),
    loadBalancers: z.array(loadBalancer),
  });
}
