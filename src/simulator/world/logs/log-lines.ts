import type { Defect } from '../description/description.ts';

type Stream = 'stdout' | 'stderr' | 'varlog%2Fsystem' | 'requests';

/** What a line says, before it is put into a LogEntry. `severity` as these sources really write it: exits are warnings. */
export interface Line {
  readonly stream: Stream;
  readonly severity: 'DEFAULT' | 'INFO' | 'WARNING' | 'ERROR';
  readonly text?: string;
  readonly json?: Readonly<Record<string, unknown>>;
}

/** Cloud Run's reason in the request log when an instance breaks off (gcp-facts 2.6). */
export const MALFORMED =
  'The request failed because either the HTTP response was malformed or connection to the instance had an error. Additional troubleshooting documentation can be found at: https://cloud.google.com/run/docs/troubleshooting#malformed-response-or-connection-error';
export const NO_INSTANCE =
  'The request was aborted because there was no available instance. Additional troubleshooting documentation can be found at: https://cloud.google.com/run/docs/troubleshooting#abort-request';
/** Revision message when it never listens (gcp-facts 2.6). */
export const NOT_LISTENING =
  'The user-provided container failed to start and listen on the port defined provided by the PORT=8080 environment variable within the allocated timeout. This can happen when the container port is misconfigured or if the timeout is too short. The health check timeout can be extended. Logs for this revision might contain more information.';
export const PROBE_FAILED =
  'The user-provided container failed the configured startup probe checks. Logs for this revision might contain more information.';

const app = (severity: Line['severity'], message: string, logger: string): Line => ({
  stream: 'stderr',
  severity,
  json: { message, logger },
});
const system = (severity: Line['severity'], text: string): Line => ({ stream: 'varlog%2Fsystem', severity, text });

export const instanceStarting = (reason: string): Line => system('INFO', `Starting new instance. Reason: ${reason}`);
export const tcpProbeSucceeded = (container: string): Line =>
  system('INFO', `Default STARTUP TCP probe succeeded after 1 attempt for container "${container}" on port 8080.`);
export const httpProbeSucceeded = (container: string, path: string): Line =>
  system('INFO', `STARTUP HTTP probe succeeded after 1 attempt for container "${container}" on port 8080 path "${path}".`);
export const httpProbeFailed = (container: string, path: string): Line =>
  system(
    'WARNING',
    `STARTUP HTTP probe failed 24 times consecutively for container "${container}" on port 8080 path "${path}". The instance was not started.`,
  );
export const containerExit = (code: number): Line => system('WARNING', `Container called exit(${code}).`);
export const started = (): Line => app('INFO', 'Application startup complete.', 'uvicorn.error');
export const noise = (message: string): Line => app('WARNING', message, 'app.config');

/** The two lines of a service that gives up on its database at start-up. */
export function databaseTimeout(seconds: number): readonly Line[] {
  const limit = seconds.toFixed(1);
  return [
    app(
      'ERROR',
      `Database initialization timeout after ${limit}s in staging environment. This may indicate Cloud SQL connection issues. Check POSTGRES_HOST configuration and Cloud SQL instance accessibility.`,
      'app.startup',
    ),
    { stream: 'stderr', severity: 'ERROR', text: 'Application startup failed. Exiting.' },
  ];
}

interface Server {
  readonly ipAddress: string;
  readonly version: string;
}

/** What the server says when only the reserved slots are left, as a driver logs it. */
export function slotsReserved({ ipAddress, version }: Server): readonly Line[] {
  const said = version.startsWith('MYSQL_')
    ? `(pymysql.err.OperationalError) (1040, 'Too many connections') while connecting to ${ipAddress}:3306`
    : `connection to server at "${ipAddress}", port 5432 failed: FATAL:  remaining connection slots are reserved for non-replication superuser connections`;
  return [app('ERROR', said, 'app.database'), { stream: 'stderr', severity: 'ERROR', text: 'Application startup failed. Exiting.' }];
}

/** The two lines of a service whose driver cannot ask the Admin API for its certificate (gcp-facts 12.2 case 8). */
export function adminApiTimeout(): readonly Line[] {
  return [
    app(
      'ERROR',
      'Cannot connect to host sqladmin.googleapis.com:443 ssl:default [Connect call failed]: Connection timed out while refreshing the connection info of the Cloud SQL instance',
      'google.cloud.sql.connector.instance',
    ),
    { stream: 'stderr', severity: 'ERROR', text: 'Application startup failed. Exiting.' },
  ];
}

