import type { Mutation } from '../../../src/core/model/mutation.ts';
import { isRestore, stillInForce, supersedes } from '../../../src/steps/put-back.ts';
import { subjectOfChange, takenOverBy } from '../../../src/steps/subjects.ts';
import type { IncidentContext } from '../context.ts';
import { driftOf, touchedBy } from '../others/drift.ts';
import { sayInstant } from '../people/say-instant.ts';
import { sinceWords } from './helped.ts';
import { sharesAlike } from './same-shares.ts';

/** What of the run's changes is in force as the run made it, by all that is known of the world now. Pure. */

/** Somebody else has changed since what the run had changed. */
export interface Replaced {
  /** null: not known. */
  readonly by: string | null;
  readonly at: number;
}

/**
 * Whose change stands where this one was made; null: nobody has changed it since, as far as looks have shown, or a change beside it (how
 * many instances a service has) has left users where this one put them.
 */
function replacedBy(context: IncidentContext, mutation: Pick<Mutation, 'stepId' | 'after' | 'at'>): Replaced | null {
  const change = takenOverFrom(context, mutation);
  return change !== null && stillServes(context, mutation, change) ? null : change;
}

/** By a look since then users have what the run gave them. */
function stillServes({ look }: IncidentContext, { after }: Pick<Mutation, 'after'>, { at }: Replaced): boolean {
  if (look === null || look.at < at || after.kind !== 'traffic' || after.bounds !== undefined) return false;
  return sharesAlike(after.traffic, look.configuration.traffic?.[after.service] ?? []);
}

/** Who has taken over what this change was about, whatever of it: the run puts nothing of it back by itself any more. */
export function takenOverFrom(context: IncidentContext, mutation: Pick<Mutation, 'stepId' | 'after' | 'at'>): Replaced | null {
  const change = changesByOthers(context)[takenOverBy(subjectOfChange(mutation))];
  return change !== undefined && change.at >= mutation.at ? change : null;
}

/** By `traffic:SERVICE` and `connector:NAME`: accepted ones, the one that holds the run, and what the newest look shows and nobody was told yet. */
export function changesByOthers(context: IncidentContext): Readonly<Record<string, Replaced>> {
  const { adopted, changedBy = {}, held, look, lastWriteAt, writing } = context;
  const accepted = Object.entries(adopted).map(([what, at]) => [what, changedBy[what] ?? { by: null, at }] as const);
  const holding =
    held?.change == null ? [] : held.change.touches.map((what) => [what, { by: held.change?.by ?? null, at: held.at }] as const);
  const isNew = look !== null && !writing && look.at > lastWriteAt;
  const seen = isNew
    ? touchedBy(driftOf(context), look.foreignChange).map((what) => [what, { by: look.foreignChange?.actor ?? null, at: look.at }] as const)
    : [];
  return { ...Object.fromEntries(seen), ...Object.fromEntries(accepted), ...Object.fromEntries(holding) };
}

/** Accepted and not known to have failed, not put back, and not replaced by anybody: oldest first. */
export function inForceNow(context: IncidentContext): readonly Mutation[] {
  const sent = context.mutations.filter(({ outcome, end }) => outcome === 'applied' && end !== 'failed' && end !== 'put-back');
  const kept = new Set(stillInForce(context.mutations).map(({ key }) => key));
  return sent.filter((mutation) => kept.has(mutation.key) && replacedBy(context, mutation) === null);
}

/** Changes of the run that somebody else has replaced since, oldest first. */
export function replacedByOthers(context: IncidentContext): readonly Mutation[] {
  return context.mutations.filter(
    (mutation) =>
      mutation.outcome === 'applied' && mutation.end !== 'failed' && mutation.end !== 'put-back' && replacedBy(context, mutation) !== null,
  );
}

/** What became of a change, as far as it is known. */
export function standingWords(context: IncidentContext, mutation: Mutation): string {
  const { outcome, end, problem } = mutation;
  const replaced = outcome === 'already' || end === 'put-back' ? null : replacedBy(context, mutation);
  if (replaced !== null) return replacedWords(replaced);
  if (outcome === 'already') return 'it was so already; nothing was sent';
  if (end === 'in-force') return isSuperseded(context, mutation) ? 'replaced by a later change of this run' : 'in force';
  if (end === 'put-back') return 'put back since';
  if (end === 'failed') return `failed: ${problem ?? 'no reason given'}`;
  return `sent; its end is not known${problem === undefined ? '' : ` (${problem})`}`;
}

/** A later change of the run has moved the same: a small share is not in force beside the whole that followed. */
export function isSuperseded({ mutations }: Pick<IncidentContext, 'mutations'>, mutation: Mutation): boolean {
  return mutations
    .slice(mutations.indexOf(mutation) + 1)
    .some(
      ({ stepId, end, outcome, after }) =>
        outcome === 'applied' && end === 'in-force' && !isRestore(stepId) && supersedes({ stepId, after }, mutation),
    );
}

function replacedWords({ by, at }: Replaced): string {
  return `replaced since by ${by ?? 'somebody else'} (seen ${sayInstant(at)}), and that stands`;
}

/** How to undo what is in force as the run made it, newest first and each way once, and what has no way back; '' when nothing is. */
export function undoWords(context: IncidentContext): string {
  const inForce = [...inForceNow(context)].reverse();
  const ways = new Set(inForce.filter((mutation) => mutation.class !== 'irreversible' && mutation.undo !== '').map(({ undo }) => undo));
  const undo = ways.size === 0 ? '' : ` To undo: ${[...ways].join('; ')}.`;
  return `${sinceWords(context, inForce)}${undo}${oneWayWords(context)}`;
}

/** What is in force and has no way back; '' when nothing is. */
export function oneWayWords(context: IncidentContext): string {
  const oneWay = [...inForceNow(context)].reverse().filter((mutation) => mutation.class === 'irreversible');
  return oneWay.length === 0 ? '' : ` Cannot be undone: ${oneWay.map(({ title }) => title).join('; ')}.`;
}
