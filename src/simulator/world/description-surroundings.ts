import { z } from 'zod';
import { duration, name, share, signedDuration } from './description-parts.ts';

/** What stands around the services: the way in, names, the way out, secrets, Google's own troubles. All of it is fine unless said. */

const certificate = z.strictObject({
  name,
  /** Where it lives; one in Certificate Manager is reached through the load balancer's `certificateMap`. */
  source: z.enum(['compute', 'certificate-manager']).default('compute'),
  managed: z.boolean().default(true),
  domains: z.array(z.string()).min(1),
  /** As Google says it of a managed one: ACTIVE, PROVISIONING, RENEWAL_FAILED, … (gcp-facts 6). */
  status: z.string().default('ACTIVE'),
  /** By domain, where it is not ACTIVE: FAILED_NOT_VISIBLE, … */
  domainStatus: z.record(z.string(), z.string()).default({}),
  /** From the start of the run. */
  expiresIn: signedDuration.optional(),
});

/** An external Application Load Balancer with serverless NEGs (gcp-facts 6). `name` is the url map's. */
export const loadBalancer = z.strictObject({
  name,
  ipAddress: z.string().default('203.0.113.20'),
  /** Of Certificate Manager; a proxy with one has no certificates of Compute's. */
  certificateMap: name.optional(),
  certificates: z.array(certificate).default([]),
  /** Each leads to a serverless NEG, and that to a Cloud Run service, which need not exist. */
  backends: z.array(z.strictObject({ name, neg: name, service: name })).min(1),
  /** Hosts and the backend each is led to; any other host goes to the first backend. */
  hosts: z.array(z.strictObject({ name: z.string(), backend: name })).default([]),
});

export const network = z.strictObject({
  /** Whether the private zones of the network are answered. */
  privateNames: z.enum(['resolve', 'fail']).default('resolve'),
  /** Whether what leaves the network for public addresses arrives: Cloud NAT, Private Google Access, port 443 (gcp-facts 4). */
  publicEgress: z.enum(['open', 'cut']).default('open'),
});

/** Cloud SQL Admin API calls of instances that come up (gcp-facts 4): what Google allows, and what others use of it. */
export const sqlAdmin = z.strictObject({
  callsPerMinute: z.number().nonnegative().default(10_000),
  usedByOthers: z.number().nonnegative().default(0),
  /** Since the start of the run; absent: without end. */
  othersUntil: duration.optional(),
});

export const secret = z.strictObject({
  name,
  /** Enabled versions, 1 to this one. */
  versions: z.int().nonnegative().default(1),
});

/** An event of Google's own, as Service Health tells it, and what it does to requests. */
export const incident = z.strictObject({
  /** Id of the event. */
  name: z.string(),
  title: z.string(),
  products: z.array(z.string()).min(1),
  locations: z.array(z.string()).min(1),
  startedBefore: duration,
  /** Since the start of the run; absent: without end. */
  endsAfter: duration.optional(),
  /** Share of the requests to Cloud Run services of a region it touches that Google's side answers with 503. */
  requestLoss: share.default(0),
});
