import { restoreInput } from '../inputs.ts';
import { runbook } from '../runbook-setup.ts';

/** One step failed, or made it worse: this step alone is undone, and then the run looks and diagnoses again. */
export const undoing = runbook.createStateConfig({
  description: 'Undoing the one step that failed; what other steps have made stays, and the run goes on from a new look',
  initial: 'deciding',
  entry: 'beginUndo',
  states: {
    deciding: {
      description: 'Has the step moved traffic, and may it be put back now?',
      tags: ['deciding'],
      meta: { owner: 'firebreak' },
      always: [
        { guard: 'nothingToUndo', target: '#incident.working.runbook.assessing.observing', actions: 'finishUndo' },
        { guard: 'restoreNotNeeded', target: 'deciding', actions: 'keepServing' },
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
      always: { guard: 'restoreTold', target: 'deciding' },
      after: { WEIGHING: { target: '#incident.working.runbook.awaitingOperator', actions: 'rememberWeighed' } },
    },
    waitingForRelease: {
      description: 'Held by a human, or by a change that was not ours: nothing is put back yet',
      tags: ['waiting', 'operator'],
      meta: { owner: 'operator', deadline: 'operator.held' },
      always: [
        { guard: 'wellWhileHeld', target: '#incident.working.runbook.proving', actions: 'finishUndo' },
        { guard: 'nothingToUndo', target: 'deciding' },
        { guard: 'mayRestore', target: 'deciding' },
      ],
    },
    waitingForThaw: {
      description: 'A freeze window is open: nothing is put back until it ends',
      tags: ['waiting'],
      meta: { owner: 'operator', gate: 'the end of the window in policy.freeze' },
      on: { RETRY: 'deciding' },
      after: { THAW: 'deciding' },
    },
    puttingBack: {
      description: 'Writing the vector from before the step under the etag, our tag gone, then waiting until it is in force',
      tags: ['mutating'],
      meta: { owner: 'firebreak', gate: 'trafficStatuses equal the recorded vector', rollback: 'is itself the rollback' },
      entry: 'beginWrite',
      exit: 'endWrite',
      invoke: {
        src: 'restoreTraffic',
        input: ({ context }) => restoreInput(context),
        onDone: { target: 'deciding', actions: { type: 'recordUndo', params: ({ event }) => event.output } },
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
      on: { RETRY: 'deciding' },
      after: { RETRY: 'deciding' },
    },
  },
});
