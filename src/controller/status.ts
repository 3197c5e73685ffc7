import { defined } from '../core/defined.ts';
import type { AnyStateNode } from 'xstate';
import type { Look } from '../../machines/incident/activities.ts';
import { endedWords } from './ended-words.ts';
import type { IncidentContext } from '../../machines/incident/context.ts';
import type { StateMeta } from '../../machines/incident/state-meta.ts';
import type { Outcome } from '../core/model/verdict.ts';
import type { PlanStep } from '../core/model/plan.ts';
import type { Condition, PendingTimer, RunStatus, StepState } from '../ports/store.ts';
import { accepts } from '../../machines/incident/facade.ts';
import { exitsOf } from '../../machines/incident/people/exits.ts';
import { activeStates, isProving, phaseOf, runbookState, statesThatWait } from '../../machines/incident/places.ts';
import { proofOf } from '../../machines/incident/health/recovery-progress.ts';
import { inForceNow } from '../../machines/incident/trial/in-force.ts';
import { unprovenWords } from '../../machines/incident/health/unproven.ts';
import { askedOf } from './pending-decision.ts';
import { delayName, leafStates } from '../durable/describe.ts';
import { rollbackNow } from './rollback-now.ts';
import type { SavedStep } from '../durable/run-options.ts';

type Waiting = RunStatus['waiting'][number];

/** What a run shows to others: computed from the saved step; `previous` keeps the instants of conditions that did not change. */
export function statusOf({ snapshot, timers, seq }: SavedStep, now: number, previous: RunStatus | null): RunStatus {
  const context = snapshot.context as IncidentContext;
  const active = activeStates(snapshot);
  const ended = snapshot.status === 'done';
  return {
    runId: context.runId,
    phase: phaseOf(active),
    states: leafStates(snapshot),
    at: instant(now),
    startedAt: instant(context.startedAt),
    outcome: ended ? context.outcome : null,
    conditions: conditionsOf(context, now, seq).map((condition) => sinceWhen(condition, previous)),
    why: whyOf(context, active),
    whyNot: whyNotOf(context),
    waiting: statesThatWait(active).map((state) => waitingOf(state, timers)),
    ...leavesOf(active, timers),
    ...asksOf(context, active, timers),
    ...proofShown(context, active, now),
    accepts: accepts(snapshot as Parameters<typeof accepts>[0], now),
    ...planOf(context),
    ...changesOf(context, now),
    lastError: context.failure === null ? null : { kind: 'terminal', code: 'failure', message: context.failure },
  };
}

/** A deadline that is owed no more leads nowhere. */
function leavesOf(active: readonly AnyStateNode[], timers: readonly PendingTimer[]): Pick<RunStatus, 'leaves'> {
  const leaves = exitsOf(active).flatMap(({ when, timer, to }): NonNullable<RunStatus['leaves']> => {
    const dueAt = timers.find(({ event }) => event.type === timer)?.dueAt;
    if (timer === null) return [{ when, until: null, to }];
    return dueAt === undefined ? [] : [{ when, until: instant(dueAt), to }];
  });
  return leaves.length === 0 ? {} : { leaves };
}

/** The question that waits for a human: what to do about a change by others first, else a failure's or the plan's, else an approval. */
function asksOf(context: IncidentContext, active: readonly AnyStateNode[], timers: readonly PendingTimer[]): Pick<RunStatus, 'asks'> {
  const asks = askedOf(context, active, (place) => {
    const deadline = nearestDeadline(place, timers);
    return deadline === null ? null : instant(deadline.dueAt);
  });
  return asks === null ? {} : { asks };
}

function proofShown(context: IncidentContext, active: readonly AnyStateNode[], now: number): Pick<RunStatus, 'proof'> {
  const proof = proofOf(context, active, now);
  return proof === null ? {} : { proof: { healthyMs: proof.healthyMs, wantedMs: proof.wantedMs, earliest: instant(proof.earliestAt) } };
}

function planOf(context: IncidentContext): Pick<RunStatus, 'plan'> {
  const { plan, wishes } = context;
  if (plan === null) return {};
  const steps = plan.steps.map((step) => ({
    id: step.id,
    title: step.title,
    state: stepState(context, step),
    reason: wishes.skipped[step.id] ?? step.reason,
  }));
  return { plan: { hash: plan.hash, steps } };
}

