import type { Made } from './generator.ts';

const CONNECTION = 'acme-prod:europe-west1:main-db';

/** Databases, their drivers, pools and proxies. */
export const DATABASES: readonly Made[] = [
  {
    name: 'asyncpg-slots',
    source: 'https://github.com/developmentseed/eoapi-k8s/pull/198',
    truth: 'the pools of all workers together exceed what the server allows',
    accept: ['connection-budget'],
    must: [/remaining connection slots/],
    passing: 140,
    failing: [
      {
        count: 24,
        status: 500,
        lines: [
          { text: 'ERROR:    Exception in ASGI application' },
          {
            text: 'Traceback (most recent call last):\n  File "/usr/local/lib/python3.11/site-packages/asyncpg/connect_utils.py", line 1049, in __connect_addr\n    await connected\nasyncpg.exceptions.TooManyConnectionsError: remaining connection slots are reserved for roles with the SUPERUSER attribute',
          },
        ],
      },
    ],
  },
  {
    name: 'hundred-per-instance',
    source: 'https://github.com/ahmetb/cloud-run-faq/issues/114',
    truth: 'one container holds the 100 connections that Cloud Run allows to one Cloud SQL instance',
    accept: ['connection-budget', 'configuration', 'pool'],
    must: [/100 connections/],
    mustNot: [/did not answer/],
    passing: 90,
    failing: [
      {
        count: 20,
        status: 500,
        lines: [
          { text: `Exceeded maximum of 100 connections per instance "${CONNECTION}".`, severity: 'ERROR', log: 'varlog%2Fsystem' },
          { text: 'pq: server closed the connection unexpectedly', severity: 'ERROR' },
        ],
      },
    ],
  },
  {
    name: 'proxy-not-authorized',
    source: 'https://github.com/GoogleCloudPlatform/cloud-sql-proxy/issues/1651',
    truth: 'the account lacks roles/cloudsql.client on the instance',
    accept: ['configuration'],
    must: [/not authorized/],
    mustNot: [/database that does not answer|database did not answer/],
    passing: 0,
    failing: [
      {
        count: 25,
        status: 500,
        lines: [
          {
            text: `[${CONNECTION}] failed to connect to instance: failed to get instance: Refresh error: failed to get instance metadata (connection name = "${CONNECTION}"): googleapi: Error 403: The client is not authorized to make this request., notAuthorized`,
          },
          { text: '[mysql] 2026/05/12 09:01:12 packets.go:37: unexpected EOF' },
          { text: 'driver: bad connection', severity: 'ERROR' },
        ],
      },
    ],
  },
  {
    name: 'certificate-name',
    source: 'https://github.com/GoogleCloudPlatform/cloud-sql-proxy/issues/2445',
    truth: 'the proxy is too old for the instance’s certificate authority',
    accept: ['configuration', 'certificate-or-routing'],
    must: [/certificate had CN/],
    mustNot: [/database did not answer/],
    passing: 0,
    failing: [
      {
        count: 22,
        status: 500,
        lines: [
          {
            text: `[${CONNECTION}] failed to connect to instance: Dial error: handshake failed (connection name = "${CONNECTION}"): Dial error: certificate had CN "", expected "acme-prod:main-db" (connection name = "${CONNECTION}")`,
          },
          {
            text: 'psycopg.OperationalError: connection failed: connection to server at "127.0.0.1", port 5432 failed: server closed the connection unexpectedly\n\tThis probably means the server terminated abnormally\n\tbefore or while processing the request.',
          },
        ],
      },
    ],
  },
  {
    name: 'iam-database-login',
    source: 'https://github.com/GoogleCloudPlatform/cloud-sql-jdbc-socket-factory/issues/727',
    truth: 'the service account is no user of the database',
    accept: ['configuration'],
    must: [/IAM service account authentication failed/],
    passing: 0,
    dying: {
      count: 4,
      lines: [
        {
          text: 'com.zaxxer.hikari.pool.HikariPool$PoolInitializationException: Failed to initialize pool: FATAL: Cloud SQL IAM service account authentication failed for user "470000000570-compute@developer"\n\tat com.zaxxer.hikari.pool.HikariPool.throwPoolInitializationException(HikariPool.java:596)\n\tat com.zaxxer.hikari.pool.HikariPool.checkFailFast(HikariPool.java:582)\nCaused by: org.postgresql.util.PSQLException: FATAL: Cloud SQL IAM service account authentication failed for user "470000000570-compute@developer"',
        },
      ],
      platform: { text: 'Container called exit(1).', severity: 'WARNING', log: 'varlog%2Fsystem' },
    },
  },
  {
    name: 'connector-forbidden',
    source: 'https://github.com/GoogleCloudPlatform/cloud-sql-python-connector/issues/1070',
    truth: 'the API is off or the role is missing',
    accept: ['configuration'],
    must: [/Cloud SQL Client|403/],
    passing: 0,
    failing: [
      {
        count: 20,
        status: 500,
        lines: [
          {
            text: "Traceback (most recent call last):\n  File \"/usr/local/lib/python3.12/site-packages/aiohttp/client_reqrep.py\", line 1070, in raise_for_status\n    raise ClientResponseError(\naiohttp.client_exceptions.ClientResponseError: 403, message=\"Forbidden: Authenticated IAM principal does not seeem authorized to make API request. Verify 'Cloud SQL Admin API' is enabled within your GCP project and 'Cloud SQL Client' role has been granted to IAM principal.\", url=URL('https://sqladmin.googleapis.com/sql/v1beta4/projects/acme-prod/instances/main-db/connectSettings')",
          },
        ],
      },
    ],
  },
  {
    name: 'knex-pool',
    source: 'https://github.com/directus/directus/issues/11045',
    truth: 'the pool inside the application is too small for its load',
    accept: ['pool', 'connection-budget', 'application-crash', 'configuration'],
    must: [/pool/],
    mustNot: [/refusals logged|short at the database/],
    passing: 200,
    failing: [
      {
        count: 30,
        status: 500,
        latency: 30,
        lines: [
          {
            text: 'KnexTimeoutError: Knex: Timeout acquiring a connection. The pool is probably full. Are you missing a .transacting(trx) call?',
          },
        ],
      },
    ],
  },
  {
    name: 'pgbouncer-clients',
    source: 'https://github.com/datopian/ckan-cloud-operator/issues/34',
    truth: 'the pooler in front of the database takes no more clients',
    accept: ['connection-budget'],
    must: [/max_client_conn/],
    passing: 100,
    failing: [
      { count: 18, status: 500, lines: [{ text: 'psycopg2.OperationalError: ERROR:  no more connections allowed (max_client_conn)' }] },
    ],
  },
];
