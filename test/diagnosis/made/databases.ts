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
  {
    name: 'mysql-localhost',
    source: 'https://github.com/different-ai/openwork/issues/1805',
    truth: 'the socket path is not read: the driver falls back to 127.0.0.1',
    accept: ['configuration'],
    must: [/127\.0\.0\.1/],
    mustNot: [/connector is|database did not answer/],
    passing: 4,
    failing: [
      {
        count: 30,
        status: 500,
        lines: [
          {
            text: 'Error: connect ECONNREFUSED 127.0.0.1:3306\n    at TCPConnectWrap.afterConnect [as oncomplete] (node:net:1595:16)\n    at PromisePool.query (/app/node_modules/mysql2/lib/promise/pool.js:36:22)',
          },
        ],
      },
    ],
  },
  {
    name: 'socket-not-mounted',
    source: 'https://github.com/typeorm/typeorm/issues/9580',
    truth: 'the new revision has no Cloud SQL connection',
    accept: ['configuration'],
    must: [/ENOENT \/cloudsql/, /00041-abc[^\n]*(?:passed|answer|well|0 of \d+)/],
    passing: 80,
    newRevision: true,
    failing: [
      {
        count: 26,
        status: 500,
        lines: [
          {
            text: `Error: connect ENOENT /cloudsql/${CONNECTION}/.s.PGSQL.5432\n    at PipeConnectWrap.afterConnect [as oncomplete] (node:net:1595:16)`,
            severity: 'ERROR',
          },
        ],
      },
    ],
  },
  {
    name: 'socket-as-host',
    source: 'https://github.com/directus/directus/issues/12935',
    truth: 'the path of the socket is given as the name of a host',
    accept: ['configuration', 'name-resolution'],
    must: [/EAI_AGAIN \/cloudsql|\/cloudsql\//],
    passing: 0,
    dying: {
      count: 3,
      lines: [
        {
          text: `Error: getaddrinfo EAI_AGAIN /cloudsql/${CONNECTION}\n    at GetAddrInfoReqWrap.onlookup [as oncomplete] (node:dns:71:26)`,
        },
      ],
      platform: { text: 'Container called exit(1).', severity: 'WARNING', log: 'varlog%2Fsystem' },
    },
  },
  {
    name: 'statement-pooling',
    source: 'https://github.com/porsager/postgres/issues/40',
    truth: 'prepared statements behind a pooler in transaction mode',
    accept: ['configuration', 'application-crash', 'unknown'],
    must: [/prepared statement/],
    passing: 100,
    failing: [
      {
        count: 20,
        status: 500,
        lines: [
          {
            text: 'PostgresError: prepared statement "p1" already exists\n    at ErrorResponse (/app/node_modules/postgres/src/connection.js:788:26)',
          },
        ],
      },
    ],
  },
  {
    name: 'database-maintenance',
    source: 'https://github.com/ardge-timwu/google-cloud-experiments/issues/1',
    truth: 'the database is restarted for maintenance',
    accept: ['database-unreachable'],
    must: [/administrator command|starting up/],
    passing: 150,
    failing: [
      {
        count: 6,
        status: 500,
        lines: [
          {
            text: 'error: terminating connection due to administrator command\n    at Parser.parseErrorMessage (/app/node_modules/pg-protocol/dist/parser.js:287:98)',
          },
        ],
      },
      {
        count: 12,
        status: 500,
        lines: [
          {
            text: 'error: the database system is starting up\n    at Parser.parseErrorMessage (/app/node_modules/pg-protocol/dist/parser.js:287:98)',
          },
        ],
      },
    ],
  },
  {
    name: 'redis-other-region',
    source: 'https://github.com/GoogleCloudPlatform/nodejs-docs-samples/issues/1624',
    truth: 'the store is in another region: no packet ever comes back',
    accept: ['configuration'],
    must: [/10\.33\.0\.3/],
    passing: 0,
    failing: [
      {
        count: 16,
        status: 500,
        latency: 10,
        lines: [
          {
            text: '[ioredis] Unhandled error event: Error: connect ETIMEDOUT 10.33.0.3:6379\n    at Socket.<anonymous> (/app/node_modules/ioredis/built/Redis.js:170:41)',
          },
        ],
      },
    ],
  },
  {
    name: 'ephemeral-certificate',
    source: 'https://github.com/GoogleCloudPlatform/cloud-sql-jdbc-socket-factory/issues/664',
    truth: 'the connector cannot fetch its certificate from the Admin API',
    accept: ['configuration', 'database-unreachable', 'unknown'],
    must: [/ephemeral certificate/],
    passing: 60,
    failing: [
      {
        count: 15,
        status: 500,
        lines: [
          {
            text: 'org.springframework.transaction.CannotCreateTransactionException: Could not open JPA EntityManager for transaction; nested exception is org.hibernate.exception.JDBCConnectionException: Unable to acquire JDBC Connection\n\tat org.springframework.orm.jpa.JpaTransactionManager.doBegin(JpaTransactionManager.java:467)\nCaused by: java.sql.SQLTransientConnectionException: HikariPool-1 - Connection is not available, request timed out after 30000ms.\n\tat com.zaxxer.hikari.pool.HikariPool.createTimeoutException(HikariPool.java:696)\nCaused by: java.lang.RuntimeException: [acme-prod:europe-west1:main-db] Failed to create ephemeral certificate for the Cloud SQL instance.\n\tat com.google.cloud.sql.core.CloudSqlInstance.addExceptionContext(CloudSqlInstance.java:598)\nCaused by: java.io.IOException: Error writing request body to server',
          },
        ],
      },
    ],
  },
];
