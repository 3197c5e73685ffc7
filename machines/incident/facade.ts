import type { EventFromLogic, SnapshotFrom } from 'xstate';
import type { IncidentContext } from './context.ts';
import type { OperatorEvent } from './events.ts';
import type { incidentMachine } from './incident.machine.ts';
import type { TransitionMeta } from './state-meta.ts';
import { allLeft } from './steps.ts';

/** What the chart answers about itself to those who show and steer a run: they ask it, and spell no state. Pure. */

type Order = OperatorEvent['type'];

/** Every order that a human may give. */
export const ORDERS = [
  'HOLD',
  'RESUME',
  'ADOPT',
  'ABORT',
  'APPROVE',
  'REJECT',
  'SKIP',
  'RETRY',
  'ROLLBACK',
] as const satisfies readonly Order[];

/** The orders that would be taken as the run stands: an APPROVE of the plan that waits, a SKIP of the next step. `now`: epoch ms. */
export function accepts(snapshot: SnapshotFrom<typeof incidentMachine>, now: number): readonly Order[] {
  if (snapshot.status !== 'active') return [];
  return ORDERS.filter((type) => snapshot.can(sample(type, snapshot.context, now)));
}

/** Why the run, as it stands, hears this order and does not go by it; null: it does, or hears nothing. */
export function refusalOf(snapshot: SnapshotFrom<typeof incidentMachine>, order: object): string | null {
  const taken = snapshot.machine.getTransitionData(snapshot as never, order as never) as readonly { readonly meta?: TransitionMeta }[];
  return taken.map(({ meta }) => meta?.refuses ?? null).find((why) => why !== null) ?? null;
}

function sample(type: Order, context: IncidentContext, at: number): EventFromLogic<typeof incidentMachine> {
  const step = context.stepId ?? allLeft(context)[0]?.id ?? '';
  const order = { type, by: 'nobody', reason: '', step, ...(context.plan === null ? {} : { plan: context.plan.hash }), at };
  return order as unknown as EventFromLogic<typeof incidentMachine>;
}
