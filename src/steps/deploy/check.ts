import type { ServiceState } from '../../core/model/observation.ts';
import type { StepCheck } from '../check.ts';
import { checkNewRevision } from '../new-revision.ts';
import type { ChangeOf } from '../step.ts';

/** A deploy stands on the traffic that it keeps; the settings that it starts from are read again when it is sent. */
export function checkDeploy(change: ChangeOf<'deploy'>, state: ServiceState): StepCheck {
  return checkNewRevision(change.from, state);
}
