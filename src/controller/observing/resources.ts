import { absent } from '../../core/model/measured.ts';
import type { ConnectorObservation, DatabaseObservation } from '../../core/model/observation.ts';
import type { ObserverOptions } from './options.ts';
import { measured } from './measure.ts';

/** The connector's configuration; null when the document names none. */
export async function readConnector(
  { cloud, clock, spec }: ObserverOptions,
  signal: AbortSignal,
): Promise<ConnectorObservation['state'] | null> {
  const { connector } = spec;
  if (connector === null) return null;
  return measured(`vpcaccess.googleapis.com/connectors/${connector.name}`, clock, () =>
    cloud.vpcAccess.getConnector(connector.name, { signal }),
  );
}

/** The database's state and what it allows: the flag, else what its tier gives (gcp-facts 4). */
export async function readDatabase(options: ObserverOptions, signal: AbortSignal): Promise<DatabaseObservation['state']> {
  const { cloud, clock, spec } = options;
  const name = spec.database?.instance;
  if (name === undefined) return absent('not configured');
  return measured(`sqladmin.googleapis.com/instances/${name}`, clock, async () => {
    const { maxConnectionsFlag, ...instance } = await cloud.sql.getInstance(name, { signal });
    const byTier = options.defaultMaxConnections(instance.tier, instance.version);
    const maxConnections = maxConnectionsFlag ?? byTier;
    const from = maxConnectionsFlag !== null ? ('flag' as const) : byTier !== null ? ('tier' as const) : ('unknown' as const);
    return { ...instance, maxConnections, maxConnectionsFrom: from };
  });
}
