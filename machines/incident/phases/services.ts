import { stepInput } from '../inputs.ts';
import { runbook } from '../runbook-setup.ts';
import { awaited, readAgain, request, UNDONE } from './change.ts';
import { judgingCanary, probingDark, stabilizing } from './new-revision.ts';
import { heldInStep, pausing, waitingForReason, waitingForRelease, waitingForThaw } from './waits.ts';

/** Phase 2: one service after the other, each dark and asked by its tag, then with its shares of the traffic, then with all of it, then stable before the next may start. */
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
      { guard: 'skipsCurrentStep', target: '.choosing', actions: 'rememberSkip' },
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
    waitingForReason,
    waitingForRelease: waitingForRelease('services'),
    waitingForDependency: {
      description: 'The next service depends on one that is not healthy by evidence',
      tags: ['waiting'],
      meta: {
        owner: 'services',
        gate: 'every dependency, and what this run has deployed in an earlier region, healthy, clear of suspicion for three looks, and none whose own deploy has failed in this run',
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
    pausing: pausing('SERVICES_PHASE'),
    waitingForThaw: waitingForThaw('retrying'),
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
    waitingToGoOn: heldInStep('Held by a human, or by a change that was not ours: the step in hand waits', 'retrying'),
    deploying: {
      description: 'A new revision of the service, with none of the traffic yet',
      meta: { frame: 'change', owner: 'firebreak' },
      initial: 'requesting',
      states: {
        requesting: request({
          phase: 'services',
          description: 'Reading the service again, then sending the new template under its etag',
          rollback: 'the new revision stays without traffic; the old one keeps serving',
          notes: ['noteBefore', 'setRevisionDeadline'],
          activity: { src: 'deployService', input: ({ context }) => stepInput(context) },
          accepted: 'starting',
          conflict: 'plan again',
          failed: UNDONE,
        }),
        starting: awaited({
          description: 'Waiting until the new revision is ready, or known not to become so',
          gate: 'the new revision is Ready; the old one serves meanwhile',
          activity: {
            src: 'awaitRevision',
            input: ({ context }) => ({
              ...stepInput(context),
              operation: context.operation,
              changeKey: context.changeKey ?? '',
              deadlineAt: context.deadlineAt,
            }),
          },
          inForce: [
            { target: '#incident.working.runbook.services.probingDark', record: 'recordEnd', then: ['beginDarkTrial', 'firstShare'] },
          ],
          again: 'startingAgain',
          limit: 'REVISION_LIMIT',
          what: 'the new revision',
          minds: true,
          failed: UNDONE,
        }),
        startingAgain: readAgain('The revision could not be read; looking again shortly', 'starting', 'SERVICES_PHASE'),
      },
    },
    probingDark,
    clearing: {
      description: 'The new revision may get its next share, at the end all. May the traffic move now?',
      tags: ['deciding'],
      meta: { owner: 'firebreak' },
      always: [
        { guard: 'escalated', target: '#incident.working.runbook.following' },
        { guard: 'mayNotWrite', target: 'waitingToShift' },
        { guard: 'mustPlanAgain', target: '#incident.working.runbook.assessing.observing' },
        { target: 'shiftingTraffic' },
      ],
    },
    waitingToShift: heldInStep('Held: the new revision keeps the share that it has, what served before keeps the rest', 'clearing'),
    shiftingTraffic: {
      description: 'Moving traffic of the service to its new revision: the next share of it, all when every smaller one has proved well',
      meta: { frame: 'change', owner: 'firebreak' },
      initial: 'requesting',
      states: {
        requesting: request({
          phase: 'services',
          description: 'Reading the service again, then sending the traffic vector under its etag',
          rollback: 'the recorded traffic vector, tags included',
          notes: ['setTrafficDeadline'],
          activity: {
            src: 'shiftTraffic',
            input: ({ context }) => ({ ...stepInput(context), revision: context.revision ?? '', share: context.share }),
          },
          accepted: 'applying',
          conflict: 'try again',
          failed: UNDONE,
        }),
        applying: awaited({
          description: 'Waiting until trafficStatuses show the new revision',
          gate: 'trafficStatuses equal what was asked for',
          activity: {
            src: 'awaitTraffic',
            input: ({ context }) => ({
              ...stepInput(context),
              operation: context.operation,
              revision: context.revision,
              share: context.share,
              deadlineAt: context.deadlineAt,
            }),
          },
          inForce: [
            {
              guard: 'canaryInForce',
              target: '#incident.working.runbook.services.judgingCanary',
              record: 'recordEnd',
              then: ['beginCanaryTrial'],
            },
            { target: '#incident.working.runbook.services.stabilizing', record: 'recordTrafficInForce', then: ['beginWholeTrial'] },
          ],
          again: 'applyingAgain',
          limit: 'TRAFFIC_LIMIT',
          what: 'the traffic shift',
          minds: true,
          failed: UNDONE,
        }),
        applyingAgain: readAgain('The service could not be read; looking again shortly', 'applying', 'SERVICES_PHASE'),
      },
    },
    judgingCanary,
    stabilizing,
  },
});
