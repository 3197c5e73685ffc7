import type { Made } from './generator.ts';

/** What a client notices beside what the server says of itself, and a proxy beside a program that dies: the cause is the one that is told less often. */
export const ATTACKED: readonly Made[] = [
  {
    name: 'pool-empty-disk-full',
    source: 'https://github.com/brettwooldridge/HikariCP/issues/1111',
    truth: 'the storage of the database is full; the pool of the application runs empty because of it',
    accept: ['database-unreachable'],
    must: [/No space left on device/],
    passing: 120,
    failing: [
      {
        count: 90,
        status: 500,
        latency: 30,
        lines: [
          {
            text: 'java.sql.SQLTransientConnectionException: HikariPool-1 - Connection is not available, request timed out after 30000ms (total=10, active=10, idle=0, waiting=31)',
          },
        ],
      },
    ],
    noise: [
      {
        count: 9,
        text: '2026-05-12 09:02:00.000 UTC [221]: [1-1] db=,user= PANIC:  could not write to file "pg_wal/xlogtemp.221": No space left on device',
        severity: 'ALERT',
        log: 'postgres.log',
      },
    ],
  },
  {
    name: 'pool-empty-callee-silent',
    source: 'https://github.com/psf/requests/issues/3070',
    truth: 'calls to a partner are not answered in time, and hold connections of the pool meanwhile',
    accept: ['configuration'],
    must: [/api\.partner\.example/],
    mustNot: [/Why do they fail\? the pool/],
    passing: 120,
    failing: [
      {
        count: 60,
        status: 500,
        latency: 30,
        lines: [
          {
            text: "requests.exceptions.ReadTimeout: HTTPSConnectionPool(host='api.partner.example', port=443): Read timed out. (read timeout=30)",
          },
        ],
      },
    ],
    noise: [
      {
        count: 25,
        text: 'sqlalchemy.exc.TimeoutError: QueuePool limit of size 5 overflow 10 reached, connection timed out, timeout 30.00',
      },
    ],
  },
  {
    name: 'idle-in-transaction',
    source: 'https://github.com/sqlalchemy/sqlalchemy/discussions/6560',
    truth: 'the program holds transactions open while it waits for somebody else, and the database ends them',
    accept: ['application-crash', 'pool', 'configuration'],
    must: [/idle-in-transaction/],
    mustNot: [/did not answer/, /nothing seen says why/],
    passing: 120,
    failing: [
      {
        count: 30,
        status: 500,
        latency: 32,
        lines: [
          {
            text: 'Traceback (most recent call last):\n  File "/app/pay.py", line 12, in pay\npsycopg.errors.IdleInTransactionSessionTimeout: terminating connection due to idle-in-transaction timeout\nserver closed the connection unexpectedly\n\tThis probably means the server terminated abnormally',
          },
        ],
      },
    ],
  },
  {
    name: 'subnet-without-addresses',
    source: 'https://github.com/GoogleCloudPlatform/enterprise-knowledge-solution/pull/172',
    truth: 'the subnet of direct egress has no free address, so no instance starts',
    accept: ['quota-or-regional-shortage', 'configuration'],
    must: [/free IP addresses/],
    mustNot: [/Why do they fail\? requests find no instance/],
    passing: 100,
    failing: [
      {
        count: 50,
        status: 500,
        latency: 10,
        turnedAway: true,
        text: 'The request was aborted because there was no available instance. Additional troubleshooting documentation can be found at: https://cloud.google.com/run/docs/troubleshooting#abort-request',
      },
    ],
    noise: [
      {
        count: 8,
        text: 'Instance failed to start because of insufficient free IP addresses in the subnetwork https://www.googleapis.com/compute/v1/projects/p/regions/r/subnetworks/run when attempting to create an address in the subnetwork.',
        severity: 'ERROR',
        log: 'varlog%2Fsystem',
      },
    ],
  },
  {
    name: 'proxy-beside-dead-program',
    source: 'https://github.com/GoogleCloudPlatform/cloud-run-samples/issues/69',
    truth: 'the program lacks a module and dies; nginx beside it is refused',
    accept: ['application-crash'],
    must: [/routes\/orders/],
    passing: 60,
    failing: [
      {
        count: 60,
        status: 502,
        lines: [
          {
            text: '2026/05/12 09:01:21 [error] 7#7: *33 connect() failed (111: Connection refused) while connecting to upstream, client: 169.254.169.126, server: , request: "GET /items/1 HTTP/1.1", upstream: "http://127.0.0.1:3000/items/1", host: "shop"',
          },
        ],
      },
    ],
    dying: {
      count: 6,
      lines: [{ text: "Error: Cannot find module './routes/orders'\nRequire stack:\n- /app/server.js" }],
      platform: { text: 'Container called exit(1).', severity: 'WARNING', log: 'varlog%2Fsystem' },
    },
  },
  {
    name: 'fpm-workers',
    source: 'https://github.com/docker-library/php/issues/1362',
    truth: 'all five workers of PHP-FPM are busy; the time-out is that of nginx beside it',
    accept: ['configuration'],
    must: [/max_children/],
    mustNot: [/connector-saturation/, /way into the network/],
    passing: 120,
    failing: [
      {
        count: 40,
        status: 504,
        latency: 30,
        lines: [
          { text: '[12-May-2026 09:02:12] WARNING: [pool www] server reached pm.max_children setting (5), consider raising it' },
          {
            text: '2026/05/12 09:02:02 [error] 29#29: *812 upstream timed out (110: Connection timed out) while reading response header from upstream, client: 169.254.169.126, server: , request: "GET /c HTTP/1.1", upstream: "fastcgi://127.0.0.1:9000", host: "shop"',
          },
        ],
      },
    ],
  },
  {
    name: 'node-heap-signal-six',
    source: 'https://github.com/nodejs/node/issues/27715',
    truth: 'the heap of Node.js runs full, and it aborts itself (signal 6)',
    accept: ['application-crash'],
    must: [/dies on memory that ran out inside/],
    mustNot: [/dies on a crash in native code/],
    passing: 60,
    dying: {
      count: 5,
      lines: [{ text: 'FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory' }],
      platform: { text: 'Uncaught signal: 6, pid=1, tid=1, fault_addr=0.', severity: 'ERROR', log: 'varlog%2Fsystem' },
    },
  },
  {
    name: 'volume-not-mounted',
    source: 'https://github.com/GoogleCloudPlatform/gcsfuse/issues/1702',
    truth: 'the account may not list the bucket that is mounted; the old revision serves',
    accept: ['configuration'],
    must: [/storage\.objects\.list/],
    mustNot: [/without saying why/],
    passing: 60,
    newRevision: true,
    dying: {
      count: 1,
      lines: [
        {
          text: 'terminated: mounting volume "gcs-1" failed: gcsfuse: fs.NewServer: SetUpBucket: googleapi: Error 403: a@p.iam.gserviceaccount.com does not have storage.objects.list access to the Google Cloud Storage bucket.',
          severity: 'ERROR',
          log: 'varlog%2Fsystem',
        },
      ],
      platform: {
        text: 'Default STARTUP TCP probe failed 1 time consecutively for container "x-1" on port 8080. The instance was not started.',
        severity: 'ERROR',
        log: 'varlog%2Fsystem',
      },
    },
  },
  {
    name: 'report-with-new-words',
    source: 'https://github.com/hashicorp/terraform-provider-google/issues/17249',
    truth: 'Cloud Run does not make the revision ready, for a reason in words that nobody foresaw; the old one serves',
    accept: ['configuration'],
    must: [/the sky over the region is purple/],
    passing: 60,
    newRevision: true,
    notReady: 'the sky over the region is purple.',
  },
  {
    name: 'reason-on-a-later-line',
    source: 'https://github.com/npgsql/npgsql/issues/4385',
    truth: 'queries take longer than the command time-out; no mechanism of the table',
    accept: ['unknown'],
    must: [/Timeout during reading attempt/],
    passing: 120,
    failing: [
      {
        count: 30,
        status: 500,
        latency: 30,
        lines: [
          {
            text: 'Npgsql.NpgsqlException (0x80004005): Exception while reading from stream\n ---> System.TimeoutException: Timeout during reading attempt\n   at Npgsql.Internal.NpgsqlReadBuffer.Ensure()',
          },
        ],
      },
    ],
  },
  {
    name: 'answer-too-large',
    source: 'https://github.com/ahmetb/cloud-run-faq/issues/84',
    truth: 'answers above 32 MiB',
    accept: ['configuration'],
    must: [/32 MiB/],
    passing: 120,
    failing: [{ count: 20, status: 500, text: 'Response size was too large. Please consider reducing response size.' }],
  },
  {
    name: 'platform-words-unknown',
    source: 'https://github.com/ahmetb/cloud-run-faq/issues/84',
    truth: 'Google says in the request entry why, in words that nobody foresaw',
    accept: ['unknown'],
    must: [/the teapot is empty/],
    passing: 120,
    failing: [{ count: 20, status: 500, text: 'The request failed because the teapot is empty.' }],
  },
  {
    name: 'firestore-permission',
    source: 'https://github.com/googleapis/nodejs-firestore/issues/1023',
    truth: 'a role was taken away',
    accept: ['configuration'],
    must: [/PERMISSION_DENIED/],
    passing: 60,
    failing: [
      {
        count: 40,
        status: 500,
        lines: [
          {
            text: 'Error: 7 PERMISSION_DENIED: Missing or insufficient permissions.\n    at callErrorFromStatus (/app/node_modules/@grpc/grpc-js/build/src/call.js:31:19)',
          },
        ],
      },
    ],
  },
  {
    name: 'name-that-is-not-there',
    source: 'https://github.com/redis/ioredis/issues/1355',
    truth: 'the setting names a host that does not exist',
    accept: ['name-resolution', 'configuration'],
    must: [/no such name/],
    mustNot: [/EAI_AGAIN/],
    passing: 30,
    failing: [{ count: 60, status: 500, lines: [{ text: 'Error: getaddrinfo ENOTFOUND redis-master' }] }],
  },
  {
    name: 'model-api-silent',
    source: 'https://github.com/openai/openai-python/issues/2048',
    truth: 'calls to the model API are not answered in time',
    accept: ['configuration'],
    must: [/not answered in time/],
    mustNot: [/it was reached/],
    passing: 60,
    failing: [{ count: 20, status: 504, latency: 60, lines: [{ text: 'vendorai.APITimeoutError: Request timed out.' }] }],
  },
  {
    name: 'warnings-and-clients-that-leave',
    source: 'https://github.com/spring-projects/spring-boot/issues/5877',
    truth: 'nothing: clients leave, a module is deprecated, a report is sent again',
    passing: 200,
    noise: [
      {
        count: 12,
        text: 'java.io.IOException: Broken pipe\n\tat java.base/sun.nio.ch.SocketDispatcher.write0(Native Method)',
        severity: 'ERROR',
      },
      { count: 5, text: '(node:1) [DEP0040] DeprecationWarning: The `punycode` module is deprecated.', severity: 'ERROR' },
      { count: 14, text: 'ERROR analytics: failed to send event: 503 Service Unavailable; will retry in 5 s', severity: 'ERROR' },
    ],
  },
];
