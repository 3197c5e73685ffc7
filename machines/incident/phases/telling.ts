import { tellingNow } from '../people/notifying.ts';
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
        { guard: 'isGoodNews', actions: 'carryMessage' },
        { guard: 'messagesWaiting', target: 'saying' },
      ],
      after: {
        TELL_EVERY: { target: 'quiet', reenter: true, actions: 'tellProgress' },
        CATCH_UP: { guard: 'channelLacks', target: 'saying' },
      },
    },
    saying: {
      description: 'Telling every channel, and whatever a channel has missed',
      tags: ['telling'],
      meta: { owner: 'firebreak' },
      entry: 'beginNotification',
      invoke: {
        src: 'inform',
        input: ({ context, event }) => tellingNow({ context, event }),
        onDone: {
          target: 'quiet',
          actions: { type: 'recordTold', params: ({ event }) => event.output },
        },
        onError: { target: 'pausing', actions: 'noteUndelivered' },
      },
      after: { ACTIVITY_LIMIT: { target: 'pausing', actions: 'noteUndelivered' } },
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
