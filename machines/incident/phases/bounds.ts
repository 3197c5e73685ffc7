import { stepInput } from '../inputs.ts';
import { runbook } from '../runbook-setup.ts';

/** The instances of a whole service: a change without a new revision, in force at once, and judged like a pin. */

export const boundingInstances = runbook.createStateConfig({
  description: 'Bounding the instances of a service, so that they fit what they share with others, or are there when they are asked',
  meta: { owner: 'firebreak' },
  initial: 'requesting',
  states: {
    requesting: {
      description: 'Reading the service again, then sending its bounds under its etag',
      tags: ['mutating'],
      meta: { owner: 'firebreak', rollback: 'the recorded bounds' },
      entry: ['beginWrite', 'noteBefore', 'setTrafficDeadline'],
      exit: 'endWrite',
      invoke: {
        src: 'boundInstances',
        input: ({ context }) => stepInput(context),
        onDone: { target: 'applying', actions: { type: 'recordChange', params: ({ event }) => event.output } },
        onError: [
          {
            guard: 'failedStaleTooOften',
            target: '#incident.working.runbook.awaitingOperator',
            actions: ['noteConflict', 'recordFailure'],
          },
          { guard: 'failedStale', target: '#incident.working.runbook.assessing.observing', actions: 'noteConflict' },
          { guard: 'failedFrozen', target: '#incident.working.runbook.capacity.waitingForThaw', actions: 'tellFreeze' },
          { guard: 'failedForNow', target: '#incident.working.runbook.capacity.pausing', actions: 'noteAttempt' },
          { guard: 'failedForHuman', target: '#incident.working.runbook.awaitingOperator', actions: 'recordFailure' },
          { target: '#incident.working.runbook.undoing', actions: 'recordFailure' },
        ],
      },
      after: { ACTIVITY_LIMIT: { target: '#incident.working.runbook.capacity.pausing', actions: 'noteAttempt' } },
    },
    applying: {
      description: 'Waiting until the service stands with the bounds that were asked for',
      tags: ['waiting'],
      meta: { owner: 'google', gate: 'the service is settled with the bounds that were asked for' },
      invoke: {
        src: 'awaitBounds',
        input: ({ context }) => ({ ...stepInput(context), operation: context.operation, deadlineAt: context.deadlineAt }),
        onDone: [
          {
            guard: { type: 'operationOk', params: ({ event }) => event.output },
            target: '#incident.working.runbook.capacity.judgingBounds',
            actions: [{ type: 'recordTrafficInForce', params: ({ event }) => event.output }, 'beginBoundsTrial'],
          },
          { target: '#incident.working.runbook.undoing', actions: { type: 'recordBadEnd', params: ({ event }) => event.output } },
        ],
        onError: [
          { guard: 'failedForeign', target: '#incident.working.runbook.assessing.observing', actions: 'noteConflict' },
          { guard: 'failedForNow', target: 'applyingAgain', actions: 'countAttempt' },
          { target: '#incident.working.runbook.undoing', actions: 'recordFailure' },
        ],
      },
      after: {
        TRAFFIC_LIMIT: {
          target: '#incident.working.runbook.undoing',
          actions: { type: 'rememberOverdue', params: { what: 'the bound on the instances' } },
        },
      },
    },
    applyingAgain: {
      description: 'The service could not be read; looking again shortly',
      tags: ['waiting'],
      meta: { owner: 'google', deadline: 'CAPACITY_PHASE' },
      on: { RETRY: 'applying' },
      after: { RETRY: 'applying' },
    },
  },
});

export const judgingBounds = runbook.createStateConfig({
  description:
    'The instances are bounded: are users turned away, or did anything else get worse? Then this bound, and nothing else, is undone',
  tags: ['waiting'],
  meta: {
    owner: 'services',
    gate: 'the service does not do worse than right before it, those turned away with 429 counted as failed, by several looks',
    rollback: 'the recorded bounds',
  },
  always: [
    { guard: 'escalated', target: '#incident.working.runbook.following' },
    { guard: 'handTakenOver', target: 'choosing', actions: 'endTrial' },
    { guard: 'nothingSent', target: 'choosing', actions: ['finishStep', 'endTrial'] },
    { guard: 'trialFailed', target: '#incident.working.runbook.undoing', actions: 'rememberWorse' },
    { guard: 'trialPassed', target: 'choosing', actions: ['tellNotWorse', 'finishStep', 'endTrial'] },
  ],
  after: {
    TRIAL_LIMIT: [
      { guard: 'isHeld', target: 'judgingBounds', reenter: true },
      { target: '#incident.working.runbook.awaitingOperator', actions: ['rememberUntold', 'endTrial'] },
    ],
  },
});
