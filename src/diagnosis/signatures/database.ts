import type { Signature } from './signature.ts';

const SECONDS = String.raw`(?:(?<seconds>\d+(?:\.\d+)?)\s?(?:s|sec|secs|seconds)\b|(?<milliseconds>\d+)\s?(?:ms|msec|milliseconds)\b)`;

/** What a database, its driver or its pool said. */
export const DATABASE: readonly Signature[] = [
  {
    id: 'database-unreachable',
    role: 'reason',
    cause: 'database-unreachable',
    text: [
      /HikariPool-\d+ - Connection is not available[^\n]{0,80}\(total=0\b/,
      /Can't reach database server at [`'"]?(?<server>[\w.:/-]+)/,
      /Server selection timed out after (?<milliseconds>\d+) ?ms|MongoServerSelectionError|ServerSelectionTimeoutError|No suitable servers found/,
      /Communications link failure/,
      /SQLSTATE\[\w+\] \[(?:2002|7)\][^\n]{0,80}(?:timed out|timeout)/,
      /tcp connect \((?<server>[^)]+)\): (?:connection timed out|timeout)/,
      /Failed to connect to (?<server>[\w.-]+:(?:5432|6432|3306|1433|27017))\b/,
      /ETIMEDOUT[\s\S]{0,400}node_modules\/(?:mysql2?|pg|pg-pool|tedious|mongodb)\//,
      /\b(?:database|postgres(?:ql)?|mysql|mariadb|cloud ?sql|mongo(?:db)?|sql server)\b[^\n]{0,80}\b(?:connect\w*[^\n]{0,20}(?:timed[ -]?out|timeout(?!\w| ?[=:]))(?![^\n]{0,20}\d ?m?s)|(?:is )?(?:unreachable|not reachable)|did not respond)/i,
      /Can't connect to MySQL server on '(?<server>[^']+)'(?:\s\([^)]*\))?\s?\(?(?:110\b|[^\n]{0,20}timed out)/,
      /(?:could not connect|connection) to server[^\n]{0,80}(?:Connection timed out|timeout expired)/i,
      /A network-related or instance-specific error occurred while establishing a connection to SQL Server/,
      /Cannot (?:open|create) (?:a )?(?:JDBC|PoolableConnectionFactory)[^\n]{0,60}(?:The connection attempt failed|timed out)/,
    ],
    says: 'a database that cannot be reached',
    cures: ['database', 'network'],
    source: 'HikariCP (no connection at all in the pool), Prisma P1001, MongoDB, MySQL Connector/J, libpq and SqlClient texts',
  },
  {
    id: 'instance-connections',
    role: 'reason',
    cause: 'connection-budget',
    platform: true,
    text: [/Exceeded maximum of (?<limit>\d{1,6} connections) per instance "?(?<server>[\w:.-]{1,200})?/],
    says: 'the most connections that one container may hold to one Cloud SQL instance',
    cures: ['setting'],
    source: 'Cloud Run system log; ahmetb/cloud-run-faq#114',
  },
  {
    id: 'connection-slots',
    role: 'reason',
    cause: 'connection-budget',
    text: [
      /remaining connection slots are reserved/,
      /sorry, too many clients already/,
      /too many (?:database )?connections(?: for (?:role|database) "(?<name>[^"\n]{1,120})")?/i,
      /\bER_CON_COUNT_ERROR\b|\bmax_client_conn\b|no more connections allowed/,
      /User '[^'\n]{1,120}' has exceeded the 'max_user_connections'/,
    ],
    says: 'no database connection left at the server',
    cures: ['capacity', 'setting'],
    source: 'gcp-facts 4; PostgreSQL, MySQL and PgBouncer texts',
  },
  {
    id: 'database-init-timeout',
    role: 'reason',
    cause: 'database-unreachable',
    text: [
      new RegExp(
        String.raw`(?:database|db|postgres(?:ql)?|mysql|cloud ?sql)\b[^\n]{0,60}?(?:time(?:d )?[ -]?out)(?! ?[=:])[^\n]{0,30}?\(?${SECONDS}`,
        'i',
      ),
      /timeout exceeded when trying to connect|Connection terminated due to connection timeout/,
      /connection to server (?:at|on socket) "(?<server>[^"]+)"[^\n]{0,80}failed: (?:timeout expired|Connection timed out)/,
      /connection (?:timeout expired|failed: timeout)|failed to connect to `(?:host=)?(?<server>[^\s`]+)[^\n]{0,120}timeout/,
    ],
    says: 'a database that did not answer during start-up within the limit',
    cures: ['database', 'network', 'capacity'],
    source: 'incident #1278 as logged; psycopg, node-postgres and pgx texts',
  },
  {
    id: 'database-restarting',
    role: 'reason',
    cause: 'database-unreachable',
    text: [
      /(?<detail>terminating connection due to administrator command)/,
      /(?<detail>the database system is (?:starting up|shutting down|in recovery mode))/,
      /(?<detail>received (?:fast|smart|immediate) shutdown request|database system (?:is|was) shut down)/,
    ],
    says: 'a database that restarts',
    cures: ['wait', 'database'],
    source: 'PostgreSQL texts, as its clients and its own log say them',
  },
];

