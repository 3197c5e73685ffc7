import type { CauseKind } from '../../src/core/model/diagnosis.ts';

/** A small generator of exported captures of applications that have nothing to do with the incident the project was born from. */
export interface Incident {
  readonly what: string;
  /** First cause that must be named; `quiet`: nothing is wrong. */
  readonly cause: CauseKind | 'quiet';
  /** Must stand in the summary or the evidence of the first cause. */
  readonly names?: string;
  /** What a dying (or suffering) instance writes, in order. */
  readonly lines: readonly Line[];
  /** How often, one round every ten seconds. */
  readonly rounds?: number;
  /** Whether the platform's own exit line follows. */
  readonly exit?: number;
  /** Requests of each round. */
  readonly requests?: readonly { readonly status: number; readonly text?: string; readonly count?: number }[];
  /** Harmless lines of each round, over and above the usual ones. */
  readonly noise?: readonly Line[];
}

export interface Line {
  readonly text?: string;
  readonly json?: Readonly<Record<string, unknown>>;
  readonly severity?: string;
  readonly log?: 'stdout' | 'stderr' | 'varlog%2Fsystem';
}

const START = Date.parse('2026-02-11T07:00:00Z');
const MALFORMED =
  'The request failed because either the HTTP response was malformed or connection to the instance had an error. Additional troubleshooting documentation can be found at: https://cloud.google.com/run/docs/troubleshooting#malformed-response-or-connection-error';
export const BROKEN_OFF = { status: 503, text: MALFORMED };

/** Lines that every one of these applications writes and that explain nothing. */
const USUAL: readonly Line[] = [
  { text: 'GET /healthz 200 3ms', severity: 'INFO', log: 'stdout' },
  { text: "WARNING: config value 'LEGACY_MODE' is deprecated and will be removed", severity: 'WARNING' },
  { json: { level: 'info', msg: 'listening', port: 8080 } },
  { severity: 'NOTICE', json: { '@type': 'type.googleapis.com/google.cloud.audit.AuditLog', status: {} } },
  {
    text: 'Failed to export spans. The request could not be executed. Full error message: connection refused localhost:4317',
    severity: 'ERROR',
  },
  { text: 'Starting new instance. Reason: AUTOSCALING', severity: 'INFO', log: 'varlog%2Fsystem' },
];

/** The incident as entries of Cloud Logging, oldest first. */
export function entriesOf({ lines, rounds = 12, exit, requests = [], noise = [] }: Incident, service = 'checkout-api'): readonly unknown[] {
  const revision = `${service}-00042-bex`;
  const entries: unknown[] = [];
  let serial = 0;
  const add = (round: number, line: Line, extra: Readonly<Record<string, unknown>> = {}): void => {
    serial += 1;
    entries.push({
      insertId: `e${serial}`,
      timestamp: new Date(START + round * 10_000 + (serial % 97) * 100).toISOString(),
      ...(line.severity === undefined ? {} : { severity: line.severity }),
      logName: `projects/acme-prod/logs/run.googleapis.com%2F${line.log ?? 'stderr'}`,
      resource: {
        type: 'cloud_run_revision',
        labels: { service_name: service, revision_name: revision, location: 'europe-west1', project_id: 'acme-prod' },
      },
      labels: { instanceId: `i${round}` },
      ...(line.text === undefined ? {} : { textPayload: line.text }),
      ...(line.json === undefined ? {} : { jsonPayload: line.json }),
      ...extra,
    });
  };
  for (let round = 0; round < rounds; round += 1) {
    for (const line of [...USUAL, ...noise]) add(round, line);
    for (const line of lines) add(round, line);
    if (exit !== undefined) add(round, { text: `Container called exit(${exit}).`, severity: 'WARNING', log: 'varlog%2Fsystem' });
    for (const { status, text, count = 1 } of requests) {
      for (let index = 0; index < count; index += 1)
        add(
          round,
          { severity: status >= 500 ? 'ERROR' : 'INFO', ...(text === undefined ? {} : { text }) },
          {
            logName: 'projects/acme-prod/logs/run.googleapis.com%2Frequests',
            httpRequest: { requestMethod: 'GET', requestUrl: `https://shop.example/${index}`, status, latency: '1.204s' },
          },
        );
    }
  }
  return entries;
}

const err = (text: string): Line => ({ text, severity: 'ERROR' });
const plain = (text: string): Line => ({ text });

