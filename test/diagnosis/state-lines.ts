import type { Row } from './mechanism-lines.ts';

/** Lines in which a server says its own state, or a program its own limits. */
export const STATE_LINES: readonly Row[] = [
  { id: 'database-full', text: 'ERROR:  could not extend file "base/16401/24576": No space left on device' },
  { id: 'database-full', text: 'PANIC:  could not write to file "pg_wal/xlogtemp.221": No space left on device' },
  { id: 'database-full', text: "ERROR 1114 (HY000): The table 'orders' is full", facts: { detail: "The table 'orders' is full" } },
  { id: 'database-stopped', text: 'googleapi: Error 400: Invalid request: Invalid request since instance is not running., invalid' },
  {
    id: 'database-restarting',
    text: '[Server] Received SHUTDOWN from user <via user signal>. Shutting down mysqld (Version: 8.0.37-google).',
  },
  { id: 'host-blocked', text: "Host '10.8.0.9' is blocked because of many connection errors", facts: { host: '10.8.0.9' } },
  {
    id: 'instance-name',
    text: 'failed to get instance metadata (connection name = "p:r:shopdb"): googleapi: Error 404: The Cloud SQL instance does not exist., instanceDoesNotExist',
    facts: { server: 'p:r:shopdb' },
  },
  { id: 'read-only-server', text: 'ERROR:  cannot execute INSERT in a read-only transaction' },
  { id: 'read-only-server', text: "READONLY You can't write against a read only replica." },
  { id: 'cache-full', text: "ReplyError: OOM command not allowed when used memory > 'maxmemory'." },
  { id: 'cache-connections', text: 'redis.exceptions.ConnectionError: max number of clients reached' },
  { id: 'token-refused', text: "RefreshError: ('invalid_grant: Token has been expired or revoked.', {})" },
  { id: 'billing-off', text: '403 This API method requires billing to be enabled. Please enable billing on project #1' },
  {
    id: 'key-version',
    text: 'code = FailedPrecondition desc = projects/p/locations/l/keyRings/r/cryptoKeys/token/cryptoKeyVersions/4 is not enabled, current state is: DISABLED.',
    facts: { setting: 'cryptoKeys/token/cryptoKeyVersions/4' },
  },
  {
    id: 'secret-version',
    text: 'Secret projects/1/secrets/stripe-key/versions/7 is in DESTROYED state.',
    facts: { setting: 'secrets/stripe-key/versions/7' },
  },
  { id: 'volume-mount', text: 'terminated: mounting volume "gcs-1" failed: gcsfuse: exit status 1', facts: { setting: 'gcs-1' } },
  {
    id: 'missing-role',
    text: 'terminated: mounting volume "gcs-1" failed: a@p.iam does not have storage.objects.list access',
    facts: { permission: 'storage.objects.list' },
  },
  { id: 'missing-role', text: 'Error: 7 PERMISSION_DENIED: Missing or insufficient permissions.' },
  {
    id: 'all-workers-busy',
    text: '[pool www] server reached pm.max_children setting (5), consider raising it',
    facts: { setting: 'max_children setting (5)' },
  },
  { id: 'descriptors', text: "Error: EMFILE: too many open files, open '/app/views/index.html'" },
  { id: 'local-space', text: "OSError: [Errno 28] No space left on device: '/tmp/upload.pdf'" },
  { id: 'lock-conflict', text: "OperationalError: (1205, 'Lock wait timeout exceeded; try restarting transaction')" },
  {
    id: 'idle-transaction',
    text: 'FATAL:  terminating connection due to idle-in-transaction timeout\nserver closed the connection unexpectedly',
  },
  {
    id: 'local-upstream',
    text: 'upstream timed out (110: Connection timed out) while reading response header from upstream, upstream: "fastcgi://127.0.0.1:9000"',
  },
  { id: 'client-pool', text: 'MongoWaitQueueTimeoutError: Timed out while checking out a connection from connection pool' },
  { id: 'client-pool', text: 'pgxpool: acquire: context deadline exceeded (acquired_conns=8 max_conns=8)', facts: { pool: '8' } },
  { id: 'proxy-certificate', text: 'Dial error: handshake failed (connection name = "p:r:db"): remote error: tls: expired certificate' },
  {
    id: 'schema-missing',
    text: 'The table `public.Invoice` does not exist in the current database.',
    facts: { name: 'table `public.Invoice`' },
  },
  {
    id: 'missing-module',
    text: 'Failed to launch the browser process! spawn /root/.cache/chrome ENOENT',
    facts: { module: '/root/.cache/chrome' },
  },
  { id: 'answer-too-large', text: 'Response size was too large. Please consider reducing response size.' },
  {
    id: 'third-party-silent',
    text: "ReadTimeout: HTTPSConnectionPool(host='api.partner.example', port=443): Read timed out. (read timeout=30)",
    facts: { host: 'api.partner.example' },
  },
  {
    id: 'third-party-silent',
    text: 'Post "https://api.partner.example/v2": context deadline exceeded (Client.Timeout exceeded while awaiting headers)',
    facts: { host: 'api.partner.example' },
  },
  { id: 'not-ready', text: 'Ready condition status changed to False for Revision a-00002-xyz with message: something new.' },
];
