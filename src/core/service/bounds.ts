import type { ServiceBounds, ServiceState } from '../model/observation.ts';

/** No bound of the service itself. */
export const UNBOUNDED: ServiceBounds = { minInstances: 0, maxInstances: null };

/** The service's own bounds; null: a human has fixed the number of instances, and bounds say nothing. */
export function boundsOf({ bounds = UNBOUNDED }: Pick<ServiceState, 'bounds'>): ServiceBounds | null {
  return bounds === 'manual' ? null : bounds;
}

export function sameBounds(one: ServiceBounds, other: ServiceBounds): boolean {
  return one.minInstances === other.minInstances && one.maxInstances === other.maxInstances;
}

/** Instances that so many warm revisions may have together, by their template's bound and the service's; null: nothing is set. */
export function mostInstances({ template, bounds }: Pick<ServiceState, 'template' | 'bounds'>, warm: number): number | null {
  const ofRevisions = template.maxInstances === null ? Infinity : template.maxInstances * Math.max(1, warm);
  const ofService = bounds === undefined || bounds === 'manual' ? null : bounds.maxInstances;
  const most = Math.min(ofRevisions, ofService ?? Infinity);
  return most === Infinity ? null : most;
}

/** Whether they are the service's own; nothing was asked for: yes. */
export function isBoundedBy(state: Pick<ServiceState, 'bounds'>, wanted: ServiceBounds | undefined): boolean {
  if (wanted === undefined) return true;
  const bounds = boundsOf(state);
  return bounds !== null && sameBounds(bounds, wanted);
}
