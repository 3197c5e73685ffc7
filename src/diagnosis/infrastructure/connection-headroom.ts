import type { Observation } from '../../core/model/observation.ts';
import type { RemediationSpec } from '../../core/model/spec.ts';
import type { Verdict } from '../../core/model/verdict.ts';
import { connectionBudget } from './connection-budget.ts';
import { nameOf, usedBy } from './databases.ts';
import type { SeenDatabase } from './databases.ts';

/**
 * Fails when a database that it uses is known to have no room for a new revision beside the one before it, which holds its connections until
 * its instances end: a deploy then takes them from the neighbours. By fresh figures, by what an instance holds on the average now
 * and by no more than its pool allows (others may hold the most of what is used), and by as many instances as run now or as the new revision starts with, whichever is more. Where the
 * document bounds the instances of a service, it passes when there is room for as many again: the bound is not needed then. null: nothing is said.
 */
export function judgeConnectionHeadroom(observation: Observation, spec: RemediationSpec, service: string): Verdict | null {
  const full = usedBy(observation, spec, [service]).map((database) => roomIn(observation, spec, service, database));
  return full.find((verdict) => verdict !== null) ?? null;
}

function roomIn(observation: Observation, spec: RemediationSpec, service: string, database: SeenDatabase): Verdict | null {
  const budget = connectionBudget(observation, spec, database);
  if (!budget.isFresh) return null;
  const { used, allowance } = budget;
  const { instances, perInstance = Infinity } = budget.services.find((each) => each.service === service) ?? {};
  const own = instances ?? 0;
  const running = budget.services.reduce((sum, { instances }) => sum + (instances ?? 0), 0);
  if (used === null || allowance === null || running === 0) return null;
  const asked = Math.ceil(Math.max(own, startsWith(observation, spec, service)) * Math.min(perInstance, used / running));
  const free = Math.max(0, allowance - used);
  const isBounded = spec.services.some(({ name, instances }) => name === service && instances !== null);
  if (asked <= free)
    return isBounded && own > 0
      ? { outcome: 'pass', because: `${free} of ${allowance} connections are free, as many instances again open about ${asked}` }
      : null;
  return {
    outcome: 'fail',
    because: `a second revision of ${service} opens about ${asked} connections to ${nameOf(database, spec)}, ${free} of ${allowance} are free`,
  };
}

/** The least instances of the revision to be made: its own, or those of the service whose settings it takes over. */
function startsWith({ services }: Observation, spec: RemediationSpec, service: string): number {
  const deploy = spec.services.find(({ name }) => name === service)?.deploy ?? null;
  const least = (name: string): number => services[name]?.state.value?.template.minInstances ?? 0;
  return deploy === null ? 0 : least(deploy.like ?? service);
}
