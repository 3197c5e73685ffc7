import type { PreflightAnswer } from '../../../../machines/incident/activities.ts';
import { sayDuration } from '../../../core/duration.ts';
import { CLEAN, warned } from '../../../steps/findings.ts';
import type { Checked } from '../../../steps/findings.ts';

/** Our clock against Google's, by the answers that the checks before it got. */
export function checkClock({ cloud }: Pick<Checked, 'cloud'>): PreflightAnswer {
  const ahead = cloud.googleAheadMs?.() ?? 0;
  if (ahead === 0) return CLEAN;
  const words = `${sayDuration(Math.abs(ahead))} ${ahead > 0 ? 'slow' : 'fast'}`;
  return warned(`clock: this machine's clock is ${words} by Google's; metrics are dated by Google's. Fix: let a time service set it`);
}
