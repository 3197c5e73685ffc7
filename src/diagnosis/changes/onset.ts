import { MINUTE } from '../../core/duration.ts';
import type { Cause, Cure } from '../../core/model/diagnosis.ts';
import type { AdminChange, Observation } from '../../core/model/observation.ts';
import { harmOf, recentGroups } from '../observation-queries.ts';
import { signatureOf } from '../signatures.ts';

/** A change that came at most so long before the first bad line can be what it began with. */
const BEFORE = 30 * MINUTE;
/** The line of a change is written when it is accepted; its effects may be dated a little earlier by other clocks. */
const AFTER = 2 * MINUTE;
/** Changes that put something new in force. */
export const PUTS_IN_FORCE = /(?:Create|Update|Replace|Patch|Delete|Set|Restart|Insert|Failover|Maintenance|Stop|Disable|Destroy)/i;

/** The first line of the present trouble, as far as the lines that were read reach back; null without such lines. */
export function beganAt(observation: Observation): number | null {
  const places = new Set(harmOf(observation).map(({ service }) => service));
  const groups = recentGroups(observation.logs.value ?? [], observation.at).filter(
    ({ service, signature }) => places.has(service) && signatureOf(signature) !== undefined,
  );
  return groups.length === 0 ? null : Math.min(...groups.map(({ firstAt }) => firstAt));
}

/** What lies beneath several services, by what a cause is cured by: a change of it may be what that cause began with. */
const BENEATH: readonly (readonly [Cure, RegExp])[] = [
  ['account', /SetIamPolicy|serviceAccounts?\b/i],
  ['setting', /SecretVersion|\bsecrets\//i],
  ['network', /connectors\/|firewalls?\b|\broutes?\b|routers?\b|subnetworks?\b|managedZones|dns/i],
  ['way-out', /routers?\b|\broutes?\b|firewalls?\b/i],
  ['database', /\binstances\.(?:restart|failover|stop|patch|update|maintenance)|\bSqlInstancesService\./i],
];
const BY_KIND: Partial<Readonly<Record<Cause['kind'], readonly Cure[]>>> = {
  'connector-saturation': ['network'],
  'name-resolution': ['network'],
  'database-unreachable': ['database', 'network'],
  'connection-budget': ['database'],
};

function isBeneath({ method, resource }: AdminChange, { kind, cures = BY_KIND[kind] ?? [] }: Cause): boolean {
  return BENEATH.some(([cure, pattern]) => cures.includes(cure) && pattern.test(`${method} ${resource}`));
}

/**
 * The newest change by anybody that this cause began with: of the thing itself, of a service that fails, or of what lies beneath, shortly before the
 * first bad line; for a revision, the change that made it. null when none is known.
 */
export function changeBehind(cause: Cause, observation: Observation): AdminChange | null {
  const changes = (observation.changes.value ?? []).filter(({ method }) => PUTS_IN_FORCE.test(method));
  const made = revisionOf(cause, observation);
  const instants = made === null ? [beganAt(observation)] : [made.createdAt];
  const services = made === null ? harmOf(observation).map(({ service }) => service) : [made.service];
  const about = new Set([cause.subject, ...services]);
  const found = changes.filter(
    (change) =>
      (about.has(change.resource.split('/').at(-1) ?? '') || isBeneath(change, cause)) &&
      instants.some((instant) => instant !== null && change.at >= instant - BEFORE && change.at <= instant + AFTER),
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
