import type { ActivityContext, PreflightAnswer } from '../../../machines/incident/activities.ts';
import type { ActivityOptions } from './options.ts';
import { checkAccess } from './preflight/access.ts';
import { together } from '../../steps/findings.ts';
import type { Checked } from '../../steps/findings.ts';
import { checkClock } from './preflight/clock.ts';
import { checkDatabases } from './preflight/database.ts';
import { checkIdentities } from './preflight/identity.ts';
import { checkResources, checkServices } from './preflight/names.ts';
import { checkBudget, checkClassification, checkFreeze } from './preflight/policy.ts';

/**
 * Everything that must be true before the first write, by reading only (DESIGN section 9): each refusal with the command that
 * mends it, each thing that the run can do without as a warning. What the document alone decides comes first and costs nothing;
 * then APIs and permissions, without which the rest could not be believed; then what the document names.
 * Throws what may be better in a moment (`TransientError`): then nothing has been decided.
 */
export async function preflight(
  { cloud, spec, clock }: Pick<ActivityOptions, 'cloud' | 'spec' | 'clock'>,
  _input: object,
  { signal }: Pick<ActivityContext, 'signal'>,
): Promise<PreflightAnswer> {
  const checked: Checked = { cloud, spec, clock, signal };
  const written = together([checkFreeze(checked), checkBudget(checked), await checkAccess(checked)]);
  if (written.refusals.length > 0) return written;
  const named = [checkServices, checkResources, checkDatabases, checkClassification, checkIdentities].map((check) => check(checked));
  return together([written, ...(await Promise.all(named)), checkClock(checked)]);
}
