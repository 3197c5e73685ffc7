import type { Scenario } from '../scenario.ts';
import type { SimClock } from './sim-clock.ts';

/** The scenario by Google's clock, which may run ahead of the controller's or behind it: what it says of time is meant so. */
export function inGooglesTime(scenario: Scenario): Scenario {
  const { clockSkew } = scenario.world;
  return clockSkew === 0 ? scenario : { ...scenario, startAt: scenario.startAt + clockSkew };
}

/** Google's clock, made of the controller's. */
export function googlesClock(clock: SimClock, skewMs: number): SimClock {
  if (skewMs === 0) return clock;
  return { now: () => clock.now() + skewMs, sleepUntil: (at, signal) => clock.sleepUntil(at - skewMs, signal) };
}
