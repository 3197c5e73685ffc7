import type { ConnectorObservation, DatabaseObservation } from '../../core/model/observation.ts';
import type { ObserverOptions } from './options.ts';
import { measured } from './measure.ts';

/** By name: the configuration of each connector of the document. */
export async function readConnectors({ cloud, clock, spec }: ObserverOptions, signal: AbortSignal): Promise<ConnectorStates> {
  const all = spec.connectors.map(async ({ name }) => {
    const read = () => cloud.vpcAccess.getConnector(name, { signal });
    return [name, await measured(`vpcaccess.googleapis.com/connectors/${name}`, clock, read)] as const;
  });
  return Object.fromEntries(await Promise.all(all));
}

export type ConnectorStates = Readonly<Record<string, ConnectorObservation['state']>>;

export type DatabaseStates = Readonly<Record<string, DatabaseObservation['state']>>;

/** By instance: its state and what it allows: the flag, else what its tier gives (gcp-facts 4). */
export async function readDatabases(options: ObserverOptions, signal: AbortSignal): Promise<DatabaseStates> {
  const all = options.spec.databases.map(async ({ instance }) => [instance, await readDatabase(options, instance, signal)] as const);
  return Object.fromEntries(await Promise.all(all));
}

function readDatabase(
  { cloud, clock, defaultMaxConnections }: ObserverOptions,
  name: string,
  signal: AbortSignal,
): Promise<DatabaseObservation['state']> {
  return measured(`sqladmin.googleapis.com/instances/${name}`, clock, async () => {
    const { maxConnectionsFlag, ...instance } = await cloud.sql.getInstance(name, { signal });
    const byTier = defaultMaxConnections(instance.tier, instance.version);
    const maxConnections = maxConnectionsFlag ?? byTier;
    const from = maxConnectionsFlag !== null ? ('flag' as const) : byTier !== null ? ('tier' as const) : ('unknown' as const);
    return { ...instance, maxConnections, maxConnectionsFrom: from };
  });
}
