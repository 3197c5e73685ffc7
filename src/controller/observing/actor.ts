import type { ForeignChange, Look, LookInput } from '../../../machines/incident/activities.ts';
import type { AdminChange, Observation } from '../../core/model/observation.ts';

type Writes = Pick<LookInput, 'servingSince' | 'unseen'>;

/**
 * Who made a change that was not ours, where the admin log tells: the actor of the newest change of that resource. A change
 * that is not newer than our own last one of it may be ours, so then it is not told.
 */
export function actorOf(change: ForeignChange, observation: Observation, writes: Writes): string | null {
  const newest = observation.changes.value?.find(({ resource }) => subjectOf(resource) === change.subject);
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
  const ours = [...unseen.sentTo.map((name) => `service:${name}`), ...Object.keys(unseen.wroteAt ?? {})];
  const looked = lookedAt(observation);
  const newest = new Map<string, AdminChange>();
  for (const change of changes.value.toReversed()) newest.set(subjectOf(change.resource), change);
  const told = [...newest]
    .filter(([subject, { at }]) => at > unseen.since && looked.includes(subject) && !ours.includes(subject))
    .map(([subject, { actor, at }]) => ({ subject, actor, at }));
  return told.length === 0 ? {} : { adminChanges: told.slice(-MOST) };
}

function lookedAt({ services, connectors, databases }: Observation): readonly string[] {
  return [
    ...Object.keys(services).map((name) => `service:${name}`),
    ...Object.keys(connectors).map((name) => `connector:${name}`),
    ...Object.keys(databases).map((name) => `instances/${name}`),
  ];
}

function ourLast(subject: string, { servingSince, unseen }: Writes): number {
  const [kind = '', name = ''] = subject.split(':');
  const served = servingSince[kind === 'service' ? name : subject] ?? Number.NEGATIVE_INFINITY;
  return Math.max(served, unseen?.wroteAt?.[subject] ?? Number.NEGATIVE_INFINITY);
}

/** `services/NAME` and `connectors/NAME` as the run names them; anything else as the log does. */
function subjectOf(resource: string): string {
  const [, kind, name] = /^(service|connector)s\/(.+)$/.exec(resource) ?? [];
  return kind === undefined ? resource : `${kind}:${name}`;
}
