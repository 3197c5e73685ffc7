import { z } from 'zod';
import { application, defect } from './description-application.ts';
import { connector, count, database, duration, name, placedName, signedDuration } from './description-parts.ts';
import { checkReferences } from './description-references.ts';
import { incident, loadBalancer, network, secret, sqlAdmin } from './description-environment.ts';
import { job, workerPool } from './description-workloads.ts';

/**
 * The world as a scenario describes it: what exists at the start, and the numbers of its physics with their defaults.
 * Durations are written `90s` and are milliseconds once loaded. Numbers that Google does not publish say so.
 */

const revision = z.strictObject({
  name: name.meta({ examples: ['my-service-00001-abc'] }),
  createdBefore: duration.default(86_400_000).describe('Its age at the start.'),
  image: z.string().meta({ examples: ['us-central1-docker.pkg.dev/my-project/my-repository/my-service@sha256:1a2b'] }),
  env: z.record(z.string(), z.string()).default({}),
  secrets: z
    .record(z.string(), z.string().regex(/^[-\w]+:(?:latest|\d+)$/, 'must read NAME:VERSION'))
    .default({})
    .describe('Environment names that hold a secret: `name:version`.'),
  cpu: z.number().positive().default(1),
  memoryMib: z.int().positive().default(512),
  startupCpuBoost: z.boolean().default(false),
  minInstances: count.default(0),
  maxInstances: z.int().positive().default(100),
  concurrency: z.int().positive().default(80),
  startupProbe: z.enum(['http', 'tcp']).default('tcp'),
  probePath: z.string().default('/health'),
  connector: placedName.nullable().default(null),
  direct: z
    .strictObject({ network: name, subnet: name })
    .optional()
    .describe('An interface of its own in this subnet of `network.subnets` (Direct VPC egress), instead of a connector.')
    .meta({ examples: ['{ network: default, subnet: run-egress }'] }),
  egress: z.enum(['ALL_TRAFFIC', 'PRIVATE_RANGES_ONLY']).nullable().default(null),
  timeout: duration.default(300_000).describe('Request timeout.'),
  defect: defect.optional(),
  failed: z
    .strictObject({ reason: z.string().default('HEALTH_CHECK_CONTAINER_ERROR'), message: z.string() })
    .optional()
    .describe("It never became ready: Google's message."),
  running: z
    .strictObject({ ready: count.default(0), wedged: count.default(0), crashing: count.default(0) })
    .default({ ready: 0, wedged: 0, crashing: 0 })
    .describe('Instances at the start. Wedged ones came up while they could not reach what they need, and stay so until replaced.'),
});

const service = z.strictObject({
  name: placedName.meta({ examples: ['my-service'] }),
  role: z.enum(['auth', 'backend', 'frontend', 'other']).default('other'),
  ingress: z
    .enum(['INGRESS_TRAFFIC_ALL', 'INGRESS_TRAFFIC_INTERNAL_ONLY', 'INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER'])
    .default('INGRESS_TRAFFIC_ALL'),
  invokers: z
    .array(z.string().regex(/^(?:allUsers|[^@\s]+@[^@\s]+)$/, 'must be allUsers or the e-mail address of an account'))
    .default(['allUsers'])
    .describe('Who may invoke it: allUsers, or accounts. Everybody else is answered 401 or 403 at the door.'),
  listens: z
    .array(z.string().regex(/^[\w.-]+:\d{1,5}$/, 'must read HOST:PORT'))
    .default([])
    .describe('Addresses at which it takes bare TCP connections while an instance is ready, as through an internal load balancer.'),
  generation: z.int().positive().default(1),
  minInstances: count.default(0).describe('Of the whole service, beside those of its revisions; no maximum where none is set.'),
  maxInstances: z.int().positive().nullable().default(null),
  serviceAccount: z
    .string()
    .default('701982941522-compute@developer.gserviceaccount.com')
    .describe('Absent: the default account of Compute Engine.'),
  accountRoles: z
    .array(z.string())
    .default(['roles/cloudsql.client', 'roles/secretmanager.secretAccessor', 'roles/logging.logWriter'])
    .describe('Roles of its account on the project.'),
  domain: z.string().optional().describe('Host under which people call it; in request logs.'),
  load: z
    .strictObject({
      requestsPerSecond: z.number().nonnegative(),
      changes: z.array(z.strictObject({ at: duration, requestsPerSecond: z.number().nonnegative() })).default([]),
    })
    .meta({ examples: ['{ requestsPerSecond: 5 }'] }),
  application: application.prefault({}),
  traffic: z
    .array(
      z.strictObject({
        revision: name.optional(),
        latest: z.boolean().default(false),
        percent: z.int().min(0).max(100),
        tag: name.optional(),
      }),
    )
    .default([{ latest: true, percent: 100 }])
    .describe('By short revision name or `latest: true`; percents sum to 100.'),
  revisions: z
    .array(revision)
    .min(1)
    .meta({ examples: ['[{ name: my-service-00001-abc, image: IMAGE, running: { ready: 2 } }]'] })
    .describe("Oldest first; the last one is the service's present template."),
  release: z
    .strictObject({ before: duration, from: name })
    .optional()
    .describe('Until so long before the start another revision had all the traffic: it is the one that served users then.'),
  newRevisions: z
    .strictObject({ image: z.string().optional(), defect })
    .optional()
    .describe("What later revisions bring with them, because the image's tag has moved; with `image`, only revisions of that image."),
});

