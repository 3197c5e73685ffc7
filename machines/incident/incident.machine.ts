import { lastTelling } from './people/notifying.ts';
import { initialContext } from './initial-context.ts';
import { YES_TO_NOTHING } from './people/question.ts';
import { runbook } from './runbook-setup.ts';
import { OTHER_PLAN } from './state-meta.ts';
import { assessing } from './phases/assessing.ts';
import { capacity } from './phases/capacity.ts';
import { escalation } from './phases/escalation.ts';
import { operator } from './phases/operator.ts';
import { proving } from './phases/proving.ts';
import { restoring } from './phases/restoring.ts';
import { services } from './phases/services.ts';
import { undoing } from './phases/undoing.ts';
import { telling } from './phases/telling.ts';
import { awaitingShare } from './phases/awaiting-share.ts';
import { watch } from './phases/watch.ts';

/**
 * For the engineer on call: this chart carries one Cloud Run incident from the first look to `recovered`, or to a human.
 * It may scale the connector (one way only), bound instances, move traffic between revisions, and make new revisions of the
 * services that the document names. It never touches a service without `instances`, `pin` or `deploy`, the database, or anything a human changed
 * while it ran. It gives up after two hours without improvement, and at once when no move is left: then it calls Google.
 *
 * Invariants, kept by guards and cited by the tests:
 * I1 no write while held, aborting or escalated;
 * I2 a change that was not ours holds the run;
 * I3 a service is deployed only when what it depends on is healthy by evidence;
 * I4 a new revision gets traffic only once it is ready;
 * I5 unknown is neither healthy nor permission: time that was not measured counts for nothing;
 * I6 a restore by itself never takes a service away from a revision that proved itself stable, and never undoes a human;
 * I7 every state that waits has a deadline and an owner;
 * I8 what a human has changed during the run is changed again only with a human's yes.
 */
