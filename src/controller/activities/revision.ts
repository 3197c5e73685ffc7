import { nextGeneration } from '../../core/service/generation.ts';
import type { ActivityContext, Awaited, ChangeStarted, OperationEnd, StepInput } from '../../../machines/incident/activities.ts';
import { ConflictError, TransientError } from '../../core/errors.ts';
import type { ServiceState } from '../../core/model/observation.ts';
import { fact } from '../../steps/index.ts';
import { trafficInForce, OWN_TAG, withoutOwnTag } from '../../planning/traffic-split.ts';
import { changeKey, changeKeys, changeOf, fencedWrite, requireUnchanged, serviceToWrite, stepOf } from './fenced-write.ts';
import type { ActivityOptions } from './options.ts';
import { poll } from './polling.ts';

/**
 * Makes a new revision of the step's service, with none of the traffic and under our tag, by which it can be asked: what serves
 * now goes on serving, by name, in the same request. The change's key stands on the template, so a repetition sees that it was sent and sends nothing.
 * Throws `ConflictError` FOREIGN where somebody else has changed the service since we last knew it, `stale` where the plan no
 * longer fits, and whatever Google's 409 is: the caller looks and plans again.
 */
export async function deployService(options: ActivityOptions, input: StepInput, { signal }: ActivityContext): Promise<ChangeStarted> {
  const { step, change: planned, writing } = stepOf(input, 'revision');
  const service = serviceToWrite(planned);
  const state = await options.cloud.run.getService(service, { signal });
  const keys = changeKeys(options, input);
  const sent = keys.find((each) => each === state.changeKey);
  requireUnchanged(input.expected, state, sent !== undefined);
  if (sent !== undefined)
    return deployed(options, input, {
      key: sent,
      before: state,
      traffic: fact(planned, 'from') ?? [],
      kept: state.traffic,
      generation: state.generation,
    });
  const check = writing.check(step.change, state);
  if (check.kind === 'busy') throw new TransientError('busy', check.why);
  if (check.kind === 'stale') throw new ConflictError('stale', check.why);
  const keepTraffic = withoutOwnTag(trafficInForce(state));
  const change = { key: changeKey(options, input), etag: state.etag, deploy: writing.template(step.change), keepTraffic, tag: OWN_TAG };
  const { operation, key } = await fencedWrite(
    options,
    input,
    async (lastCheck): Promise<Sent> => ({ ...(await options.cloud.run.deploy(service, change, { signal, lastCheck })), key: change.key }),
    () => readBack(options, service, keys, signal),
  );
  // Ours raises the generation by one; what is further than that is not ours.
  const generation = nextGeneration(state.generation);
  return deployed(options, input, { key, before: state, traffic: state.traffic, kept: dark(keepTraffic), generation, operation });
}

/** As it is written: LATEST is what our tag is put on, because the revision has no name yet. */
function dark(kept: ServiceState['traffic']): ServiceState['traffic'] {
  return [...kept, { latest: true, revision: null, percent: 0, tag: OWN_TAG }];
}

interface Sent {
  readonly operation: string | null;
  readonly key: string;
}

async function readBack({ cloud }: ActivityOptions, service: string, keys: readonly string[], signal: AbortSignal): Promise<Sent | null> {
  const { changeKey: found } = await cloud.run.getService(service, { signal });
  return found !== null && keys.includes(found) ? { operation: null, key: found } : null;
}

interface Deployed {
  readonly key: string;
  readonly before: ServiceState;
  /** Recorded as what was there before. */
  readonly traffic: ServiceState['traffic'];
  /** Written with it: the same, by name. */
  readonly kept: ServiceState['traffic'];
  readonly generation: string;
  readonly operation?: string | null;
}

function deployed(options: ActivityOptions, input: StepInput, made: Deployed): ChangeStarted {
  const { key, before, traffic, generation, operation = null } = made;
  const { step } = stepOf(input, 'revision');
  const service = before.name;
  return {
    operation,
    mutation: {
      key,
      stepId: step.id,
      title: step.title,
      class: step.class,
      at: options.clock.now(),
      outcome: 'applied',
      before: { kind: 'traffic', service, traffic, generation: before.generation },
      after: { kind: 'revision', service, revision: null, generation, traffic: made.kept },
      operation,
      undo: step.rollback,
    },
  };
}

/**
 * Waits until the revision made under this key is ready, or known not to become so. Throws `ConflictError` FOREIGN when somebody
 * else changes the service meanwhile: its newest revision may then be theirs.
 */
export async function awaitRevision(
  options: ActivityOptions,
  input: StepInput & Awaited & { readonly changeKey: string },
  { signal }: ActivityContext,
): Promise<OperationEnd> {
  const service = serviceToWrite(changeOf(input));
  const end = await poll(options.clock, input.deadlineAt, signal, () => judgeRevision(options, service, input, signal));
  return end ?? ended('overdue', `the new revision of ${service} was not ready by the deadline`, null, null);
}

async function judgeRevision(
  { cloud }: ActivityOptions,
  service: string,
  input: StepInput & { readonly changeKey: string },
  signal: AbortSignal,
): Promise<OperationEnd | null> {
  const state = await cloud.run.getService(service, { signal });
  requireUnchanged(input.expected, state, false);
  if (state.changeKey !== input.changeKey)
    return ended('changed', `${service} was deployed by somebody else meanwhile`, null, state.generation);
  // Done badly leaves observedGeneration at the last good one (gcp-facts 2.3).
  const settled = state.observedGeneration === state.generation || state.terminal.state === 'CONDITION_FAILED';
  if (state.reconciling || !settled) return null;
  const revisions = (await cloud.run.listRevisions(service, { signal }))[service] ?? [];
  const made = revisions.find(({ name }) => name === state.latestCreatedRevision);
  if (made === undefined || made.ready === 'pending' || made.ready === 'unknown') return null;
  if (made.ready === 'yes') return { ok: true, reason: null, message: null, revision: made.name, generation: state.generation };
  return ended(made.reason ?? 'not-ready', made.message ?? `revision ${made.name} is not ready`, null, state.generation);
}

function ended(reason: string, message: string, revision: string | null, generation: string | null): OperationEnd {
  return { ok: false, reason, message, revision, generation };
}
