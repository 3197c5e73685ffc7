import type { ForeignChange, Look, LookInput } from '../../../machines/incident/activities.ts';
import type { Observation } from '../../core/model/observation.ts';
import { ofConnector } from '../../core/of-connector.ts';
import { serviceOfSubject, subjectFor } from '../../steps/subjects.ts';

type Writes = Pick<LookInput, 'servingSince' | 'unseen'>;

/**
 * Who made a change that was not ours, where the admin log tells: the actor of the newest change of that resource. A change
 * that is not newer than our own last one of it may be ours, so then it is not told.
 */
export function actorOf(change: ForeignChange, observation: Observation, writes: Writes): string | null {
  const newest = observation.changes.value?.find(({ resource }) => resource === resourceOf(change.subject));
  return newest === undefined || newest.at <= ourLast(change.subject, writes) ? null : newest.actor;
}

/** So many are handed on, the newest. */
const MOST = 10;

/**
 * What the admin log tells of changes since the run began, of what the look is about and the run itself has not written; oldest first,
 * each thing once.
 */
export function adminChanges(observation: Observation, { unseen }: LookInput): Pick<Look, 'adminChanges'> {
  const { changes } = observation;
  if (unseen === undefined || changes.value === null) return {};
  const ours = [...unseen.sentTo.map(subjectFor), ...Object.keys(unseen.wroteAt ?? {})];
  const told = lookedAt(observation)
    .filter((subject) => !ours.includes(subject))
    .flatMap((subject) => {
      const newest = changes.value?.find(({ resource, at }) => resource === resourceOf(subject) && at > unseen.since);
      return newest === undefined ? [] : [{ subject, actor: newest.actor, at: newest.at }];
    })
    .toSorted((one, other) => one.at - other.at);
  return told.length === 0 ? {} : { adminChanges: told.slice(-MOST) };
}

function lookedAt({ services, connectors, databases }: Observation): readonly string[] {
  return [
    ...Object.keys(services).map(subjectFor),
    ...Object.keys(connectors).map(ofConnector),
    ...Object.keys(databases).map((name) => `instances/${name}`),
  ];
}

function ourLast(subject: string, { servingSince, unseen }: Writes): number {
  const served = servingSince[serviceOfSubject(subject) ?? subject] ?? Number.NEGATIVE_INFINITY;
  return Math.max(served, unseen?.wroteAt?.[subject] ?? Number.NEGATIVE_INFINITY);
}

/** As the log names what the run names `KIND:NAME`; what it names like the log stays as it is. */
function resourceOf(subject: string): string {
  return subject.replace(/^([a-z]+):/, '$1s/');
}
