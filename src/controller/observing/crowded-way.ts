import { MINUTE } from '../../core/duration.ts';
import type { Observation } from '../../core/model/observation.ts';
import type { RemediationSpec } from '../../core/model/spec.ts';
import type { Crowded, Trial } from '../../core/model/trial.ts';
import { connectorsOf, isAtGoal, ridersOf } from '../../diagnosis/infrastructure/connectors.ts';
import { readCrash } from '../../diagnosis/logs/crash.ts';
import { idOf, KINDS, STEPS } from '../../steps/index.ts';

/** Who waits to connect again does so within minutes of what he waited for; Monitoring's own delay comes on top. Ours to choose. */
const TAKES_EFFECT = 2 * MINUTE;

/**
 * The full connector that a change takes load off, where what is watched still passes it with the rest of its calls: known before the step,
 * and no outage outside. Without traffic it takes nothing off, and fails on the way as what serves does; with all of it the figure
 * must be from after it has taken effect. null: there is none, the change leaves the connector altogether, or what is watched dies of itself.
 */
export function crowdedWay(trial: Trial, observation: Observation, spec: RemediationSpec): Crowded | null {
  const [name] = trial.services;
  const wanted = spec.services.find((service) => service.name === name);
  if (name === undefined || !takesLoadOff(trial.stepId, name)) return null;
  if (wanted?.egress?.to !== 'private-ranges-only') return null;
  if (trial.revision !== null && readCrash(observation, name, trial.revision).kind === 'application') return null;
  const full = connectorsOf(observation, spec).find((one) => isAtGoal(one, spec) && ridersOf(one.seen)?.includes(name) === true);
  if (full === undefined) return null;
  const isBefore = (full.seen?.cpuP99.measuredAt ?? 0) < trial.sinceAt + TAKES_EFFECT;
  return { connector: full.wanted.name, hasTakenEffect: trial.stage === 'all' && !isBefore };
}

/** A step of a kind that makes another one needless for a full connector. */
function takesLoadOff(stepId: string, service: string): boolean {
  return KINDS.some((kind) => STEPS[kind].spares !== null && stepId === idOf(kind, service));
}
