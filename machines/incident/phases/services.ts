import { stepInput } from '../inputs.ts';
import { runbook } from '../runbook-setup.ts';
import { judgingCanary, probingDark, stabilizing } from './new-revision.ts';

/** Phase 2: one service after the other, each dark and asked by its tag, then with a small share, then with all of it, then stable before the next may start. */
export const services = runbook.createStateConfig({
  description: 'Phase 2, services: deploy one after the other, each stable before the next',
  initial: 'choosing',
  entry: { type: 'setPhaseEnd', params: { phase: 'servicesMs' } },
  after: {
    SERVICES_PHASE: [
      // The hold has its own limit; its time is given back to the phase.
      { guard: 'isHeld' },
      {
        target: '#incident.working.runbook.following',
        actions: [{ type: 'rememberOverdue', params: { what: 'the services phase' } }, 'raiseEscalation'],
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
      description: 'Which service is next, and is what it depends on healthy?',
      tags: ['deciding'],
      meta: { owner: 'firebreak' },
      always: [
        { guard: 'escalated', target: '#incident.working.runbook.following' },
        { guard: 'mayNotWrite', target: 'waitingForRelease' },
        { guard: 'mustPlanAgain', target: '#incident.working.runbook.assessing.observing' },
        { guard: 'reasonGone', target: '#incident.working.runbook.assessing.diagnosing', actions: 'beginAssessment' },
        { guard: 'reasonOpen', target: 'waitingForReason' },
        { guard: 'deployReady', target: 'deploying', actions: 'takeDeployStep' },
        {
          guard: 'triedInVain',
          target: '#incident.working.runbook.following',
          actions: ['rememberTried', 'raiseEscalation'],
        },
        { guard: 'triedEverything', target: '#incident.working.runbook.restoring', actions: 'rememberTried' },
        { guard: 'deployLeft', target: 'waitingForDependency' },
        { target: '#incident.working.runbook.proving' },
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
        { guard: 'mayWrite', target: '#incident.working.runbook.services', reenter: true },
      ],
    },
    waitingForDependency: {
      description: 'The next service depends on one that is not healthy by evidence',
      tags: ['waiting'],
      meta: {
        owner: 'services',
        gate: 'every dependency healthy, clear of suspicion for three looks, and none whose own deploy has failed in this run',
      },
      always: [
        { guard: 'escalated', target: '#incident.working.runbook.following' },
        { guard: 'mustPlanAgain', target: 'choosing' },
        { guard: 'reasonGone', target: 'choosing' },
        { guard: 'deployReady', target: 'choosing' },
        { guard: 'noDeployLeft', target: 'choosing' },
        { guard: 'triedEverythingAgreed', target: 'choosing' },
      ],
      after: { DEPENDENCY: { target: '#incident.working.runbook.following', actions: ['rememberBlocked', 'raiseEscalation'] } },
    },
    pausing: {
      description: 'A step could not be carried out right now; trying again shortly',
      tags: ['waiting'],
      meta: { owner: 'google', deadline: 'SERVICES_PHASE' },
      on: { RETRY: 'retrying' },
      after: { RETRY: 'retrying' },
    },
    waitingForThaw: {
      description: 'A freeze window is open: nothing is written until it ends',
      tags: ['waiting'],
      meta: { owner: 'operator', gate: 'the end of the window in policy.freeze' },
      on: { RETRY: 'retrying' },
      after: { THAW: 'retrying' },
    },
    retrying: {
      description: 'Going back to the step in hand',
      tags: ['deciding'],
      meta: { owner: 'firebreak' },
      always: [
        { guard: 'escalated', target: '#incident.working.runbook.following' },
        { guard: 'mayNotWrite', target: 'waitingToGoOn' },
        { guard: 'mustPlanAgain', target: '#incident.working.runbook.assessing.observing' },
        { guard: 'revisionIsReady', target: 'shiftingTraffic' },
        { guard: 'deployReady', target: 'deploying' },
        { target: 'choosing' },
      ],
    },
    waitingToGoOn: {
      description: 'Held by a human, or by a change that was not ours: the step in hand waits',
      tags: ['waiting', 'operator'],
      meta: { owner: 'operator', deadline: 'operator.held' },
      always: [
        { guard: 'escalated', target: '#incident.working.runbook.following' },
        { guard: 'wellWhileHeld', target: '#incident.working.runbook.proving' },
        { guard: 'mayWrite', target: 'retrying' },
      ],
    },
    deploying: {
      description: 'A new revision of the service, with none of the traffic yet',
      meta: { owner: 'firebreak' },
      initial: 'requesting',
      states: {
        requesting: {
          description: 'Reading the service again, then sending the new template under its etag',
          tags: ['mutating'],
          meta: { owner: 'firebreak', rollback: 'the new revision stays without traffic; the old one keeps serving' },
          entry: ['beginWrite', 'noteBefore', 'setRevisionDeadline'],
          exit: 'endWrite',
          invoke: {
            src: 'deployService',
            input: ({ context }) => stepInput(context),
            onDone: { target: 'starting', actions: { type: 'recordChange', params: ({ event }) => event.output } },
            onError: [
              {
                guard: 'failedStaleTooOften',
                target: '#incident.working.runbook.awaitingOperator',
                actions: ['noteConflict', 'recordFailure'],
              },
              { guard: 'failedStale', target: '#incident.working.runbook.assessing.observing', actions: 'noteConflict' },
              { guard: 'failedFrozen', target: '#incident.working.runbook.services.waitingForThaw', actions: 'tellFreeze' },
              { guard: 'failedForNow', target: '#incident.working.runbook.services.pausing', actions: 'noteAttempt' },
              { guard: 'failedForHuman', target: '#incident.working.runbook.awaitingOperator', actions: 'recordFailure' },
              { target: '#incident.working.runbook.undoing', actions: 'recordFailure' },
            ],
          },
          after: { ACTIVITY_LIMIT: { target: '#incident.working.runbook.services.pausing', actions: 'noteAttempt' } },
        },
        starting: {
          description: 'Waiting until the new revision is ready, or known not to become so',
          tags: ['waiting'],
          meta: { owner: 'google', gate: 'the new revision is Ready; the old one serves meanwhile' },
          invoke: {
            src: 'awaitRevision',
            input: ({ context }) => ({
              ...stepInput(context),
              operation: context.operation,
              changeKey: context.changeKey ?? '',
              deadlineAt: context.deadlineAt,
            }),
            onDone: [
              {
                guard: { type: 'operationOk', params: ({ event }) => event.output },
                target: '#incident.working.runbook.services.probingDark',
                actions: [{ type: 'recordEnd', params: ({ event }) => event.output }, 'beginDarkTrial', 'shareCanary'],
              },
              { target: '#incident.working.runbook.undoing', actions: { type: 'recordBadEnd', params: ({ event }) => event.output } },
            ],
            onError: [
              { guard: 'failedForeign', target: '#incident.working.runbook.assessing.observing', actions: 'noteConflict' },
              { guard: 'failedForNow', target: 'startingAgain', actions: 'countAttempt' },
              { target: '#incident.working.runbook.undoing', actions: 'recordFailure' },
            ],
          },
          after: {
            REVISION_LIMIT: {
              target: '#incident.working.runbook.undoing',
              actions: { type: 'rememberOverdue', params: { what: 'the new revision' } },
            },
          },
        },
        startingAgain: {
          description: 'The revision could not be read; looking again shortly',
          tags: ['waiting'],
          meta: { owner: 'google', deadline: 'SERVICES_PHASE' },
          on: { RETRY: 'starting' },
          after: { RETRY: 'starting' },
        },
      },
    },
    probingDark,
    clearing: {
      description: 'The new revision may get its next share: a small one first, then all. May the traffic move now?',
      tags: ['deciding'],
      meta: { owner: 'firebreak' },
      always: [
        { guard: 'escalated', target: '#incident.working.runbook.following' },
        { guard: 'mayNotWrite', target: 'waitingToShift' },
        { guard: 'mustPlanAgain', target: '#incident.working.runbook.assessing.observing' },
        { target: 'shiftingTraffic' },
      ],
    },
    waitingToShift: {
      description: 'Held: the new revision stays dark, the old one keeps serving',
      tags: ['waiting', 'operator'],
      meta: { owner: 'operator', deadline: 'operator.held' },
      always: [
        { guard: 'escalated', target: '#incident.working.runbook.following' },
        { guard: 'wellWhileHeld', target: '#incident.working.runbook.proving' },
        { guard: 'mayWrite', target: 'clearing' },
      ],
    },
    shiftingTraffic: {
      description: 'Moving traffic of the service to its new revision: a small share first, all of it when that has proved well',
      meta: { owner: 'firebreak' },
      initial: 'requesting',
      states: {
        requesting: {
          description: 'Reading the service again, then sending the traffic vector under its etag',
          tags: ['mutating'],
          meta: { owner: 'firebreak', rollback: 'the recorded traffic vector, tags included' },
          entry: ['beginWrite', 'setTrafficDeadline'],
          exit: 'endWrite',
          invoke: {
            src: 'shiftTraffic',
            input: ({ context }) => ({ ...stepInput(context), revision: context.revision ?? '', share: context.share }),
            onDone: { target: 'applying', actions: { type: 'recordChange', params: ({ event }) => event.output } },
            onError: [
              { guard: 'failedForeign', target: '#incident.working.runbook.assessing.observing', actions: 'noteConflict' },
              { guard: 'failedFrozen', target: '#incident.working.runbook.services.waitingForThaw', actions: 'tellFreeze' },
              { guard: 'failedForNowOrConflict', target: '#incident.working.runbook.services.pausing', actions: 'noteAttempt' },
              { guard: 'failedForHuman', target: '#incident.working.runbook.awaitingOperator', actions: 'recordFailure' },
              { target: '#incident.working.runbook.undoing', actions: 'recordFailure' },
            ],
          },
          after: { ACTIVITY_LIMIT: { target: '#incident.working.runbook.services.pausing', actions: 'noteAttempt' } },
        },
        applying: {
          description: 'Waiting until trafficStatuses show the new revision',
          tags: ['waiting'],
          meta: { owner: 'google', gate: 'trafficStatuses equal what was asked for' },
          invoke: {
            src: 'awaitTraffic',
            input: ({ context }) => ({
              ...stepInput(context),
              operation: context.operation,
              revision: context.revision,
              share: context.share,
              deadlineAt: context.deadlineAt,
            }),
            onDone: [
              {
                guard: { type: 'canaryInForce', params: ({ event }) => event.output },
                target: '#incident.working.runbook.services.judgingCanary',
                actions: [{ type: 'recordEnd', params: ({ event }) => event.output }, 'beginCanaryTrial'],
              },
              {
                guard: { type: 'operationOk', params: ({ event }) => event.output },
                target: '#incident.working.runbook.services.stabilizing',
                actions: [{ type: 'recordTrafficInForce', params: ({ event }) => event.output }, 'beginWholeTrial'],
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
              actions: { type: 'rememberOverdue', params: { what: 'the traffic shift' } },
            },
          },
        },
        applyingAgain: {
          description: 'The service could not be read; looking again shortly',
          tags: ['waiting'],
          meta: { owner: 'google', deadline: 'SERVICES_PHASE' },
          on: { RETRY: 'applying' },
          after: { RETRY: 'applying' },
        },
      },
    },
    judgingCanary,
    stabilizing,
  },
});
