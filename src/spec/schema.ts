import { z } from 'zod';
import { cronSchedule } from './cron.ts';
import { addressOrPath, count, duration, host, instant, name, path, reference, share, text, timeZone, webhook } from './fields.ts';

/**
 * The Remediation document as people write it: durations are text, absent keys have their defaults (the numbers of DESIGN
 * section 2), and a key that is not here is an error. Nothing is transformed; `resolve.ts` does that.
 * Legal limits of the cloud are not checked here: a wish for 15 connector instances is legal, and the planner cuts it.
 */
export const API_VERSION = 'firebreak.dev/v1';
export const KIND = 'Remediation';

const RESOURCE = /^[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
const RESOURCE_RULE = 'lower-case letters, digits and dashes, beginning with a letter, at most 63 characters';

const domain = (description: string): z.ZodString =>
  text(description, (value) =>
    /^(?:\*\.)?(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*$/.test(value) && value.length <= 253
      ? null
      : { what: 'not a domain name', fix: 'write it in lower case without scheme and path, such as api.example.com' },
  );

const serviceName = name(
  'Cloud Run service, by short name.',
  /^[a-z][a-z0-9-]{0,47}[a-z0-9]$/,
  'lower-case letters, digits and dashes, beginning with a letter, fewer than 50 characters',
);

const healthCheck = z.strictObject({
  url: addressOrPath('An absolute http(s) URL, or a path on the service itself such as /health.'),
  maxLatency: duration('A slower answer counts as unhealthy.', '10ms', '5m').default('2s'),
});

const deploy = z
  .strictObject({
    like: serviceName.optional().describe('A service of this document whose probes, resources, scaling and egress are taken over.'),
    image: text('A container image that replaces the present one.', (value) =>
      /^[^\s]+$/.test(value)
        ? null
        : { what: 'not an image reference', fix: 'write it as REGION-docker.pkg.dev/PROJECT/REPOSITORY/IMAGE:TAG' },
    ).optional(),
    env: z
      .record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/), z.string().max(32_768))
      .default({})
      .describe('Plain environment values to set on the new revision; never secrets.'),
  })
  .describe('Deploy a new revision. `{}` deploys what is there again, as a new revision.');

const pin = z
  .union([
    z.literal('lastHealthy'),
    z.strictObject({
      revision: text('Short name of the revision, or lastHealthy.', (value) =>
        /^[a-z][a-z0-9-]{0,62}$|^lastHealthy$/.test(value)
          ? null
          : { what: 'not a short revision name', fix: 'use the name as `gcloud run revisions list` shows it' },
      ),
    }),
  ])
  .describe('Give one revision all the traffic: { revision: NAME }, or lastHealthy.');

const stability = z.strictObject({
  healthyFor: duration('Unbroken healthy time that counts as stable.').default('5m'),
  within: duration('Give up and restore when it is not stable by then.').default('30m'),
  maxRelapses: count('Give up and restore at this many relapses after having been healthy.', 1, 100).default(3),
});

const pool = z.strictObject({
  size: count('Connections each instance keeps.', 1, 10_000),
  overflow: count('Connections each instance may open above that.', 0, 10_000),
});

const timeouts = z
  .strictObject({
    database: duration('How long it waits for the database while it starts.', '100ms', '1h').optional(),
    client: duration('How long its callers wait for an answer.', '100ms', '1h').optional(),
    proxy: duration('How long a proxy in front of it waits.', '100ms', '1h').optional(),
  })
  .describe('What the service is configured to wait for; compared with the limits of the platform.');

const service = z.strictObject({
  name: serviceName,
  role: z
    .enum(['auth', 'backend', 'frontend', 'other'])
    .default('other')
    .describe('What it is to the others; used in words and in validation.'),
  dependsOn: z
    .array(serviceName)
    .max(50)
    .default([])
    .describe('Services that must be stable before this one is deployed; they stand earlier in the list.'),
  pin: pin.optional(),
  deploy: deploy.optional(),
  stability: stability.prefault({}),
  health: z
    .array(healthCheck)
    .min(1)
    .max(20)
    .default([{ url: '/health', maxLatency: '2s' }])
    .describe('Synthetic requests of each look.'),
  pool: pool.optional().describe('Its own connection pool, where it differs from database.pool.'),
  timeouts: timeouts.prefault({}),
});