const scaling = z.strictObject({
  drainFor: duration.default(75_000).describe('Old instances are gone so long after their revision has left the traffic.'),
  keepUnusedFor: duration.default(3_600_000).describe('A revision that never got traffic keeps its first instance so long.'),
  startupCap: duration.default(240_000),
  restartBackoff: z.strictObject({ first: duration, max: duration }).default({ first: 10_000, max: 60_000 }),
  startupAttempts: z.int().positive().default(2).describe('Crashes of a revision not yet ready after which Cloud Run gives it up.'),
});

const visibility = z.strictObject({
  run: duration
    .default(130_000)
    .describe('A point can be read so long after the end of its minute (gcp-facts 3, 4; not published for connectors).'),
  connector: duration.default(180_000),
  database: duration.default(165_000),
  logs: duration.default(10_000).describe("At least one step of the world's grid."),
});

export const worldSchema = z
  .strictObject({
    project: z.string().meta({ examples: ['my-project'] }),
    projectNumber: z.string().default('701982941522'),
    region: z
      .string()
      .regex(/^[a-z]+-[a-z]+\d+$/, 'must be a region, not a zone')
      .meta({ examples: ['us-central1'] }),
    history: duration
      .default(3_600_000)
      .describe('The world has been as described for so long when the run begins: metrics and logs reach back to there.'),
    connectors: z.array(connector).default([]),
    databases: z.array(database).default([]),
    services: z
      .array(service)
      .min(1)
      .meta({ examples: ['[{ name: my-service, load: …, revisions: … }], as in deploy/examples/notes/world.yaml'] }),
    jobs: z.array(job).default([]).describe('Cloud Run jobs: they run beside the services, and share nothing with them.'),
    workerPools: z.array(workerPool).default([]),
    loadBalancers: z.array(loadBalancer).default([]),
    network: network.prefault({}),
    sqlAdmin: sqlAdmin.prefault({}),
    secrets: z.array(secret).default([]),
    incidents: z.array(incident).default([]),
    scaling: scaling.prefault({}),
    visibility: visibility.prefault({}),
    clockSkew: signedDuration
      .default(0)
      .describe("How far Google's clock runs ahead of the controller's (`-` behind): every instant and `Date` that Google tells."),
    probesAreRequests: z
      .boolean()
      .default(true)
      .describe('Probes from outside are requests like any other: Cloud Run counts and logs them, with their user agent.'),
    requestLogs: z
      .enum(['all', 'failures'])
      .default('all')
      .describe('Whether good answers are logged too, at INFO; a sample of them, as with all lines here.'),
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
export type GatewayDescription = WorldDescription['network']['gateways'][number];
export type JobDescription = z.output<typeof job>;
export type WorkerPoolDescription = z.output<typeof workerPool>;
export type IncidentDescription = z.output<typeof incident>;
