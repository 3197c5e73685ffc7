import type { PreflightAnswer } from '../../../../machines/incident/activities.ts';
import { FirebreakError } from '../../../core/errors.ts';
import type { ActivityOptions } from '../options.ts';

export type Refusal = PreflightAnswer['refusals'][number];

/** What a check may use: the document, the cloud by reading, and the time. */
export interface Checked extends Pick<ActivityOptions, 'cloud' | 'spec' | 'clock'> {
  readonly signal: AbortSignal;
}

export const CLEAN: PreflightAnswer = { refusals: [], warnings: [] };

export function refused(check: string, why: string, fix: string): PreflightAnswer {
  return { refusals: [{ check, why, fix }], warnings: [] };
}

export function warned(...warnings: readonly string[]): PreflightAnswer {
  return { refusals: [], warnings };
}

export function together(answers: readonly PreflightAnswer[]): PreflightAnswer {
  return { refusals: answers.flatMap(({ refusals }) => refusals), warnings: answers.flatMap(({ warnings }) => warnings) };
}

/** Google said no for good: denied, not found, not valid. What failed for now goes on as it is, so that it is asked again. */
export async function unlessRefused(
  ask: () => Promise<PreflightAnswer>,
  otherwise: (error: FirebreakError) => PreflightAnswer,
): Promise<PreflightAnswer> {
  try {
    return await ask();
  } catch (thrown) {
    if (thrown instanceof FirebreakError && thrown.kind === 'terminal') return otherwise(thrown);
    throw thrown;
  }
}

/** A check that the run can do without: whatever keeps it from being made is a warning. */
export async function asWarning(ask: () => Promise<PreflightAnswer>, words: (error: FirebreakError) => string): Promise<PreflightAnswer> {
  try {
    return await ask();
  } catch (thrown) {
    if (thrown instanceof FirebreakError && (thrown.kind === 'terminal' || thrown.kind === 'transient')) return warned(words(thrown));
    throw thrown;
  }
}
