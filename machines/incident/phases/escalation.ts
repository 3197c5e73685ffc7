import { inputOfCall } from '../people/escalating.ts';
import { lookInput } from '../inputs.ts';
import { runbook } from '../runbook-setup.ts';
import { justification, resolutionWords } from '../people/support.ts';

/**
 * Two hours without improvement, or no move left: somebody else must take over, with the evidence of that minute. Google Cloud Support
 * is called for what Google can mend; everything else goes to people, with the text ready. Neither is given up before the follow-up
 * ends: a case that could not be opened is tried again, a text that nobody has is told again.
 */
export const escalation = runbook.createStateConfig({
  description: 'Watches whether it gets better; hands the incident over, to Google Cloud Support or to people, when it does not',
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
        'ESCALATION.NEEDED': { target: 'escalated', actions: 'decideEscalation' },
      },
      always: [
        { guard: 'escalated', target: 'escalated' },
        { guard: 'recoveredWithCase', target: 'closingCase' },
        { guard: 'recoveryIsProven', target: '#incident.concluding', actions: 'endRecovered' },
      ],
      after: {
        IMPROVEMENT_WINDOW: [
          { guard: 'windowWaits', target: 'watching', reenter: true, actions: 'letWindowWait' },
          { target: 'escalated', actions: 'decideNoImprovement' },
        ],
      },
    },
    resting: {
      description:
        'Every indicator meets its goal, by looks that agree, or only our own probes fail while users are served: the clock of the window stands still',
      tags: ['waiting'],
      meta: { owner: 'services', deadline: 'the deadline of the phase that runs' },
      on: {
        OBSERVED: [
          { guard: 'windowMoves', actions: 'moveWindow' },
          { guard: 'goalsLost', target: 'watching', actions: 'endRest' },
        ],
        'ESCALATION.NEEDED': { target: 'escalated', actions: 'decideEscalation' },
      },
      always: [
        { guard: 'recoveredWithCase', target: 'closingCase' },
        { guard: 'recoveryIsProven', target: '#incident.concluding', actions: 'endRecovered' },
      ],
    },
    escalated: {
      description:
        'Handed over: the run changes nothing more. It diagnoses anew, calls, comments, tells again and validates until recovery or the end of the follow-up',
      initial: 'diagnosing',
      on: { RETRY: { target: 'watching', actions: 'workAgain' } },
      after: { FOLLOW: { target: '#incident.concluding', actions: 'endEscalated' } },
      always: { guard: 'recoveryIsProven', target: 'closingCase' },
      states: {
        diagnosing: {
          description: 'What is wrong at this minute, before anybody is called',
          tags: ['observing'],
          meta: { owner: 'firebreak' },
          invoke: {
            src: 'diagnose',
            input: ({ context }) => lookInput(context),
            onDone: { target: 'preparing', actions: { type: 'recordDiagnosis', params: ({ event }) => event.output } },
            // The newest diagnosis there is goes out with its own time.
            onError: 'preparing',
          },
          after: { DIAGNOSE_LIMIT: 'preparing' },
        },
        preparing: {
          description: 'Writing the text down where it is kept: for a case, and for whoever must paste it',
          tags: ['observing'],
          meta: { owner: 'firebreak' },
          invoke: {
            src: 'prepareCase',
            input: ({ context, event }) => inputOfCall(context, event),
            onDone: { target: 'choosing', actions: { type: 'recordPrepared', params: ({ event }) => event.output } },
            onError: { target: 'choosing', actions: 'prepareByMemory' },
          },
          after: { ACTIVITY_LIMIT: { target: 'choosing', actions: 'prepareByMemory' } },
        },
        choosing: {
          description: 'Can Google mend this?',
          tags: ['deciding'],
          meta: { owner: 'firebreak' },
          always: [
            { guard: 'caseIsOpen', target: 'following', actions: 'dueComment' },
            { guard: 'googleCanMend', target: 'openingCase' },
            { target: 'following', actions: 'handToPeople' },
          ],
        },
        openingCase: {
          description: 'Looking for a case of this run, then creating one with the evidence',
          tags: ['mutating'],
          meta: { owner: 'google', rollback: 'the case is closed again after recovery' },
          invoke: {
            src: 'openCase',
            input: ({ context }) => ({
              reason: context.escalation?.reason ?? '',
              text: context.supportCase?.text ?? '',
              about: context.diagnosis?.causes[0]?.kind ?? null,
            }),
            onDone: { target: 'following', actions: { type: 'recordCase', params: ({ event }) => event.output } },
            onError: { target: 'following', actions: 'recordNoCase' },
          },
          after: { ACTIVITY_LIMIT: { target: 'following', actions: 'recordNoCase' } },
        },
        following: {
          description: 'Waiting for news worth telling, and for what Google writes; a case that could not be opened is tried again',
          tags: ['waiting'],
          meta: { owner: 'google', deadline: 'FOLLOW' },
          always: [
            { guard: 'evidenceDue', target: 'attaching' },
            { guard: 'commentsWaiting', target: 'commenting' },
          ],
          after: {
            OPEN_AGAIN: { guard: 'caseStillWanted', target: 'diagnosing' },
            REST_OF_WINDOW: { guard: 'windowStillCounts', target: 'diagnosing', actions: 'decideNoImprovement' },
            HANDED_OVER_AGO: { target: 'following', reenter: true, actions: ['dueComment', 'tellTextAgain'] },
            CASE_UNANSWERED: { guard: 'mayEscalateCase', target: 'escalatingCase' },
            READ_CASE: { guard: 'caseIsOpen', target: 'reading' },
          },
        },
        attaching: {
          description: 'Putting the evidence on the case: as a file, or as comments',
          tags: ['telling'],
          meta: { owner: 'google' },
          invoke: {
            src: 'attachEvidence',
            input: ({ context }) => ({ caseName: context.supportCase?.name ?? '' }),
            onDone: { target: 'following', actions: { type: 'recordEvidence', params: ({ event }) => event.output } },
            onError: { target: 'pausing', actions: 'countAway' },
          },
          after: { ACTIVITY_LIMIT: { target: 'pausing', actions: 'countAway' } },
        },
        commenting: {
          description: 'Adding a comment to the case',
          tags: ['telling'],
          meta: { owner: 'google' },
          invoke: {
            src: 'commentOnCase',
            input: ({ context }) => ({ caseName: context.supportCase?.name ?? '', text: context.commentsDue[0] ?? '' }),
            onDone: { target: 'following', actions: { type: 'shiftComment', params: ({ event }) => event.output } },
            onError: { target: 'pausing', actions: 'countAway' },
          },
          after: { ACTIVITY_LIMIT: { target: 'pausing', actions: 'countAway' } },
        },
        reading: {
          description: 'How does the case stand, and who has answered?',
          tags: ['observing'],
          meta: { owner: 'google' },
          invoke: {
            src: 'readCase',
            input: ({ context }) => ({ caseName: context.supportCase?.name ?? '', known: context.supportCase?.seen ?? null }),
            onDone: { target: 'following', actions: { type: 'recordReading', params: ({ event }) => event.output } },
            onError: { target: 'pausing', actions: 'countAway' },
          },
          after: { ACTIVITY_LIMIT: { target: 'pausing', actions: 'countAway' } },
        },
        escalatingCase: {
          description: 'Nobody at Google has answered in the time of the support plan, and users are still not served: escalating the case',
          tags: ['telling'],
          meta: { owner: 'google' },
          invoke: {
            src: 'escalateCase',
            input: ({ context }) => ({ caseName: context.supportCase?.name ?? '', justification: justification(context) }),
            onDone: { target: 'following', actions: { type: 'recordEscalated', params: ({ event }) => event.output } },
            onError: { target: 'pausing', actions: 'countAway' },
          },
          after: { ACTIVITY_LIMIT: { target: 'pausing', actions: 'countAway' } },
        },
        pausing: {
          description: 'Support did not answer; what is due to the case is kept and tried again',
          tags: ['waiting'],
          meta: { owner: 'google' },
          after: { CASE_AGAIN: 'following' },
        },
      },
    },
    closingCase: {
      description: 'Recovery is proven: telling support and closing the case',
      tags: ['mutating'],
      meta: { owner: 'google', rollback: 'none needed' },
      invoke: {
        src: 'closeCase',
        input: ({ context, event }) => ({ caseName: context.supportCase?.name ?? '', text: resolutionWords(context, event) }),
        onDone: {
          target: '#incident.concluding',
          actions: [{ type: 'recordClosed', params: ({ event }) => event.output }, 'endRecovered'],
        },
        onError: [
          { guard: 'mayCloseLater', target: 'closingLater', actions: 'recordNotClosed' },
          { target: '#incident.concluding', actions: 'endRecovered' },
        ],
      },
      after: {
        ACTIVITY_LIMIT: [
          { guard: 'mayCloseLater', target: 'closingLater', actions: 'recordNotClosed' },
          { target: '#incident.concluding', actions: 'endRecovered' },
        ],
      },
    },
    closingLater: {
      description: 'The case could not be closed; tried again for an hour, then people are told that it is left open',
      tags: ['waiting'],
      meta: { owner: 'google', deadline: 'an hour after recovery was proven' },
      after: { CASE_AGAIN: 'closingCase' },
    },
  },
});
