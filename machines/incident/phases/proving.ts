import { lookInput } from '../inputs.ts';
import { runbook } from '../runbook-setup.ts';

/** Phase 3: proof, the way a user would feel it, then half an hour without a single failure. */
export const proving = runbook.createStateConfig({
  description: 'Phase 3: validate end to end, then soak',
  initial: 'validating',
  entry: [
    { type: 'setPhaseEnd', params: { phase: 'validationMs' } },
    { type: 'tellCasePhase', params: { what: 'Every check passes: the run validates end to end, and watches whether it lasts.' } },
  ],
  on: { OBSERVED: { guard: 'relapseConfirmed', target: '#incident.working.runbook.assessing.diagnosing', actions: 'beginRelapse' } },
  after: {
    VALIDATION_PHASE: [
      { guard: 'onlyProbesFail', target: '#incident.concluding', actions: ['rememberUnproven', 'endAborted'] },
      { target: 'following', actions: ['rememberUnproven', 'raiseEscalation'] },
    ],
  },
  states: {
    validating: {
      description: 'Walking the validation: health of every service, and what else the document asks',
      tags: ['observing'],
      meta: { owner: 'services', gate: 'pass rate reached and every critical category whole' },
      invoke: {
        src: 'validate',
        input: ({ context }) => lookInput(context),
        onDone: [
          {
            guard: { type: 'validationPassed', params: ({ event }) => event.output },
            target: 'soaking',
            actions: { type: 'recordValidation', params: ({ event }) => event.output },
          },
          { target: 'validatingAgain', actions: { type: 'recordValidation', params: ({ event }) => event.output } },
        ],
        onError: { target: 'validatingAgain' },
      },
      after: { ACTIVITY_LIMIT: 'validatingAgain' },
    },
    validatingAgain: {
      description: 'Validation did not pass; waiting before the next attempt',
      tags: ['waiting'],
      meta: { owner: 'services', deadline: 'VALIDATION_PHASE' },
      on: { RETRY: 'validating' },
      after: { VALIDATE_AGAIN: 'validating' },
    },
    soaking: {
      description:
        'Every look must pass for the whole soak (30 min); one in which users or gates fail begins it anew, two failing in a row send it back to validation, and an illness that is agreed back to a diagnosis',
      tags: ['waiting'],
      meta: {
        owner: 'services',
        gate: 'gate "all" passes for validation.soak.for; time that could not be measured does not count; and for twice as long as lay between deaths',
        deadline: 'VALIDATION_PHASE',
      },
      entry: 'clearStreak',
      on: {
        OBSERVED: [
          { guard: 'relapseConfirmed', target: '#incident.working.runbook.assessing.diagnosing', actions: 'beginRelapse' },
          { guard: 'soakBroken', target: 'validatingAgain' },
          { actions: 'judgeSoak' },
        ],
      },
      always: [
        { guard: 'mustPlanAgain', target: 'validating', actions: 'beginAssessment' },
        { guard: 'soakedLongEnough', target: '#incident.working.runbook.proven', actions: 'proveRecovery' },
      ],
    },
  },
});
