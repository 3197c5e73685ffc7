import type { CauseKind } from '../core/model/diagnosis.ts';

/**
 * What a log line tells about the failure:
 *
 * - `reason`: it names a mechanism that can be the cause;
 * - `death`: a process or container ended or never came up: that it happened, not why;
 * - `consequence`: what callers see; never a cause by itself.
 */
export type SignatureRole = 'reason' | 'death' | 'consequence';

export interface Signature {
  readonly id: string;
  readonly role: SignatureRole;
  /** What it speaks for; null for deaths without a reason and for consequences. */
  readonly cause: CauseKind | null;
  /** Named groups become the group's facts. */
  readonly text: readonly RegExp[];
  /** Only request log entries with one of these statuses. */
  readonly statuses?: readonly number[];
  /** In plain words, to be put after a count: `15 × a module that the image lacks`. */
  readonly says: string;
  /** Where this knowledge comes from. */
  readonly source: string;
}

const HOST = String.raw`(?<host>[A-Za-z0-9_.-]+|\[[0-9a-f:]+\])`;
const SECONDS = String.raw`(?<seconds>\d+(?:\.\d+)?)\s?(?:s|sec|secs|seconds)\b`;

/**
 * Mechanisms, not products: nothing here names a module, a host or a service of anybody. The first match wins, so the
 * order is: why an image cannot run, why a setting cannot work, what the network said, how it died, what callers saw.
 * Patterns are anchored on words of runtimes and of Google; severity is not used, because it misleads (container exits are WARNING).
 */
