import type { Cause } from '../core/model/diagnosis.ts';
import type { LogGroup, Observation } from '../core/model/observation.ts';
import type { PlanStep } from '../core/model/plan.ts';
import { diagnose } from '../diagnosis/diagnose.ts';
import { signatureOf } from '../diagnosis/signatures.ts';
import { LIKELY_FROM } from './cures-brought.ts';
import { fact, isAsWritten, STEPS } from '../steps/index.ts';
import { ask } from './step-decisions.ts';
import type { Decided, PlanScope } from './step-decisions.ts';

/** Where a piece of evidence comes from. */
export type Source =
  /** What programs print: a query string, a header or a body that somebody sent may stand in it. */
  | 'application-lines'
  /** Lines of the platform’s own logs: ends of containers, its sentences about requests and revisions. */
  | 'platform-lines'
  | 'conditions'
  | 'metrics'
  | 'probes';

const WRITABLE: Readonly<Record<Source, boolean>> = {
  'application-lines': true,
  'platform-lines': false,
  conditions: false,
  metrics: false,
  probes: false,
};

/** Whether somebody who may only send requests can put words into this source. */
export function isUntrusted(source: Source): boolean {
  return WRITABLE[source];
}

/** The source of the lines of a group; one with lines from both is told by `withoutUntrustedText`. */
function sourceOf(group: Pick<LogGroup, 'signature' | 'byPlatform'>): Source {
  return signatureOf(group.signature)?.platform === true || (group.byPlatform ?? 0) > 0 ? 'platform-lines' : 'application-lines';
}

/** The look without what programs printed; null: it holds nothing of that. That lines could be read, or not, stays as it is. */
export function withoutUntrustedText(observation: Observation): Observation | null {
  const { logs } = observation;
  if (logs.value === null) return null;
  const kept = logs.value.flatMap((group): readonly LogGroup[] => {
    if (signatureOf(group.signature)?.platform === true) return [group];
    return isUntrusted(sourceOf(group)) ? [] : [{ ...group, count: group.byPlatform ?? 0 }];
  });
  const same = kept.length === logs.value.length && kept.every((group, index) => group.count === logs.value?.[index]?.count);
  return same ? null : { ...observation, logs: { ...logs, value: kept } };
}

/**
 * The decisions, held against those that the same look leads to without the lines that programs printed. Lines alone move no
 * traffic and start no deploy: where only they speak for a change, or for another target, a human is asked. Nor do they keep a
 * deploy back alone: a veto stands where the rest of the look forbids the change too, where containers die, or where users are
 * seen to fail and nothing else is surely known to be the cause, or where it is a measured figure that forbids it. The connector asks for its own figure and for ill users
 * (`connector-step.ts`), which are two sources that nobody outside can write.
 */
export function vetoUnproven(decided: readonly Decided[], bare: readonly Decided[], without: PlanScope): readonly Decided[] {
  return decided.map((each) => {
    const other = bare.find(({ step }) => step.id === each.step.id);
    if (other === undefined || !STEPS[each.step.kind].twoSources || each.question !== null) return each;
    if (each.isMeasured === true) return each;
    if (each.step.decision === 'apply' && !sameChange(each.step, other.step) && !staysAsWritten(each.step, without))
      return asked(each, other);
    if (each.step.decision === 'veto' && other.step.decision === 'apply' && isContradicted(without)) return asked(each, other);
    return each;
  });
}

/** Most of the harm has another likely cause, and nothing dies. */
function isContradicted(without: PlanScope): boolean {
  const known = knownBesides(without);
  return known.some(({ share }) => share >= 0.5) && !known.some(({ kind }) => kind === 'application-crash');
}

/** Lines say that a revision dies of its surroundings, and these are seen to be ill without them: its pin is not moved away from what the document names. */
function staysAsWritten({ change }: PlanStep, without: PlanScope): boolean {
  if (change === null || !isAsWritten(change, without.spec)) return false;
  return knownBesides(without).some(({ kind }) => kind !== 'application-crash');
}

function sameChange(step: PlanStep, bare: PlanStep): boolean {
  if (bare.decision !== 'apply') return false;
  if (step.change === null || bare.change === null || step.change.kind !== bare.change.kind) return step.change === bare.change;
  return fact(step.change, 'serves') === fact(bare.change, 'serves');
}

/** Causes that are likely without the lines. */
function knownBesides({ diagnosis }: PlanScope): readonly Cause[] {
  return diagnosis.causes.filter(({ kind, confidence }) => kind !== 'unknown' && confidence >= LIKELY_FROM);
}

function asked({ step, notes }: Decided, { step: bare }: Decided): Decided {
  const wanted = step.decision === 'apply' ? `${step.title}: ${step.reason}` : `not to ${step.title}: ${step.reason}`;
  const otherwise = bare.decision === 'apply' ? bare.title : `${bare.decision} it (${bare.reason})`;
  const text = `only lines that programs printed speak for this, and anybody who sends requests may have put words into them: ${wanted}. Without them: ${otherwise}. Shall it be done?`;
  return { ...ask(step, text, step.evidence), notes };
}

/** The same without what programs printed; null: nothing of it was printed by one. */
export function scopeWithoutText(scope: PlanScope): PlanScope | null {
  const without = withoutUntrustedText(scope.observation);
  return without === null ? null : { ...scope, observation: without, diagnosis: diagnose(without, scope.spec) };
}
