import { nameIn } from '../../../src/steps/index.ts';
import type { OperationEnd } from '../activities.ts';
import type { IncidentContext } from '../context.ts';
import { isTheirs } from '../others/drift.ts';
import { dependenciesOf, gateOutcome, currentService, stepsLeft } from '../steps.ts';
import { somethingSent } from './trial.ts';
import { usersIllStill } from '../health/users-ill.ts';

/** Guards on what was seen since a change of ours. Each is one question; what could not be seen answers none of them. */

interface Scope {
  readonly context: IncidentContext;
}

/** What is seen now is what others have made of it: it says nothing about the change of this run. */
const isOfOthers = ({ held, stepId }: IncidentContext): boolean => stepId !== null && isTheirs(stepId, held?.change?.touches ?? []);
/** Agreed by several looks: worse than before the change, or clearly failing. */
export const trialFailed = ({ context }: Scope): boolean =>
  !isOfOthers(context) && ['worse', 'failing'].includes(context.trial?.conclusion ?? '');
/** Enough was seen, and it is not worse. What was found so already can have made nothing worse. */
export const trialPassed = ({ context }: Scope): boolean => !isOfOthers(context) && context.trial?.conclusion === 'not-worse';
export const nothingSent = ({ context }: Scope): boolean => !somethingSent(context);
/** The dark revision cannot be asked from here: that speaks neither way. */
export const trialUnreachable = ({ context }: Scope): boolean => context.trial?.conclusion === 'unreachable';
/** The newest look tells of something outside that it is short of: neither good nor bad of the change, and no reason to go further. */
export const trialExcused = ({ context }: Scope): boolean => context.trial?.looks.at(-1)?.excused === true;
/** Looks were taken, and none of them could tell anything: time that was not measured is no failure (I5). */
export const trialSawNothing = ({ context }: Scope): boolean => {
  const recent = (context.trial?.looks ?? []).slice(-3);
  return recent.every(({ probes, deaths }) => probes === 'silent' || deaths === 'silent');
};
/** Nothing speaks against the share that it has, and its own figures are not in: it gets no more, and is not blamed for that. */
export const trialAwaitsFigures = ({ context }: Scope): boolean => {
  const recent = (context.trial?.looks ?? []).slice(-3);
  const isWell = recent.every(({ probes, deaths }) => probes !== 'ill' && deaths !== 'ill');
  return context.trial?.conclusion === 'waiting' && context.trial.worseLooks === 0 && isWell;
};
/** It has all users, and nothing speaks against it; whether it serves them well is not measured yet, and only they can tell. */
export const trialAwaitsUsers = ({ context }: Scope): boolean => {
  const service = currentService(context);
  const recent = (context.trial?.looks ?? []).slice(-3);
  const isWell = recent.every(({ probes, deaths }) => probes !== 'ill' && deaths !== 'ill');
  return usersIllStill(context)[service] !== undefined && gateOutcome(context, `healthy:${service}`) === 'inconclusive' && isWell;
};
/** A share is in force that is not all. */
export const canaryInForce = ({ context }: Scope, { ok }: OperationEnd): boolean => ok && context.share < 100;
/** No write of ours is left to be put back for the step in hand. */
export const nothingToUndo = ({ context }: Scope): boolean => context.restoreQueue.length === 0;
export const undoLeft = ({ context }: Scope): boolean => context.undoing !== null && context.restoreQueue.length > 0;

/**
 * A step of this run was undone, its service is not well, and no step is left that could go on: none at all, or only such as wait
 * for a service whose own step was undone.
 */
export const triedEverything = ({ context }: Scope): boolean => {
  const ill = illAfterUndo(context);
  if (ill.length === 0 || context.diagnosis?.healthy === true) return false;
  return stepsLeft(context, 'revision').every((step) => dependenciesOf(context, step).some((name) => ill.includes(name)));
};

/** The same while waiting, by more than one look. */
export const triedEverythingAgreed = (scope: Scope): boolean =>
  triedEverything(scope) && illAfterUndo(scope.context).some((name) => (scope.context.failing[`healthy:${name}`] ?? 0) >= 2);

function illAfterUndo(context: IncidentContext): readonly string[] {
  return Object.keys(context.undone)
    .map(nameIn)
    .filter((name) => gateOutcome(context, `healthy:${name}`) !== 'pass');
}
