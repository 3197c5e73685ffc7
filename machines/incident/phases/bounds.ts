import { stepInput } from '../inputs.ts';
import { runbook } from '../runbook-setup.ts';
import { awaited, judged, readAgain, request, UNDONE } from './change.ts';

/** The instances of a whole service: a change without a new revision, in force at once, and judged like a pin. */

export const boundingInstances = runbook.createStateConfig({
  description: 'Bounding the instances of a service, so that they fit what they share with others, or are there when they are asked',
  meta: { frame: 'change', owner: 'firebreak' },
  initial: 'requesting',
  states: {
    requesting: request({
      phase: 'capacity',
      description: 'Reading the service again, then sending its bounds under its etag',
      rollback: 'the recorded bounds',
      notes: ['noteBefore', 'setTrafficDeadline'],
      activity: { src: 'boundInstances', input: ({ context }) => stepInput(context) },
      accepted: 'applying',
      conflict: 'plan again',
      failed: UNDONE,
    }),
    applying: awaited({
      description: 'Waiting until the service stands with the bounds that were asked for',
      gate: 'the service is settled with the bounds that were asked for',
      activity: {
        src: 'awaitBounds',
        input: ({ context }) => ({ ...stepInput(context), operation: context.operation, deadlineAt: context.deadlineAt }),
      },
      inForce: [{ target: '#incident.working.runbook.capacity.judgingBounds', record: 'recordTrafficInForce', then: ['beginBoundsTrial'] }],
      again: 'applyingAgain',
      limit: 'TRAFFIC_LIMIT',
      what: 'the bound on the instances',
      minds: true,
      failed: UNDONE,
    }),
    applyingAgain: readAgain('The service could not be read; looking again shortly', 'applying', 'CAPACITY_PHASE'),
  },
});

export const judgingBounds = judged({
  state: 'judgingBounds',
  description:
    'The instances are bounded: are users turned away, or did anything else get worse? Then this bound, and nothing else, is undone',
  gate: 'the service does not do worse than right before it, those turned away with 429 counted as failed, by several looks',
  rollback: 'the recorded bounds',
});
