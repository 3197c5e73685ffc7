import { z } from 'zod';
import { desiredSchemas } from '../steps/documents.ts';
import { count, duration, name, text } from './fields.ts';
import { healthCheck } from './schema-health.ts';

const serviceName = name(
  'Cloud Run service, by short name.',
  /^[a-z][a-z0-9-]{0,47}[a-z0-9]$/,
  'lower-case letters, digits and dashes, beginning with a letter, fewer than 50 characters',
);

/** A service of the document as others name it: with `@REGION` where it is in another region than spec.region. */
export const serviceReference = name(
  'A service of this document: its name, with `@REGION` behind it where its entry says another region than spec.region.',
  /^[a-z][a-z0-9-]{0,47}[a-z0-9](?:@[a-z]+-[a-z]+\d+)?$/,
  'the name of a service, with @REGION behind it where its entry names a region',
);

const REGION = [/^[a-z]+-[a-z]+\d+$/, 'a region such as us-central1, not a zone', 'write the region alone'] as const;

/** Where everything is; also asked for before there is a document. */
export const region = name('Region of the services and the connectors that name none of their own.', ...REGION);

/** Of one service or connector. */
export const ownRegion = name('Region it is in; without it that of the document (spec.region).', ...REGION);

export const pool = z.strictObject({
  size: count('Connections each instance keeps.', 1, 10_000),
  overflow: count('Connections each instance may open above that.', 0, 10_000),
});

const MOST_SHARES = 10;

/** Rising percents of which the last is all; each but that takes minutes to be judged. */
const shares = z
  .array(z.int().min(1).max(100))
  .min(2)
  .max(MOST_SHARES)
  .superRefine((written, context) => {
    const falls = written.findIndex((share, index) => index > 0 && share <= (written[index - 1] ?? 0));
    const [what, at] =
      falls > 0
        ? [`${written[falls]} is not more than the ${written[falls - 1]} before it`, falls]
        : written.at(-1) === 100
          ? [null, 0]
          : [`the last share is ${written.at(-1)}, and a revision must end with all of the traffic`, written.length - 1];
    if (what !== null)
      context.addIssue({
        code: 'custom',
        path: [at],
        message: what,
        params: { fix: 'write rising percents that end with 100: [10, 50, 100]' },
      });
  });

const shift = shares.describe(
  'Percents of the traffic that a new revision gets one after the other, each judged by its own requests before the next. Without it: 10, then 100.',
);

const deploy = z
  .strictObject({
    like: serviceReference.optional().describe('A service of this document whose probes, resources, scaling and egress are taken over.'),
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
      shift: shares
        .describe('Percents of the traffic that it gets one after the other, each judged before the next. Without it: all at once.')
        .optional(),
    }),
  ])
  .describe('Give one revision all the traffic: { revision: NAME }, or lastHealthy; by steps with { revision, shift }.');

const stability = z.strictObject({
  healthyFor: duration('Unbroken healthy time that counts as stable.').default('5m'),
  within: duration('Give up and restore when it is not stable by then.').default('30m'),
  maxRelapses: count('Give up and restore at this many relapses after having been healthy.', 1, 100).default(3),
});

const timeouts = z
  .strictObject({
    database: duration('How long it waits for the database while it starts.', '100ms', '1h').optional(),
    client: duration('How long its callers wait for an answer.', '100ms', '1h').optional(),
    proxy: duration('How long a proxy in front of it waits.', '100ms', '1h').optional(),
  })
  .describe('What the service is configured to wait for; compared with the limits of the platform.');

export const service = z.strictObject({
  name: serviceName,
  region: ownRegion
    .optional()
    .describe(
      'Region it is in; without it spec.region. A service may stand in several regions, each with an entry of its own: there it is called NAME@REGION everywhere. All services of one region stand together, and that order is the order of the regions.',
    ),
  role: z
    .enum(['auth', 'backend', 'frontend', 'other'])
    .default('other')
    .describe('What it is to the others; used in words and in validation.'),
  dependsOn: z
    .array(serviceReference)
    .max(50)
    .default([])
    .describe('Services that must be stable before this one is deployed; they stand earlier in the list.'),
  ...desiredSchemas,
  pin: pin.optional(),
  deploy: deploy.optional(),
  shift: shift.optional(),
  stability: stability.prefault({}),
  health: z
    .array(healthCheck)
    .max(20)
    .prefault([{ url: '/health' }])
    .describe('Synthetic requests of each look. []: none; then metrics, deaths and readiness speak.'),
  databases: z
    .array(z.string().min(1).max(98))
    .max(20)
    .optional()
    .describe(
      'Instances of the document that it uses. Needed where there are several; else every service uses the one, but a front end without a pool.',
    ),
  pool: pool.optional().describe('Its own connection pool, where it differs from that of its database.'),
  timeouts: timeouts.prefault({}),
});