/** What a client notices of a cause that its proxy, its driver or the server names, if anybody does. Read after every reason. */
export const EFFECTS: readonly Signature[] = [
  {
    id: 'client-pool',
    role: 'effect',
    cause: 'pool',
    text: [
      /connection not available and request was dropped from queue/,
      /QueuePool limit of size (?<pool>\d{1,6}) overflow (?<overflow>\d{1,6}) reached/,
      /HikariPool-\d{1,4} - Connection is not available, request timed out/,
      /Timed out fetching a new connection from the connection pool(?:[^\n]{0,200}connection limit: (?<pool>\d{1,6}))?|\bP2024\b/,
      /Timeout acquiring a connection\. The pool is probably full|ConnectionAcquireTimeoutError/,
      /could not obtain a (?:database )?connection (?:from the pool )?within (?<seconds>[\d.]{1,12}) seconds/,
      /prior to obtaining a connection from the pool/,
      /The connection pool has been exhausted(?:[^\n]{0,60}'Max Pool Size' \(currently (?<pool>\d{1,6})\))?/,
      /PoolTimeout: couldn't get a connection|[Pp]ool exhausted|Cannot get a connection, pool error|timeout exceeded when waiting for a free connection/,
    ],
    says: 'the application’s own pool of connections that runs empty',
    cures: ['setting', 'image', 'resources'],
    source: 'SQLAlchemy, HikariCP, Prisma, Knex, Sequelize, Active Record, SqlClient, Npgsql, Ecto and psycopg texts',
  },
  {
    id: 'database-dropped',
    role: 'effect',
    cause: 'database-unreachable',
    text: [
      /connection to server (?:at|on socket) "(?<server>[^"\n]{1,200})"[^\n]{0,80}failed: server closed the connection unexpectedly/,
      /server closed the connection unexpectedly|SSL connection has been closed unexpectedly/,
      /MySQL server has gone away|Lost connection to MySQL server/,
      /Connection terminated unexpectedly|\bPROTOCOL_CONNECTION_LOST\b/,
      /\[mysql\][^\n]{0,60}unexpected EOF|driver: bad connection/,
    ],
    says: 'a database connection that broke off',
    cures: ['setting', 'account', 'database', 'wait'],
    source: 'libpq, MySQL, go-sql-driver and node-postgres texts',
  },
  {
    id: 'upstream-reset',
    role: 'effect',
    cause: 'configuration',
    text: [/(?<setting>upstream connect error or disconnect\/reset before headers)/],
    says: 'a proxy in front that could not reach what is behind it',
    cures: ['setting', 'network'],
    source: 'Envoy and ESPv2; GoogleCloudPlatform/esp-v2#423',
  },
];
