import type { Observation } from '../core/model/observation.ts';

/** Services of other regions that the load balancer can send the users of this one to: behind the same backend service, which has one a region. */
export function twinsOf({ loadBalancer }: Pick<Observation, 'loadBalancer'>, service: string): readonly string[] {
  const links = loadBalancer?.chain.value ?? [];
  const groupsTo = new Map(links.filter(({ kind }) => kind === 'neg').map(({ name, leadsTo }) => [name, leadsTo]));
  const behind = links
    .filter(({ kind }) => kind === 'backend-service')
    .map(({ leadsTo }) => leadsTo.flatMap((group) => groupsTo.get(group) ?? []));
  return [...new Set(behind.filter((services) => services.includes(service)).flat())].filter((name) => name !== service);
}
