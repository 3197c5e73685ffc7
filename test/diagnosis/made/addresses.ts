import type { Made } from './generator.ts';

const CONNECTION = 'acme-prod:europe-west1:main-db';

/** Databases and stores that are looked for in the wrong place, restarted or reached through something that breaks. */
export const ADDRESSES: readonly Made[] = [
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
