import { nextGeneration } from '../../core/service/generation.ts';
import type { ActivityContext, Expected, RestoreAnswer, RestoreInput } from '../../../machines/incident/activities.ts';
import { MINUTE } from '../../core/duration.ts';
import { OutcomeUnknownError, TerminalError } from '../../core/errors.ts';
import type { Mutation } from '../../core/model/mutation.ts';
import type { ServiceBounds, ServiceState, TrafficTarget } from '../../core/model/observation.ts';
import { boundsOf, isBoundedBy } from '../../core/service/bounds.ts';
import { restoreId } from '../../steps/put-back.ts';
import { trafficToRestore } from '../../planning/restore.ts';
import { sameTraffic } from '../../planning/traffic-split.ts';
import { checkFreeze, requireUnchanged, sendOnce } from './fenced-write.ts';
import type { ActivityOptions } from './options.ts';
import { inForce, readToWrite, send, started } from './traffic-write.ts';
import type { Sent } from './traffic-write.ts';

const RESTORE_WITHIN = 10 * MINUTE;

/**
 * Puts a recorded vector back, exactly, and waits until it is in force. Where LATEST has come to mean another revision, the one
 * it stood for is named instead, and said. Throws `ConflictError` (FOREIGN when somebody else has changed the service since we
 * last knew it), `HumanNeededError` FROZEN inside a freeze window.
 */
export async function restoreTraffic(
  options: ActivityOptions,
  input: RestoreInput,
  { signal, repeated }: ActivityContext,
): Promise<RestoreAnswer> {
  const { service, bounds, expected, maybeSent = false, undoes } = input;
  const state = await readToWrite(options, service, signal);
  const { traffic, exact, note } = trafficToRestore(input.traffic, state);
  const change = {
    stepId: restoreId(service),
    title: bounds === undefined ? `Put the traffic of ${service} back` : `Put the traffic and the bounds of ${service} back`,
    key: `${options.runId}/${restoreId(service)}/${input.planHash.slice(0, 8)}${undoes === undefined ? '' : `/${undoes}`}`,
    undo: '',
  };
  const same = sameTraffic(state.traffic, traffic) && isBoundedBy(state, bounds);
  const ours = repeated || maybeSent;
  requireUnchanged(expected, state, same && ours);
  const { operation } = same ? { operation: null } : await sendRestore(options, state, { back: { traffic, bounds }, maybeSent, signal });
  const generation = same ? state.generation : nextGeneration(state.generation);
  const after = { connectors: {}, services: { [service]: generation } };
  await seenInForce(options, service, { after, traffic, signal });
  const { mutation } = started(options, change, {
    before: state,
    to: traffic,
    generation,
    outcome: same && !ours ? 'already' : 'applied',
    operation,
  });
  const restored = { ...mutation, ...(undoes === undefined ? {} : { undoes }) };
  return { mutation: bounds === undefined ? restored : withBounds(restored, boundsOf(state), bounds), exact, note };
}

/** What was written back must be reckoned with, whatever becomes of the reads that follow: then the outcome is unknown. */
async function seenInForce(
  options: ActivityOptions,
  service: string,
  { after, traffic, signal }: { readonly after: Expected; readonly traffic: readonly TrafficTarget[]; readonly signal: AbortSignal },
): Promise<void> {
  try {
    const until = options.clock.now() + RESTORE_WITHIN;
    const done = await inForce(options, service, {
      expected: after,
      deadlineAt: until,
      signal,
      is: (now) => sameTraffic(now.trafficStatuses, traffic),
    });
    if (done === null) throw new OutcomeUnknownError('overdue', `the traffic of ${service} is written back but not yet in force`);
  } catch (thrown) {
    if (!(thrown instanceof TerminalError)) throw thrown;
    throw new OutcomeUnknownError('unread', `the traffic of ${service} was written back, and could not be read`, { cause: thrown });
  }
}

/** What the service was bounded by before, and is now. */
function withBounds(mutation: Mutation, was: ServiceBounds | null, bounds: ServiceBounds): Mutation {
  const { before, after } = mutation;
  return {
    ...mutation,
    before: before.kind === 'traffic' && was !== null ? { ...before, bounds: was } : before,
    after: after.kind === 'traffic' ? { ...after, bounds } : after,
  };
}

interface Back {
  readonly traffic: readonly TrafficTarget[];
  readonly bounds: ServiceBounds | undefined;
}

function sendRestore(
  options: ActivityOptions,
  state: ServiceState,
  { back: { traffic, bounds }, maybeSent, signal }: { readonly back: Back; readonly maybeSent: boolean; readonly signal: AbortSignal },
): Promise<Sent> {
  const lastCheck = async (): Promise<void> => {
    checkFreeze(options, `putting ${state.name} back`);
    await options.fence.assertMayChange('restore');
  };
  return sendOnce(
    lastCheck,
    (check) => {
      const call = { signal, lastCheck: check };
      if (bounds === undefined) return send(options, state, traffic, call);
      return options.cloud.run.setBounds(
        state.name,
        state.etag,
        { bounds, traffic: sameTraffic(state.traffic, traffic) ? null : traffic },
        call,
      );
    },
    async () => {
      const found = await options.cloud.run.getService(state.name, { signal });
      return sameTraffic(found.traffic, traffic) && isBoundedBy(found, bounds) ? { operation: null } : null;
    },
    maybeSent,
  );
}
