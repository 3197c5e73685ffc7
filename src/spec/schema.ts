import { z } from 'zod';
import { CASE_PRIORITIES, SUPPORT_TIERS } from '../core/support-tiers.ts';
import { cronSchedule } from './cron.ts';
import { count, duration, instant, name, share, text, timeZone } from './fields.ts';
import { communication } from './schema-communication.ts';
import { region, service } from './schema-services.ts';
import { connector, connectors, database, databases, dependency, jobs, loadBalancer, workerPools } from './schema-resources.ts';
import { validation } from './schema-validation.ts';

/**
 * The Remediation document as people write it: durations are text, absent keys have their defaults (the numbers of DESIGN
 * section 2), and a key that is not here is an error. Nothing is transformed; `resolve.ts` does that.
 * Legal limits of the cloud are not checked here: a wish for 15 connector instances is legal, and the planner cuts it.
 */
export const API_VERSION = 'firebreak.dev/v1';
export const KIND = 'Remediation';

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
  tier: z
    .enum(SUPPORT_TIERS)
    .optional()
    .describe('The support plan. It bounds the priority, and decides whether a case is escalated that nobody answers in time.'),
  priority: z.enum(CASE_PRIORITIES).optional().describe('P0 is the highest. Without it P1, or P2 where the tier takes no P1.'),
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
  budget: z
    .strictObject({
      mutations: count(
        'The most changes one run may make; one that the steps of this document may exceed is refused. Absent: what they may need, 12 at least.',
        1,
        1_000,
      ).optional(),
      attempts: count('Tries of one activity before its failure counts.', 1, 50).default(8),
      waiting: duration('The most that one run waits for people, holds and questions together; then it ends by itself.', '1m').default(
        '8h',
      ),
    })
    .prefault({}),
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
        connector: share('CPU (p99) of a connector, and its instances against their upper bound.').default(0.7),
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

/** Also asked for before there is a document. */
export const project = name(
  'Google Cloud project id.',
  /^(?:[a-z0-9.-]+:)?[a-z][a-z0-9-]{4,28}[a-z0-9]$/,
  '6 to 30 lower-case letters, digits and dashes, beginning with a letter',
);
const spec = z.strictObject({
  project,
  region,
  observe: z
    .strictObject({
      every: duration(
        'One look at the world each. No step is decided on looks that are further apart than this allows.',
        '5s',
        '2m',
      ).default('30s'),
    })
    .prefault({}),
  connector: connector.optional(),
  connectors: connectors.optional(),
  services: z.array(service).min(1).max(50).describe('The order is the deploy order.'),
  database: database.optional(),
  databases: databases.optional(),
  dependencies: z.array(dependency).max(50).default([]),
  jobs,
  workerPools,
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
  communication: communication.prefault({}),
  capacity: capacity.prefault({}),
  policy: policy.prefault({}),
});

export const documentSchema = z.strictObject({
  apiVersion: z.literal(API_VERSION).describe('Version of the form of the document.'),
  kind: z.literal(KIND).describe('What the document is.'),
  metadata: z
    .strictObject({
      name: name(
        'Name of the incident or runbook; part of the key under which a run is kept.',
        /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/,
        'lower-case letters, digits and dashes, at most 63 characters',
        'write a name such as issue-1278',
      ),
      annotations: z
        .record(z.string().regex(/^[A-Za-z0-9](?:[A-Za-z0-9._/-]{0,251}[A-Za-z0-9])?$/), z.string().max(1_000))
        .default({})
        .describe(
          'What else readers should know, by a key of your own. Reports print firebreak.dev/business-impact, firebreak.dev/owner and firebreak.dev/runbook.',
        ),
    })
    .describe('What the document is called.'),
  spec,
});

/** The document with its defaults filled in. */
export type RemediationDocument = z.output<typeof documentSchema>;
