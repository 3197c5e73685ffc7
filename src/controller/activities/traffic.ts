import { nextGeneration } from '../../core/service/generation.ts';
import type { ActivityContext, Awaited, ChangeStarted, OperationEnd, StepInput } from '../../../machines/incident/activities.ts';
import { ConflictError, TerminalError, TransientError } from '../../core/errors.ts';
import type { ServiceState, TrafficTarget } from '../../core/model/observation.ts';
import { fact, STEPS } from '../../steps/index.ts';
import { shareBefore } from '../../steps/shares.ts';
import { sameTraffic, shareTo, wholeTo, withoutOwnTag } from '../../planning/traffic-split.ts';
import { changeKey, changeOf, fencedWrite, requireUnchanged, serviceToWrite, stepOf } from './fenced-write.ts';
import type { ActivityOptions } from './options.ts';
import { inForce, readToWrite, send, started } from './traffic-write.ts';
import type { ChangeWords, Sent } from './traffic-write.ts';

/**
 * Pins the traffic of a service as the plan says, all of it or the share that is next, under the etag of the read right before. Found
 * in force where an earlier try may have been sent (a crash, a lost answer), it is counted as ours.
 */
export async function pinTraffic(
  options: ActivityOptions,
  input: StepInput & { readonly share?: number },
  { signal, repeated }: ActivityContext,
): Promise<ChangeStarted> {
  const { step, change: planned, writing } = stepOf(input, 'traffic');
  const state = await readToWrite(options, serviceToWrite(planned), signal);
  const { share = 100 } = input;
  const check = writing.check(step.change, state, share);
  const to = writing.shared(step.change, share);
  const ours = repeated || input.maybeSent;
  requireUnchanged(input.expected, state, ours && check.kind === 'already');
  if (check.kind === 'busy') throw new TransientError('busy', check.why);
  if (check.kind === 'stale') throw new ConflictError('stale', check.why);
  const service = serviceToWrite(planned);
  const revision = fact(planned, 'serves') ?? '';
  const [title, key] =
    share === 100
      ? [step.title, changeKey(options, input)]
      : [shareTitle(service, revision, share), shareKey(options, { ...input, share })];
  const change = { stepId: step.id, title, key, undo: step.rollback };
  if (check.kind === 'already') {
    const earlier = shareBefore(fact(planned, 'shares'), share);
    const known = earlier === 0 ? (fact(planned, 'from') ?? []) : writing.shared(step.change, earlier);
    const before = ours ? { ...state, traffic: known } : state;
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
  requireUnchanged(input.expected, state, ours && sameTraffic(state.traffic, to));
  await requireReady(options, service, input.revision, signal);
  const change = {
    stepId: step.id,
    title: input.share === 100 ? `Shift 100 % of ${service} to ${input.revision}` : shareTitle(service, input.revision, input.share),
    key: input.share === 100 ? `${changeKey(options, input)}/traffic` : shareKey(options, input),
    undo: step.rollback,
  };
  if (sameTraffic(state.traffic, to)) {
    const known = ours ? input.expected?.traffic?.[service] : undefined;
    const before = known === undefined ? state : { ...state, traffic: known };
    return started(options, change, { before, to, generation: state.generation, outcome: ours ? 'applied' : 'already', operation: null });
  }
  return write(options, input, { change, state, to, signal });
}

function shareTitle(service: string, revision: string, share: number): string {
  return `Give ${share} % of ${service} to ${revision}`;
}

/** Each share is a change of its own. */
function shareKey(options: ActivityOptions, input: StepInput & { readonly share: number }): string {
  return `${changeKey(options, input)}/share-${input.share}`;
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

async function readBack(
  { cloud }: ActivityOptions,
  service: string,
  to: readonly TrafficTarget[],
  signal: AbortSignal,
): Promise<Sent | null> {
  const state = await cloud.run.getService(service, { signal });
  return sameTraffic(state.traffic, to) ? { operation: null } : null;
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
  const shared = awaitedVector(input);
  const state = await inForce(options, service, {
    expected: input.expected,
    deadlineAt: input.deadlineAt,
    signal,
    is: (now) => {
      const to = shared ?? sharedVector(input.revision ?? '', input.share, now.traffic);
      return sameTraffic(now.trafficStatuses, to);
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

/** Where the traffic goes to revisions that were known to the plan, it says to what; null: it follows from what is there. */
function awaitedVector(input: StepInput & { readonly share: number }): readonly TrafficTarget[] | null {
  if (STEPS[changeOf(input).kind].way !== 'traffic') return null;
  const { step, writing } = stepOf(input, 'traffic');
  return writing.shared(step.change, input.share);
}
