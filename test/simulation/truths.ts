import type { Simulator } from '../../src/simulator/simulator.ts';
import type { Incident } from './generate.ts';
import { untrulyRecovered } from './worlds/told.ts';
import { isOurs, resourceOf } from './worlds/twins.ts';
import type { Twins } from './worlds/twins.ts';

/** Whether the end of a seed was right, by the world itself, at the instant of the end. */
export function wrongEnds(incident: Incident, outcome: string | null, simulator: Simulator, twins: Twins): readonly string[] {
  const services = incident.play.spec.services.map(({ name }) => name);
  const { soakForMs } = incident.play.spec.validation;
  return [...untrulyRecovered({ outcome, twins, services }, soakForMs), ...touchedThoughHealthy(incident, simulator)];
}

/** A healthy system is left alone, unless somebody else changes it meanwhile. */
function touchedThoughHealthy({ play, disturbances }: Incident, simulator: Simulator): readonly string[] {
  if (play.scenario.cause !== 'healthy' || disturbances.some(({ kind }) => kind === 'hand')) return [];
  const ours = simulator.writes().filter((write) => isOurs(write) && resourceOf(write) !== null);
  return ours.map(({ method, path }) => `a healthy system is left alone: ${method} ${path}`);
}