const connector = z.strictObject({
  name: name(
    'Serverless VPC Access connector, by short name.',
    /^[a-z](?:[a-z0-9-]{0,23}[a-z0-9])?$/,
    'lower-case letters, digits and dashes, beginning with a letter, at most 25 characters',
  ),
  target: z
    .strictObject({
      minInstances: count('Wished lower bound.', 1, 100),
      maxInstances: count('Wished upper bound; cut to the legal limit by the planner, which says so.', 1, 100),
      machineType: z.enum(['f1-micro', 'e2-micro', 'e2-standard-4']).describe('Machine type of the instances.'),
    })
    .describe('The wished capacity. A one-way door: a connector never scales in.'),
});

const databaseProbe = z
  .strictObject({
    host: host('Name or address of the PostgreSQL server, as it is reached from where Firebreak runs.'),
    port: count('Its port.', 1, 65_535).default(5_432),
    database: z.string().min(1).max(63),
    user: z.string().min(1).max(63),
    password: reference('env:NAME of a variable that holds the password. Without it none is sent.').optional(),
    tls: z
      .boolean()
      .default(true)
      .describe('Ask for TLS. A certificate that cannot be verified is used only where the password stays secret (SCRAM).'),
    connections: count('How many are opened at once.', 1, 500).default(10),
    maxConnect: duration('A connection whose first query is answered later fails.', '100ms', '10m').default('30s'),
    warnConnect: duration('A slower one is pointed out.', '100ms', '10m').default('25s'),
  })
  .describe('Opens PostgreSQL connections at once during validation and measures each until its first answered query.');

const database = z.strictObject({
  instance: name(
    'Cloud SQL instance, by short name.',
    /^[a-z](?:[a-z0-9-]{0,96}[a-z0-9])?$/,
    'lower-case letters, digits and dashes, beginning with a letter',
  ),
  pool: pool.describe('The connection pool of every instance of every service that is no front end.'),
  probe: databaseProbe.optional(),
});

const dependency = z
  .strictObject({
    name: z.string().min(1).max(80).describe('What people call it.'),
    kind: z.enum(['redis', 'http', 'tcp']),
    host: host('Name or address by which the services reach it.'),
    port: count('Its port.', 1, 65_535),
    network: z.string().min(1).max(63).optional().describe('Short name of its VPC network; must be the connector’s.'),
    region: z.string().min(1).max(63).optional().describe('Region it is in; must be the services’.'),
  })
  .describe('A private thing that services need and that is not Cloud SQL. Observed, never touched.');

const loadBalancer = z
  .strictObject({
    urlMap: name('URL map of the external load balancer, by short name.', RESOURCE, RESOURCE_RULE),
    domains: z
      .array(domain('A domain that users reach the services by; a certificate in force must cover it.'))
      .min(1)
      .max(100)
      .describe('Every one must be covered by a certificate that is in force.'),
    deprecatedDomains: z
      .array(domain('A domain, or a glob such as *.staging.example.com, that must not be in use any more.'))
      .max(100)
      .default([]),
  })
  .describe('The external path in front of the services. Observed, never touched.');

const goldenStep = z.strictObject({
  name: z.string().min(1).max(80).describe('What the step shows, in a few words.'),
  service: serviceName,
  method: z.enum(['GET', 'POST']).default('GET'),
  path: path('Path on the service; may hold ${name} of a saved value.'),
  body: z.unknown().optional().describe('Sent as JSON. Text may hold ${name} of a saved value, or be env:NAME.'),
  expectStatus: count('HTTP status of a pass.', 100, 599).default(200),
  maxLatency: duration('A slower answer fails.', '10ms', '5m').default('2s'),
  save: z
    .record(z.string().regex(/^[A-Za-z][A-Za-z0-9_]*$/), z.string().min(1).max(200))
    .default({})
    .describe('Values to keep for later steps: name, and dotted path in the JSON answer.'),
  headers: z
    .record(z.string().regex(/^[A-Za-z0-9-]+$/), z.string().max(4_096))
    .default({})
    .describe('Request headers; values may hold ${name} of a saved value, or be env:NAME.'),
});

