import type { Observation } from '../../core/model/observation.ts';
import type { LookTestimony } from '../../core/model/testimony.ts';
import type { RemediationSpec } from '../../core/model/spec.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Cloud, LogGrouper } from '../../ports/cloud.ts';
import type { ProbesPort } from '../../ports/probes.ts';
import type { OwnRequests } from './own-requests.ts';

export interface ObserverOptions {
  readonly cloud: Cloud;
  readonly probes: ProbesPort;
  readonly spec: RemediationSpec;
  readonly clock: Clock;
  readonly groupLogs: LogGrouper;
  /** Computes what the adapter cannot: connections that engine and tier allow when no flag says it (gcp-facts 4). */
  /** The ledger of our own requests, where others send some too through the same probes; missing: the observer keeps its own. */
  readonly own?: OwnRequests;
  readonly defaultMaxConnections: (tier: string, version: string) => number | null;
}

export interface Observer {
  /** One observation; `before` are the run's looks before this process began. Never throws for a failed read: what could not be read is absent, with the reason. Aborts with the signal. */
  observe(signal: AbortSignal, before?: readonly LookTestimony[]): Promise<Observation>;
}
