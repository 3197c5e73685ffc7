import type { PreflightAnswer } from '../../machines/incident/activities.ts';
import { FirebreakError } from '../core/errors.ts';
import type { RemediationSpec } from '../core/model/spec.ts';
import { locatedOf } from '../core/region.ts';
import type { Clock } from '../ports/clock.ts';
import type { Cloud } from '../ports/cloud.ts';

/** What must be mended before a run, with the command that does, and what it can do without. */
export type Findings = PreflightAnswer;

/** What a check may use: the document, the cloud by reading, and the time. */
export interface Checked {
  readonly cloud: Cloud;
  readonly spec: RemediationSpec;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

export const CLEAN: Findings = { refusals: [], warnings: [] };

export function refused(check: string, why: string, fix: string): Findings {
  return { refusals: [{ check, why, fix }], warnings: [] };
}

export function warned(...warnings: readonly string[]): Findings {
  return { refusals: [], warnings };
}

export function together(answers: readonly Findings[]): Findings {
  return { refusals: answers.flatMap(({ refusals }) => refusals), warnings: answers.flatMap(({ warnings }) => warnings) };
}

/** Google said no for good: denied, not found, not valid. What failed for now goes on as it is, so that it is asked again. */
export async function unlessRefused(ask: () => Promise<Findings>, otherwise: (error: FirebreakError) => Findings): Promise<Findings> {
  try {
    return await ask();
  } catch (thrown) {
    if (thrown instanceof FirebreakError && thrown.kind === 'terminal') return otherwise(thrown);
    throw thrown;
  }
}

/** A check that the run can do without: whatever keeps it from being made is a warning. */
export async function asWarning(ask: () => Promise<Findings>, words: (error: FirebreakError) => string): Promise<Findings> {
  try {
    return await ask();
  } catch (thrown) {
    if (thrown instanceof FirebreakError && (thrown.kind === 'terminal' || thrown.kind === 'transient')) return warned(words(thrown));
    throw thrown;
  }
}

/** A service that the document names and that does not exist. */
export function noService(
  spec: RemediationSpec,
  wanted: string,
  { check, there }: { readonly check: string; readonly there: readonly string[] },
): Findings {
  const { region } = locatedOf(wanted, spec.region);
  const near = there.filter((name) => locatedOf(name, spec.region).region === region);
  return refused(
    check,
    `does not exist in ${region}; there are: ${near.join(', ') || 'none'}.`,
    `mend spec.services or the region in the document; gcloud run services list --region=${region} --project=${spec.project}`,
  );
}
