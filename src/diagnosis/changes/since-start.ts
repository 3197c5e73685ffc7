import type { ForeignChange, LookInput } from '../../../machines/incident/activities.ts';
import type { Observation, ServiceState } from '../../core/model/observation.ts';
import { sayTraffic } from './drift.ts';

/**
 * What others have changed between the start of the run and its first sight of the service, newest first. The controller may have
 * been dead or blind that long, and somebody who helped meanwhile must not be overwritten: what is seen then is not what the run may
 * begin from. By the service's own time of its last change, which is there at once, or by the admin log, which also tells who.
 */
export function changedSinceStart({ services, changes }: Observation, input: LookInput): readonly ForeignChange[] {
  const { expected, unseen } = input;
  if (unseen === undefined) return [];
  const startedAt = unseen.since;
  const found = Object.values(services).flatMap(({ name, state }) => {
    if (expected?.services[name] != null || unseen.sentTo.includes(name)) return [];
    if (state.freshness !== 'fresh' || state.value === null) return [];
    const logged = changes.value?.find(({ at, resource }) => at > startedAt && resource === `services/${name}`);
    const { modifiedAt = null, modifiedBy = null } = state.value;
    const isLater = modifiedAt !== null && modifiedAt > startedAt;
    if (logged === undefined && !isLater) return [];
    const at = Math.max(logged?.at ?? 0, isLater ? modifiedAt : 0);
    const actor = logged?.actor ?? modifiedBy;
    return [{ at, change: { subject: `service:${name}`, diff: diffOf(state.value, at), actor } }];
  });
  return found.sort((a, b) => b.at - a.at).map(({ change }) => change);
}

/** What it was before is not known: it was never seen. */
function diffOf(state: ServiceState, at: number): readonly string[] {
  return [
    `? changed at ${new Date(at).toISOString()}, after this run was started and before it was first seen`,
    `+ generation: ${state.generation}`,
    `+ traffic: ${sayTraffic(state)}`,
    `+ latest created revision: ${state.latestCreatedRevision ?? 'unknown'}`,
    `+ image: ${state.template.image}`,
  ];
}
