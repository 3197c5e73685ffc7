import { defined } from '../../src/core/defined.ts';
import type { ConnectorObservation, DatabaseObservation, Observation } from '../../src/core/model/observation.ts';

/** What the look saw of its one connector. */
export function connectorOf({ connectors }: Observation): ConnectorObservation {
  return defined(connectors['staging-connector']);
}

/** The look with a part of its one connector otherwise. */
export function withConnector(seen: Observation, change: Partial<ConnectorObservation>): Observation {
  return { ...seen, connectors: { 'staging-connector': { ...connectorOf(seen), ...change } } };
}

/** What the look saw of its one database. */
export function databaseOf({ databases }: Observation): DatabaseObservation {
  return defined(databases['staging-shared-postgres']);
}

/** The look with a part of its one database otherwise. */
export function withDatabase(seen: Observation, change: Partial<DatabaseObservation>): Observation {
  return { ...seen, databases: { 'staging-shared-postgres': { ...databaseOf(seen), ...change } } };
}
