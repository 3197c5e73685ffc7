import type { Observation } from '../../core/model/observation.ts';
import type { RemediationSpec } from '../../core/model/spec.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Cloud, LogGrouper } from '../../ports/cloud.ts';
import type { ProbesPort } from '../../ports/probes.ts';

export interface ObserverOptions {
  readonly cloud: Cloud;
  readonly probes: ProbesPort;
  readonly spec: RemediationSpec;
  readonly clock: Clock;
  readonly groupLogs: LogGrouper;
  /** Computes what the adapter cannot: connections that engine and tier allow when no flag says it (gcp-facts 4). */
  readonly defaultMaxConnections: (tier: string, version: string) => number | null;
}

export interface Observer {
  /** One observation. Never throws for a failed read: what could not be read is absent, with the reason. Aborts with the signal. */
  observe(signal: AbortSignal): Promise<Observation>;
}
