import { runbook } from '../runbook-setup.ts';

/** How far a revision is trusted: a new one asked by its tag first; then with its shares of the users, one after the other; then with all of them. */

/** None of the traffic yet. */
export const probingDark = runbook.createStateConfig({
  description: 'Ready does not mean that it works: the new revision is asked by its own tag, and has none of the traffic yet',
  tags: ['waiting'],
  meta: {
    owner: 'services',
    gate: 'the health checks pass by the tag in three looks, and no container dies; a tag that cannot be reached speaks neither way',
    rollback: 'the recorded traffic vector, without the tag; the old revision serves all the time',
  },
  always: [
    { guard: 'takenOverByHand', target: 'choosing', actions: 'endTrial' },
    { guard: 'wellWhileHeld', target: '#incident.working.runbook.proving', actions: 'endTrial' },
    { guard: 'trialFailed', target: '#incident.working.runbook.undoing', actions: 'rememberWorse' },
    { guard: 'trialPassed', target: 'clearing', actions: 'tellNotWorse' },
    { guard: 'trialUnreachable', target: 'clearing', actions: 'tellNotWorse' },
  ],
  after: {
    DARK_LIMIT: [
      { guard: 'isHeld', target: 'probingDark', reenter: true },
      { guard: 'trialExcused', target: 'probingDark', reenter: true, actions: 'tellExcused' },
      { guard: 'trialSawNothing', target: 'clearing', actions: 'tellUnseen' },
      { target: '#incident.working.runbook.undoing', actions: 'rememberWorse' },
    ],
  },
});

/** A share of the users that is not all of them. `state`: its own name, to begin anew; `clear`: where it is asked whether it may get the next. */
export function judgingShare({
  state,
  clear,
  description,
}: {
  readonly state: string;
  readonly clear: string;
  readonly description: string;
}) {
  return runbook.createStateConfig({
    description,
    tags: ['waiting'],
    meta: {
      owner: 'services',
      gate: 'by revision, over five minutes (one, where nearly everything fails) and by figures of its own where users call: its requests fail no more often than those beside it, none of its containers dies, its tag answers; where the document names the shares, by at least 20 requests of each',
      rollback: 'the recorded traffic vector, without the tag',
    },
    always: [
      { guard: 'takenOverByHand', target: 'choosing', actions: 'endTrial' },
      { guard: 'wellWhileHeld', target: '#incident.working.runbook.proving', actions: 'endTrial' },
      { guard: 'trialFailed', target: '#incident.working.runbook.undoing', actions: 'rememberWorse' },
      { guard: 'trialPassed', target: clear, actions: ['tellNotWorse', 'nextShare'] },
    ],
    after: {
      SHARE_UNCOUNTED: { guard: 'shareUncounted', actions: 'tellUncounted' },
      CANARY_LIMIT: [
        { guard: 'isHeld', target: state, reenter: true },
        { guard: 'trialExcused', target: state, reenter: true, actions: 'tellExcused' },
        { guard: 'trialSawNothing', target: state, reenter: true, actions: 'tellUnseen' },
        { guard: 'shareUncounted', target: '#incident.working.runbook.awaitingShare', actions: 'rememberUncounted' },
        { guard: 'trialAwaitsFigures', target: state, reenter: true, actions: 'tellUncounted' },
        { target: '#incident.working.runbook.undoing', actions: 'rememberWorse' },
      ],
    },
  });
}

export const judgingCanary = judgingShare({
  state: 'judgingCanary',
  clear: 'clearing',
  description: 'A share of the users meets the new revision: it must not be worse than what serves beside it',
});

/** All of them. */
export const stabilizing = runbook.createStateConfig({
  description:
    'The new revision has the traffic; it must stay healthy, unbroken, for its whole time (5 min) before the next service; a hold and time that could not be measured stop its clock, a single failing look is no relapse',
  tags: ['waiting'],
  meta: {
    owner: 'services',
    gate: 'healthy for stability.healthyFor by looks that follow one another; undone at once when deaths, requests or most looks speak against it',
  },
  entry: 'clearStreak',
  on: { OBSERVED: { actions: 'judgeStability' } },
  always: [
    { guard: 'takenOverByHand', target: 'choosing', actions: 'endTrial' },
    { guard: 'wellWhileHeld', target: '#incident.working.runbook.proving', actions: 'endTrial' },
    { guard: 'trialFailed', target: '#incident.working.runbook.undoing', actions: 'rememberWorse' },
    { guard: 'stableLongEnough', target: 'choosing', actions: ['finishStep', 'endTrial'] },
    { guard: 'relapsedTooOften', target: '#incident.working.runbook.undoing', actions: 'rememberRelapses' },
  ],
  after: {
    STABLE_LIMIT: [
      { guard: 'isHeld', target: 'stabilizing', reenter: true },
      { guard: 'trialExcused', target: 'stabilizing', reenter: true, actions: 'tellExcused' },
      { guard: 'trialSawNothing', target: 'stabilizing', reenter: true, actions: 'tellUnseen' },
      { guard: 'trialAwaitsUsers', target: 'stabilizing', reenter: true, actions: 'tellUnseen' },
      { target: '#incident.working.runbook.undoing', actions: 'rememberUnstable' },
    ],
  },
});