export const incidentMachine = runbook.createMachine({
  id: 'incident',
  version: '2',
  description: 'One incident, from the first look to a declared end',
  context: ({ input }) => initialContext(input),
  initial: 'working',
  output: ({ context }) => ({ outcome: context.outcome ?? 'aborted', failure: context.failure }),
  states: {
    working: {
      type: 'parallel',
      description: 'The run: five regions side by side',
      on: { 'TIME.AWAY': { actions: 'giveTimeBack' } },
      states: {
        watch,
        runbook: {
          description: 'The phased runbook',
          initial: 'assessing',
          on: { ROLLBACK: { guard: 'somethingToPutBack', actions: 'wantRollback' } },
          always: [
            { guard: 'rollbackWanted', target: '.restoring', actions: 'beginRollback' },
            { guard: 'ownBoundUnneeded', target: '.undoing', actions: 'takeOwnBound' },
            { guard: 'ownBoundUnhelped', target: '.following', actions: ['rememberOwnBound', 'raiseEscalation'] },
          ],
          states: {
            assessing,
            capacity,
            services,
            proving,
            proven: {
              description: 'Recovery is proven; the escalation region closes what is open and ends the run',
              tags: ['waiting'],
              meta: { owner: 'firebreak', deadline: 'at once, or when the case is closed' },
            },
            undoing,
            restoring,
            awaitingOperator: {
              description: 'Only a human can decide; without an answer the run escalates',
              tags: ['waiting', 'operator'],
              meta: {
                owner: 'operator',
                gate: 'APPROVE or RETRY to look and plan again, SKIP to leave a step out, REJECT to stop',
                asks: {
                  about: 'question',
                  otherwise:
                    'it is handed to people with all evidence, and to Google Cloud Support where Google can mend it: nothing more is changed',
                },
              },
              entry: ['ask', 'tellQuestion', 'beginQuestion'],
              exit: 'endQuestion',
              on: {
                APPROVE: [
                  { guard: 'answersUndo', target: 'undoing', actions: ['recordYes', 'closeQuestion'] },
                  { guard: 'answersKept', target: 'assessing.observing', actions: ['recordYes', 'finishUndo', 'forgetQuestion'] },
                  { guard: 'answersRestore', target: 'restoring', actions: ['recordYes', 'closeQuestion'] },
                  { guard: 'yesAllowsNothing', meta: YES_TO_NOTHING },
                  { guard: 'answersQuestion', target: 'assessing.observing', actions: ['recordYes', 'forgetQuestion'] },
                  { actions: 'tellWrongPlan', meta: OTHER_PLAN },
                ],
                RETRY: [
                  { guard: 'undoLeft', target: 'undoing', actions: ['newRound', 'closeQuestion'] },
                  { guard: 'restoreLeft', target: 'restoring', actions: ['newRound', 'closeQuestion'] },
                  { target: 'assessing.observing', actions: ['newRound', 'forgetQuestion'] },
                ],
                OBSERVED: [
                  {
                    guard: 'undoneByHand',
                    target: 'assessing.observing',
                    actions: ['tellQuestionWithdrawn', 'finishUndo', 'forgetQuestion'],
                  },
                  { guard: 'putBackByHand', target: 'restoring', actions: ['tellQuestionWithdrawn', 'closeQuestion'] },
                  {
                    guard: 'questionGone',
                    target: 'assessing.diagnosing',
                    actions: ['tellQuestionWithdrawn', 'forgetQuestion', 'awaitAnew', 'beginAssessment'],
                  },
                ],
                SKIP: { guard: 'skipsKnownStep', target: 'assessing.observing', actions: ['rememberSkip', 'forgetQuestion'] },
                REJECT: { target: '#incident.concluding', actions: ['rememberRejection', 'endAborted'] },
              },
              always: { guard: 'escalated', target: 'following' },
              after: {
                ASK_AGAIN: { actions: 'tellQuestionAgain' },
                QUESTION: { target: 'following', actions: 'raiseEscalation' },
              },
            },
            awaitingShare,
            following: {
              description: 'The run writes no more: it observes and validates until recovery or the end of the follow-up',
              tags: ['waiting'],
              meta: { owner: 'google', gate: 'every service healthy', deadline: 'escalation FOLLOW' },
              entry: { type: 'tellCasePhase', params: { what: 'The run watches and changes nothing: recovery is not proven.' } },
              always: { guard: 'everythingHealthy', target: 'proving' },
              on: {
                RETRY: [
                  { guard: 'undoLeft', target: 'undoing' },
                  { guard: 'restoreLeft', target: 'restoring' },
                  { target: 'assessing.observing' },
                ],
              },
            },
          },
        },
        escalation,
        operator,
        telling,
      },
    },
    concluding: {
      description: 'Last words: what happened, what was changed, how to undo it',
      tags: ['telling'],
      meta: { owner: 'firebreak' },
      invoke: {
        src: 'conclude',
        input: ({ context, event }) => ({ outcome: context.outcome ?? 'aborted', ...lastTelling({ context, event }) }),
        onDone: { target: 'ended', actions: { type: 'recordLastWords', params: ({ event }) => event.output } },
        onError: { target: 'ended', actions: { type: 'recordLastWords', params: null } },
      },
      after: { ACTIVITY_LIMIT: { target: 'ended', actions: { type: 'recordLastWords', params: null } } },
    },
    ended: {
      description: 'Which of the ends was it?',
      tags: ['deciding'],
      meta: { owner: 'firebreak' },
      always: [
        { guard: 'endedRecovered', target: 'recovered' },
        { guard: 'endedEscalated', target: 'escalated' },
        { guard: 'endedUnreached', target: 'unreached' },
        { guard: 'endedRestored', target: 'restored' },
        { guard: 'endedRefused', target: 'refused' },
        { target: 'aborted' },
      ],
    },
    recovered: { type: 'final', description: 'Healthy, validated and soaked' },
    escalated: { type: 'final', description: 'Somebody has it: Google Cloud Support has a case, or a channel took the text for a human' },
    unreached: { type: 'final', description: 'Escalated, and nobody could be reached: no case, and no channel took the text' },
    restored: {
      type: 'final',
      description: 'What this run had moved is put back, but for what others have changed since; a human is told',
    },
    aborted: { type: 'final', description: 'Stopped by a human, or for want of one' },
    refused: { type: 'final', description: 'Not begun: something a write would need is missing; nothing was changed' },
  },
});
