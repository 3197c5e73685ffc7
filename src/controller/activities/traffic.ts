import { nextGeneration } from '../../core/service/generation.ts';
import type {
  ActivityContext,
  Awaited,
  ChangeStarted,
  Expected,
  OperationEnd,
  RestoreAnswer,
  RestoreInput,
  StepInput,
} from '../../../machines/incident/activities.ts';
import { MINUTE } from '../../core/duration.ts';
import { ConflictError, OutcomeUnknownError, TerminalError, TransientError } from '../../core/errors.ts';
import type { Mutation } from '../../core/model/mutation.ts';
import type { ServiceBounds, ServiceState, TrafficTarget } from '../../core/model/observation.ts';
import { boundsOf, isBoundedBy } from '../../core/service/bounds.ts';
import type { CallOptions } from '../../ports/cloud.ts';
import { fact } from '../../steps/index.ts';
import { restoreId } from '../../steps/put-back.ts';
import { restoreVector } from '../../planning/restore.ts';
import { sameVector, shareTo, wholeTo, withoutOwnTag } from '../../planning/vector.ts';
import { changeKey, changeOf, checkFreeze, fencedWrite, requireUnchanged, sendOnce, serviceToWrite, stepOf } from './fenced-write.ts';
import type { ActivityOptions } from './options.ts';
import { poll } from './polling.ts';

const RESTORE_WITHIN = 10 * MINUTE;

/**
 * Pins all traffic of a service as the plan says, under the etag of the read right before. Found in force where an earlier try
 * may have been sent (a crash, a lost answer), it is counted as ours.
 */
export async function pinTraffic(
  options: ActivityOptions,
  input: StepInput,
  { signal, repeated }: ActivityContext,
): Promise<ChangeStarted> {
  const { step, change: planned, writing } = stepOf(input, 'traffic');
  const state = await readToWrite(options, serviceToWrite(planned), signal);
  const check = writing.check(step.change, state);
  const to = fact(planned, 'traffic') ?? [];
  const ours = repeated || input.maybeSent;
  requireUnchanged(input.expected, state, ours && check.kind === 'already');
  if (check.kind === 'busy') throw new TransientError('busy', check.why);
  if (check.kind === 'stale') throw new ConflictError('stale', check.why);
  const change = { stepId: step.id, title: step.title, key: changeKey(options, input), undo: step.rollback };
  if (check.kind === 'already') {
    const before = ours ? { ...state, traffic: fact(planned, 'from') ?? [] } : state;
    return started(options, change, { before, to, generation: state.generation, outcome: ours ? 'applied' : 'already', operation: null });
  }
  return write(options, input, { change, state, to, signal });
}

/**
 * Gives a revision that is ready (I4) a share of the traffic: a small one under our tag, or all of it and our tag away in the same
 * write. The tags of others stay where they are.
 */
export async function shiftTraffic(
  options: ActivityOptions,
  input: StepInput & { readonly revision: string; readonly share: number },
  { signal, repeated }: ActivityContext,
): Promise<ChangeStarted> {
  const { step, change: planned } = stepOf(input, 'revision');
  const service = serviceToWrite(planned);
  const state = await readToWrite(options, service, signal);
  const to = sharedVector(input.revision, input.share, state.traffic);
  const ours = repeated || input.maybeSent;
  requireUnchanged(input.expected, state, ours && sameVector(state.traffic, to));
  await requireReady(options, service, input.revision, signal);
  const change = {
    stepId: step.id,
    title:
      input.share === 100 ? `Shift 100 % of ${service} to ${input.revision}` : `Give ${input.share} % of ${service} to ${input.revision}`,
    key: `${changeKey(options, input)}/${input.share === 100 ? 'traffic' : 'canary'}`,
    undo: step.rollback,
  };
  if (sameVector(state.traffic, to)) {
    const known = ours ? input.expected?.traffic?.[service] : undefined;
    const before = known === undefined ? state : { ...state, traffic: known };
    return started(options, change, { before, to, generation: state.generation, outcome: ours ? 'applied' : 'already', operation: null });
  }
  return write(options, input, { change, state, to, signal });
}

/** The service with the etag under which it is written; whatever has to be loaded for the write is loaded before. */
async function readToWrite({ cloud }: ActivityOptions, service: string, signal: AbortSignal): Promise<ServiceState> {
  await cloud.run.prepareWrites();
  return cloud.run.getService(service, { signal });
}

/** What a share of 100 % or less is written as, from the vector that is there; the same from its own answer. */
function sharedVector(revision: string, share: number, current: readonly TrafficTarget[]): readonly TrafficTarget[] {
  return share === 100 ? wholeTo(revision, withoutOwnTag(current)) : shareTo(revision, share, current);
}

async function requireReady({ cloud }: ActivityOptions, service: string, revision: string, signal: AbortSignal): Promise<void> {
  const revisions = (await cloud.run.listRevisions(service, { signal }))[service] ?? [];
  const found = revisions.find(({ name }) => name === revision);
  if (found?.ready !== 'yes')
    throw new TerminalError('revision-not-ready', `${revision} is ${found?.ready ?? 'not there'}: it gets no traffic`);
}

