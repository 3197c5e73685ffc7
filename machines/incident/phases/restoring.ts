import { runbook } from '../runbook-setup.ts';
import { pausingBetween, puttingBack, waitingToPutBack, weighing } from './put-back.ts';

/** Undo, newest change first: each service's traffic exactly as it was, verified; a service that proved itself stable is kept. */
export const restoring = runbook.createStateConfig({
  description: 'Putting traffic back as it was before the run, in reverse order',
  initial: 'listing',
  entry: ['listRestores', 'clearAttempts', 'tellRestoring'],
  states: {
    listing: {
      description: 'What is left to put back?',
      tags: ['deciding'],
      meta: { owner: 'firebreak' },
      always: [
        { guard: 'restoredToProve', target: 'settlingBack' },
        { guard: 'nothingToRestoreEscalated', target: '#incident.working.runbook.following' },
        { guard: 'othersIllAfterRestore', target: '#incident.working.runbook.following', actions: ['rememberOthers', 'raiseEscalation'] },
        { guard: 'othersOpenAfterRestore', target: 'settlingBack' },
        { guard: 'backInVain', target: 'watching' },
        { guard: 'nothingToRestore', target: '#incident.concluding', actions: 'endRestored' },
        { guard: 'restoreNotNeeded', target: 'listing', actions: 'keepServing' },
        { guard: 'restoreUntold', target: 'weighing' },
        { guard: 'restoreIsWorse', target: '#incident.working.runbook.awaitingOperator', actions: 'rememberWeighed' },
        { guard: 'mayRestore', target: 'puttingBack' },
        { target: 'waitingForRelease' },
      ],
    },
    weighing: weighing('listing'),
    waitingForRelease: {
      description: 'Held by a human, or by a change that was not ours: nothing is put back yet',
      tags: ['waiting', 'operator'],
      meta: { owner: 'operator', deadline: 'operator.held' },
      always: [
        { guard: 'wellWhileHeld', target: '#incident.working.runbook.proving', actions: 'leaveToOthers' },
        { guard: 'mayRestore', target: 'listing' },
      ],
    },
    waitingForThaw: waitingToPutBack('listing'),
    puttingBack: puttingBack('Writing the recorded vector under the etag, then waiting until it is in force', 'listing', 'recordRestore'),
    pausing: pausingBetween('listing'),
    settlingBack: {
      description: 'Everything is put back; three looks in a row must show it in force, and say whether anything else is ill',
      tags: ['waiting'],
      meta: { owner: 'services', gate: 'gate restored:SERVICE passes for each service that was put back' },
      on: { OBSERVED: [{ guard: 'restoredInForce', actions: 'countRestoredLook' }, { actions: 'clearRestoredLooks' }] },
      always: [
        { guard: 'restoreProvenEscalated', target: '#incident.working.runbook.following' },
        { guard: 'restoreProvenOthersIll', target: '#incident.working.runbook.following', actions: ['rememberOthers', 'raiseEscalation'] },
        { guard: 'restoreProvenInVain', target: 'watching' },
        { guard: 'restoreProvenOthersWell', target: '#incident.concluding', actions: 'endRestored' },
      ],
      after: {
        RESTORE_SOAK: [
          { guard: 'isHeld', target: 'settlingBack', reenter: true },
          { guard: 'restoreProven', target: '#incident.working.runbook.following', actions: ['rememberOthers', 'raiseEscalation'] },
          { target: '#incident.working.runbook.awaitingOperator', actions: 'rememberUnsettled' },
        ],
      },
    },
    watching: {
      description: 'What failed is put back, and its users are not served well: people are called, nothing is changed, and it is looked at',
      tags: ['waiting'],
      meta: { owner: 'operator', gate: 'every service healthy, then the proof; RETRY to look and plan again' },
      entry: 'beginInVain',
      exit: 'endInVain',
      on: { RETRY: { target: '#incident.working.runbook.assessing.observing', actions: ['newRound', 'forgetQuestion'] } },
      // The window waits meanwhile, so that nothing hands it over from here.
      always: { guard: 'allIsWell', target: '#incident.working.runbook.proving' },
      after: { IN_VAIN: { target: '#incident.concluding', actions: 'endRestored' } },
    },
  },
});
