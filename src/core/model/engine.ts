/** What kind of database a Cloud SQL instance is: metrics, limits and wire protocol differ by it. `other`: SQL Server, or not known. */
export type DatabaseEngine = 'postgresql' | 'mysql' | 'other';

/** By `databaseVersion` as the Cloud SQL Admin API spells it: `POSTGRES_15`, `MYSQL_8_0_31`, `SQLSERVER_2019_STANDARD`. */
export function engineOf(version: string): DatabaseEngine {
  if (version.startsWith('POSTGRES_')) return 'postgresql';
  return version.startsWith('MYSQL_') ? 'mysql' : 'other';
}