export const SIGNATURES: readonly Signature[] = [
  {
    id: 'missing-module',
    role: 'reason',
    cause: 'application-crash',
    text: [
      /No module named '?(?<module>[\w.]+)'?/,
      /ImportError: (?:cannot import name '(?<module>[^']+)'|(?<detail>[^\n]{1,120}))/,
      /(?:Error: )?Cannot find (?:module|package) '(?<module>[^'\n]+)'/,
      /\bERR_MODULE_NOT_FOUND\b/,
      /cannot load such file -- (?<module>\S+)/,
      /Bundler::GemNotFound|Could not find gem '(?<module>[^']+)'/,
      /java\.lang\.(?:ClassNotFoundException|NoClassDefFoundError): (?<module>[\w./$]+)/,
      /Could not find or load main class (?<module>\S+)/,
      /Could not load file or assembly '(?<module>[^',]+)/,
      /error while loading shared libraries: (?<module>[^:\s]+)/,
    ],
    says: 'a module or class that the image lacks',
    source: 'gcp-facts 12.2 case 1; import errors of CPython, Node.js, Ruby, the JVM, .NET and the ELF loader',
  },
  {
    id: 'bad-entrypoint',
    role: 'reason',
    cause: 'application-crash',
    text: [
      /exec format error/,
      /(?:exec|starting container process caused)[^\n]{0,80}(?:no such file or directory|executable file not found|permission denied)/,
      /UnsupportedClassVersionError/,
    ],
    says: 'an image whose entry point cannot be executed',
    source: 'exec(2); OCI runtimes',
  },
  {
    id: 'out-of-memory',
    role: 'reason',
    cause: 'application-crash',
    text: [
      /Memory limit of (?<limit>[\d.]+ ?[KMG]i?B) exceeded with (?<used>[\d.]+ ?[KMG]i?B) used/,
      /java\.lang\.OutOfMemoryError/,
      /JavaScript heap out of memory/,
      /\b(?:signal: 9|SIGKILL)\b[^\n]{0,60}out of memory/i,
    ],
    says: 'memory limit exceeded',
    source: 'gcp-facts 2.6, 12.2 case 12',
  },
  {
    id: 'liveness-failed',
    role: 'reason',
    cause: 'application-crash',
    text: [/LIVENESS \w+ probe failed (?<times>\d+) times? consecutively/i],
    says: 'a liveness probe that failed',
    source: 'gcp-facts 2.6, 12.2 case 12',
  },
  {
    id: 'unhandled-crash',
    role: 'reason',
    cause: 'application-crash',
    text: [
      /^panic: (?<detail>[^\n]{1,120})/m,
      /^fatal error: (?<detail>[^\n]{1,120})/m,
      /\bSegmentation fault\b|\bSIGSEGV\b/,
      /Uncaught signal: (?<signal>\d+)/,
      /^(?:SyntaxError|IndentationError): (?<detail>[^\n]{1,120})/m,
      /Exception in thread "main" (?<detail>[^\n]{1,120})/,
    ],
    says: 'a crash of the program itself',
    source: 'Go, CPython, JVM and Cloud Run (Uncaught signal) crash lines',
  },
  {
    id: 'access-refused',
    role: 'reason',
    cause: 'configuration',
    text: [
      /password authentication failed for user "?(?<user>[\w@.-]+)"?/,
      /(?:role|database) "(?<name>[\w@.-]+)" does not exist/,
      /Access denied for user '(?<user>[^']+)'/,
      /\b(?:NOAUTH Authentication required|WRONGPASS)\b/,
    ],
    says: 'credentials or names that the callee refuses',
    source: 'PostgreSQL, MySQL and Redis error texts',
  },
  {
    id: 'missing-setting',
    role: 'reason',
    cause: 'configuration',
    text: [
      /KeyError: '(?<setting>[A-Z][A-Z0-9_]{2,})'/,
      /(?:environment variable|env var|required (?:secret|setting))\s+['"`]?(?<setting>[A-Z][A-Z0-9_]{2,})['"`]?[^\n]{0,30}(?:not set|missing|required|undefined|not found)/i,
      /(?:missing|undefined|unset) (?:required )?(?:environment variable|env var)s?:?\s+['"`]?(?<setting>[A-Z][A-Z0-9_]{2,})/i,
      /Permission '?secretmanager\.versions\.access'? denied/,
      /getaddrinfo ENOTFOUND (?<host>-|undefined|null)(?:\s|$|:)/,
    ],
    says: 'a setting or secret that is missing',
    source: 'gcp-facts 12.2 case 11; start-up errors of common runtimes',
  },
  {
    id: 'name-resolution',
    role: 'reason',
    cause: 'name-resolution',
    text: [
      new RegExp(String.raw`\bError -3 connecting to ${HOST}:(?<port>\d+)`),
      /\bEAI_AGAIN\b(?: (?<host>[\w.-]+))?/,
      /Temporary failure in name resolution/,
      /\bgetaddrinfo ENOTFOUND (?<host>[\w.-]+)/,
      /Name or service not known/,
      /lookup (?<host>[\w.-]+)(?: on [\d.:[\]a-f]+)?: (?:no such host|server misbehaving|i\/o timeout)/,
      /UnknownHostException: (?<host>[\w.-]+)/,
    ],
    says: 'a name that could not be resolved (EAI_AGAIN, error -3)',
    source: 'gcp-facts 12.1: -3 is the resolver, not the network path',
  },
  {
    id: 'connection-slots',
    role: 'reason',
    cause: 'connection-budget',
    text: [
      /remaining connection slots are reserved/,
      /sorry, too many clients already/,
      /too many connections(?: for (?:role|database) "(?<name>[^"]+)")?/i,
      /QueuePool limit of size (?<pool>\d+) overflow (?<overflow>\d+) reached/,
      /HikariPool-\d+ - Connection is not available, request timed out/,
      /User '[^']+' has exceeded the 'max_user_connections'/,
    ],
    says: 'no database connection left',
    source: 'gcp-facts 4; PostgreSQL, MySQL, SQLAlchemy and HikariCP texts',
  },
  {
    id: 'database-init-timeout',
    role: 'reason',
    cause: 'database-unreachable',
    text: [
      new RegExp(
        String.raw`(?:database|db|postgres(?:ql)?|mysql|cloud ?sql)\b[^\n]{0,60}?(?:time(?:d )?[ -]?out)[^\n]{0,30}?\(?${SECONDS}`,
        'i',
      ),
      /timeout exceeded when trying to connect/,
      /connection to server (?:at|on socket) "(?<server>[^"]+)"[^\n]{0,80}failed: timeout expired/,
    ],
    says: 'a database that did not answer during start-up within the limit',
    source: 'incident #1278 as logged; psycopg and node-postgres texts',
  },
  {
    id: 'database-dropped',
    role: 'reason',
    cause: 'database-unreachable',
    text: [
      /connection to server (?:at|on socket) "(?<server>[^"]+)"[^\n]{0,80}failed: server closed the connection unexpectedly/,
      /server closed the connection unexpectedly/,
      /terminating connection due to administrator command/,
      /the database system is (?:starting up|shutting down|in recovery mode)/,
      /MySQL server has gone away/,
    ],
    says: 'a database that dropped the connection',
    source: 'libpq and MySQL texts',
  },
  {
    id: 'api-quota',
    role: 'reason',
    cause: 'quota-or-regional-shortage',
    text: [
      /Quota exceeded for quota (?:group|metric) '(?<quota>[^']+)'/,
      /\brateLimitExceeded\b|\bRATE_LIMIT_EXCEEDED\b/,
      /(?:sqladmin|cloudsql|instances\.get|googleapi)[^\n]{0,120}\b429\b|\b429\b[^\n]{0,120}(?:sqladmin|cloudsql|googleapis)/i,
    ],
    says: 'a Google API quota that ran out (429)',
    source: 'gcp-facts 4, 12.2 case 9',
  },
  {
    id: 'stockout',
    role: 'reason',
    cause: 'quota-or-regional-shortage',
    text: [
      /ZONE_RESOURCE_POOL_EXHAUSTED|STOCKOUT/i,
      /does not have enough resources available/,
      /insufficient free IP addresses in the subnetwork/,
    ],
    says: 'a region or subnet without room',
    source: 'gcp-facts 12.2 case 6; Compute Engine stock-out texts',
  },
  {
    id: 'certificate',
    role: 'reason',
    cause: 'certificate-or-routing',
    text: [
      /\bCERT_HAS_EXPIRED\b|certificate has expired/i,
      /certificate verify failed(?:: (?<detail>[^(\n]{1,80}))?/,
      /x509: certificate (?<detail>[^\n]{1,100})/,
      /\bERR_TLS_CERT_ALTNAME_INVALID\b|\bUNABLE_TO_VERIFY_LEAF_SIGNATURE\b|\bDEPTH_ZERO_SELF_SIGNED_CERT\b/,
      /PKIX path (?:building|validation) failed/,
    ],
    says: 'a certificate that is not accepted',
    source: 'OpenSSL, Go, Node.js and JVM certificate errors',
  },
  {
    id: 'connect-refused',
    role: 'reason',
    cause: 'configuration',
    text: [
      new RegExp(String.raw`\bError 111 connecting to ${HOST}:(?<port>\d+)`),
      /\bECONNREFUSED\b(?: (?<host>[\w.-]+):(?<port>\d+))?/,
      /dial tcp (?<host>[\w.-]+):(?<port>\d+): connect: connection refused/,
      /\[Errno 111\]/,
      /Connection refused/i,
    ],
    says: 'a connection that was refused (111)',
    source: 'gcp-facts 12.1: 111 is refused',
  },
  {
    id: 'connect-timeout',
    role: 'reason',
    cause: 'connector-saturation',
    text: [
      new RegExp(String.raw`\bError 110 connecting to ${HOST}:(?<port>\d+)`),
      /\bETIMEDOUT\b(?: (?<host>[\w.-]+):(?<port>\d+))?/,
      /dial tcp (?<host>[\w.-]+):(?<port>\d+): i\/o timeout/,
      /\[Errno 110\]/,
      /\bConnectTimeout(?:Error)?\b/,
      /\bUND_ERR_CONNECT_TIMEOUT\b/,
      /connect(?:ion)?(?: attempt)? timed out/i,
    ],
    says: 'a connection that timed out (110)',
    source: 'gcp-facts 12.1, 12.2 case 2: 110 is packets dropped on the way',
  },
  {
    id: 'start-up-failed',
    role: 'death',
    cause: null,
    text: [
      /failed to start and listen on the port defined (?:provided )?by the PORT=?(?<port>\d+)?/,
      /STARTUP \w+ probe failed (?<times>\d+) times? consecutively/i,
      /Application startup failed\b/,
    ],
    says: 'a container that did not come up',
    source: 'gcp-facts 2.6',
  },
  {
    id: 'worker-boot-failed',
    role: 'death',
    cause: null,
    text: [
      /Worker failed to boot/,
      /Worker \(pid:\d+\) (?:exited with code (?<exit>[1-9]\d*)|was sent SIG(?<signal>\w+))/,
      /Exception in worker process/,
    ],
    says: 'a worker process that could not start',
    source: 'gcp-facts 0.5, 12.2 case 1 (pre-fork servers)',
  },
  {
    id: 'container-exit',
    role: 'death',
    cause: null,
    text: [/Container called exit\((?<exit>[1-9]\d*)\)/, /Container (?:terminated|exited)[^\n]{0,40}(?:code|status) (?<exit>[1-9]\d*)/i],
    says: 'a container that ended with an error code',
    source: 'Cloud Run system log; incident #1278 as logged',
  },
  {
    id: 'worker-timeout',
    role: 'consequence',
    cause: null,
    text: [/WORKER TIMEOUT \(pid:\d+\)/],
    says: 'a worker that hung until its server killed it',
    source: 'gcp-facts 2.6 (framework timeouts)',
  },
  {
    id: 'malformed-response',
    role: 'consequence',
    cause: null,
    text: [/HTTP response was malformed or connection to the instance had an error/],
    says: 'a request answered 503 because the instance broke off',
    source: 'gcp-facts 2.6',
  },
  {
    id: 'no-available-instance',
    role: 'consequence',
    cause: null,
    text: [/aborted because there was no available instance/],
    says: 'a request turned away because no instance was available',
    source: 'gcp-facts 2.6, 12.2 case 16',
  },
  {
    id: 'request-timeout',
    role: 'consequence',
    cause: null,
    text: [/reached the maximum request timeout/],
    says: 'a request cut off at the request timeout',
    source: 'gcp-facts 2.6',
  },
  {
    id: 'server-error',
    role: 'consequence',
    cause: null,
    text: [],
    statuses: [500, 502, 503, 504],
    says: 'a request answered with a server error',
    source: 'request log status',
  },
];

/** The id of lines that match nothing: counted, never a cause. */
export const UNRECOGNISED = 'unrecognised';

const BY_ID = new Map(SIGNATURES.map((signature) => [signature.id, signature]));

/** The entry of the table for a group's `signature`; undefined for `unrecognised`. */
export function signatureOf(id: string): Signature | undefined {
  return BY_ID.get(id);
}
