import { lookInput } from '../inputs.ts';
import { runbook } from '../runbook-setup.ts';

/** One look at the world every tick, for the whole run. Nobody else polls: every gate is judged on these looks. */
export const watch = runbook.createStateConfig({
  description: 'Looks at the whole environment once a tick; every other region decides on what is seen here',
  initial: 'looking',
  states: {
    looking: {
      description: 'Reading connector, services, metrics, logs and probes',
      tags: ['observing'],
      meta: { owner: 'firebreak' },
      entry: 'beginLook',
      invoke: {
        src: 'observe',
        input: ({ context }) => lookInput(context),
        onDone: { target: 'resting', actions: [{ type: 'recordLook', params: ({ event }) => event.output }, 'raiseObserved'] },
        onError: { target: 'resting', actions: 'countBlindLook' },
      },
      after: { LOOK_LIMIT: { target: 'resting', actions: 'countBlindLook' } },
    },
    resting: {
      description: 'Waiting for the next tick',
      tags: ['waiting'],
      meta: { owner: 'firebreak' },
      after: { TICK: 'looking' },
    },
  },
});
