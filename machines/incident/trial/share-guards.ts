import { wayOf } from '../../../src/steps/index.ts';
import type { IncidentContext } from '../context.ts';
import { answersQuestion } from '../guards.ts';
import { currentStep } from '../steps.ts';
import { trialAwaitsFigures, trialPassed } from './trial-guards.ts';

/** Guards on the share of the traffic that a step has come to. */

interface Scope {
  readonly context: IncidentContext;
}

/** Nothing speaks against it, its own figures are not in, and the document names the shares: only a human gives it more. */
const shareUncounted = (scope: Scope): boolean => scope.context.trial?.asked === true && trialAwaitsFigures(scope);
/** The step in hand pins what is there already: it goes on in the capacity phase. */
const currentlyPinning = ({ context }: Scope): boolean => {
  const step = currentStep(context);
  return step !== null && wayOf(step.kind).phase === 'capacity';
};
const passedPin = (scope: Scope): boolean => currentlyPinning(scope) && trialPassed(scope);
const answersPinShare = (scope: Scope & { readonly event: object }): boolean => currentlyPinning(scope) && answersQuestion(scope);

/** Each is one question. */
export const guards = { shareUncounted, currentlyPinning, passedPin, answersPinShare };
