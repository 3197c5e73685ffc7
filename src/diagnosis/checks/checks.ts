import type { Observation } from '../../core/model/observation.ts';
import type { RemediationSpec } from '../../core/model/spec.ts';
import { checkAccounts } from './accounts.ts';
import { checkCertificates } from './certificates.ts';
import { checkChain } from './chain.ts';
import type { Check, CheckFinding } from './check.ts';
import { checkConditions } from './conditions.ts';
import { checkConnections } from './connections.ts';
import { checkDependencies } from './dependencies.ts';
import { checkDomains } from './domains.ts';
import { checkResources } from './resources.ts';
import { checkTimeouts } from './timeouts.ts';
import { checkWorkloads } from './workloads.ts';

const CHECKS: readonly Check[] = [
  checkChain,
  checkCertificates,
  checkAccounts,
  checkTimeouts,
  checkConnections,
  checkResources,
  checkDependencies,
  checkDomains,
  checkConditions,
  checkWorkloads,
];

const WORST_FIRST: readonly CheckFinding['severity'][] = ['broken', 'risk', 'note'];

/**
 * Everything that does not fit, worst first, each with the change that would align it. Independent of what hurts now: a healthy
 * service may have findings, and a finding is no cause by itself. Silent about what could not be seen (the unknowns say that).
 */
export function findingsOf(observation: Observation, spec: RemediationSpec): readonly CheckFinding[] {
  const all = CHECKS.flatMap((check) => check(observation, spec));
  return WORST_FIRST.flatMap((severity) => all.filter((finding) => finding.severity === severity));
}
