import type { Observation } from '../core/model/observation.ts';
import type { Measured } from '../core/model/measured.ts';
import type { RemediationSpec } from '../core/model/spec.ts';
import type { WayIn } from '../core/model/way-in.ts';
import { defaultMaxConnections } from '../diagnosis/infrastructure/default-max-connections.ts';
import { groupLogs } from '../diagnosis/logs/group-logs.ts';
import type { Clock } from '../ports/clock.ts';
import type { Cloud } from '../ports/cloud.ts';
import type { ProbesPort } from '../ports/probes.ts';
import { createObserver } from './observing/observer.ts';
import { measured } from './observing/measure.ts';

export interface ObserveOnceOptions {
  readonly spec: RemediationSpec;
  readonly cloud: Cloud;
  readonly probes: ProbesPort;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

export interface Seen {
  readonly observation: Observation;
  /** The ways in to the services; null: the document names no load balancer. */
  readonly waysIn: Measured<readonly WayIn[]> | null;
}

/** The first look of a run, without a run; and how the load balancer leads to the services, by host. What cannot be read is absent. */
export async function observeOnce({ spec, cloud, probes, clock, signal }: ObserveOnceOptions): Promise<Seen> {
  const observation = await createObserver({ cloud, probes, spec, clock, groupLogs, defaultMaxConnections }).observe(signal);
  if (spec.loadBalancer === null) return { observation, waysIn: null };
  return { observation, waysIn: await measured('compute.googleapis.com/urlMaps', clock, () => cloud.loadBalancer.waysIn({ signal })) };
}
