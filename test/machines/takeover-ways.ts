import type { Carried } from '../../machines/incident/context.ts';
import type { Mutation } from '../../src/core/model/mutation.ts';
import { ANSWERS, STARTED_AT } from './incident-samples.ts';

/** A change that the version before has made. */
export const MOVED: Mutation = ANSWERS.pinTraffic(STARTED_AT)[0]!.mutation;

/** Ways that only a run takes that another version of the chart has begun, and what it takes along. */
export const TAKEOVER_WAYS: readonly { readonly way: string; readonly carried: Carried }[] = [
  {
    way: 'working.runbook.assessing.checkingFirst | always [restoreBegun] -> working.runbook.restoring',
    carried: { mutations: [MOVED], restored: [{ service: 'backend', traffic: [] }] },
  },
  {
    way: 'working.runbook.assessing.checkingFirst | always [hasChanged] -> working.runbook.assessing.observing',
    carried: { mutations: [MOVED] },
  },
  {
    way: 'working.escalation.watching | always [escalated] -> working.escalation.escalated',
    carried: { escalation: { reason: 'no move is left', at: STARTED_AT } },
  },
  {
    way: 'working.operator.active | always [isHeld] -> working.operator.held',
    carried: { held: { by: 'ann', human: true, reason: 'look first', at: STARTED_AT, change: null } },
  },
];