interface ChangeWords {
  readonly stepId: string;
  readonly title: string;
  readonly key: string;
  readonly undo: string;
}

async function write(
  options: ActivityOptions,
  input: StepInput,
  {
    change,
    state,
    to,
    signal,
  }: { readonly change: ChangeWords; readonly state: ServiceState; readonly to: readonly TrafficTarget[]; readonly signal: AbortSignal },
): Promise<ChangeStarted> {
  const { operation } = await fencedWrite(
    options,
    input,
    (lastCheck) => send(options, state, to, { signal, lastCheck }),
    () => readBack(options, state.name, to, signal),
  );
  // Ours raises the generation by one; what is further than that is not ours.
  return started(options, change, { before: state, to, generation: nextGeneration(state.generation), outcome: 'applied', operation });
}

interface Sent {
  readonly operation: string | null;
}

function send(options: ActivityOptions, state: ServiceState, to: readonly TrafficTarget[], call: CallOptions): Promise<Sent> {
  return options.cloud.run.setTraffic(state.name, state.etag, to, call);
}

async function readBack(
  { cloud }: ActivityOptions,
  service: string,
  to: readonly TrafficTarget[],
  signal: AbortSignal,
): Promise<Sent | null> {
  const state = await cloud.run.getService(service, { signal });
  return sameVector(state.traffic, to) ? { operation: null } : null;
}

function started(
  options: ActivityOptions,
  { stepId, title, key, undo }: ChangeWords,
  {
    before,
    to,
    generation,
    outcome,
    operation,
  }: {
    readonly before: ServiceState;
    readonly to: readonly TrafficTarget[];
    readonly generation: string;
    readonly outcome: Mutation['outcome'];
    readonly operation: string | null;
  },
): ChangeStarted {
  const service = before.name;
  return {
    operation,
    mutation: {
      key,
      stepId,
      title,
      class: 'reversible',
      at: options.clock.now(),
      outcome,
      before: { kind: 'traffic', service, traffic: before.traffic, generation: before.generation },
      after: { kind: 'traffic', service, traffic: to, generation },
      operation,
      undo,
    },
  };
}

/**
 * Waits until `trafficStatuses` show what was asked for; the service's own condition may be stale and is not the judge (gcp-facts
 * 2.3). Throws `ConflictError` FOREIGN when somebody else changes the service meanwhile.
 */
export async function awaitTraffic(
  options: ActivityOptions,
  input: StepInput & Awaited & { readonly revision: string | null; readonly share: number },
  { signal }: ActivityContext,
): Promise<OperationEnd> {
  const change = changeOf(input);
  const service = serviceToWrite(change);
  const planned = fact(change, 'traffic');
  const state = await inForce(options, service, {
    expected: input.expected,
    deadlineAt: input.deadlineAt,
    signal,
    is: (now) => {
      const to = planned ?? sharedVector(input.revision ?? '', input.share, now.traffic);
      return sameVector(now.trafficStatuses, to);
    },
  });
  const message = state === null ? `the traffic of ${service} was not in force by the deadline` : null;
  return {
    ok: state !== null,
    reason: state === null ? 'overdue' : null,
    message,
    revision: input.revision,
    generation: state?.generation ?? null,
  };
}

async function inForce(
  { cloud, clock }: ActivityOptions,
  service: string,
  {
    expected,
    deadlineAt,
    signal,
    is,
  }: {
    readonly expected: Expected | null | undefined;
    readonly deadlineAt: number;
    readonly signal: AbortSignal;
    readonly is: (state: ServiceState) => boolean;
  },
): Promise<ServiceState | null> {
  return poll(clock, deadlineAt, signal, async () => {
    const state = await cloud.run.getService(service, { signal });
    requireUnchanged(expected, state, false);
    return is(state) ? state : null;
  });
}

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
  const { traffic, exact, note } = restoreVector(input.traffic, state);
  const change = {
    stepId: restoreId(service),
    title: bounds === undefined ? `Put the traffic of ${service} back` : `Put the traffic and the bounds of ${service} back`,
    key: `${options.runId}/${restoreId(service)}/${input.planHash.slice(0, 8)}${undoes === undefined ? '' : `/${undoes}`}`,
    undo: '',
  };
  const same = sameVector(state.traffic, traffic) && isBoundedBy(state, bounds);
  const ours = repeated || maybeSent;
  requireUnchanged(expected, state, same && ours);
  const { operation } = same ? { operation: null } : await sendRestore(options, state, { back: { traffic, bounds }, maybeSent, signal });
  const generation = same ? state.generation : nextGeneration(state.generation);
  const after = { connector: null, services: { [service]: generation } };
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
      is: (now) => sameVector(now.trafficStatuses, traffic),
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
        { bounds, traffic: sameVector(state.traffic, traffic) ? null : traffic },
        call,
      );
    },
    async () => {
      const found = await options.cloud.run.getService(state.name, { signal });
      return sameVector(found.traffic, traffic) && isBoundedBy(found, bounds) ? { operation: null } : null;
    },
    maybeSent,
  );
}
