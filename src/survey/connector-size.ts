import type { ConnectorState } from '../core/model/observation.ts';

type Size = Pick<ConnectorState, 'minInstances' | 'maxInstances' | 'machineType'>;

/** The most that Google allows (gcp-facts 1.3), with no more of it warm than now. */
export function fullTarget(present: Pick<Size, 'minInstances'> | null): Size {
  return { minInstances: Math.min(9, Math.max(2, present?.minInstances ?? 2)), maxInstances: 10, machineType: 'e2-standard-4' };
}

/** `2–3 × f1-micro`. */
export function sizeWords({ minInstances, maxInstances, machineType }: Size): string {
  return `${minInstances}–${maxInstances} × ${machineType}`;
}
