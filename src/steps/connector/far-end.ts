import { sayMinute } from '../../core/duration.ts';
import type { PlanStep } from '../../core/model/plan.ts';
import { lostNames } from '../../diagnosis/causes/name-resolution.ts';
import { databasesOf, usedBy } from '../../diagnosis/infrastructure/databases.ts';
import type { SeenDatabase } from '../../diagnosis/infrastructure/databases.ts';
import { connectionBudget } from '../../diagnosis/infrastructure/connection-budget.ts';
import { evidenceOf } from '../../diagnosis/observation-queries.ts';
import { ask, askUnread, veto } from '../../planning/step-decisions.ts';
import type { Decided, PlanScope } from '../../planning/step-decisions.ts';

/**
 * What is at the other end of the connector. Clients that get no answer there try again and again, and that storm fills the connector by
 * itself: more room for it mends nothing, and cannot be taken back. So the name must resolve, and each database that its riders use by the
 * document must be seen alive, with room for one more. null: nothing speaks against it, or they use none that is known.
 */
export function farEndAway(scope: PlanScope, riders: readonly string[] | null, step: PlanStep): Decided | null {
  const names = lostNames(scope.observation);
  if (names.length > 0) {
    const hosts = [...new Set(names.flatMap(({ facts }) => (facts['host'] === undefined ? [] : [facts['host']])))].join(', ');
    // Known from lines alone, which somebody outside may have written: a human decides.
    return ask(
      step,
      `${hosts === '' ? 'names' : hosts} cannot be resolved, as lines tell; who asks again and again fills the connector by that: scale it, which cannot be undone?`,
      evidenceOf(names, 3),
    );
  }
  const { observation, spec } = scope;
  const used = riders === null ? databasesOf(observation, spec) : usedBy(observation, spec, riders);
  const [away] = used.flatMap((database) => databaseAway(scope, database, step) ?? []);
  return away ?? null;
}

function databaseAway({ observation, spec }: PlanScope, { wanted, seen }: SeenDatabase, step: PlanStep): Decided | null {
  const name = wanted.instance;
  const state = seen?.state.value ?? null;
  if (state !== null && (state.stopped || state.lifecycle !== 'RUNNABLE'))
    return veto(
      step,
      `${name} is ${state.stopped ? 'stopped' : state.lifecycle}: who tries to reach it again and again fills the connector by that`,
    );
  const connections = seen?.connections;
  if (connections?.freshness !== 'fresh' || connections.value === null) {
    const since =
      connections?.measuredAt == null ? (connections?.problem ?? 'not read') : `none since ${sayMinute(connections.measuredAt)}`;
    return askUnread(
      step,
      `whether ${name} is there is not seen (its connections: ${since}); who tries to reach what is away fills the connector by that: scale it, which cannot be undone?`,
    );
  }
  const { used, maxConnections } = connectionBudget(observation, spec, { wanted, seen });
  if (used === null || maxConnections === null || used < maxConnections) return null;
  return veto(step, `${name} has no connection left (${used} of ${maxConnections} in use): no room on the way to it gives one`);
}
