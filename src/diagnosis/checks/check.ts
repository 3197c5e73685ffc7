import type { Evidence } from '../../core/model/diagnosis.ts';
import type { Observation } from '../../core/model/observation.ts';
import type { RemediationSpec } from '../../core/model/spec.ts';

type CheckName =
  | 'certificates'
  | 'chain'
  | 'domains'
  | 'timeouts'
  | 'connections'
  | 'accounts'
  | 'resources'
  | 'dependencies'
  | 'conditions'
  | 'workloads';

/** Something that does not fit, whether or not it is what hurts now, with the change that would align it. */
export interface CheckFinding {
  readonly check: CheckName;
  /** `broken`: it cannot work like this; `risk`: it will not hold under load or over time; `note`: good to know. */
  readonly severity: 'broken' | 'risk' | 'note';
  readonly subject: string;
  /** One line with the figures it stands on. */
  readonly what: string;
  /** What would align it; null where there is nothing to change. */
  readonly change: string | null;
  readonly evidence: readonly Evidence[];
}

/** One check: pure, and silent about what it could not see. */
export type Check = (observation: Observation, spec: RemediationSpec) => readonly CheckFinding[];