/** The Admin API refuses for quota (gcp-facts 4). */
export function adminApiQuota(): readonly Line[] {
  return [
    app(
      'ERROR',
      "googleapi: Error 429: Quota exceeded for quota group 'default' and limit 'Queries per user per 100 seconds' of service 'sqladmin.googleapis.com', rateLimitExceeded",
      'google.cloud.sql.connector.instance',
    ),
    { stream: 'stderr', severity: 'ERROR', text: 'Application startup failed. Exiting.' },
  ];
}

/** Cloud Run's own line, and that of the pre-fork server whose worker was killed (gcp-facts 2.6). */
export function outOfMemory(limitMib: number, usedMib: number): readonly Line[] {
  return [
    system(
      'ERROR',
      `Memory limit of ${limitMib} MiB exceeded with ${usedMib} MiB used. Consider increasing the memory limit, see https://cloud.google.com/run/docs/configuring/memory-limits`,
    ),
    { stream: 'stderr', severity: 'ERROR', text: '[ERROR] Worker (pid:7) was sent SIGKILL! Perhaps out of memory?' },
  ];
}

/** What a driver says of a server that goes away while it connects. */
export const databaseRefused = ({ ipAddress, version }: Server): Line =>
  app(
    'ERROR',
    version.startsWith('MYSQL_')
      ? `(pymysql.err.OperationalError) (2013, 'Lost connection to MySQL server during query') while connecting to ${ipAddress}:3306`
      : `connection to server at "${ipAddress}", port 5432 failed: server closed the connection unexpectedly`,
    'app.database',
  );
/** What a driver says of a server that does not answer at all. */
export const databaseSilent = ({ ipAddress, version }: Server): Line =>
  app(
    'ERROR',
    version.startsWith('MYSQL_')
      ? `(pymysql.err.OperationalError) (2003, "Can't connect to MySQL server on '${ipAddress}' (timed out)")`
      : `connection to server at "${ipAddress}", port 5432 failed: Connection timed out`,
    'app.database',
  );
export const connectTimedOut = (address: string): Line =>
  app('ERROR', `Error 110 connecting to ${address}. Connection timed out.`, 'app.redis');
export const resolverTryAgain = (address: string): Line =>
  app('ERROR', `Error -3 connecting to ${address}. Temporary failure in name resolution.`, 'app.redis');
export const lookupTryAgain = (address: string): Line => app('ERROR', `getaddrinfo EAI_AGAIN ${address.split(':')[0]}`, 'app.clients');
export const said = (severity: Line['severity'], message: string): Line => app(severity, message, 'app');
export const breakerOpen = (name: string): Line => app('WARNING', `Circuit breaker '${name}' is OPEN, request rejected`, 'app.resilience');
export const dependencyDown = (service: string): Line =>
  app('WARNING', `${service} did not answer well while starting; circuit breaker opened`, 'app.resilience');

/** How a defective image dies: its own words as one multi-line entry each. */
export function death(defect: Extract<Defect, { kind: 'missing-module' | 'exits' | 'flaps' }>): readonly Line[] {
  switch (defect.kind) {
    case 'missing-module':
      return [
        { stream: 'stderr', severity: 'DEFAULT', text: '[ERROR] Exception in worker process' },
        { stream: 'stderr', severity: 'ERROR', text: importTraceback(defect.module) },
        { stream: 'stderr', severity: 'DEFAULT', text: '[ERROR] Reason: Worker failed to boot.' },
      ];
    case 'exits':
    case 'flaps':
      return [
        {
          stream: 'stderr',
          severity: 'ERROR',
          text: `Traceback (most recent call last):\n  File "/app/main.py", line 41, in <module>\n    run()\n${defect.message}`,
        },
      ];
  }
}

function importTraceback(module: string): string {
  const parent = module.split('.').slice(0, -1).join('/');
  return [
    'Traceback (most recent call last):',
    '  File "/usr/local/lib/python3.11/site-packages/gunicorn/arbiter.py", line 608, in spawn_worker',
    '    worker.init_process()',
    `  File "/app/${parent}/__init__.py", line 7, in <module>`,
    `    from ${module} import reporter`,
    `ModuleNotFoundError: No module named '${module}'`,
  ].join('\n');
}
