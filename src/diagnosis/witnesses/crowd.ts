import { AFTER_WRITE } from '../../core/evidence-asked.ts';
import type { Crowded, Trial, TrialOutage } from '../../core/model/trial.ts';

/** Of what served before. Most of the users have little to lose by a step that can be undone and that cures by its traffic alone. Ours to choose. */
const MOST = 0.5;
const LEAST_REQUESTS = 10;

/** What fails on a way that only its traffic clears keeps no traffic from it, where most users fail as it is and it does not die by itself. */
export function isToRelieve(trial: Trial): boolean {
  if (trial.stage === 'dark' && trial.looks.length < AFTER_WRITE.darkLooks) return false;
  const { total, failed } = trial.before[trial.services[0] ?? '']?.requests ?? { total: 0, failed: 0 };
  return passesTheCrowd(trial) && total >= LEAST_REQUESTS && failed >= MOST * total;
}

/** It has a small share or none, and passes a full connector that only its traffic takes load off: how it fails there says nothing of it. */
function passesTheCrowd({ crowded, stage }: Trial): boolean {
  return crowded != null && (stage === 'dark' || stage === 'canary');
}

/** With all of the traffic, until a figure can tell what that has left of the crowd: what it fails is not held against it. */
export function outageOfCrowd({ connector, hasTakenEffect }: Crowded, at: number, stage: Trial['stage']): TrialOutage | null {
  if (stage === 'dark' || stage === 'canary' || hasTakenEffect) return null;
  return { sinceAt: at, at, what: `${connector}, which it takes load off, was still full`, sharedLooks: 0 };
}

/** `it still passes way-in, which is full`; none: it does not. */
export function sayCrowd(trial: Trial): readonly string[] {
  return passesTheCrowd(trial) ? [`it still passes ${trial.crowded?.connector}, which is full until it has the traffic`] : [];
}
