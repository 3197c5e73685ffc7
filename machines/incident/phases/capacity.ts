import { stepInput } from '../inputs.ts';
import { runbook } from '../runbook-setup.ts';
import { boundingInstances, judgingBounds } from './bounds.ts';
import { awaited, HANDED_OVER, judged, readAgain, request, UNDONE } from './change.ts';
import { judgingShare } from './new-revision.ts';
import { busy, heldInStep, pausing, waitingForReason, waitingForRelease, waitingForThaw } from './waits.ts';

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
      { guard: 'skipsCurrentStep', target: '.choosing', actions: 'rememberSkip' },
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
        { guard: 'pinLeft', target: 'pinningTraffic', actions: ['takePinStep', 'firstShare'] },
        { target: 'settling' },
      ],
    },
    waitingForReason,
    waitingForRelease: waitingForRelease('capacity'),
    pausing: pausing('CAPACITY_PHASE'),
    waitingForThaw: waitingForThaw(),
    connectorBusy: busy("The connector is being changed by somebody else's operation; waiting for it to end", 'CAPACITY_PHASE'),
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
      meta: { frame: 'change', owner: 'firebreak' },
      initial: 'requesting',
      states: {
        requesting: request({
          phase: 'capacity',
          description: 'Reading the connector again, then sending the update',
          rollback: 'none: instances never scale in; undo is a new connector',
          notes: ['noteBefore', 'setConnectorDeadline'],
          activity: { src: 'scaleConnector', input: ({ context }) => stepInput(context) },
          accepted: 'applying',
          busy: 'connectorBusy',
          conflict: 'plan again',
          failed: HANDED_OVER,
        }),
        applying: awaited({
          description: 'The update was accepted; waiting until Google has applied it (accepted is not applied)',
          gate: 'operation done, connector READY with the new bounds',
          activity: {
            src: 'awaitConnector',
            input: ({ context }) => ({ ...stepInput(context), operation: context.operation, deadlineAt: context.deadlineAt }),
          },
          inForce: [
            {
              target: '#incident.working.runbook.capacity.judgingConnector',
              record: 'recordEnd',
              then: ['finishStep', 'noteInForce', 'beginConnectorTrial'],
            },
          ],
          again: 'applyingAgain',
          limit: 'CONNECTOR_LIMIT',
          what: 'the connector update',
          minds: false,
          failed: { ...HANDED_OVER, actions: ['doubtConnector', ...HANDED_OVER.actions] },
        }),
        applyingAgain: readAgain('The operation could not be read; looking again shortly', 'applying', 'CAPACITY_PHASE'),
      },
    },
    boundingInstances,
    pinningTraffic: {
      description:
        'Pinning the traffic of a service to one revision, to end the double load of two warm ones: all at once, or the next share of it',
      meta: { frame: 'change', owner: 'firebreak' },
      initial: 'requesting',
      states: {
        requesting: request({
          phase: 'capacity',
          description: 'Reading the service again, then sending the traffic vector under its etag',
          rollback: 'the recorded traffic vector, tags included',
          notes: ['noteBefore', 'setTrafficDeadline'],
          activity: { src: 'pinTraffic', input: ({ context }) => ({ ...stepInput(context), share: context.share }) },
          accepted: 'applying',
          conflict: 'plan again',
          failed: UNDONE,
        }),
        applying: awaited({
          description: 'Waiting until trafficStatuses show the pin',
          gate: 'trafficStatuses equal what was asked for',
          activity: {
            src: 'awaitTraffic',
            input: ({ context }) => ({
              ...stepInput(context),
              operation: context.operation,
              revision: null,
              share: context.share,
              deadlineAt: context.deadlineAt,
            }),
          },
          inForce: [
            {
              guard: 'canaryInForce',
              target: '#incident.working.runbook.capacity.judgingPinShare',
              record: 'recordEnd',
              then: ['beginCanaryTrial'],
            },
            { target: '#incident.working.runbook.capacity.judgingPin', record: 'recordTrafficInForce', then: ['beginPinTrial'] },
          ],
          again: 'applyingAgain',
          limit: 'TRAFFIC_LIMIT',
          what: 'the traffic pin',
          minds: true,
          failed: UNDONE,
        }),
        applyingAgain: readAgain('The service could not be read; looking again shortly', 'applying', 'CAPACITY_PHASE'),
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
    judgingPinShare: judgingShare({
      state: 'judgingPinShare',
      clear: 'clearingPin',
      description: 'A share of the users meets the pinned revision: it must not be worse than what serves beside it',
    }),
    clearingPin: {
      description: 'The pinned revision may get its next share, at the end all. May the traffic move now?',
      tags: ['deciding'],
      meta: { owner: 'firebreak' },
      always: [
        { guard: 'escalated', target: '#incident.working.runbook.following' },
        { guard: 'mayNotWrite', target: 'waitingToPin' },
        { guard: 'mustPlanAgain', target: '#incident.working.runbook.assessing.observing' },
        { target: 'pinningTraffic' },
      ],
    },
    waitingToPin: heldInStep('Held: the pinned revision keeps the share that it has, what served before keeps the rest', 'clearingPin'),
    judgingPin: judged({
      state: 'judgingPin',
      description: 'All traffic is on one revision: did it get worse? Then this pin, and nothing else, is undone',
      gate: 'the service does not do worse than right before it, by requests, deaths and probes of several looks',
      rollback: 'the recorded traffic vector, tags included',
    }),
    settling: {
      description: 'Waiting until what was changed has had its effect, by evidence',
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
