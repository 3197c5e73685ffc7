import type { AnyStateNode } from 'xstate';
import type { IncidentContext } from '../context.ts';
import { SOAKING, STABILIZING } from '../places.ts';
import { currentService, serviceSettings } from '../steps.ts';

/** How much of the health that must last unbroken has been seen so far. */
export interface Proof {
  readonly healthyMs: number;
  readonly wantedMs: number;
  /** Before this it cannot be whole: when all looks from now on pass. */
  readonly earliestAt: number;
}

/** null where nothing is being proven by time. Pure. */
export function proofOf(context: IncidentContext, active: readonly AnyStateNode[], now: number): Proof | null {
  const wantedMs = wantedAt(context, active);
  if (wantedMs === null) return null;
  const { healthyMs, lastPassAt } = context.streak;
  return { healthyMs, wantedMs, earliestAt: (lastPassAt ?? now) + Math.max(0, wantedMs - healthyMs) };
}

function wantedAt(context: IncidentContext, active: readonly AnyStateNode[]): number | null {
  if (active.some(({ id }) => id === SOAKING)) return context.settings.soakForMs;
  if (!active.some(({ id }) => id === STABILIZING)) return null;
  return serviceSettings(context, currentService(context))?.healthyForMs ?? null;
}
