import { changeKeyOf } from '../../src/core/change-key.ts';
import type { Mutation } from '../../src/core/model/mutation.ts';
import { restoreId } from '../../src/steps/put-back.ts';
import { isOfService, isState, subjectOfChange } from '../../src/steps/subjects.ts';
import type { Expected } from './activities.ts';
import { CARRIED } from './carried-context.ts';
import type { Carried, IncidentContext, IncidentInput } from './context.ts';

/**
 * How a run goes on that another version of this chart has saved. It is not put where it stood: it begins anew at the first look,
 * with what it has done, what is being done, what humans have said and what time is left. A plan, a diagnosis, a yes to a plan and
 * healthy time are not taken along; they are made, asked and measured again. So an upgrade needs no knowledge of the former states.
 */

/** What is read of a record. */
export interface SavedRun {
  readonly runId: string;
  readonly machine: { readonly id: string; readonly version: string };
  readonly snapshot: unknown;
  readonly activities: readonly { readonly src: string }[];
}

/** By the version that saved it: what is to be read in another way before it is taken along. */
const UPGRADES: Readonly<Record<string, (former: Former) => Former>> = {
  // Up to 0.1.0 a hold did not say who asked for it.
  '1': (former) => ({
    ...former,
    held: former.held == null ? null : { human: former.held.change === null, ...former.held },
  }),
};

/** Up to 0.1.0 there was one connector at most, known without its name: it is known again from the next look on. */
function withNames(former: Former): Former {
  if (former.expected == null || 'connectors' in former.expected) return former;
  return { ...former, expected: { ...(former.expected as Expected), connectors: {} }, servingSince: namedIn(former) };
}

/** Whatever is no service is the connector. */
function namedIn({ servingSince = {}, mutations = [], settings }: Former): IncidentContext['servingSince'] {
  const services = settings?.services.map(({ name }) => name) ?? [];
  const scaled = mutations.flatMap((mutation) => (isOfService(mutation.after) ? [] : [subjectOfChange(mutation)]));
  return Object.fromEntries(
    Object.entries(servingSince).flatMap(([what, at]) => (services.includes(what) ? [[what, at]] : scaled.map((subject) => [subject, at]))),
  );
}

/** Orders that need no more than the changes which the record tells of. */
const BY_THE_RECORD = ['ABORT', 'ROLLBACK'];

/** A context as some version of the chart had it: anything may be missing. */
type Former = Partial<IncidentContext>;

export interface TakenOver {
  readonly input: IncidentInput;
  /** What the run had been told, and had not finished. */
  readonly said: readonly { readonly type: string; readonly by: string; readonly reason: string }[];
}

export interface TakeoverCase {
  /** What has changed since. */
  readonly because: 'document' | 'machine';
  /** Types of what humans have left for the run. */
  readonly orders: readonly string[];
  /** Whether two values say the same. */
  readonly isSame: (one: unknown, other: unknown) => boolean;
}

/**
 * The run of `record` begun anew by this chart; null: nothing is known of the version that saved it, or its document is another one,
 * and no human has ordered what works from the record alone; or its changes cannot be read. Pure.
 */
export function takenOver(record: SavedRun, input: IncidentInput, { because, orders, isSame }: TakeoverCase): TakenOver | null {
  const former = contextOf(record);
  if (record.machine.id !== 'incident' || former === null) return null;
  const upgrade = UPGRADES[record.machine.version];
  // The hash of a document was another one in those versions: its settings stand for it.
  const isKnown = because === 'machine' && upgrade !== undefined && isSame(former.settings, input.settings);
  if (!isKnown && !orders.some((order) => BY_THE_RECORD.includes(order))) return null;
  const named = withNames(former);
  const lifted = inDoubt(upgrade === undefined ? { ...named, restoreQueue: [], restored: [] } : upgrade(named), record);
  const carried = Object.fromEntries(CARRIED.flatMap((field) => (lifted[field] === undefined ? [] : [[field, lifted[field]]]))) as Carried;
  // Where only the orders at hand allow it, they alone are said: an abort must not be preceded by an older rollback.
  return { input: { ...input, carried }, said: isKnown ? unfinishedOrders(former) : [] };
}

/** A write that was under way may be in force: it counts as sent and not answered. */
function inDoubt(former: Former, { runId, activities }: SavedRun): Former {
  const { stepId, plan, round = 0, unanswered = [], restoreQueue = [] } = former;
  const isRestore = activities.some(({ src }) => src === 'restoreTraffic');
  const step = isRestore ? restoreId(restoreQueue[0]?.service ?? '') : stepId;
  if (step == null || (former.writing !== true && !isRestore)) return former;
  const key = changeKeyOf({ runId, stepId: step, planHash: plan?.hash ?? '', round });
  return { ...former, unanswered: [...unanswered.filter((known) => known !== key), key] };
}

function unfinishedOrders({ aborting, rollback }: Former): TakenOver['said'] {
  if (aborting === true) return [{ type: 'ABORT', by: 'the run', reason: 'it was being stopped when it was saved' }];
  return rollback == null ? [] : [{ type: 'ROLLBACK', by: rollback.by, reason: rollback.reason }];
}

/** The saved context, when what it says of changes can be read: what cannot be undone must not be forgotten. */
function contextOf({ snapshot }: SavedRun): Former | null {
  const { context } = snapshot as { readonly context?: unknown };
  if (typeof context !== 'object' || context === null) return null;
  const former = context as Former;
  return Array.isArray(former.mutations) && former.mutations.every(isMutation) ? former : null;
}

function isMutation(value: unknown): value is Mutation {
  if (typeof value !== 'object' || value === null) return false;
  const { key, stepId, at, outcome, before, after } = value as Readonly<Record<string, unknown>>;
  return [key, stepId, outcome].every((text) => typeof text === 'string') && typeof at === 'number' && isState(before) && isState(after);
}
