import { runbook } from '../runbook-setup.ts';
import { OTHER_PLAN } from '../state-meta.ts';

const RUNBOOK = '#incident.working.runbook';
const CAPACITY = `${RUNBOOK}.capacity`;
const SERVICES = `${RUNBOOK}.services`;

/**
 * Too few have called for the share to be judged. It keeps its share, is watched on, and gets no more of them by itself; what its figures
 * say once they are there goes before an answer.
 */
export const awaitingShare = runbook.createStateConfig({
  description: 'A share is not measured, because too few call: only a human gives it more; it is watched on meanwhile',
  tags: ['waiting', 'operator'],
  meta: {
    owner: 'operator',
    gate: 'APPROVE to give it the next share, RETRY to wait on, SKIP to put back what served before, REJECT to stop; or its own figures at last',
    rollback: 'the recorded traffic vector, without the tag',
    asks: {
      about: 'question',
      otherwise: 'it keeps the share that it has, and is handed to people with all evidence: nothing more is changed',
    },
  },
  entry: ['askShare', 'tellQuestion', 'beginQuestion'],
  exit: 'endQuestion',
  always: [
    { guard: 'escalated', target: `${RUNBOOK}.following` },
    { guard: 'takenOverByHand', target: `${RUNBOOK}.assessing.observing`, actions: ['endTrial', 'forgetQuestion'] },
    { guard: 'wellWhileHeld', target: `${RUNBOOK}.proving`, actions: ['endTrial', 'closeQuestion'] },
    { guard: 'trialFailed', target: `${RUNBOOK}.undoing`, actions: ['tellQuestionWithdrawn', 'rememberWorse', 'closeQuestion'] },
    { guard: 'passedPin', target: `${CAPACITY}.clearingPin`, actions: ['tellNotWorse', 'nextShare', 'closeQuestion'] },
    { guard: 'trialPassed', target: `${SERVICES}.clearing`, actions: ['tellNotWorse', 'nextShare', 'closeQuestion'] },
  ],
  on: {
    APPROVE: [
      { guard: 'answersPinShare', target: `${CAPACITY}.clearingPin`, actions: ['nextShare', 'closeQuestion'] },
      { guard: 'answersQuestion', target: `${SERVICES}.clearing`, actions: ['nextShare', 'closeQuestion'] },
      { actions: 'tellWrongPlan', meta: OTHER_PLAN },
    ],
    RETRY: [
      { guard: 'currentlyPinning', target: `${CAPACITY}.judgingPinShare`, actions: 'closeQuestion' },
      { target: `${SERVICES}.judgingCanary`, actions: 'closeQuestion' },
    ],
    SKIP: [
      { guard: 'skipsCurrentStep', target: `${RUNBOOK}.undoing`, actions: ['rememberSkip', 'rememberUncounted', 'closeQuestion'] },
      { guard: 'skipsAnotherStep', actions: 'rememberSkip' },
    ],
    REJECT: { target: '#incident.concluding', actions: ['rememberRejection', 'endAborted'] },
  },
  after: {
    ASK_AGAIN: { actions: 'tellQuestionAgain' },
    QUESTION: { target: `${RUNBOOK}.following`, actions: 'raiseEscalation' },
  },
});
