import type {
  ActivityContext,
  Awaited,
  ChangeStarted,
  OperationEnd,
  RestoreAnswer,
  StepInput,
} from '../../../machines/incident/activities.ts';
import { MINUTE } from '../../core/duration.ts';
import { ConflictError, OutcomeUnknownError, TerminalError, TransientError } from '../../core/errors.ts';
import type { Mutation } from '../../core/model/mutation.ts';
import type { ServiceState, TrafficTarget } from '../../core/model/observation.ts';
import { checkTraffic } from '../../planning/check-step.ts';
import { restoreVector } from '../../planning/restore.ts';
import { sameVector, wholeTo } from '../../planning/vector.ts';
import { changeKey, fencedWrite, stepOf } from './fenced-write.ts';
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
  const step = stepOf(input, 'pin');
  const state = await options.cloud.run.getService(step.change.service, { signal });
  const check = checkTraffic(step.change, state);
  if (check.kind === 'busy') throw new TransientError('busy', check.why);
  if (check.kind === 'stale') throw new ConflictError('stale', check.why);
  const change = { stepId: step.id, title: step.title, key: changeKey(options, input), undo: step.rollback };
  if (check.kind === 'already') {
    const ours = repeated || input.maybeSent;
    const before = ours ? { ...state, traffic: step.change.from } : state;
    return started(options, change, before, step.change.to, state.generation, ours ? 'applied' : 'already', null);
  }
  return write(options, input, change, state, step.change.to, signal);
}

/** Moves all traffic to a revision that is ready (I4). Tags stay where they are. */
export async function shiftTraffic(
  options: ActivityOptions,
  input: StepInput & { readonly revision: string },
  { signal, repeated }: ActivityContext,
): Promise<ChangeStarted> {
  const step = stepOf(input, 'deploy');
  const { service } = step.change;
  const state = await options.cloud.run.getService(service, { signal });
  await requireReady(options, service, input.revision, signal);
  const to = wholeTo(input.revision, state.traffic);
  const change = {
    stepId: step.id,
    title: `Shift 100 % of ${service} to ${input.revision}`,
    key: `${changeKey(options, input)}/traffic`,
    undo: step.rollback,
  };
  if (sameVector(state.traffic, to)) {
    const ours = repeated || input.maybeSent;
    return started(options, change, state, to, state.generation, ours ? 'applied' : 'already', null);
  }
  return write(options, input, change, state, to, signal);
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
  change: ChangeWords,
  state: ServiceState,
  to: readonly TrafficTarget[],
  signal: AbortSignal,
): Promise<ChangeStarted> {
  const sent = await fencedWrite(
    options,
    input,
    () => send(options, state, to, signal),
    () => readBack(options, state.name, to, signal),
  );
  return started(options, change, state, to, sent.generation, 'applied', sent.operation);
}

interface Sent {
  readonly operation: string | null;
  readonly generation: string;
}

async function send(options: ActivityOptions, state: ServiceState, to: readonly TrafficTarget[], signal: AbortSignal): Promise<Sent> {
  const { operation } = await options.cloud.run.setTraffic(state.name, state.etag, to, { signal });
  return { operation, generation: await generationOf(options, state.name, signal) };
}

/** The write is done: a failed read of its generation must not look like a failed write. */
async function generationOf({ cloud }: ActivityOptions, service: string, signal: AbortSignal): Promise<string> {
  try {
    return (await cloud.run.getService(service, { signal })).generation;
  } catch (thrown) {
    throw new OutcomeUnknownError('unread', `the traffic of ${service} was sent, and could not be read back`, { cause: thrown });
  }
}

async function readBack(
  { cloud }: ActivityOptions,
  service: string,
  to: readonly TrafficTarget[],
  signal: AbortSignal,
): Promise<Sent | null> {
  const state = await cloud.run.getService(service, { signal });
  return sameVector(state.traffic, to) ? { operation: null, generation: state.generation } : null;
}

function started(
  options: ActivityOptions,
  { stepId, title, key, undo }: ChangeWords,
  before: ServiceState,
  to: readonly TrafficTarget[],
  generation: string,
  outcome: Mutation['outcome'],
  operation: string | null,
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

/** Waits until `trafficStatuses` show what was asked for; the service's own condition may be stale and is not the judge (gcp-facts 2.3). */
export async function awaitTraffic(
  options: ActivityOptions,
  input: StepInput & Awaited & { readonly revision: string | null },
  { signal }: ActivityContext,
): Promise<OperationEnd> {
  const { change } = stepOf(input, 'pin', 'deploy');
  const state = await inForce(options, change.service, input.deadlineAt, signal, (now) => {
    const to = change.kind === 'pin' ? change.to : wholeTo(input.revision ?? '', now.traffic);
    return sameVector(now.trafficStatuses, to);
  });
  const message = state === null ? `the traffic of ${change.service} was not in force by the deadline` : null;
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
  deadlineAt: number,
  signal: AbortSignal,
  is: (state: ServiceState) => boolean,
): Promise<ServiceState | null> {
  return poll(clock, deadlineAt, signal, async () => {
    const state = await cloud.run.getService(service, { signal });
    return is(state) ? state : null;
  });
}

/**
 * Puts a recorded vector back, exactly, and waits until it is in force. Where LATEST has come to mean another revision, the one
 * it stood for is named instead, and said. Throws `ConflictError` when the service changed meanwhile.
 */
export async function restoreTraffic(
  options: ActivityOptions,
  input: { readonly service: string; readonly traffic: readonly TrafficTarget[]; readonly planHash: string },
  { signal }: ActivityContext,
): Promise<RestoreAnswer> {
  const { service } = input;
  const state = await options.cloud.run.getService(service, { signal });
  const { traffic, exact, note } = restoreVector(input.traffic, state);
  const change = {
    stepId: `restore:${service}`,
    title: `Put the traffic of ${service} back`,
    key: `${options.runId}/restore:${service}/${input.planHash.slice(0, 8)}`,
    undo: '',
  };
  const same = sameVector(state.traffic, traffic);
  const sent = same ? { operation: null, generation: state.generation } : await sendRestore(options, state, traffic, signal);
  const done = await inForce(options, service, options.clock.now() + RESTORE_WITHIN, signal, (now) =>
    sameVector(now.trafficStatuses, traffic),
  );
  if (done === null) throw new TransientError('overdue', `the traffic of ${service} is written back but not yet in force`);
  const { mutation } = started(options, change, state, traffic, done.generation, same ? 'already' : 'applied', sent.operation);
  return { mutation, exact, note };
}

async function sendRestore(
  options: ActivityOptions,
  state: ServiceState,
  to: readonly TrafficTarget[],
  signal: AbortSignal,
): Promise<Sent> {
  await options.fence.assertHeld();
  try {
    return await send(options, state, to, signal);
  } catch (thrown) {
    const found = thrown instanceof OutcomeUnknownError ? await readBack(options, state.name, to, signal) : null;
    if (found === null) throw thrown;
    return found;
  }
}