const webSocket = z.strictObject({
  service: serviceName,
  path: path('Path of the WebSocket endpoint.'),
  send: z.unknown().describe('Sent as JSON once the socket is open.'),
  events: z.array(z.string().min(1).max(200)).min(1).max(50).describe('Must arrive in this order; others in between are allowed.'),
  eventWithin: duration('Deadline of each event, from the one before.', '10ms', '10m').default('10s'),
});

const validationCheck = z.strictObject({
  name: z.string().min(1).max(80).optional().describe('What the check shows; default: service and path.'),
  service: serviceName,
  path: path('Path on the service.'),
  expectStatus: count('HTTP status of a pass.', 100, 599).default(200),
  maxLatency: duration('A slower answer fails.', '10ms', '5m').default('2s'),
  expectJson: z
    .record(z.string().min(1).max(200), z.union([z.string().max(1_000), z.number(), z.boolean()]))
    .default({})
    .describe('Dotted path in the JSON answer, and the value it must have.'),
});

const validationCategory = z.strictObject({
  name: z.string().min(1).max(60).describe('As it stands in the table of results.'),
  critical: z.boolean().default(true).describe('Every one of its checks must pass.'),
  checks: z.array(validationCheck).min(1).max(100),
});

const validation = z.strictObject({
  passRate: share('Share of the checks that must pass; critical categories must pass whole.').default(0.8),
  goldenPath: z.array(goldenStep).max(50).default([]).describe('One user’s way through the services, in order.'),
  webSocket: webSocket.optional(),
  categories: z
    .array(validationCategory)
    .min(1)
    .max(50)
    .optional()
    .describe(
      'HTTP checks by category. Default: /health and /health/ready of each service (critical), and /health/infrastructure of each (not critical).',
    ),
  startupSuccessRate: share('Least share of the container starts of the window that must succeed.').default(0.9),
  forbiddenLogs: z
    .array(z.string().min(3).max(200))
    .max(20)
    .default(['error -3'])
    .describe('Texts that must not stand in the logs of the serving revisions in the last 10 minutes; upper and lower case are the same.'),
  retryEvery: duration('How long to wait after a failed validation before the next.', '5s').default('1m'),
  soak: z.strictObject({ for: duration('Time without degradation before the run counts as recovered.').default('30m') }).prefault({}),
});

const improvement = z
  .strictObject({
    margin: share('The least relative change of an indicator that counts as a change.').default(0.2),
    minSamples: count('The least number of requests behind a rate or a percentile.', 1, 1_000_000).default(20),
    goals: z
      .strictObject({
        errorRate: share('Share of requests answered 5xx.').default(0.01),
        p95: duration('95th percentile of the latency.', '1ms', '10m').default('2s'),
        connectorSaturation: share('Connector CPU.').default(0.7),
      })
      .prefault({}),
  })
  .describe('What "better" means, and what is good enough.');

const support = z.strictObject({
  priority: z.enum(['P0', 'P1', 'P2', 'P3', 'P4']).default('P1').describe('P0 is the highest.'),
  classification: z.string().min(1).max(200).default('Cloud Run').describe('Search text; the classification is looked up live.'),
  timeZone: timeZone('IANA time zone in which support should work the case.').default('UTC'),
  language: text('BCP 47 language of the case.', (value) =>
    /^[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*$/.test(value) ? null : { what: 'not a language tag', fix: 'write a BCP 47 tag such as en' },
  ).default('en'),
});

const escalation = z.strictObject({
  window: duration('Escalate when this long has passed without improvement.', '1m').default('2h'),
  followFor: duration('How long an escalated run goes on watching and commenting.', '1m').default('6h'),
  support: support.optional().describe('Open a Google Cloud Support case. Without it the case text is handed to people.'),
  contacts: z
    .array(
      text('Mail address that is subscribed to the case.', (value) =>
        /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value) ? null : { what: 'not a mail address', fix: 'write it as name@example.com' },
      ),
    )
    .max(50)
    .default([]),
});

