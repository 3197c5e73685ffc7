import { restoreInput } from '../inputs.ts';
import { runbook } from '../runbook-setup.ts';

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
        { guard: 'nothingToRestore', target: '#incident.concluding', actions: 'endRestored' },
        { guard: 'restoreNotNeeded', target: 'listing', actions: 'keepServing' },
        { guard: 'restoreUntold', target: 'weighing' },
        { guard: 'restoreIsWorse', target: '#incident.working.runbook.awaitingOperator', actions: 'rememberWeighed' },
        { guard: 'mayRestore', target: 'puttingBack' },
        { target: 'waitingForRelease' },
      ],
    },
    weighing: {
      description: 'How what serves now does cannot be told, or fails in one look only: nothing is put back on that',
      tags: ['waiting'],
      meta: { owner: 'services', gate: 'looks that agree on what serves now; it is held against what served before' },
      entry: 'tellWeighing',
      always: { guard: 'restoreTold', target: 'listing' },
      after: { WEIGHING: { target: '#incident.working.runbook.awaitingOperator', actions: 'rememberWeighed' } },
    },
    waitingForRelease: {
      description: 'Held by a human, or by a change that was not ours: nothing is put back yet',
      tags: ['waiting', 'operator'],
      meta: { owner: 'operator', deadline: 'operator.held' },
      always: [
        { guard: 'wellWhileHeld', target: '#incident.working.runbook.proving', actions: 'leaveToOthers' },
        { guard: 'mayRestore', target: 'listing' },
      ],
    },
    waitingForThaw: {
      description: 'A freeze window is open: nothing is put back until it ends',
      tags: ['waiting'],
      meta: { owner: 'operator', gate: 'the end of the window in policy.freeze' },
      on: { RETRY: 'listing' },
      after: { THAW: 'listing' },
    },
    puttingBack: {
      description: 'Writing the recorded vector under the etag, then waiting until it is in force',
      tags: ['mutating'],
      meta: { owner: 'firebreak', gate: 'trafficStatuses equal the recorded vector', rollback: 'is itself the rollback' },
      entry: 'beginWrite',
      exit: 'endWrite',
      invoke: {
        src: 'restoreTraffic',
        input: ({ context }) => restoreInput(context),
        onDone: { target: 'listing', actions: { type: 'recordRestore', params: ({ event }) => event.output } },
        onError: [
          { guard: 'failedFrozen', target: 'waitingForThaw', actions: 'tellFreeze' },
          { guard: 'attemptsLeft', target: 'pausing', actions: 'noteRestoreAttempt' },
          { target: '#incident.working.runbook.awaitingOperator', actions: ['recordFailure', 'tellStuck'] },
        ],
      },
      after: { RESTORE_LIMIT: { target: 'pausing', actions: 'noteRestoreAttempt' } },
    },
    pausing: {
      description: 'The vector could not be put back right now; trying again shortly',
      tags: ['waiting'],
      meta: { owner: 'google' },
      on: { RETRY: 'listing' },
      after: { RETRY: 'listing' },
    },
    settlingBack: {
      description: 'Everything is put back; three looks in a row must show it in force, and say whether anything else is ill',
      tags: ['waiting'],
      meta: { owner: 'services', gate: 'gate restored:SERVICE passes for each service that was put back' },
      on: { OBSERVED: [{ guard: 'restoredInForce', actions: 'countRestoredLook' }, { actions: 'clearRestoredLooks' }] },
      always: [
        { guard: 'restoreProvenEscalated', target: '#incident.working.runbook.following' },
        { guard: 'restoreProvenOthersIll', target: '#incident.working.runbook.following', actions: ['rememberOthers', 'raiseEscalation'] },
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
  },
});
