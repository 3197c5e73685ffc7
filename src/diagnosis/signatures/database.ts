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
    source: 'HikariCP (no connection at all in the pool), Prisma P1001, MongoDB, MySQL Connector/J, libpq and SqlClient texts',
  },
  {
    id: 'connection-slots',
    role: 'reason',
    cause: 'connection-budget',
    text: [
      /remaining connection slots are reserved/,
      /sorry, too many clients already/,
      /too many (?:database )?connections(?: for (?:role|database) "(?<name>[^"]+)")?/i,
      /connection not available and request was dropped from queue/,
      /\bER_CON_COUNT_ERROR\b|\bmax_client_conn\b|no more connections allowed/,
      /QueuePool limit of size (?<pool>\d+) overflow (?<overflow>\d+) reached/,
      /HikariPool-\d+ - Connection is not available, request timed out/,
      /Timed out fetching a new connection from the connection pool|\bP2024\b/,
      /Timeout acquiring a connection\. The pool is probably full|ConnectionAcquireTimeoutError/,
      /could not obtain a (?:database )?connection (?:from the pool )?within (?<seconds>[\d.]+) seconds/,
      /prior to obtaining a connection from the pool/,
      /User '[^']+' has exceeded the 'max_user_connections'/,
      /PoolTimeout: couldn't get a connection|pool exhausted|Pool exhausted|Cannot get a connection, pool error/,
    ],
    says: 'no database connection left',
    source: 'gcp-facts 4; PostgreSQL, MySQL, PgBouncer, SQLAlchemy, HikariCP, Prisma, Knex, Sequelize, Active Record and SqlClient texts',
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
    source: 'incident #1278 as logged; psycopg, node-postgres and pgx texts',
  },
  {
    id: 'database-dropped',
    role: 'reason',
    cause: 'database-unreachable',
    text: [
      /connection to server (?:at|on socket) "(?<server>[^"]+)"[^\n]{0,80}failed: server closed the connection unexpectedly/,
      /server closed the connection unexpectedly|SSL connection has been closed unexpectedly/,
      /terminating connection due to administrator command/,
      /the database system is (?:starting up|shutting down|in recovery mode)/,
      /MySQL server has gone away|Lost connection to MySQL server/,
      /Connection terminated unexpectedly|\bPROTOCOL_CONNECTION_LOST\b/,
    ],
    says: 'a database that dropped the connection',
    source: 'libpq, MySQL and node-postgres texts',
  },
];
