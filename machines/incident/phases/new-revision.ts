import { runbook } from '../runbook-setup.ts';

/** How far a new revision is trusted: asked by its tag first, then with a small share of the users, then with all of them. */

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

/** A small share of the users. */
export const judgingCanary = runbook.createStateConfig({
  description: 'A small share of the users meets the new revision: it must not be worse than the one it replaces',
  tags: ['waiting'],
  meta: {
    owner: 'services',
    gate: 'by revision, over five minutes (one, where nearly everything fails) and by figures of its own where users call: its requests fail no more often, none of its containers dies, its tag answers',
    rollback: 'the recorded traffic vector, without the tag',
  },
  always: [
    { guard: 'takenOverByHand', target: 'choosing', actions: 'endTrial' },
    { guard: 'wellWhileHeld', target: '#incident.working.runbook.proving', actions: 'endTrial' },
    { guard: 'trialFailed', target: '#incident.working.runbook.undoing', actions: 'rememberWorse' },
    { guard: 'trialPassed', target: 'clearing', actions: ['tellNotWorse', 'shareAll'] },
  ],
  after: {
    CANARY_LIMIT: [
      { guard: 'isHeld', target: 'judgingCanary', reenter: true },
      { guard: 'trialExcused', target: 'judgingCanary', reenter: true, actions: 'tellExcused' },
      { guard: 'trialSawNothing', target: 'judgingCanary', reenter: true, actions: 'tellUnseen' },
      { guard: 'trialAwaitsFigures', target: 'judgingCanary', reenter: true, actions: 'tellUncounted' },
      { target: '#incident.working.runbook.undoing', actions: 'rememberWorse' },
    ],
  },
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
