import type { ActivityContext, LookInput } from '../../../machines/incident/activities.ts';
import type { ValidationReport } from '../../core/model/verdict.ts';
import type { ValidateOptions } from '../validating/options.ts';
import { runValidation } from '../validating/suite.ts';

/** The runbook's validation: the same suite as `firebreak validate`, judged against what the run has changed. Reads only. */
export function validate(
  options: ValidateOptions,
  input: LookInput,
  { signal }: Pick<ActivityContext, 'signal'>,
): Promise<ValidationReport> {
  return runValidation(options, input, signal);
}
