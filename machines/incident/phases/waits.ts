import { runbook } from '../runbook-setup.ts';

/** What a phase that changes something waits for before its next write, written once for both phases. */

type Phase = 'capacity' | 'services';

const RUNBOOK = '#incident.working.runbook';

/** Before the next step: whether it is still needed, by a look since the last change. */
export const waitingForReason = runbook.createStateConfig({
  description: 'Is the next step still needed? Waiting for a look after the last change that says so',
  tags: ['waiting'],
  meta: { frame: 'wait', owner: 'services', gate: 'a look that began after the last change still asks for the step, or two no longer do' },
  always: [
    { guard: 'escalated', target: `${RUNBOOK}.following` },
    { guard: 'mayNotWrite', target: 'waitingForRelease' },
    { guard: 'mustPlanAgain', target: 'choosing' },
    { guard: 'reasonKnown', target: 'choosing' },
  ],
  after: { REASON: { target: `${RUNBOOK}.assessing.observing`, actions: 'forgetPlan' } },
});

/** Between two steps; then the phase is entered anew, so that its deadline is the one with the time given back. */
export function waitingForRelease(phase: Phase) {
  return held('Held by a human, or by a change that was not ours: nothing is written', `${RUNBOOK}.${phase}`, true);
}

/** In the middle of a step: it goes on at `next`. */
export function heldInStep(description: string, next: string) {
  return held(description, next, false);
}

function held(description: string, target: string, reenter: boolean) {
  return runbook.createStateConfig({
    description,
    tags: ['waiting', 'operator'],
    meta: { frame: 'wait', owner: 'operator', deadline: 'operator.held' },
    always: [
      { guard: 'escalated', target: `${RUNBOOK}.following` },
      { guard: 'wellWhileHeld', target: `${RUNBOOK}.proving` },
      { guard: 'mayWrite', target, ...(reenter ? { reenter } : {}) },
    ],
  });
}

/** A step could not be carried out: the same step once more. `deadline`: of the phase. */
export function pausing(deadline: string) {
  return runbook.createStateConfig({
    description: 'A step could not be carried out right now; trying again shortly',
    tags: ['waiting'],
    meta: { frame: 'wait', owner: 'google', deadline },
    on: { RETRY: 'retrying' },
    after: { RETRY: 'retrying' },
  });
}

/** Somebody else's operation is under way on the resource: when it has ended, the step is chosen anew. */
export function busy(description: string, deadline: string) {
  return runbook.createStateConfig({
    description,
    tags: ['waiting'],
    meta: { frame: 'wait', owner: 'google', deadline },
    on: { RETRY: 'choosing' },
    after: { BUSY: 'choosing' },
  });
}

/**
 * A freeze may last for hours, and the world is another one after it: the step is chosen anew, and its reason asked again. Only where
 * its new revision stands ready it goes on with that: chosen anew it would be deployed a second time. `ready`: where, in a phase that
 * makes revisions.
 */
export function waitingForThaw(ready?: string) {
  const next = [...(ready === undefined ? [] : [{ guard: 'revisionIsReady', target: ready } as const]), { target: 'choosing' }];
  return runbook.createStateConfig({
    description:
      'A freeze window is open: nothing is written until it ends; then the step is chosen anew, unless its revision stands ready',
    tags: ['waiting'],
    meta: { frame: 'wait', owner: 'operator', gate: 'the end of the window in policy.freeze' },
    on: { RETRY: next },
    after: { THAW: next },
  });
}
