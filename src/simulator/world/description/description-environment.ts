import { z } from 'zod';
import { duration, name, placedName, share, signedDuration } from './description-parts.ts';

/** What stands around the services: the way in, names, the way out, secrets, Google's own troubles. All of it is fine unless said. */

const certificate = z.strictObject({
  name,
  source: z
    .enum(['compute', 'certificate-manager'])
    .default('compute')
    .describe("Where it lives; one in Certificate Manager is reached through the load balancer's `certificateMap`."),
  managed: z.boolean().default(true),
  domains: z.array(z.string()).min(1),
  status: z
    .string()
    .default('ACTIVE')
    .describe('As Google says it of a managed one: ACTIVE, PROVISIONING, RENEWAL_FAILED, … (gcp-facts 6).'),
  domainStatus: z.record(z.string(), z.string()).default({}).describe('By domain, where it is not ACTIVE: FAILED_NOT_VISIBLE, …'),
  expiresIn: signedDuration.optional().describe('From the start of the run.'),
});

/** An external Application Load Balancer with serverless NEGs (gcp-facts 6). `name` is the url map's. */
export const loadBalancer = z.strictObject({
  name,
  ipAddress: z.string().default('203.0.113.20'),
  certificateMap: name.optional().describe("Of Certificate Manager; a proxy with one has no certificates of Compute's."),
  certificates: z.array(certificate).default([]),
  backends: z
    .array(z.strictObject({ name, neg: name, service: placedName }))
    .min(1)
    .describe(
      'Each leads to a serverless NEG of the region of its Cloud Run service, which need not exist. Several of one name are one backend service with as many NEGs; users come to the first.',
    ),
  hosts: z
    .array(z.strictObject({ name: z.string(), backend: name }))
    .default([])
    .describe('Hosts and the backend each is led to; any other host goes to the first backend.'),
});

export const network = z.strictObject({
  privateNames: z.enum(['resolve', 'fail']).default('resolve').describe('Whether the private zones of the network are answered.'),
  publicEgress: z
    .enum(['open', 'cut'])
    .default('open')
    .describe('Whether what leaves the network for public addresses arrives: Cloud NAT, Private Google Access, port 443 (gcp-facts 4).'),
  gateways: z
    .array(
      z.strictObject({
        name,
        network: name,
        addresses: z.enum(['fixed', 'changing']).default('changing'),
        subnets: z.enum(['all', 'some']).default('all'),
      }),
    )
    .default([])
    .describe('Cloud NAT gateways of the region: `fixed` ones have reserved addresses, which somebody outside may let in alone.'),
  subnets: z
    .array(z.strictObject({ name, network: name, ipCidrRange: z.cidrv4() }))
    .default([])
    .describe('Subnets of the region, for Direct VPC egress.'),
  interfaceSetup: duration
    .default(60_000)
    .describe('How much longer a new instance starts that has an interface of its own: a minute or more (gcp-facts 1.8).'),
});

/** Cloud SQL Admin API calls of instances that come up (gcp-facts 4): what Google allows, and what others use of it. */
export const sqlAdmin = z.strictObject({
  callsPerMinute: z.number().nonnegative().default(10_000),
  usedByOthers: z.number().nonnegative().default(0),
  othersUntil: duration.optional().describe('Since the start of the run; absent: without end.'),
});

export const secret = z.strictObject({
  name,
  versions: z.int().nonnegative().default(1).describe('Enabled versions, 1 to this one.'),
});

/** An event of Google's own, as Service Health tells it, and what it does to requests. */
export const incident = z.strictObject({
  name: z.string().describe('Id of the event.'),
  title: z.string(),
  products: z.array(z.string()).min(1),
  locations: z.array(z.string()).min(1),
  startedBefore: duration,
  endsAfter: duration.optional().describe('Since the start of the run; absent: without end.'),
  requestLoss: share
    .default(0)
    .describe("Share of the requests to Cloud Run services of a region it touches that Google's side answers with 503."),
});
