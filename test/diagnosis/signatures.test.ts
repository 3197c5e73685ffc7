import { describe, expect, test } from 'vitest';
import { classify } from '../../src/diagnosis/classify.ts';
import { SIGNATURES, UNRECOGNISED } from '../../src/diagnosis/signatures.ts';

interface Row {
  readonly id: string;
  readonly text: string;
  readonly facts?: Readonly<Record<string, string>>;
}

const LINES: readonly Row[] = [
  { id: 'handler-crash', text: 'http: panic serving 169.254.1.1:3972: runtime error: index out of range [3] with length 3' },
  { id: 'image-unavailable', text: "Image 'gcr.io/shop/cart:latest' not found.", facts: { image: "Image 'gcr.io/shop/cart:latest'" } },
  { id: 'wrong-address', text: 'Error: connect ECONNREFUSED 127.0.0.1:5432', facts: { server: '127.0.0.1', port: '5432' } },
  { id: 'wrong-address', text: "Can't reach database server at `localhost`:`3306`", facts: { server: 'localhost' } },
  { id: 'api-disabled', text: 'Cloud SQL Admin API has not been used in project 1579 before or it is disabled. Enable it by visiting' },
  { id: 'key-refused', text: "{'error': {'code': 'invalid_api_key', 'message': 'Incorrect API key provided'}}" },
  { id: 'schema-missing', text: 'pq: relation "realms" does not exist', facts: { name: 'relation "realms"' } },
  { id: 'schema-missing', text: "Table 'shop.carts' doesn't exist", facts: { name: 'shop.carts' } },
  { id: 'statement-pooling', text: 'prepared statement "s0" already exists' },
  {
    id: 'network-setting',
    text: 'VPC connector projects/p/locations/l/connectors/c does not exist, or Cloud Run does not have permission to use it.',
  },
  { id: 'proxy-certificate', text: 'Dial error: certificate had CN "", expected "p:db"' },
  { id: 'proxy-certificate', text: 'Failed to create ephemeral certificate for the Cloud SQL instance.' },
  { id: 'callee-quota', text: "Error code: 429 - {'error': {'type': 'insufficient_quota'}}" },
  { id: 'revision-quota', text: 'Max instances must be set to 200 or fewer to set the requested total CPU.' },
  { id: 'instance-connections', text: 'Exceeded maximum of 100 connections per instance "p:r:db".', facts: { limit: '100 connections' } },
  { id: 'database-restarting', text: 'FATAL:  the database system is starting up' },
  { id: 'database-restarting', text: 'FATAL:  terminating connection due to administrator command' },
  {
    id: 'client-pool',
    text: "The connection pool has been exhausted, either raise 'Max Pool Size' (currently 100) or 'Timeout'",
    facts: { pool: '100' },
  },
  { id: 'upstream-reset', text: 'upstream connect error or disconnect/reset before headers. reset reason: connection failure' },
  {
    id: 'cut-response',
    text: 'Truncated response body. Usually implies that the request timed out or the application exited before it was finished.',
  },
  {
    id: 'not-let-in',
    text: 'The request was not authenticated. Either allow unauthenticated invocations or set the proper Authorization header.',
  },
  { id: 'load-balancer', text: 'load balancer: failed_to_pick_backend', facts: { detail: 'failed_to_pick_backend' } },
  {
    id: 'missing-module',
    text: 'Traceback (most recent call last):\n  File "/app/x.py", line 1\nModuleNotFoundError: No module named \'shop.cart\'',
    facts: { module: 'shop.cart' },
  },
  { id: 'missing-module', text: "ImportError: cannot import name 'Cart' from 'shop' (/app/shop/__init__.py)", facts: { module: 'Cart' } },
  { id: 'missing-module', text: "Error: Cannot find module './routes'\nRequire stack:\n- /app/index.js", facts: { module: './routes' } },
  {
    id: 'missing-module',
    text: "Error [ERR_MODULE_NOT_FOUND]: Cannot find package 'express' imported from /app/index.mjs",
    facts: { module: 'express' },
  },
  {
    id: 'missing-module',
    text: 'Exception in thread "main" java.lang.NoClassDefFoundError: com/acme/Cart\n\tat com.acme.Main.main(Main.java:5)',
    facts: { module: 'com/acme/Cart' },
  },
  { id: 'missing-module', text: "in `require': cannot load such file -- puma (LoadError)", facts: { module: 'puma' } },
  {
    id: 'missing-module',
    text: '/app/server: error while loading shared libraries: libpq.so.5: cannot open shared object file',
    facts: { module: 'libpq.so.5' },
  },
  { id: 'bad-entrypoint', text: 'exec /app/server: exec format error' },
  {
    id: 'memory-limit',
    text: 'Memory limit of 512 MiB exceeded with 559 MiB used. Consider increasing the memory limit',
    facts: { limit: '512 MiB', used: '559 MiB' },
  },
  { id: 'out-of-memory', text: 'FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory' },
  {
    id: 'liveness-failed',
    text: 'LIVENESS HTTP probe failed 3 times consecutively for container "app" on path "/live". The instance has been shut down.',
    facts: { times: '3' },
  },
  { id: 'unhandled-crash', text: 'panic: runtime error: invalid memory address or nil pointer dereference\n\ngoroutine 1 [running]:' },
  { id: 'native-crash', text: 'Uncaught signal: 11, pid=1, tid=1, fault_addr=0.', facts: { signal: '11' } },
  { id: 'access-refused', text: 'FATAL: password authentication failed for user "app"', facts: { user: 'app' } },
  { id: 'missing-setting', text: "KeyError: 'DATABASE_URL'", facts: { setting: 'DATABASE_URL' } },
  {
    id: 'missing-setting',
    text: 'Traceback (most recent call last):\n  File "/app/main.py", line 3, in <module>\n    region = os.environ["REGION"]\n  File "<frozen os>", line 679, in __getitem__\nKeyError: \'REGION\'',
    facts: { setting: 'REGION' },
  },
  {
    id: 'missing-setting',
    text: 'Traceback (most recent call last):\n  File "/app/main.py", line 3, in <module>\n    level = settings["mail_level"]\n            ~~~~~~~~^^^^^^^^^^^^^^\nKeyError: \'mail_level\'',
    facts: { setting: 'mail_level' },
  },
  {
    id: 'uncaught-exception',
    text: 'Traceback (most recent call last):\n  File "/app/shop/checkout.py", line 88, in total\n    rate = RATES[order["currency"]]\n           ~~~~~^^^^^^^^^^^^^^^^^^^\nKeyError: \'CHF\'',
    facts: { detail: "KeyError: 'CHF'" },
  },
  {
    id: 'uncaught-exception',
    text: 'Traceback (most recent call last):\n  File "/app/main.py", line 3, in start\n    boot(os.environ)\n  File "/app/keys.py", line 9, in boot\n    return KNOWN[kind]["API_KEY"]\nKeyError: \'API_KEY\'',
  },
  {
    id: 'secret-version',
    text: 'Error: 9 FAILED_PRECONDITION: Secret Version [projects/1/secrets/pay/versions/7] is in DISABLED state.\n    at callErrorFromStatus (call.js:32:19)',
    facts: { setting: 'projects/1/secrets/pay/versions/7' },
  },
  { id: 'missing-setting', text: 'Error: environment variable STRIPE_KEY is not set', facts: { setting: 'STRIPE_KEY' } },
  { id: 'missing-setting', text: 'Error: getaddrinfo ENOTFOUND undefined', facts: { host: 'undefined' } },
  {
    id: 'name-resolution',
    text: 'Error -3 connecting to 10.166.204.83:6379. Temporary failure in name resolution.',
    facts: { host: '10.166.204.83', port: '6379' },
  },
  { id: 'name-resolution', text: 'Error: getaddrinfo EAI_AGAIN redis.internal', facts: { host: 'redis.internal' } },
  { id: 'name-resolution', text: 'dial tcp: lookup db.internal on 169.254.169.254:53: no such host', facts: { host: 'db.internal' } },
  { id: 'name-resolution', text: 'java.net.UnknownHostException: cache.internal', facts: { host: 'cache.internal' } },
  { id: 'connection-slots', text: 'FATAL:  remaining connection slots are reserved for non-replication superuser connections' },
  { id: 'connection-slots', text: 'connection to server at "10.1.0.3", port 5432 failed: FATAL:  sorry, too many clients already' },
  {
    id: 'client-pool',
    text: 'QueuePool limit of size 10 overflow 15 reached, connection timed out, timeout 30.00',
    facts: { pool: '10', overflow: '15' },
  },
  { id: 'database-init-timeout', text: 'Database initialization timeout after 25.0s in staging environment.', facts: { seconds: '25.0' } },
  { id: 'database-init-timeout', text: 'Database connection validation timeout exceeded (15s)', facts: { seconds: '15' } },
  {
    id: 'database-dropped',
    text: 'psycopg2.OperationalError: connection to server on socket "/cloudsql/p:r:i/.s.PGSQL.5432" failed: server closed the connection unexpectedly',
    facts: { server: '/cloudsql/p:r:i/.s.PGSQL.5432' },
  },
  {
    id: 'api-quota',
    text: "googleapi: Error 429: Quota exceeded for quota group 'default' and limit 'Queries per user per 100 seconds'",
    facts: { quota: 'default' },
  },
  { id: 'stockout', text: 'ZONE_RESOURCE_POOL_EXHAUSTED: the zone does not have enough resources available' },
  { id: 'certificate', text: 'ssl.SSLCertVerificationError: certificate verify failed: certificate has expired (_ssl.c:1006)' },
  { id: 'certificate', text: 'x509: certificate signed by unknown authority' },
  { id: 'connect-refused', text: 'Error: connect ECONNREFUSED 10.0.0.5:5432', facts: { host: '10.0.0.5', port: '5432' } },
  { id: 'connect-refused', text: 'dial tcp 10.0.0.5:8080: connect: connection refused', facts: { host: '10.0.0.5', port: '8080' } },
  {
    id: 'connect-timeout',
    text: 'Error 110 connecting to 10.166.204.83:6379. Connection timed out.',
    facts: { host: '10.166.204.83', port: '6379' },
  },
  { id: 'connect-timeout', text: 'Error: connect ETIMEDOUT 10.0.0.5:443', facts: { host: '10.0.0.5', port: '443' } },
  { id: 'connect-timeout', text: 'dial tcp 10.0.0.5:3307: i/o timeout', facts: { host: '10.0.0.5', port: '3307' } },
  { id: 'connect-timeout', text: 'httpx.ConnectTimeout' },
  {
    id: 'start-up-failed',
    text: 'The user-provided container failed to start and listen on the port defined provided by the PORT=8080 environment variable',
    facts: { port: '8080' },
  },
  { id: 'worker-boot-failed', text: '[2025-09-16 00:42:53 +0000] [11] [ERROR] Reason: Worker failed to boot.' },
  { id: 'container-exit', text: 'Container called exit(3).', facts: { exit: '3' } },
  { id: 'worker-timeout', text: '[CRITICAL] WORKER TIMEOUT (pid:14)' },
  {
    id: 'malformed-response',
    text: 'The request failed because either the HTTP response was malformed or connection to the instance had an error.',
  },
  { id: 'no-available-instance', text: 'The request was aborted because there was no available instance.' },
  { id: 'request-timeout', text: 'The request has been terminated because it has reached the maximum request timeout.' },
  {
    id: 'missing-module',
    text: 'PHP Fatal error:  Uncaught Error: Class "App\\Kernel" not found in /var/www/public/index.php:9',
    facts: { module: 'App\\Kernel' },
  },
  { id: 'missing-module', text: 'Could not find rake-13.0.6 in any of the sources (Bundler::GemNotFound)' },
  { id: 'missing-module', text: "/lib/libm.so.6: version `GLIBC_2.38' not found (required by /app/server)", facts: { module: '2.38' } },
  { id: 'bad-entrypoint', text: 'sh: 1: next: not found', facts: { detail: 'next' } },
  { id: 'out-of-memory', text: 'Error occurred during initialization of VM\nCould not reserve enough space for object heap' },
  {
    id: 'missing-role',
    text: 'Permission denied on secret: projects/1/secrets/db for Revision service account x@y.iam.gserviceaccount.com.',
  },
  {
    id: 'missing-role',
    text: 'googleapi: Error 403: boss::NOT_AUTHORIZED: Not authorized to access resource. Possibly missing permission cloudsql.instances.connect on resource instances/x., forbidden',
    facts: { permission: 'cloudsql.instances.connect' },
  },
  { id: 'missing-setting', text: 'Error: Could not load the default credentials. Browse to https://cloud.google.com/docs/authentication' },
  {
    id: 'missing-setting',
    text: "Could not resolve placeholder 'spring.datasource.url' in value",
    facts: { setting: 'spring.datasource.url' },
  },
  {
    id: 'admin-api-unreachable',
    text: 'Cannot connect to host sqladmin.googleapis.com:443 ssl:default [Connect call failed]: Connection timed out',
    facts: { host: 'sqladmin' },
  },
  {
    id: 'name-resolution',
    text: 'could not translate host name "db.internal" to address: Name or service not known',
    facts: { host: 'db.internal' },
  },
  { id: 'database-unreachable', text: 'SQLSTATE[HY000] [2002] Connection timed out' },
  {
    id: 'database-unreachable',
    text: '(DBConnection.ConnectionError) tcp connect (10.0.0.3:5432): connection timed out - :etimedout',
    facts: { server: '10.0.0.3:5432' },
  },
  {
    id: 'database-unreachable',
    text: 'Npgsql.NpgsqlException (0x80004005): Failed to connect to 10.0.0.3:5432\n ---> System.Net.Sockets.SocketException (110): Connection timed out',
  },
  {
    id: 'database-unreachable',
    text: 'Error: connect ETIMEDOUT\n    at Connection._handleTimeoutError (/app/node_modules/mysql2/lib/connection.js:189:17)',
  },
  { id: 'database-unreachable', text: 'postgres connection timed out, giving up' },
  {
    id: 'client-pool',
    text: '** (DBConnection.ConnectionError) connection not available and request was dropped from queue after 2988ms',
  },
  {
    id: 'client-pool',
    text: 'ActiveRecord::ConnectionTimeoutError: could not obtain a connection from the pool within 5.000 seconds (waited 5.001 seconds)',
    facts: { seconds: '5.000' },
  },
  { id: 'database-init-timeout', text: 'mysql: connect timeout after 30000ms', facts: { milliseconds: '30000' } },
  { id: 'certificate', text: 'Error: self-signed certificate in certificate chain' },
  { id: 'connect-timeout', text: 'redis.exceptions.TimeoutError: Timeout connecting to server' },
  { id: 'connect-refused', text: 'connect() failed (111: Connection refused) while connecting to upstream, client: 169.254.1.1' },
  { id: 'start-up-failed', text: 'Container failed to become healthy. Startup probes timed out or failed.' },
  { id: 'unhandled-crash', text: "thread 'main' panicked at src/main.rs:17:29:", facts: { detail: 'src/main.rs:17:29:' } },
  {
    id: 'uncaught-exception',
    text: 'Traceback (most recent call last):\n  File "/app/x.py", line 1\npkg_resources.DistributionNotFound: The \'x\' distribution was not found',
  },
  { id: 'uncaught-exception', text: 'Unhandled exception. System.InvalidOperationException: Sequence contains no elements' },
];

