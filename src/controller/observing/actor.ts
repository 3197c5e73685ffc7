import type { ForeignChange, LookInput } from '../../../machines/incident/activities.ts';
import type { Observation } from '../../core/model/observation.ts';

/**
 * Who made a change that was not ours, where the admin log tells: the actor of the newest change of that resource. A change
 * that is not newer than our own last one of it may be ours, so then it is not told.
 */
export function actorOf(change: ForeignChange, observation: Observation, servingSince: LookInput['servingSince']): string | null {
  const [kind = '', name = ''] = change.subject.split(':');
  const ourLast = servingSince[kind === 'service' ? name : change.subject] ?? Number.NEGATIVE_INFINITY;
  const newest = observation.changes.value?.find(({ resource }) => resource === `${kind}s/${name}`);
  return newest === undefined || newest.at <= ourLast ? null : newest.actor;
}
