import { messageNow } from '../budget.ts';
import { runbook } from '../runbook-setup.ts';

/** Progress every two hours, milestones at once, one message at a time; a dead channel never stops the runbook. */
export const telling = runbook.createStateConfig({
  description: 'Keeps people informed',
  initial: 'quiet',
  states: {
    quiet: {
      description: 'Nothing to say; a progress report is due every communication.every',
      tags: ['waiting'],
      meta: { owner: 'firebreak' },
      always: [
        { guard: 'isRepetition', actions: 'foldMessage' },
        { guard: 'messagesWaiting', target: 'saying' },
      ],
      after: { TELL_EVERY: { target: 'quiet', reenter: true, actions: 'tellProgress' } },
    },
    saying: {
      description: 'Telling every channel',
      tags: ['telling'],
      meta: { owner: 'firebreak' },
      invoke: {
        src: 'inform',
        input: ({ context }) => ({ text: messageNow(context) }),
        onDone: { target: 'quiet', actions: ['rememberMessage', { type: 'shiftMessage', params: ({ event }) => event.output }] },
        onError: { target: 'pausing' },
      },
      after: { ACTIVITY_LIMIT: 'pausing' },
    },
    pausing: {
      description: 'No channel took the message; trying again shortly, the oldest first',
      tags: ['waiting'],
      meta: { owner: 'firebreak' },
      on: { RETRY: 'quiet' },
      after: { BUSY: 'quiet' },
    },
  },
});
