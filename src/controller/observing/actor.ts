import type { ForeignChange, LookInput } from '../../../machines/incident/activities.ts';
import { SECOND } from '../../core/duration.ts';
import type { Observation } from '../../core/model/observation.ts';

/** From our sending to the time that Google's own line of it bears, at most. */
const CARRIED_OUT = 10 * SECOND;

/**
 * Who made a change that was not ours, where the admin log tells: the actor of the newest change of that resource. Not told where that
 * may be our own: it is not newer than our last one in force, or whoever made it is who made ours (our line comes first, theirs later).
 */
export function actorOf(change: ForeignChange, { changes }: Observation, { servingSince, sentAt = {} }: LookInput): string | null {
  const [kind = '', name = ''] = change.subject.split(':');
  const ofIt = changes.value?.filter(({ resource }) => resource === `${kind}s/${name}`) ?? [];
  const [newest] = ofIt;
  if (newest === undefined || newest.at <= (servingSince[kind === 'service' ? name : kind] ?? Number.NEGATIVE_INFINITY)) return null;
  const sent = sentAt[name];
  const ours = sent === undefined ? undefined : ofIt.findLast(({ at }) => at >= sent && at <= sent + CARRIED_OUT);
  return newest.actor === ours?.actor ? null : newest.actor;
}
