import { MINUTE } from '../../core/duration.ts';
import type { Cause } from '../../core/model/diagnosis.ts';
import type { AdminChange, Observation } from '../../core/model/observation.ts';
import { harmOf, recentGroups } from '../observation-queries.ts';
import { signatureOf } from '../signatures.ts';

/** A change that came at most so long before the first bad line can be what it began with. */
const BEFORE = 30 * MINUTE;
/** The line of a change is written when it is accepted; its effects may be dated a little earlier by other clocks. */
const AFTER = 2 * MINUTE;
/** Changes that put something new in force. */
const PUTS_IN_FORCE = /(?:Create|Update|Replace|Patch|Delete|Set|Restart|Insert)/i;

/** The first line of the present trouble, as far as the lines that were read reach back; null without such lines. */
export function beganAt(observation: Observation): number | null {
  const places = new Set(harmOf(observation).map(({ service }) => service));
  const groups = recentGroups(observation.logs.value ?? [], observation.at).filter(
    ({ service, signature }) => places.has(service) && signatureOf(signature) !== undefined,
  );
  return groups.length === 0 ? null : Math.min(...groups.map(({ firstAt }) => firstAt));
}

/**
 * The newest change by anybody that this cause began with: of the thing itself, or of a service that fails, shortly before the
 * first bad line; for a revision, the change that made it. null when none is known.
 */
export function changeBehind(cause: Cause, observation: Observation): AdminChange | null {
  const changes = (observation.changes.value ?? []).filter(({ method }) => PUTS_IN_FORCE.test(method));
  const made = revisionOf(cause, observation);
  const instants = made === null ? [beganAt(observation)] : [made.createdAt];
  const services = made === null ? harmOf(observation).map(({ service }) => service) : [made.service];
  const about = new Set([cause.subject, ...services]);
  const found = changes.filter(
    ({ at, resource }) =>
      about.has(resource.split('/').at(-1) ?? '') &&
      instants.some((instant) => instant !== null && at >= instant - BEFORE && at <= instant + AFTER),
  );
  return found.reduce<AdminChange | null>((newest, change) => (newest === null || change.at > newest.at ? change : newest), null);
}

function revisionOf(cause: Cause, observation: Observation): { readonly service: string; readonly createdAt: number } | null {
  for (const { name, state } of Object.values(observation.services)) {
    const revision = state.value?.revisions.find((candidate) => candidate.name === cause.subject);
    if (revision !== undefined) return { service: name, createdAt: revision.createdAt };
  }
  return null;
}
