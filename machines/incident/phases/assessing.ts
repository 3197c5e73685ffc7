import { lookInput, planInput } from '../inputs.ts';
import { runbook } from '../runbook-setup.ts';
import { OTHER_PLAN } from '../state-meta.ts';

/** What is wrong, and what would be done about it. Reads only; a run that may not go on ends here, refused, with nothing changed. */
export const assessing = runbook.createStateConfig({
  description: 'Look first: permissions, evidence, causes, plan',
  initial: 'checkingFirst',
  states: {
    checkingFirst: {
      description: 'Preflight: permissions, APIs and names, before anything else',
      tags: ['observing'],
      meta: { owner: 'firebreak', gate: 'nothing that a write would need is missing' },
      // A run that another version has begun has passed it, and could not say that nothing was changed.
      always: [
        { guard: 'restoreBegun', target: '#incident.working.runbook.restoring' },
        { guard: 'hasChanged', target: 'observing' },
      ],
      invoke: {
        src: 'preflight',
        input: {},
        onDone: [
          {
            guard: { type: 'preflightRefused', params: ({ event }) => event.output },
            target: '#incident.concluding',
            actions: [{ type: 'recordRefusal', params: ({ event }) => event.output }, 'endRefused'],
          },
          { target: 'observing', actions: 'clearAttempts' },
        ],
        onError: [
          { guard: 'failedForNow', target: 'checkingAgain', actions: 'countAttempt' },
          { target: '#incident.concluding', actions: ['recordFailure', 'endRefused'] },
        ],
      },
      after: { ACTIVITY_LIMIT: { target: '#incident.concluding', actions: ['rememberBlindness', 'endRefused'] } },
    },
    checkingAgain: {
      description: 'The preflight could not be read; trying again shortly',
      tags: ['waiting'],
      meta: { owner: 'google' },
      on: { RETRY: 'checkingFirst' },
      after: { RETRY: 'checkingFirst' },
    },
    observing: {
      description: 'Waiting for a look at the environment that is good enough to diagnose',
      tags: ['waiting'],
      meta: { owner: 'firebreak', gate: 'a look was taken that began after the last write, and after whatever told of a change by others' },
      on: { OBSERVED: { guard: 'lookIsNew', target: 'diagnosing', actions: 'beginAssessment' } },
      after: { BLIND_LIMIT: { target: '#incident.working.runbook.awaitingOperator', actions: 'rememberBlindness' } },
    },
    diagnosing: {
      description: 'Finding the causes, in the order the evidence supports',
      tags: ['observing'],
      meta: { owner: 'firebreak' },
      invoke: {
        src: 'diagnose',
        input: ({ context }) => lookInput(context),
        onDone: { target: 'planning', actions: [{ type: 'recordDiagnosis', params: ({ event }) => event.output }, 'clearAttempts'] },
        onError: [
          { guard: 'failedForNow', target: 'observing', actions: 'countAttempt' },
          { target: '#incident.working.runbook.awaitingOperator', actions: 'recordFailure' },
        ],
      },
      after: { ACTIVITY_LIMIT: 'observing' },
    },
    planning: {
      description: 'Deciding for every step of the runbook: apply, skip or veto, and why',
      tags: ['observing'],
      meta: { owner: 'firebreak' },
      invoke: {
        src: 'plan',
        input: ({ context }) => planInput(context),
        onDone: { target: 'deciding', actions: [{ type: 'recordPlan', params: ({ event }) => event.output }, 'clearAttempts'] },
        onError: [
          { guard: 'failedForNow', target: 'observing', actions: 'countAttempt' },
          { target: '#incident.working.runbook.awaitingOperator', actions: 'recordFailure' },
        ],
      },
      after: { ACTIVITY_LIMIT: 'observing' },
    },
    deciding: {
      description: 'Is there a question for a human, or a class of change that needs a yes?',
      tags: ['deciding'],
      meta: { owner: 'firebreak' },
      always: [
        { guard: 'planAwaitsLooks', target: 'observing', actions: 'countWaitedLook' },
        { guard: 'planAsks', target: '#incident.working.runbook.awaitingOperator' },
        { guard: 'planNeedsApproval', target: 'awaitingApproval', actions: 'tellApproval' },
        { target: '#incident.working.runbook.capacity', actions: 'tellPlan' },
      ],
    },
    awaitingApproval: {
      description: 'The plan holds changes that need a yes: by policy.approve, or because a human has changed the same since',
      tags: ['waiting', 'operator'],
      meta: {
        owner: 'operator',
        gate: 'a yes to this very plan; rejected ends the run with nothing more changed; unanswered is asked again, then handed to people where anything is ill',
        asks: {
          about: 'plan',
          otherwise:
            'it is handed to people with all evidence: nothing more is changed, and Google Cloud Support is called when the window passes without improvement',
        },
      },
      entry: 'beginQuestion',
      exit: 'endQuestion',
      always: { guard: 'mustPlanAgain', target: 'observing' },
      on: {
        APPROVE: [
          { guard: 'approvesThisPlan', target: '#incident.working.runbook.capacity', actions: 'approvePlan' },
          { actions: 'tellWrongPlan', meta: OTHER_PLAN },
        ],
        OBSERVED: { guard: 'approvalGone', target: 'diagnosing', actions: ['tellApprovalWithdrawn', 'beginAssessment'] },
        SKIP: { guard: 'skipsKnownStep', target: 'observing', actions: 'rememberSkip' },
        REJECT: { target: '#incident.concluding', actions: ['rememberRejection', 'endAborted'] },
      },
      after: {
        APPROVE_AGAIN: { actions: 'tellQuestionAgain' },
        APPROVAL: [
          { guard: 'allIsWell', target: '#incident.concluding', actions: ['rememberUnanswered', 'endAborted'] },
          { target: '#incident.working.runbook.following', actions: ['rememberUnanswered', 'raiseEscalation'] },
        ],
      },
    },
  },
});
