import { stepInput } from '../inputs.ts';
import { runbook } from '../runbook-setup.ts';
import { boundingInstances, judgingBounds } from './bounds.ts';

/** Phase 1: give the private path room (scale the connector), bound what takes too much of it, then end the double load (pin traffic to one revision). */
export const capacity = runbook.createStateConfig({
  description: 'Phase 1, capacity: scale the connector, bound instances, pin traffic to one revision',
  initial: 'choosing',
  entry: { type: 'setPhaseEnd', params: { phase: 'capacityMs' } },
  after: {
    CAPACITY_PHASE: [
      // The hold has its own limit; its time is given back to the phase.
      { guard: 'isHeld' },
      {
        target: '#incident.working.runbook.following',
        actions: [{ type: 'rememberOverdue', params: { what: 'the capacity phase' } }, 'raiseEscalation'],
      },
    ],
  },
  on: {
    SKIP: [
      { guard: 'skipsStepInHand', target: '.choosing', actions: 'rememberSkip' },
      { guard: 'skipsAnotherStep', actions: 'rememberSkip' },
    ],
  },
  states: {
    choosing: {
      description: 'Which capacity step is next?',
      tags: ['deciding'],
      meta: { owner: 'firebreak' },
      always: [
        { guard: 'escalated', target: '#incident.working.runbook.following' },
        { guard: 'mayNotWrite', target: 'waitingForRelease' },
        { guard: 'mustPlanAgain', target: '#incident.working.runbook.assessing.observing' },
        { guard: 'reasonGone', target: '#incident.working.runbook.assessing.diagnosing', actions: 'beginAssessment' },
        { guard: 'capacityReasonOpen', target: 'waitingForReason' },
        { guard: 'connectorLeft', target: 'scalingConnector', actions: 'takeConnectorStep' },
        { guard: 'boundsLeft', target: 'boundingInstances', actions: 'takeBoundsStep' },
        { guard: 'pinLeft', target: 'pinningTraffic', actions: 'takePinStep' },
        { target: 'settling' },
      ],
    },
    waitingForReason: {
      description: 'Is the next step still needed? Waiting for a look after the last change that says so',
      tags: ['waiting'],
      meta: { owner: 'services', gate: 'a look that began after the last change still asks for the step, or two no longer do' },
      always: [
        { guard: 'escalated', target: '#incident.working.runbook.following' },
        { guard: 'mayNotWrite', target: 'waitingForRelease' },
        { guard: 'mustPlanAgain', target: 'choosing' },
        { guard: 'reasonKnown', target: 'choosing' },
      ],
      after: { REASON: { target: '#incident.working.runbook.assessing.observing', actions: 'forgetPlan' } },
    },
    waitingForRelease: {
      description: 'Held by a human, or by a change that was not ours: nothing is written',
      tags: ['waiting', 'operator'],
      meta: { owner: 'operator', deadline: 'operator.held' },
      always: [
        { guard: 'escalated', target: '#incident.working.runbook.following' },
        { guard: 'wellWhileHeld', target: '#incident.working.runbook.proving' },
        // Entered anew, so that its deadline is the one with the time given back.
        { guard: 'mayWrite', target: '#incident.working.runbook.capacity', reenter: true },
      ],
    },
    pausing: {
      description: 'A step could not be carried out right now; trying again shortly',
      tags: ['waiting'],
      meta: { owner: 'google', deadline: 'CAPACITY_PHASE' },
      on: { RETRY: 'retrying' },
      after: { RETRY: 'retrying' },
    },
    waitingForThaw: {
      description: 'A freeze window is open: nothing is written until it ends',
      tags: ['waiting'],
      meta: { owner: 'operator', gate: 'the end of the window in policy.freeze' },
      on: { RETRY: 'choosing' },
      after: { THAW: 'choosing' },
    },
    connectorBusy: {
      description: "The connector is being changed by somebody else's operation; waiting for it to end",
      tags: ['waiting'],
      meta: { owner: 'google', deadline: 'CAPACITY_PHASE' },
      on: { RETRY: 'choosing' },
      after: { BUSY: 'choosing' },
    },
    retrying: {
      description: 'Going back to the step in hand',
      tags: ['deciding'],
      meta: { owner: 'firebreak' },
      always: [
        { guard: 'escalated', target: '#incident.working.runbook.following' },
        { guard: 'mayNotWrite', target: 'waitingForRelease' },
        { guard: 'mustPlanAgain', target: '#incident.working.runbook.assessing.observing' },
        { guard: 'connectorLeft', target: 'scalingConnector' },
        { guard: 'boundsLeft', target: 'boundingInstances' },
        { target: 'pinningTraffic' },
      ],
    },
    scalingConnector: {
      description: 'Scaling the Serverless VPC Access connector: a one-way door, sent once, absolute, checked right before and after',
      meta: { owner: 'firebreak' },
      initial: 'requesting',
      states: {
        requesting: {
          description: 'Reading the connector again, then sending the update',
          tags: ['mutating'],
          meta: { owner: 'firebreak', rollback: 'none: instances never scale in; undo is a new connector' },
          entry: ['beginWrite', 'noteBefore', 'setConnectorDeadline'],
          exit: 'endWrite',
          invoke: {
            src: 'scaleConnector',
            input: ({ context }) => stepInput(context),
            onDone: { target: 'applying', actions: { type: 'recordChange', params: ({ event }) => event.output } },
            onError: [
              { guard: 'failedBusy', target: '#incident.working.runbook.capacity.connectorBusy', actions: 'noteConflict' },
              {
                guard: 'failedStaleTooOften',
                target: '#incident.working.runbook.awaitingOperator',
                actions: ['noteConflict', 'recordFailure'],
              },
              { guard: 'failedStale', target: '#incident.working.runbook.assessing.observing', actions: 'noteConflict' },
              { guard: 'failedFrozen', target: '#incident.working.runbook.capacity.waitingForThaw', actions: 'tellFreeze' },
              { guard: 'failedForNow', target: '#incident.working.runbook.capacity.pausing', actions: 'noteAttempt' },
              { guard: 'failedForHuman', target: '#incident.working.runbook.awaitingOperator', actions: 'recordFailure' },
              { target: '#incident.working.runbook.following', actions: ['recordFailure', 'raiseEscalation'] },
            ],
          },
          after: {
            ACTIVITY_LIMIT: { target: '#incident.working.runbook.capacity.pausing', actions: 'noteAttempt' },
          },
        },
        applying: {
          description: 'The update was accepted; waiting until Google has applied it (accepted is not applied)',
          tags: ['waiting'],
          meta: { owner: 'google', gate: 'operation done, connector READY with the new bounds' },
          invoke: {
            src: 'awaitConnector',
            input: ({ context }) => ({ ...stepInput(context), operation: context.operation, deadlineAt: context.deadlineAt }),
            onDone: [
              {
                guard: { type: 'operationOk', params: ({ event }) => event.output },
                target: '#incident.working.runbook.capacity.judgingConnector',
                actions: [{ type: 'recordEnd', params: ({ event }) => event.output }, 'finishStep', 'noteInForce', 'beginConnectorTrial'],
              },
              {
                target: '#incident.working.runbook.following',
                actions: [{ type: 'recordBadEnd', params: ({ event }) => event.output }, 'doubtConnector', 'raiseEscalation'],
              },
            ],
            onError: [
              { guard: 'failedForNow', target: 'applyingAgain', actions: 'countAttempt' },
              { target: '#incident.working.runbook.following', actions: ['recordFailure', 'doubtConnector', 'raiseEscalation'] },
            ],
          },
          after: {
            CONNECTOR_LIMIT: {
              target: '#incident.working.runbook.following',
              actions: [{ type: 'rememberOverdue', params: { what: 'the connector update' } }, 'doubtConnector', 'raiseEscalation'],
            },
          },
        },
        applyingAgain: {
          description: 'The operation could not be read; looking again shortly',
          tags: ['waiting'],
          meta: { owner: 'google', deadline: 'CAPACITY_PHASE' },
          on: { RETRY: 'applying' },
          after: { RETRY: 'applying' },
        },
      },
    },
    boundingInstances,
    pinningTraffic: {
      description: 'Pinning all traffic of a service to one revision, to end the double load of two warm ones',
      meta: { owner: 'firebreak' },
      initial: 'requesting',
      states: {
        requesting: {
          description: 'Reading the service again, then sending the traffic vector under its etag',
          tags: ['mutating'],
          meta: { owner: 'firebreak', rollback: 'the recorded traffic vector, tags included' },
          entry: ['beginWrite', 'noteBefore', 'setTrafficDeadline'],
          exit: 'endWrite',
          invoke: {
            src: 'pinTraffic',
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
          description: 'Waiting until trafficStatuses show the pin',
          tags: ['waiting'],
          meta: { owner: 'google', gate: 'trafficStatuses equal what was asked for' },
          invoke: {
            src: 'awaitTraffic',
            input: ({ context }) => ({
              ...stepInput(context),
              operation: context.operation,
              revision: null,
              share: 100,
              deadlineAt: context.deadlineAt,
            }),
            onDone: [
              {
                guard: { type: 'operationOk', params: ({ event }) => event.output },
                target: '#incident.working.runbook.capacity.judgingPin',
                actions: [{ type: 'recordTrafficInForce', params: ({ event }) => event.output }, 'beginPinTrial'],
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
              actions: { type: 'rememberOverdue', params: { what: 'the traffic pin' } },
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
    },
    judgingConnector: {
      description: 'The connector is larger: did anything get worse? It cannot be undone, so a human is asked if it did',
      tags: ['waiting'],
      meta: { owner: 'services', gate: 'no service does worse than right before it, by requests, deaths and probes of several looks' },
      always: [
        { guard: 'escalated', target: '#incident.working.runbook.following' },
        { guard: 'nothingSent', target: 'choosing', actions: 'endTrial' },
        { guard: 'trialFailed', target: '#incident.working.runbook.awaitingOperator', actions: ['rememberWorse', 'endTrial'] },
        { guard: 'trialPassed', target: 'choosing', actions: ['tellNotWorse', 'endTrial'] },
      ],
      after: {
        TRIAL_LIMIT: [
          { guard: 'isHeld', target: 'judgingConnector', reenter: true },
          { target: '#incident.working.runbook.awaitingOperator', actions: ['rememberUntold', 'endTrial'] },
        ],
      },
    },
    judgingBounds,
    judgingPin: {
      description: 'All traffic is on one revision: did it get worse? Then this pin, and nothing else, is undone',
      tags: ['waiting'],
      meta: {
        owner: 'services',
        gate: 'the service does not do worse than right before it, by requests, deaths and probes of several looks',
        rollback: 'the recorded traffic vector, tags included',
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
          { guard: 'isHeld', target: 'judgingPin', reenter: true },
          { target: '#incident.working.runbook.awaitingOperator', actions: ['rememberUntold', 'endTrial'] },
        ],
      },
    },
    settling: {
      description: 'Waiting until the saturation is gone, the instances are within their bounds and one revision serves, by evidence',
      tags: ['waiting'],
      meta: { owner: 'services', gate: 'the gates of the steps that were applied pass', deadline: 'CAPACITY_PHASE' },
      always: [
        { guard: 'escalated', target: '#incident.working.runbook.following' },
        { guard: 'mustPlanAgain', target: 'choosing' },
        { guard: 'capacitySettled', target: '#incident.working.runbook.services' },
      ],
    },
  },
});
