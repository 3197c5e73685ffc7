import { pathOf } from './connector.ts';
import { databaseOf, starvation } from './database.ts';
import { drawn } from './random.ts';
import type { Instance, Revision, WorldState } from './state.ts';
import { cutFromAdminApi, unresolved } from './network-access.ts';

/** Loss from which running instances begin to break, and how fast; and how fast when the database has no slot left for their overflow. */
const BREAKING_LOSS = 0.3;
const BREAKING_RATE = 0.05;
const STARVING_RATE = 0.1;
/** Without the Admin API a driver's certificate is not renewed; it lives an hour. */
const EXPIRING_RATE = 0.003;
/** A service that is needed counts as there from this share of good answers. */
const THERE = 0.5;

/**
 * Probability that a running instance breaks in one step: nothing while its path is free and the database has room. A database
 * that is away for an outage breaks nobody: they fail until they can connect again.
 */
export function breakage(state: WorldState, revision: Revision): number {
  const { loss } = pathOf(state, revision);
  if (loss > BREAKING_LOSS) return loss * BREAKING_RATE;
  if (cutFromAdminApi(state, revision)) return EXPIRING_RATE;
  const database = databaseOf(state, revision);
  return database?.away !== true && starvation(database) > 0 ? STARVING_RATE : 0;
}

/** Whether a wedged instance is well again by itself in this step. It draws no chance, so that nothing else depends on it. */
export function heals(state: WorldState, revision: Revision, instance: Instance): boolean {
  const { heals: how } = revision.service.application;
  if (how === undefined) return false;
  if (!isFree(state, revision)) {
    instance.freeSince = null;
    return false;
  }
  instance.freeSince ??= state.at;
  const draw = (what: string): number => drawn(state.seed, revision.facts.name, instance.serial, what);
  return draw('heals') < how.share && state.at - instance.freeSince >= how.after * (0.7 + 0.6 * draw('heals after'));
}

/** Everything that a fresh start would need is there. */
function isFree(state: WorldState, revision: Revision): boolean {
  const { loss, slowdown } = pathOf(state, revision);
  if (loss > 0 || slowdown > 2 || cutFromAdminApi(state, revision) || unresolved(state, revision).length > 0) return false;
  if (starvation(databaseOf(state, revision)) > 0) return false;
  return revision.service.application.needs.every((name) => (state.byName.get(name)?.wellness ?? 0) >= THERE);
}