export const INCIDENTS: readonly Incident[] = [
  {
    what: 'Node.js: Cannot find module',
    cause: 'application-crash',
    names: './lib/pricing',
    lines: [
      plain(
        "Error: Cannot find module './lib/pricing'\nRequire stack:\n- /srv/index.js\n    at Module._resolveFilename (node:internal/modules/cjs/loader:1134:15) {\n  code: 'MODULE_NOT_FOUND'\n}",
      ),
    ],
    exit: 1,
  },
  {
    what: 'Node.js: ERR_MODULE_NOT_FOUND in a structured line of pino',
    cause: 'application-crash',
    names: 'undici',
    lines: [
      {
        json: {
          level: 60,
          err: { type: 'Error', code: 'ERR_MODULE_NOT_FOUND', message: "Cannot find package 'undici' imported from /srv/main.mjs" },
        },
      },
    ],
    exit: 1,
  },
  {
    what: 'Java: ClassNotFoundException',
    cause: 'application-crash',
    names: 'com.acme.orders.Application',
    lines: [
      plain(
        'Error: Could not find or load main class com.acme.orders.Application\nCaused by: java.lang.ClassNotFoundException: com.acme.orders.Application',
      ),
    ],
    exit: 1,
  },
  {
    what: 'Java: OutOfMemoryError',
    cause: 'application-crash',
    names: 'memory',
    lines: [
      err('java.lang.OutOfMemoryError: Java heap space\n\tat java.base/java.util.Arrays.copyOf(Arrays.java:3537)'),
      err('Terminating due to java.lang.OutOfMemoryError: Java heap space'),
    ],
    exit: 3,
    requests: [BROKEN_OFF],
  },
  {
    what: 'the platform: memory limit',
    cause: 'application-crash',
    names: '1024 MiB',
    lines: [
      {
        text: 'Memory limit of 1024 MiB exceeded with 1071 MiB used. Consider increasing the memory limit, see https://cloud.google.com/run/docs/configuring/memory-limits',
        severity: 'ERROR',
        log: 'varlog%2Fsystem',
      },
    ],
    requests: [BROKEN_OFF, { status: 200, count: 3 }],
  },
  {
    what: 'Go: write to a nil map',
    cause: 'application-crash',
    names: 'nil map',
    lines: [plain('panic: assignment to entry in nil map\n\ngoroutine 1 [running]:\nmain.main()\n\t/src/main.go:31 +0x1d')],
    exit: 2,
  },
  {
    what: 'Go: a panic that quotes a refused database connection is not the program’s own fault',
    cause: 'configuration',
    names: '10.20.0.5:5432',
    lines: [plain('panic: ping: dial tcp 10.20.0.5:5432: connect: connection refused\n\ngoroutine 1 [running]:\nmain.main()')],
    exit: 2,
  },
  {
    what: 'Ruby: LoadError',
    cause: 'application-crash',
    names: 'nokogiri',
    lines: [
      plain(
        "/usr/local/lib/ruby/3.2.0/bundled_gems.rb:74:in `require': cannot load such file -- nokogiri (LoadError)\n\tfrom config/application.rb:3:in `<top (required)>'",
      ),
    ],
    exit: 1,
  },
  {
    what: '.NET: an assembly that is not there',
    cause: 'application-crash',
    names: 'Acme.Billing',
    lines: [
      plain(
        "Unhandled exception. System.IO.FileNotFoundException: Could not load file or assembly 'Acme.Billing, Version=2.1.0.0, Culture=neutral'. The system cannot find the file specified.",
      ),
    ],
    exit: 134,
  },
  {
    what: 'PHP: a class that is not there',
    cause: 'application-crash',
    names: 'App\\Kernel',
    lines: [
      plain(
        'PHP Fatal error:  Uncaught Error: Class "App\\Kernel" not found in /var/www/public/index.php:9\nStack trace:\n#0 {main}\n  thrown in /var/www/public/index.php on line 9',
      ),
    ],
    exit: 255,
  },
  {
    what: 'Rust: a panic',
    cause: 'application-crash',
    names: 'src/main.rs:17',
    lines: [plain("thread 'main' panicked at src/main.rs:17:29:\ncalled `Option::unwrap()` on a `None` value")],
    exit: 101,
  },
  {
    what: 'Python: an exception of its own that nothing catches',
    cause: 'application-crash',
    names: 'ValueError',
    lines: [
      err(
        'Traceback (most recent call last):\n  File "/app/main.py", line 12, in <module>\n    rates = parse(RATES)\nValueError: unknown currency: XTS',
      ),
    ],
    exit: 1,
  },
  {
    what: 'the platform: liveness probe',
    cause: 'application-crash',
    names: 'liveness',
    lines: [
      {
        text: 'LIVENESS HTTP probe failed 3 times consecutively for container "app-1" on port 8080 path "/live". The instance has been shut down.',
        severity: 'ERROR',
        log: 'varlog%2Fsystem',
      },
    ],
    requests: [BROKEN_OFF],
  },
  {
    what: 'Gunicorn: worker timeout',
    cause: 'application-crash',
    names: 'worker',
    lines: [
      plain('[2026-02-11 07:00:31 +0000] [1] [CRITICAL] WORKER TIMEOUT (pid:31)'),
      plain('[2026-02-11 07:00:32 +0000] [1] [ERROR] Worker (pid:31) was sent SIGKILL! Perhaps out of memory?'),
    ],
    requests: [BROKEN_OFF],
  },
  {
    what: 'JVM: HikariCP without a connection left',
    cause: 'connection-budget',
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
    what: 'Node.js: ETIMEDOUT to a private service',
    cause: 'connector-saturation',
    names: '10.9.8.7',
    lines: [err('Error: connect ETIMEDOUT 10.9.8.7:8443\n    at TCPConnectWrap.afterConnect [as oncomplete] (node:net:1611:16)')],
    requests: [{ status: 504, count: 2 }],
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
  {
    what: 'healthy, with every severity there is',
    cause: 'quiet',
    lines: [],
    rounds: 30,
    requests: [{ status: 200, count: 5 }, { status: 404 }],
    noise: [
      err('Error: connect ECONNREFUSED 127.0.0.1:8125'),
      err('redis: attempt 1 failed: connect ETIMEDOUT 10.1.2.3:6379; attempt 2 succeeded'),
      err('Traceback (most recent call last):\n  File "/app/auth.py", line 8\njwt.exceptions.ExpiredSignatureError: Signature has expired'),
      { text: 'CRITICAL: cache is cold', severity: 'CRITICAL' },
    ],
  },
];
