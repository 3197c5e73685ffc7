import { runbook } from '../runbook-setup.ts';
import { pausingBetween, puttingBack, waitingToPutBack, weighing } from './put-back.ts';

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
        { guard: 'nothingToRestoreEscalated', target: '#incident.working.runbook.following', actions: 'finishUndo' },
        { guard: 'nothingToUndo', target: '#incident.working.runbook.assessing.observing', actions: 'finishUndo' },
        { guard: 'restoreNotNeeded', target: 'deciding', actions: 'keepServing' },
        { guard: 'restoreUntold', target: 'weighing' },
        { guard: 'restoreIsWorse', target: '#incident.working.runbook.awaitingOperator', actions: 'rememberWeighed' },
        { guard: 'mayRestore', target: 'puttingBack' },
        { target: 'waitingForRelease' },
      ],
    },
    weighing: weighing('deciding'),
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
    waitingForThaw: waitingToPutBack('deciding'),
    puttingBack: puttingBack(
      'Writing the vector from before the step under the etag, our tag gone, then waiting until it is in force',
      'deciding',
      'recordUndo',
    ),
    pausing: pausingBetween('deciding'),
  },
});