const policy = z.strictObject({
  mode: z
    .enum(['plan', 'probe', 'approve', 'auto'])
    .default('auto')
    .describe('plan: print and stop. probe: reads only. approve: ask before each class in `approve`. auto: go.'),
  approve: z
    .array(z.enum(['reversible', 'irreversible']))
    .default([])
    .describe('Classes of change that need a yes first. Empty in mode approve: both.'),
  approvalWithin: duration('How long a question stays open.', '1m').default('30m'),
  budget: z.strictObject({ mutations: count('The most changes one run may make.', 1, 1_000).default(12) }).prefault({}),
  freeze: z
    .array(
      z.strictObject({
        from: instant('Its beginning.'),
        until: instant('Its end.'),
        reason: z.string().min(1).max(200).describe('Why nothing may be changed; shown to whoever asks.'),
      }),
    )
    .max(100)
    .default([])
    .describe('Windows in which nothing is written.'),
});

const capacity = z
  .strictObject({
    schedule: cronSchedule('When the long-running check looks.').default('*/5 * * * *'),
    timeZone: timeZone('IANA time zone of the schedule.').default('UTC'),
    thresholds: z
      .strictObject({
        connector: share('Connector CPU (p99), and its instances against their upper bound.').default(0.7),
        connections: share('Database connections against max_connections.').default(0.75),
        instances: share('Instances of a service against its upper bound.').default(0.8),
        errorRate: share('Share of requests answered 5xx.').default(0.05),
        p95: duration('95th percentile of the latency.', '1ms', '10m').default('10s'),
        certificateDays: count('Least number of days that a certificate must still be valid.', 0, 3_650).default(21),
      })
      .prefault({}),
    startRun: z.boolean().default(false).describe('Start a run when a threshold is crossed, where policy.mode and policy.freeze let it.'),
  })
  .describe('The capacity check: what counts as too little headroom.');

const spec = z.strictObject({
  project: name(
    'Google Cloud project id.',
    /^(?:[a-z0-9.-]+:)?[a-z][a-z0-9-]{4,28}[a-z0-9]$/,
    '6 to 30 lower-case letters, digits and dashes, beginning with a letter',
  ),
  region: name(
    'Region of the services and the connector.',
    /^[a-z]+-[a-z]+\d+$/,
    'a region such as us-central1, not a zone',
    'write the region alone',
  ),
  observe: z.strictObject({ every: duration('One look at the world each.', '5s', '10m').default('30s') }).prefault({}),
  connector: connector.optional(),
  services: z.array(service).min(1).max(50).describe('The order is the deploy order.'),
  database: database.optional(),
  dependencies: z.array(dependency).max(50).default([]),
  loadBalancer: loadBalancer.optional(),
  validation: validation.prefault({}),
  improvement: improvement.prefault({}),
  escalation: escalation.prefault({}),
  phases: z
    .strictObject({
      capacity: duration('Deadline of the capacity phase.', '1m').default('2h'),
      services: duration('Deadline of the services phase.', '1m').default('2h'),
      validation: duration('Deadline of the validation phase.', '1m').default('4h'),
    })
    .prefault({}),
  communication: z
    .strictObject({
      every: duration('Progress message while the run lasts; milestones are told at once.', '1m').default('2h'),
      webhooks: z
        .array(
          webhook(
            'env:NAME of a variable that holds the address (the way for Slack, Chat and other secret addresses), or a plain address.',
          ),
        )
        .max(20)
        .default([]),
    })
    .prefault({}),
  capacity: capacity.prefault({}),
  policy: policy.prefault({}),
});

export const documentSchema = z.strictObject({
  apiVersion: z.literal(API_VERSION),
  kind: z.literal(KIND),
  metadata: z.strictObject({
    name: name(
      'Name of the incident or runbook; part of the key under which a run is kept.',
      /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/,
      'lower-case letters, digits and dashes, at most 63 characters',
      'write a name such as issue-1278',
    ),
  }),
  spec,
});

/** The document with its defaults filled in. */
export type RemediationDocument = z.output<typeof documentSchema>;
