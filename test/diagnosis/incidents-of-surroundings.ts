import { err, plain } from './synthetic-lines.ts';
import type { Incident } from './synthetic-lines.ts';

/** What surrounds a program fails: databases, names, networks, settings, certificates, quotas. */
export const OF_SURROUNDINGS: readonly Incident[] = [
  {
    what: 'JVM: HikariCP without a connection left is the program’s own pool',
    cause: 'pool',
    lines: [
      err(
        'java.sql.SQLTransientConnectionException: HikariPool-1 - Connection is not available, request timed out after 30000ms (total=10, active=10, idle=0, waiting=23)',
      ),
    ],
    requests: [{ status: 500, count: 4 }],
  },
  {
    what: 'JVM: HikariCP that never got one connection',
    cause: 'database-unreachable',
    lines: [
      err(
        'java.sql.SQLTransientConnectionException: HikariPool-1 - Connection is not available, request timed out after 30001ms (total=0, active=0, idle=0, waiting=4)',
      ),
    ],
    exit: 1,
  },
  {
    what: 'Prisma P1001',
    cause: 'database-unreachable',
    names: '10.88.0.3',
    lines: [
      err(
        "PrismaClientInitializationError: \nInvalid `prisma.user.findFirst()` invocation:\n\n\nCan't reach database server at `10.88.0.3`:`5432`\n\nPlease make sure your database server is running at `10.88.0.3`:`5432`.\n  errorCode: 'P1001'",
      ),
    ],
    exit: 1,
    requests: [{ status: 500 }],
  },
  {
    what: 'psycopg: no slot left',
    cause: 'connection-budget',
    lines: [
      err(
        'Traceback (most recent call last):\n  File "/app/db.py", line 8, in connect\npsycopg2.OperationalError: connection to server at "10.88.0.3", port 5432 failed: FATAL:  remaining connection slots are reserved for roles with the SUPERUSER attribute',
      ),
    ],
    requests: [{ status: 500, count: 3 }],
  },
  {
    what: 'MySQL: too many connections',
    cause: 'connection-budget',
    lines: [
      err(
        'Error: ER_CON_COUNT_ERROR: Too many connections\n    at Handshake.ErrorPacket (/srv/node_modules/mysql/lib/protocol/Protocol.js:291:23)',
      ),
    ],
    requests: [{ status: 500, count: 2 }],
  },
  {
    what: 'the database’s socket is not mounted',
    cause: 'configuration',
    names: '/cloudsql/acme-prod:europe-west1:orders',
    lines: [
      err(
        'psycopg2.OperationalError: connection to server on socket "/cloudsql/acme-prod:europe-west1:orders/.s.PGSQL.5432" failed: No such file or directory\n\tIs the server running locally and accepting connections on that socket?',
      ),
    ],
    exit: 1,
  },
  {
    what: 'Node.js: getaddrinfo ENOTFOUND',
    cause: 'name-resolution',
    names: 'cache.acme.internal',
    lines: [err('Error: getaddrinfo ENOTFOUND cache.acme.internal\n    at GetAddrInfoReqWrap.onlookup [as oncomplete] (node:dns:109:26)')],
    requests: [{ status: 502, count: 2 }],
  },
  {
    what: 'Go: the resolver does not answer',
    cause: 'name-resolution',
    names: 'inventory.acme.internal',
    lines: [plain('level=error msg="dial" err="dial tcp: lookup inventory.acme.internal on 169.254.169.254:53: server misbehaving"')],
    requests: [{ status: 500, count: 2 }],
  },
  {
    what: 'libpq: a host that has no address for the moment',
    cause: 'name-resolution',
    names: 'db.acme.internal',
    lines: [err('could not translate host name "db.acme.internal" to address: Temporary failure in name resolution')],
    exit: 1,
  },
  {
    what: 'Node.js: ETIMEDOUT to a private service that never answers',
    cause: 'configuration',
    names: '10.9.8.7',
    lines: [err('Error: connect ETIMEDOUT 10.9.8.7:8443\n    at TCPConnectWrap.afterConnect [as oncomplete] (node:net:1611:16)')],
    requests: [{ status: 504, count: 2 }],
  },
  {
    what: 'Node.js: ETIMEDOUT to a private service that answers other requests',
    cause: 'connector-saturation',
    names: '10.9.8.7',
    lines: [err('Error: connect ETIMEDOUT 10.9.8.7:8443\n    at TCPConnectWrap.afterConnect [as oncomplete] (node:net:1611:16)')],
    requests: [
      { status: 504, count: 2 },
      { status: 200, count: 3 },
    ],
  },
  {
    what: 'Node.js: ETIMEDOUT to a database',
    cause: 'database-unreachable',
    names: '10.9.8.6',
    lines: [err('Error: connect ETIMEDOUT 10.9.8.6:3306')],
    exit: 1,
  },
  {
    what: 'Node.js: ECONNREFUSED',
    cause: 'configuration',
    names: '10.9.8.7:6379',
    lines: [err('Error: connect ECONNREFUSED 10.9.8.7:6379')],
    requests: [{ status: 500, count: 2 }],
  },
  {
    what: 'Go: x509',
    cause: 'certificate-or-routing',
    names: 'certificate',
    lines: [
      plain(
        'Post "https://pay.example/v1": tls: failed to verify certificate: x509: certificate has expired or is not yet valid: current time 2026-02-11T07:00:04Z is after 2026-02-10T23:59:59Z',
      ),
    ],
    requests: [{ status: 502, count: 3 }],
  },
  {
    what: 'JVM: PKIX',
    cause: 'certificate-or-routing',
    lines: [
      err(
        'javax.net.ssl.SSLHandshakeException: PKIX path building failed: sun.security.provider.certpath.SunCertPathBuilderException: unable to find valid certification path to requested target',
      ),
    ],
    requests: [{ status: 500, count: 3 }],
  },
  {
    what: 'Cloud SQL Admin API: 429',
    cause: 'quota-or-regional-shortage',
    names: 'default',
    lines: [
      err(
        "googleapi: Error 429: Quota exceeded for quota group 'default' and limit 'Queries per user per 100 seconds' of service 'sqladmin.googleapis.com', rateLimitExceeded",
      ),
    ],
    exit: 1,
  },
  {
    what: 'a setting that is missing (pydantic)',
    cause: 'configuration',
    names: 'STRIPE_KEY',
    lines: [
      err(
        'Traceback (most recent call last):\n  File "/app/settings.py", line 20, in <module>\npydantic_core._pydantic_core.ValidationError: 1 validation error for Settings\nSTRIPE_KEY\n  Field required [type=missing]',
      ),
    ],
    exit: 1,
  },
  {
    what: 'a role that the account lacks',
    cause: 'configuration',
    names: 'cloudsql.instances.connect',
    lines: [
      err(
        'failed to connect to instance: Config error: googleapi: Error 403: boss::NOT_AUTHORIZED: Not authorized to access resource. Possibly missing permission cloudsql.instances.connect on resource instances/orders., forbidden',
      ),
    ],
    exit: 1,
  },
  {
    what: 'calls to a Google API that never get out',
    cause: 'configuration',
    names: 'sqladmin.googleapis.com',
    lines: [
      err(
        'failed to refresh connection info: Get "https://sqladmin.googleapis.com/sql/v1beta4/projects/acme-prod/instances/orders/connectSettings": context deadline exceeded',
      ),
    ],
    exit: 1,
  },
  {
    what: 'an optional module that is missing beside a database that does not answer',
    cause: 'database-unreachable',
    lines: [
      plain("uvloop not available (No module named 'uvloop'), falling back to asyncio"),
      err('asyncpg: database connect timed out after 15s'),
    ],
    exit: 1,
  },
];

/** Loud and well. */
export const HARMLESS: readonly Incident[] = [
  {
    what: 'healthy, loud, and every error explained',
    cause: 'quiet',
    lines: [],
    rounds: 30,
    requests: [{ status: 200, count: 5 }, { status: 404 }],
    noise: [
      err('Error: connect ECONNREFUSED 127.0.0.1:8125'),
      err('redis: attempt 1 failed: connect ETIMEDOUT 10.1.2.3:6379; attempt 2 succeeded'),
      { text: 'CRITICAL: cache is cold', severity: 'WARNING' },
      { text: 'FATAL: not at all', severity: 'INFO' },
    ],
  },
];
