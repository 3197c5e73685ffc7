import { restoreInput } from '../inputs.ts';
import { runbook } from '../runbook-setup.ts';

/** How traffic is put back, written once for a step that is undone and for the whole run. `back`: where it is decided what is next. */

const ASK = '#incident.working.runbook.awaitingOperator';

/** Unknown is no permission: what serves is not moved while it cannot be told which of the two is worse. */
export function weighing(back: string) {
  return runbook.createStateConfig({
    description: 'How what serves now does cannot be told, or fails in one look only: nothing is put back on that',
    tags: ['waiting'],
    meta: { owner: 'services', gate: 'looks that agree on what serves now; it is held against what served before' },
    entry: 'tellWeighing',
    always: { guard: 'restoreTold', target: back },
    after: { WEIGHING: { target: ASK, actions: 'rememberWeighed' } },
  });
}

export function waitingToPutBack(back: string) {
  return runbook.createStateConfig({
    description: 'A freeze window is open: nothing is put back until it ends',
    tags: ['waiting'],
    meta: { owner: 'operator', gate: 'the end of the window in policy.freeze' },
    on: { RETRY: back },
    after: { THAW: back },
  });
}

export function pausingBetween(back: string) {
  return runbook.createStateConfig({
    description: 'The vector could not be put back right now; trying again shortly, and slowly when it is refused for longer',
    tags: ['waiting'],
    meta: { owner: 'google' },
    on: { RETRY: back },
    // By somebody else's hand.
    always: { guard: 'nothingToRestore', target: back },
    after: { RETRY: back },
  });
}

/**
 * Written and seen in force in one; a try that fails is followed by another, soon and then slowly until the run ends, as long as what stands
 * in the way may go; people are called meanwhile. What will not go is a question.
 */
export function puttingBack(description: string, back: string, record: 'recordRestore' | 'recordUndo') {
  return runbook.createStateConfig({
    description,
    tags: ['mutating'],
    meta: { owner: 'firebreak', gate: 'trafficStatuses equal the recorded vector', rollback: 'is itself the rollback' },
    entry: 'beginWrite',
    exit: 'endWrite',
    invoke: {
      src: 'restoreTraffic',
      input: ({ context }) => restoreInput(context),
      onDone: { target: back, actions: { type: record, params: ({ event }) => event.output } },
      onError: [
        { guard: 'failedFrozen', target: 'waitingForThaw', actions: 'tellFreeze' },
        { guard: 'attemptsLeft', target: 'pausing', actions: 'noteRestoreAttempt' },
        { guard: 'restoreRefusedLong', target: 'pausing', actions: ['noteRestoreRefusal', 'raiseEscalation'] },
        { guard: 'restoreMayPass', target: 'pausing', actions: 'noteRestoreRefusal' },
        { target: ASK, actions: 'recordStuck' },
      ],
    },
    after: { RESTORE_LIMIT: { target: 'pausing', actions: 'noteRestoreAttempt' } },
  });
}
