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
        { guard: 'nothingToRestoreEscalated', target: '#incident.working.runbook.following' },
        { guard: 'nothingToRestore', target: '#incident.concluding', actions: 'endRestored' },
        { guard: 'mayRestore', target: 'puttingBack' },
        { target: 'waitingForRelease' },
      ],
    },
    waitingForRelease: {
      description: 'Held by a human: nothing is put back yet',
      tags: ['waiting', 'operator'],
      meta: { owner: 'operator', deadline: 'operator.held' },
      always: { guard: 'mayRestore', target: 'listing' },
    },
    puttingBack: {
      description: 'Writing the recorded vector under the etag, then waiting until it is in force',
      tags: ['mutating'],
      meta: { owner: 'firebreak', gate: 'trafficStatuses equal the recorded vector', rollback: 'is itself the rollback' },
      entry: 'beginWrite',
      exit: 'endWrite',
      invoke: {
        src: 'restoreTraffic',
        input: ({ context }) => ({
          service: context.restoreQueue[0]?.service ?? '',
          traffic: context.restoreQueue[0]?.traffic ?? [],
          planHash: context.plan?.hash ?? '',
        }),
        onDone: { target: 'listing', actions: 'recordRestore' },
        onError: [
          { guard: 'attemptsLeft', target: 'pausing', actions: 'countAttempt' },
          { target: '#incident.working.runbook.awaitingOperator', actions: ['recordFailure', 'tellStuck'] },
        ],
      },
      after: { RESTORE_LIMIT: { target: 'pausing', actions: 'countAttempt' } },
    },
    pausing: {
      description: 'The vector could not be put back right now; trying again shortly',
      tags: ['waiting'],
      meta: { owner: 'google' },
      after: { RETRY: 'listing' },
    },
  },
});
