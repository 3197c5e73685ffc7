import { twinsOf } from '../diagnosis/twins.ts';
import { isOnService, nameIn } from '../steps/index.ts';
import { ask, healthOf } from './step-decisions.ts';
import type { Decided, PlanScope } from './step-decisions.ts';

/**
 * What a step means where a load balancer has the same service in another region. A service that is not ill, and beside which no
 * other region is known to be well, carries all the users: it is changed only when a human says so. One that is ill is mended, and
 * it is said whether its users have somewhere else to go meanwhile.
 */
export function besideOtherRegions(scope: PlanScope, decided: Decided): Decided {
  const { step } = decided;
  const service = nameIn(step.id);
  const twins = step.decision === 'apply' && isOnService(step.kind) ? twinsOf(scope.observation, service) : [];
  if (twins.length === 0) return decided;
  const isWell = (name: string): boolean => healthOf(scope, name).outcome === 'pass';
  const well = twins.filter(isWell);
  if (healthOf(scope, service).outcome === 'fail') return { ...decided, notes: [...decided.notes, whereUsersGo(service, twins, well)] };
  if (well.length > 0) return decided;
  const others = twins.map((name) => `${name}: ${healthOf(scope, name).because}`).join('; ');
  return ask(step, `no other region is known to serve the users of ${service} (${others}): change it all the same?`, step.evidence);
}

function whereUsersGo(service: string, twins: readonly string[], well: readonly string[]): string {
  return well.length === 0
    ? `${service}: its users have no other region to go to, ${twins.join(', ')} ${twins.length === 1 ? 'is' : 'are'} not known to be well`
    : `${service}: the load balancer also leads to ${well.join(', ')}, which is well and is not touched; it sends users there only where its backend service detects outliers`;
}
