import { z } from 'zod';
import { count, duration, host, name, reference, text } from './fields.ts';
import { ownRegion, pool } from './schema-services.ts';

const RESOURCE = /^[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

const RESOURCE_RULE = 'lower-case letters, digits and dashes, beginning with a letter, at most 63 characters';

const domain = (description: string): z.ZodString =>
  text(description, (value) =>
    /^(?:\*\.)?(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*$/.test(value) && value.length <= 253
      ? null
      : { what: 'not a domain name', fix: 'write it in lower case without scheme and path, such as api.example.com' },
  );

export const connector = z.strictObject({
  name: name(
    'Serverless VPC Access connector, by short name.',
    /^[a-z](?:[a-z0-9-]{0,23}[a-z0-9])?$/,
    'lower-case letters, digits and dashes, beginning with a letter, at most 25 characters',
  ),
  region: ownRegion.optional().describe('Region it is in; without it spec.region. Then it is called NAME@REGION everywhere.'),
  target: z
    .strictObject({
      minInstances: count('Wished lower bound.', 1, 100),
      maxInstances: count('Wished upper bound; cut to the legal limit by the planner, which says so.', 1, 100),
      machineType: z.enum(['f1-micro', 'e2-micro', 'e2-standard-4']).describe('Machine type of the instances.'),
    })
    .describe('The wished capacity. A one-way door: a connector never scales in.'),
});

export const connectors = z
  .array(connector)
  .min(2)
  .max(20)
  .describe('Where there are several: each is scaled by itself, in this order, and only where it is full. Instead of `connector`.');

const databaseProbe = z
  .strictObject({
    host: host('Name or address of the PostgreSQL server, as it is reached from where Firebreak runs.'),
    port: count('Its port.', 1, 65_535).default(5_432),
    database: z.string().min(1).max(63).describe('The database on the server to log in to.'),
    user: z.string().min(1).max(63).describe('Who logs in: an account that may do nothing but that.'),
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

export const database = z.strictObject({
  instance: name(
    'Cloud SQL instance, by short name.',
    /^[a-z](?:[a-z0-9-]{0,96}[a-z0-9])?$/,
    'lower-case letters, digits and dashes, beginning with a letter',
  ),
  pool: pool.describe('The connection pool of every instance of every service that uses it and has none of its own.'),
  probe: databaseProbe.optional(),
});

export const databases = z
  .array(database)
  .min(2)
  .max(20)
  .describe('Where there are several: each service names those that it uses in its own `databases`. Instead of `database`.');

export const dependency = z
  .strictObject({
    name: z.string().min(1).max(80).describe('What people call it.'),
    kind: z.enum(['redis', 'http', 'tcp']).describe('What it is, for words and for what the logs say of it.'),
    host: host('Name or address by which the services reach it.'),
    port: count('Its port.', 1, 65_535),
    network: z.string().min(1).max(63).optional().describe('Short name of its VPC network; must be the connector’s.'),
    region: z.string().min(1).max(63).optional().describe('Region it is in; must be one of the services’.'),
  })
  .describe('A private thing that services need and that is not Cloud SQL. Observed, never touched.');

const workload = (what: string, pattern: RegExp, rule: string) =>
  z.strictObject({
    name: name(what, pattern, rule),
    region: ownRegion.optional().describe('Region it is in; without it spec.region. Then it is called NAME@REGION everywhere.'),
  });

const WORKLOAD_RULE = 'lower-case letters, digits and dashes, beginning with a letter';

export const jobs = z
  .array(workload('Cloud Run job, by short name.', /^[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/, `${WORKLOAD_RULE}, at most 63 characters`))
  .max(20)
  .default([])
  .describe('Jobs whose executions are looked at and told. Observed, never touched; no run waits for them.');

export const workerPools = z
  .array(
    workload('Cloud Run worker pool, by short name.', /^[a-z](?:[a-z0-9-]{0,47}[a-z0-9])?$/, `${WORKLOAD_RULE}, fewer than 50 characters`),
  )
  .max(20)
  .default([])
  .describe('Worker pools whose readiness is looked at and told. Observed, never touched; no run waits for them.');

export const loadBalancer = z
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
