import type { Signature } from './signature.ts';

const HOST = String.raw`(?<host>[A-Za-z0-9_.-]+|\[[0-9a-f:]+\])`;

/** What the resolver said. Read before databases and quotas, because an error about a name often names the database too. */
export const NAMES: readonly Signature[] = [
  {
    id: 'name-resolution',
    role: 'reason',
    cause: 'name-resolution',
    text: [
      new RegExp(String.raw`\bError -[23] connecting to ${HOST}:(?<port>\d+)`),
      /\bEAI_AGAIN\b(?: (?<host>[\w.-]+))?/,
      /could not translate host name "(?<host>[^"]+)" to address/,
      /Temporary failure in name resolution/,
      /\bgetaddrinfo (?:ENOTFOUND|EAI_NONAME) (?<host>[\w.-]+)/,
      /Name or service not known|nodename nor servname provided|No such host is known/,
      /getaddrinfo(?: for (?<host>[\w.-]+))? failed|php_network_getaddresses|getaddrinfo: /,
      /lookup (?<host>[\w.-]+)(?: on [\d.:[\]a-f]+)?: (?:no such host|server misbehaving|i\/o timeout)/,
      /UnknownHostException: (?<host>[\w.-]+)/,
      /Could not resolve host:? (?<host>[\w.-]+)|DNS resolution failed|failed to lookup address information|\bNXDOMAIN\b/,
      /Unknown MySQL server host '(?<host>[^']+)'/,
    ],
    says: 'a name that could not be resolved',
    cures: ['network'],
    source: 'gcp-facts 12.1: -3 is the resolver, not the network path; resolver errors of common runtimes',
  },
];

/** What the network said when nothing more exact is known. */
export const CONNECTIONS: readonly Signature[] = [
  {
    id: 'connect-refused',
    role: 'reason',
    cause: 'configuration',
    text: [
      new RegExp(String.raw`\bError 111 connecting to ${HOST}:(?<port>\d+)`),
      /\bECONNREFUSED\b(?: (?<host>[\w.-]+):(?<port>\d+))?/,
      /dial tcp (?<host>[\w.-]+):(?<port>\d+): connect: connection refused/,
      /connection to server at "(?<host>[^"]+)"(?: \([^)]*\))?, port (?<port>\d+) failed: Connection refused/i,
      /Connection to (?<host>[\w.-]+):(?<port>\d+) refused|Connection refused \((?<host2>[\w.-]{1,200}):(?<port2>\d{1,5})\)/,
      /\[Errno 111\] Connect call failed \('(?<host>[\w.-]{1,200})', (?<port>\d{1,5})\)/,
      /\[Errno 111\]|MySQL server on '(?<host>[^']+)' \(111/,
      /Connection refused|actively refused/i,
    ],
    says: 'a connection that was refused (111)',
    cures: ['setting', 'wait'],
    source: 'gcp-facts 12.1: 111 is refused',
  },
  {
    id: 'connect-timeout',
    role: 'reason',
    cause: 'connector-saturation',
    text: [
      new RegExp(String.raw`\bError 110 connecting to ${HOST}:(?<port>\d+)`),
      /\bETIMEDOUT\b(?: (?<host>[\w.-]+):(?<port>\d+))?/,
      /dial tcp (?<host>[\w.-]+):(?<port>\d+): (?:connect: connection timed out|i\/o timeout)/,
      /\[Errno 110\] Connect call failed \('(?<host>[\w.-]{1,200})', (?<port>\d{1,5})\)/,
      /\[Errno 110\]/,
      /RedisConnectionException: Unable to connect to (?<host>[\w.-]{1,200})(?:\/<unresolved>)?:(?<port>\d{1,5})|UnableToConnect on (?<host2>[\w.-]{1,200}):(?<port2>\d{1,5})/,
      /Error connecting to Redis on (?<host>[\w.-]{1,200}):(?<port>\d{1,5}) \(Redis::TimeoutError\)/,
      /\bConnection to (?<host>[\w.-]{1,200}) timed out\. \(connect timeout|attempted address: (?<host2>[\w.-]{1,200}):(?<port2>\d{1,5}), timeout/,
      /context deadline exceeded while dialing (?<host>[\w.-]{1,200}):(?<port>\d{1,5})/,
      /Timed out connecting to (?:Redis on )?(?<host>[\w.-]{1,200}):(?<port>\d{1,5})\b/,
      /\bConnectTimeout(?:Error|Exception)?\b|\bSocketTimeoutException: connect timed out/i,
      /\bUND_ERR_CONNECT_TIMEOUT\b/,
      /connect(?:ion)?(?: attempt)? timed out|Timeout connecting to server|\bconnection timeout\b(?! ?(?:is|of|set|[=:]))/i,
      /Network is unreachable|\bENETUNREACH\b|\bEHOSTUNREACH\b|No route to host/,
    ],
    says: 'a connection that timed out (110)',
    cures: ['network', 'capacity'],
    source: 'gcp-facts 12.1, 12.2 case 2: 110 is packets dropped on the way',
  },
];