function stepState({ stepsDone, stepId, wishes }: IncidentContext, { id, decision }: PlanStep): StepState {
  if (stepsDone.includes(id)) return 'done';
  if (decision !== 'apply') return decision;
  if (Object.hasOwn(wishes.skipped, id)) return 'skip';
  return stepId === id ? 'in hand' : 'to do';
}

function changesOf(context: IncidentContext, now: number): Pick<RunStatus, 'changes' | 'rollback'> {
  const applied = context.mutations.filter(({ outcome }) => outcome === 'applied');
  if (applied.length === 0) return {};
  const inForce = new Set(inForceNow(context).map(({ key }) => key));
  const changes = applied.map(({ key, title, class: its, undo }) => ({
    title,
    irreversible: its === 'irreversible',
    undo: inForce.has(key) ? undo : '',
  }));
  return { changes, rollback: rollbackNow(context, now) };
}

function instant(at: number): string {
  return new Date(at).toISOString();
}

function waitingOf(state: AnyStateNode, timers: readonly PendingTimer[]): Waiting {
  const meta = state.meta as StateMeta | undefined;
  const deadline = nearestDeadline(state, timers);
  return {
    for: state.description ?? state.key,
    owner: meta?.owner ?? 'firebreak',
    until: deadline === null ? null : instant(deadline.dueAt),
    then: deadline?.then ?? meta?.gate ?? 'goes on',
  };
}

/** The state's own timer, else that of the nearest parent that has one, else the one that the chart names for it; a reminder ends no wait. */
function nearestDeadline(node: AnyStateNode, timers: readonly PendingTimer[]): { readonly dueAt: number; readonly then: string } | null {
  for (let place: AnyStateNode | undefined = node; place !== undefined; place = place.parent) {
    const own = timers.filter(({ event }) => endsWait(defined(place), event.type)).toSorted((a, b) => a.dueAt - b.dueAt)[0];
    if (own !== undefined) return { dueAt: own.dueAt, then: targetWords(place, own.event.type) };
  }
  const elsewhere = timerOf((node.meta as StateMeta | undefined)?.deadline ?? '', timers);
  return elsewhere === undefined ? null : { dueAt: elsewhere.dueAt, then: 'goes on' };
}

function endsWait({ id, after }: AnyStateNode, eventType: string): boolean {
  return eventType.endsWith(`.${id}`) && after.some((each) => each.eventType === eventType && each.target !== undefined);
}

/** A deadline in another region, as the chart names it: by its delay (`escalation FOLLOW`) or by its state (`operator.held`). */
function timerOf(where: string, timers: readonly PendingTimer[]): PendingTimer | undefined {
  const name = /\b[A-Z]+(?:_[A-Z]+)*$/.exec(where)?.[0];
  const isIt = ({ event }: PendingTimer): boolean =>
    name === undefined ? where !== '' && event.type.endsWith(`.${where}`) : delayName(event.type) === name;
  return timers.filter(isIt).toSorted((a, b) => a.dueAt - b.dueAt)[0];
}

function targetWords(node: AnyStateNode, eventType: string): string {
  // Where it branches, the last branch is the unguarded one: what follows unless something else is known by then.
  const transition = node.after.findLast((candidate) => candidate.eventType === eventType);
  const target = transition?.target?.[0];
  if (target === undefined) return 'goes on';
  return target.id === node.id ? 'again' : (target.description ?? target.key);
}

function whyOf(context: IncidentContext, active: readonly AnyStateNode[]): string {
  const place = runbookState(active);
  // Outside the runbook the run is ending: what brought it there is the reason, and what was seen last is not.
  if (place === undefined && context.failure !== null) return context.failure;
  const doing = place?.description ?? (context.outcome === null ? 'ending' : endedWords(context, context.outcome));
  const open = place !== undefined && isProving(place) ? unprovenWords(context) : '';
  return [doing, ...(open === '' ? [] : [open]), ...(context.look === null ? [] : [context.look.headline])].join('. ');
}

