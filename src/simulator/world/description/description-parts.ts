import { z } from 'zod';
import { parseDuration } from '../../../core/duration.ts';

const UNITS = 'write a number with its unit beside it: ms, s, m, h or d';

/** A length of time as `90s`, `5m` or `1h30m`; milliseconds once loaded. */
export const duration = z.string().transform((text, context) => {
  const ms = parseDuration(text);
  if (ms !== null) return ms;
  context.addIssue({ code: 'custom', message: `"${text}" is not a duration such as 90s, 5m or 1h30m`, params: { fix: UNITS } });
  return z.NEVER;
});

/** `-7h` lies in the past. */
export const signedDuration = z.string().transform((text, context) => {
  const ms = parseDuration(text.replace(/^-/, ''));
  if (ms !== null) return text.startsWith('-') ? -ms : ms;
  context.addIssue({ code: 'custom', message: `"${text}" is not a duration such as 90s, 5m or -7h`, params: { fix: UNITS } });
  return z.NEVER;
});

/** Of a thing: as Google allows for most of its own. */
export const name = z.string().regex(/^[a-z]([-a-z0-9]*[a-z0-9])?$/, 'must be lower case letters, digits and dashes');
/** Of what has a region: `NAME@REGION` in another one than the world's own. */
export const placedName = z
  .string()
  .regex(/^[a-z]([-a-z0-9]*[a-z0-9])?(@[a-z]+-[a-z]+\d+)?$/, 'must be lower case letters, digits and dashes, and @REGION in another region')
  .describe("In another region than the world's own, `NAME@REGION`.");
export const count = z.int().nonnegative();
export const share = z.number().min(0).max(1);
const machineType = z.enum(['f1-micro', 'e2-micro', 'e2-standard-4']);

/** A Serverless VPC Access connector: as the API shows it, and how it behaves. Numbers that Google does not publish say so. */
export const connector = z.strictObject({
  name: placedName,
  network: z.string(),
  ipCidrRange: z.string(),
  machineType,
  minInstances: z.int().min(2).max(9),
  maxInstances: z.int().min(3).max(10),
  activeInstances: z.int().min(2).max(10).describe('Instances running at the start; they only grow.'),
  busyFor: duration.default(0).describe("An update of somebody else's is running at the start, for so long."),
  updateTakes: duration
    .default(280_000)
    .describe('A successful update; "minutes", no published number (gcp-facts 1.6). Varies by ±10 % with the seed.'),
  updateFailure: z
    .strictObject({ after: duration, code: z.int().min(1).max(16), message: z.string() })
    .optional()
    .describe('Every update ends so: gRPC code and text.'),
  backgroundPacketsPerSecond: z
    .number()
    .nonnegative()
    .default(0)
    .describe('Packets a second of others that ride it: virtual machines, other projects.'),
  packetsPerInstance: z
    .strictObject({ 'f1-micro': z.number().positive(), 'e2-micro': z.number().positive(), 'e2-standard-4': z.number().positive() })
    .default({ 'f1-micro': 4_000, 'e2-micro': 8_000, 'e2-standard-4': 64_000 })
    .describe(
      'Packets a second that one instance carries, handshakes included as packets. Google publishes only bandwidth (gcp-facts 1.4) and says that packets end it earlier on shared cores; these are our estimates.',
    ),
  bytesPerPacket: z.number().positive().default(420),
  scaleOutAbove: share.default(0.6).describe('One more instance when the utilisation has been above this for `scaleOutAfter`.'),
  scaleOutAfter: duration.default(120_000),
  slowAbove: z
    .number()
    .positive()
    .default(0.7)
    .describe('Utilisation from which connecting slows down, and from which packets are dropped.'),
  dropAbove: z.number().positive().default(0.85),
});

/** A Cloud SQL instance, and what others hold of it. */
export const database = z.strictObject({
  name,
  region: z
    .string()
    .regex(/^[a-z]+-[a-z]+\d+$/, 'must be a region such as us-central1')
    .optional()
    .describe("Where it is; absent: in the world's own region. Its name is one in the project."),
  version: z.string().default('POSTGRES_15'),
  tier: z.string(),
  state: z.string().default('RUNNABLE'),
  activationPolicy: z.enum(['ALWAYS', 'NEVER']).default('ALWAYS'),
  availabilityType: z.enum(['ZONAL', 'REGIONAL']).default('ZONAL'),
  ipAddress: z.string().default('10.166.205.3'),
  flags: z.array(z.strictObject({ name: z.string(), value: z.string() })).default([]),
  reservedConnections: count
    .optional()
    .describe(
      'Slots that applications never get; absent: 5 of PostgreSQL (3 for superusers, 2 for the platform; gcp-facts 4), none of MySQL, which has one more for its administrator.',
    ),
  otherConnections: count.default(2).describe("Held by others: the platform's own two, migrations, people's clients."),
  outages: z
    .array(z.strictObject({ from: signedDuration, for: duration }))
    .default([])
    .describe('Times at which it is away, as during a failover, since the start of the run; afterwards clients connect again.'),
  cpuIdle: share.default(0.09),
  cpuPerConnection: z.number().nonnegative().default(0.0012),
});
