import { isHandedOver, isProof } from '../../machines/incident/paths.ts';
import { timeOfDay } from './instants.ts';
import type { RunReport, StepReport } from './run-report.ts';

/** What was not done and why, as of the newest plan; a reason that a later plan no longer gave is no reason any more. Pure. */
export interface NotDone {
  readonly vetoed: readonly StepReport[];
  readonly leftOut: readonly StepReport[];
  /** Planned, and not begun: in words. */
  readonly notBegun: readonly { readonly title: string; readonly words: string }[];
  /** Reasons that were over later. */
  readonly putOff: readonly StepReport[];
}

type Told = Pick<RunReport, 'vetoes' | 'skips' | 'notBegun' | 'mutations' | 'outcome' | 'phases'>;

export function notDoneOf({ vetoes, skips, notBegun, mutations, outcome, phases }: Told): NotDone {
  const done = new Set(mutations.filter((change) => change.outcome !== 'failed').map(({ stepId }) => stepId));
  const isNotDone = ({ stepId, stands }: StepReport): boolean => stands && !done.has(stepId);
  const when = passedWords(phases) ?? (outcome === null ? 'not begun yet' : notReachedWords(phases));
  return {
    vetoed: vetoes.filter(isNotDone),
    leftOut: skips.filter(isNotDone),
    notBegun: notBegun.map(({ title, plannedAt }) => ({ title, words: `planned at ${timeOfDay(plannedAt)}; ${when}` })),
    putOff: [...vetoes, ...skips].filter((step) => !isNotDone(step)),
  };
}

/** Proof begins when every step has had its turn. */
function passedWords(phases: RunReport['phases']): string | null {
  const isPassed = phases.some(({ name }) => isProof(name));
  return isPassed ? 'passed over when its turn came: no longer needed, or left out by a person' : null;
}

function notReachedWords(phases: RunReport['phases']): string {
  const phase = phases.findLast(({ name }) => !isHandedOver(name))?.name;
  return `the run had not come so far${phase === undefined ? '' : `: it got to ${phase}`}`;
}