const NOISE: readonly string[] = [
  '',
  'Sentry SDK not available - install sentry-sdk[fastapi] to enable error tracking',
  "SERVICE_ID contained whitespace - sanitized from 'shop\\n' to 'shop'",
  'OAuth redirect URI mismatch (non-critical in staging): https://app.example.com/cb',
  'Container called exit(0).',
  'Default STARTUP TCP probe succeeded after 1 attempt for container "app" on port 8080.',
  'GET /orders 200 in 110 ms',
  'request id 429110 took 3 s',
  'retrying in 503 ms',
  "{'error': {'message': 'Missing field', 'severity': 'ERROR'}}",
  'Database initialization finished after 2.1s',
  'opentelemetry: Failed to export metrics, connection refused (localhost:4318)',
  "uvloop not available (No module named 'uvloop'), falling back to asyncio",
  'connection timeout = 30s, pool size 10',
  'database connect timeout: 30s',
  'POST https://storage.googleapis.com/b/o timeout=60s ok',
];

describe('the table of mechanisms', () => {
  test.each(LINES)('reads $id out of: $text', ({ id, text, facts }) => {
    const match = classify({ text, http: null });
    expect(match.signature).toBe(id);
    expect(match.facts).toMatchObject(facts ?? {});
  });

  test.each(NOISE)('does not take noise for a mechanism: %s', (text) => {
    expect(classify({ text, http: null }).signature).toBe(UNRECOGNISED);
  });

  test('every entry that reads text is shown by a line above, has words and a source', () => {
    const shown = new Set(LINES.map((row) => row.id));
    for (const signature of SIGNATURES) {
      expect(signature.says).not.toBe('');
      expect(signature.source).not.toBe('');
      if (signature.text.length > 0) expect(shown).toContain(signature.id);
    }
    expect(new Set(SIGNATURES.map((signature) => signature.id)).size).toBe(SIGNATURES.length);
  });

  test('a consequence or a death never names a cause, and whatever names one says what cures it', () => {
    for (const { role, cause, cures } of SIGNATURES) {
      const names = role === 'reason' || role === 'effect';
      expect(cause !== null).toBe(names);
      expect(cures.length > 0).toBe(names);
    }
  });

  test('an ending of a container is believed only where the platform itself says it', () => {
    const text = 'Container called exit(3).';
    expect(classify({ text, http: null, logName: 'projects/p/logs/run.googleapis.com%2Fvarlog%2Fsystem' }).signature).toBe(
      'container-exit',
    );
    for (const log of ['stderr', 'stdout', 'varlog%2Fsystem-like'])
      expect(classify({ text, http: null, logName: `projects/p/logs/run.googleapis.com%2F${log}` }).signature).toBe(UNRECOGNISED);
  });

  test('what a program itself calls information names no reason, and neither does a line in the shape of an access log', () => {
    const stdout = 'projects/p/logs/run.googleapis.com%2Fstdout';
    expect(classify({ text: "No module named 'cart'", http: null, severity: 'INFO', logName: stdout }).signature).toBe(UNRECOGNISED);
    expect(classify({ text: "[2026-01-01 00:00:00 +0000] [7] [INFO] No module named 'cart'", http: null, logName: stdout }).signature).toBe(
      UNRECOGNISED,
    );
    const asked = '203.0.113.9 - - [12/May/2026:09:02:11 +0000] "GET /?q=ModuleNotFoundError:+No+module+named+x HTTP/1.1" 404 153';
    expect(classify({ text: asked.replaceAll('+', ' '), http: null, logName: stdout }).signature).toBe(UNRECOGNISED);
  });

  test('of a chain of exceptions the innermost cause is read', () => {
    const text =
      'X: Unable to acquire JDBC Connection\nCaused by: HikariPool-1 - Connection is not available, request timed out after 30000ms.\nCaused by: org.postgresql.util.PSQLException: FATAL: password authentication failed for user "app"';
    expect(classify({ text, http: null }).signature).toBe('access-refused');
  });

  test('a request that failed without a text is known by its status, a good one is not', () => {
    const http = { status: 503, latencyMs: 40, url: 'https://x/' };
    expect(classify({ text: '', http }).signature).toBe('server-error');
    expect(classify({ text: '', http: { ...http, status: 200 } }).signature).toBe(UNRECOGNISED);
  });

  test('stays fast on a long hostile line', () => {
    const text = `database ${'timeout '.repeat(20_000)}`;
    const began = performance.now();
    classify({ text, http: null });
    expect(performance.now() - began).toBeLessThan(200);
  });
});
