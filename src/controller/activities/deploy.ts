import type { ActivityContext, Awaited, ChangeStarted, OperationEnd, StepInput } from '../../../machines/incident/activities.ts';
import { ConflictError, OutcomeUnknownError, TransientError } from '../../core/errors.ts';
import type { ServiceState } from '../../core/model/observation.ts';
import { checkDeploy } from '../../planning/check-step.ts';
import { effectiveVector } from '../../planning/vector.ts';
import { changeKey, fencedWrite, stepOf } from './fenced-write.ts';
import type { ActivityOptions } from './options.ts';
import { poll } from './polling.ts';

/**
 * Makes a new revision of the step's service, with none of the traffic: what serves now goes on serving, by name, in the same
 * request. The change's key stands on the template, so a repetition sees that it was sent and sends nothing.
 */
export async function deployService(options: ActivityOptions, input: StepInput, { signal }: ActivityContext): Promise<ChangeStarted> {
  const step = stepOf(input, 'deploy');
  const { service, deploy } = step.change;
  const key = changeKey(options, input);
  const state = await options.cloud.run.getService(service, { signal });
  if (state.changeKey === key) return deployed(options, input, state, state.generation, null);
  const check = checkDeploy(step.change, state);
  if (check.kind === 'busy') throw new TransientError('busy', check.why);
  if (check.kind === 'stale') throw new ConflictError('stale', check.why);
  const change = { key, etag: state.etag, deploy, keepTraffic: effectiveVector(state) };
  const sent = await fencedWrite(
    options,
    input,
    async () => {
      const { operation } = await options.cloud.run.deploy(service, change, { signal });
      return { operation, generation: await generationOf(options, service, signal) };
    },
    () => readBack(options, service, key, signal),
  );
  return deployed(options, input, state, sent.generation, sent.operation);
}

async function generationOf({ cloud }: ActivityOptions, service: string, signal: AbortSignal): Promise<string> {
  try {
    return (await cloud.run.getService(service, { signal })).generation;
  } catch (thrown) {
    throw new OutcomeUnknownError('unread', `the deploy of ${service} was sent, and could not be read back`, { cause: thrown });
  }
}

async function readBack(
  { cloud }: ActivityOptions,
  service: string,
  key: string,
  signal: AbortSignal,
): Promise<{ readonly operation: string | null; readonly generation: string } | null> {
  const state = await cloud.run.getService(service, { signal });
  return state.changeKey === key ? { operation: null, generation: state.generation } : null;
}

function deployed(
  options: ActivityOptions,
  input: StepInput,
  before: ServiceState,
  generation: string,
  operation: string | null,
): ChangeStarted {
  const step = stepOf(input, 'deploy');
  const { service, from } = step.change;
  return {
    operation,
    mutation: {
      key: changeKey(options, input),
      stepId: step.id,
      title: step.title,
      class: step.class,
      at: options.clock.now(),
      outcome: 'applied',
      before: {
        kind: 'traffic',
        service,
        traffic: before.changeKey === changeKey(options, input) ? from : before.traffic,
        generation: before.generation,
      },
      after: { kind: 'revision', service, revision: null, generation },
      operation,
      undo: step.rollback,
    },
  };
}

/** Waits until the revision made under this key is ready, or known not to become so. */
export async function awaitRevision(
  options: ActivityOptions,
  input: StepInput & Awaited & { readonly changeKey: string },
  { signal }: ActivityContext,
): Promise<OperationEnd> {
  const { service } = stepOf(input, 'deploy').change;
  const end = await poll(options.clock, input.deadlineAt, signal, () => judgeRevision(options, service, input.changeKey, signal));
  return end ?? ended('overdue', `the new revision of ${service} was not ready by the deadline`, null, null);
}

async function judgeRevision({ cloud }: ActivityOptions, service: string, key: string, signal: AbortSignal): Promise<OperationEnd | null> {
  const state = await cloud.run.getService(service, { signal });
  if (state.changeKey !== key) return ended('changed', `${service} was deployed by somebody else meanwhile`, null, state.generation);
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