function whyNotOf(context: IncidentContext): string {
  if (context.held !== null) return `Nothing is written: held by ${context.held.by}: ${context.held.reason}`;
  if (context.escalation !== null) return `Nothing is written any more: ${context.escalation.reason}`;
  if (context.question !== null) return `A human must decide: ${context.question.text}`;
  const left = (context.plan?.steps ?? []).filter(({ decision }) => decision !== 'apply');
  return left.map(({ title, decision, reason }) => `${title}: ${decision === 'veto' ? 'vetoed' : 'skipped'}: ${reason}`).join(' · ');
}

function conditionsOf(context: IncidentContext, now: number, seq: number): readonly Condition[] {
  const all = context.look?.gates['all'];
  const condition = (type: string, status: Condition['status'], reason: string, message: string): Condition => ({
    type,
    status,
    reason,
    message,
    lastTransitionTime: instant(now),
    observedGeneration: seq,
  });
  const yes = (value: boolean): Condition['status'] => (value ? 'True' : 'False');
  return [
    condition('Healthy', truthOf(all?.outcome), all?.outcome ?? 'NotObserved', all?.because ?? 'no look has been taken'),
    condition('Held', yes(context.held !== null), context.held === null ? 'NotHeld' : 'Held', context.held?.reason ?? ''),
    condition(
      'Escalated',
      yes(context.escalation !== null),
      context.escalation === null ? 'NotNeeded' : 'Decided',
      context.escalation?.reason ?? '',
    ),
    condition('CaseOpen', ...caseOf(context)),
    condition('PeopleTold', ...heardBy(context)),
    ...(context.look?.workloads === undefined ? [] : [condition('WorkloadsWell', ...workloadsWell(context.look.workloads))]),
  ];
}

/** Jobs and worker pools as the newest look saw them, the worst first: nothing is decided by them. */
function workloadsWell(workloads: NonNullable<Look['workloads']>): [Condition['status'], string, string] {
  const open = Object.values(workloads).filter((verdict) => verdict !== 'pass');
  const failing = open.filter((verdict) => verdict.startsWith('fail'));
  const message = [...new Set([...failing, ...open])].map((verdict) => verdict.replace(/^[a-z]+: /, '')).join('; ');
  return failing.length > 0 ? ['False', 'Failing', message] : open.length > 0 ? ['Unknown', 'NotKnown', message] : ['True', 'Well', ''];
}

/** Whether everybody who is to be told was told; whom the last message has not reached, since when, and why. */
function heardBy({ unheard, channels = {}, untold = 0 }: IncidentContext): [Condition['status'], string, string] {
  if (untold > 0) return ['False', 'NobodyReached', `${untold} messages reached nobody`];
  if (unheard != null) return ['False', 'NobodyReached', `since ${instant(unheard.since)} no channel takes anything: ${unheard.why}`];
  const lacking = Object.values(channels).filter(({ problem, missed }) => problem !== null || missed.length > 0);
  const words = lacking.map(({ described, missed, lost, problem }) => {
    const count = missed.length + lost;
    const lacks = count === 0 ? '' : ` lacks ${count} ${count === 1 ? 'message' : 'messages'}`;
    return problem === null ? `${described}${lacks}` : `${described}${lacks} since ${instant(problem.since)}: ${problem.text}`;
  });
  return lacking.length === 0 ? ['True', 'Told', ''] : ['False', 'ChannelNotReached', words.join('; ')];
}

/** As it was read last: Google, or somebody else, may have closed it since it was opened. */
function caseOf({ supportCase }: IncidentContext): readonly [status: Condition['status'], reason: string, message: string] {
  const { name, seen, closed, unsure } = supportCase ?? {};
  if (name == null) return unsure === true ? ['Unknown', 'NotAnswered', 'a request to open one got no answer'] : ['False', 'NoCase', ''];
  const read = seen === undefined ? name : `${name} (${seen.state}, read at ${instant(seen.at)})`;
  return closed === true || seen?.state === 'CLOSED' ? ['False', 'Closed', read] : ['True', 'Case', read];
}

function sinceWhen(condition: Condition, previous: RunStatus | null): Condition {
  const before = previous?.conditions.find(({ type }) => type === condition.type);
  return before?.status === condition.status ? { ...condition, lastTransitionTime: before.lastTransitionTime } : condition;
}

function truthOf(outcome: Outcome | undefined): Condition['status'] {
  if (outcome === 'pass') return 'True';
  return outcome === 'fail' ? 'False' : 'Unknown';
}
