import { runbook } from '../runbook-setup.ts';
import { escalationFacts, progressWords } from '../words.ts';

/** Two hours without improvement, or no move left: Google Cloud Support is called, with the evidence, once. */
export const escalation = runbook.createStateConfig({
  description: 'Watches whether it gets better; calls Google Cloud Support when it does not',
  initial: 'watching',
  states: {
    watching: {
      description:
        'The improvement window is open: it starts again at each improvement that is stated, and what is lost again gives the time back',
      tags: ['waiting'],
      meta: { owner: 'services', gate: 'an indicator is better by the margin, beyond noise and in two windows; none is worse' },
      on: {
        OBSERVED: [
          { guard: 'windowMoves', target: 'watching', reenter: true, actions: 'moveWindow' },
          { guard: 'goalsAgreed', target: 'resting', actions: 'beginRest' },
        ],
        'ESCALATION.NEEDED': { target: 'openingCase', actions: 'decideEscalation' },
      },
      always: [
        { guard: 'recoveredWithCase', target: 'closingCase' },
        { guard: 'recoveryIsProven', target: '#incident.concluding', actions: 'endRecovered' },
      ],
      after: { IMPROVEMENT_WINDOW: { target: 'openingCase', actions: 'decideNoImprovement' } },
    },
    resting: {
      description: 'Every indicator meets its goal, by looks that agree: the clock of the window stands still',
      tags: ['waiting'],
      meta: { owner: 'services', deadline: 'the deadline of the phase that runs' },
      on: {
        OBSERVED: [
          { guard: 'windowMoves', actions: 'moveWindow' },
          { guard: 'goalsLost', target: 'watching', actions: 'endRest' },
        ],
        'ESCALATION.NEEDED': { target: 'openingCase', actions: 'decideEscalation' },
      },
      always: [
        { guard: 'recoveredWithCase', target: 'closingCase' },
        { guard: 'recoveryIsProven', target: '#incident.concluding', actions: 'endRecovered' },
      ],
    },
    openingCase: {
      description: 'Looking for a case of this run, then creating one with the evidence; from now on the run changes nothing more',
      tags: ['mutating'],
      meta: { owner: 'google', rollback: 'the case is closed again after recovery' },
      invoke: {
        src: 'openCase',
        input: ({ context }) => ({ reason: context.escalation?.reason ?? '', facts: escalationFacts(context) }),
        onDone: { target: 'caseOpen', actions: 'recordCase' },
        onError: [
          { guard: 'caseFailedForNow', target: 'openingAgain', actions: 'countCaseAttempt' },
          { target: 'caseOpen', actions: 'recordNoCase' },
        ],
      },
      after: { ACTIVITY_LIMIT: { target: 'openingAgain', actions: 'countCaseAttempt' } },
    },
    openingAgain: {
      description: 'Support could not be reached; trying again shortly',
      tags: ['waiting'],
      meta: { owner: 'google' },
      after: { RETRY: 'openingCase' },
    },
    caseOpen: {
      description:
        'A case is open, or its text was handed to a human: observing, commenting, validating until recovery or the end of the follow-up',
      initial: 'following',
      on: { RETRY: { target: 'watching', actions: 'workAgain' } },
      after: { FOLLOW: { target: '#incident.concluding', actions: 'endEscalated' } },
      always: { guard: 'recoveryIsProven', target: 'closingCase' },
      states: {
        following: {
          description: 'Waiting for news worth a comment',
          tags: ['waiting'],
          meta: { owner: 'google', deadline: 'FOLLOW' },
          always: { guard: 'commentsWaiting', target: 'commenting' },
          after: { TELL_EVERY: { target: 'following', reenter: true, actions: 'dueComment' } },
        },
        commenting: {
          description: 'Adding a comment to the case',
          tags: ['telling'],
          meta: { owner: 'google' },
          invoke: {
            src: 'commentOnCase',
            input: ({ context }) => ({ caseName: context.supportCase?.name ?? '', text: context.commentsDue[0] ?? '' }),
            onDone: { target: 'following', actions: 'shiftComment' },
            onError: { target: 'pausing' },
          },
          after: { ACTIVITY_LIMIT: 'pausing' },
        },
        pausing: {
          description: 'The comment could not be sent; trying again shortly',
          tags: ['waiting'],
          meta: { owner: 'google' },
          after: { BUSY: 'following' },
        },
      },
    },
    closingCase: {
      description: 'Recovery is proven: telling support and closing the case',
      tags: ['mutating'],
      meta: { owner: 'google', rollback: 'none needed' },
      invoke: {
        src: 'closeCase',
        input: ({ context }) => ({ caseName: context.supportCase?.name ?? '', text: progressWords(context) }),
        onDone: { target: '#incident.concluding', actions: 'endRecovered' },
        onError: { target: '#incident.concluding', actions: 'endRecovered' },
      },
      after: { ACTIVITY_LIMIT: { target: '#incident.concluding', actions: 'endRecovered' } },
    },
  },
});
