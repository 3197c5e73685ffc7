import type { IncidentContext } from './context.ts';
import { isTheirs } from './drift.ts';
import { stepInHand } from './steps.ts';

/** Words for people: what the run says on its channels and in a support case. Facts of the context only. */

export function progressWords(context: IncidentContext): string {
  const done = context.mutations.filter((mutation) => mutation.outcome === 'applied').length;
  return `${context.target}: still working. ${context.look?.headline ?? 'Nothing could be seen yet.'} Changes made: ${done}.`;
}

export function stepDoneWords(context: IncidentContext): string {
  const step = stepInHand(context);
  return `${context.target}: done: ${step?.title ?? 'step'}.`;
}

export function planWords(context: IncidentContext): string {
  const steps = context.plan?.steps ?? [];
  const named = (decision: string): string =>
    steps
      .filter((step) => step.decision === decision)
      .map((step) => step.id)
      .join(', ') || 'nothing';
  const cause = context.diagnosis?.causes[0]?.summary ?? 'nothing wrong was found';
  return `${context.target}: looked and diagnosed: ${cause}. Will apply ${named('apply')}; skip ${named('skip')}; vetoed ${named('veto')}.`;
}

/** What was changed and has no way back; '' when everything has one. */
export function irreversibleWords({ mutations }: IncidentContext): string {
  const oneWay = mutations.filter((mutation) => mutation.class === 'irreversible' && mutation.outcome === 'applied');
  return oneWay.length === 0 ? '' : `Not undone, because it cannot be: ${oneWay.map(({ title }) => title).join('; ')}.`;
}

/** What the plan would change that a human has changed during the run; '' when nothing. */
export function theirsWords({ plan, adopted }: IncidentContext): string {
  const theirs = (plan?.steps ?? []).filter(({ id, decision }) => decision === 'apply' && isTheirs(id, Object.keys(adopted)));
  return theirs.length === 0 ? '' : ` A human has changed since what ${theirs.map(({ id }) => id).join(', ')} would change again.`;
}

export function escalationFacts(context: IncidentContext): string {
  const lines = [
    `Reason: ${context.escalation?.reason ?? 'not stated'}`,
    `Now: ${context.look?.headline ?? 'no look could be taken'}`,
    `Diagnosis: ${context.diagnosis?.causes.map((cause) => `${cause.kind} (${cause.subject}): ${cause.summary}`).join('; ') || 'none'}`,
    ...(context.diagnosis?.causes ?? []).flatMap((cause) =>
      cause.evidence.slice(0, 3).map((line) => `Evidence: ${line.text} [${line.source}]`),
    ),
    ...context.mutations.map((mutation) => `Tried: ${mutation.title} (${mutation.outcome})`),
    ...(context.failure === null ? [] : [`Failed: ${context.failure}`]),
  ];
  return lines.join('\n');
}

export function lastWords(context: IncidentContext): string {
  const applied = context.mutations.filter((mutation) => mutation.outcome === 'applied');
  const changes = applied.length === 0 ? 'Nothing was changed.' : `Changed: ${applied.map((mutation) => mutation.title).join('; ')}.`;
  const undo = applied.map((mutation) => mutation.undo).filter((line) => line !== '');
  const left = context.outcome === 'recovered' || undo.length === 0 ? '' : ` To undo: ${undo.join('; ')}.`;
  const why = context.failure === null ? '' : ` Reason: ${context.failure}.`;
  const last = context.look === null ? '' : ` Last look: ${context.look.headline}`;
  const unsaid = context.outbox.length === 0 ? '' : ` Earlier: ${context.outbox.join(' | ')}`;
  return `${context.target}: ended ${context.outcome ?? 'without an outcome'}. ${changes}${left}${why}${last}${unsaid}`;
}
