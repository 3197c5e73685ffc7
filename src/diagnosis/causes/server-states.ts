import type { LogGroup, Observation } from '../../core/model/observation.ts';
import { MINUTE } from '../../core/duration.ts';
import type { PartOfLook } from '../infrastructure/databases.ts';
import type { Finding } from '../finding.ts';
import { atPlacesOf, curesOf, factOf, lineClaim, signs } from '../finding.ts';
import { countOf, evidenceOf } from '../observation-queries.ts';

/** What clients notice of a server that stops, or writes no more. */
const NOTICED = ['client-pool', 'database-dropped', 'database-unreachable', 'database-init-timeout'];
/** Clients notice it within this time, and may notice it for so long after the last word of the server. */
const EARLIER = MINUTE;
const LATER = 3 * MINUTE;

/**
 * What a database or cache that was reached says of itself: it restarts, is full, is stopped or lets nobody in. It explains what its
 * clients notice in the same minutes, however much more often they say it: an empty pool is then no fault of the pool.
 */
export function serverStates({ look: observation, database }: PartOfLook): readonly Finding[] {
  const [full, restarts] = [signs(observation, 'database-full'), signs(observation, 'database-restarting')];
  const subject = database?.wanted.instance ?? 'the database';
  return [
    ...stateOf(observation, full, { shown: [...full, ...restarts], subject, what: 'the storage of the database is full' }),
    ...stateOf(observation, full.length > 0 ? [] : restarts, { shown: restarts, subject, what: 'the database restarts' }),
    ...stateOf(observation, signs(observation, 'database-stopped'), { shown: [], subject, what: 'the database is not running' }),
    ...stateOf(observation, signs(observation, 'host-blocked'), { shown: [], subject, what: 'the database lets this address in no more' }),
    ...noConnectionAtCache(observation),
  ];
}

function stateOf(
  observation: Observation,
  groups: readonly LogGroup[],
  { shown, subject, what }: { readonly shown: readonly LogGroup[]; readonly subject: string; readonly what: string },
): readonly Finding[] {
  if (groups.length === 0) return [];
  const said = [...groups, ...noticedWith(observation, groups)];
  return [
    {
      kind: 'database-unreachable',
      subject,
      confidence: 0.9,
      summary: `${what} (${factOf(groups, 'detail')}): ${linesIn(groups)}`,
      evidence: [...evidenceOf(shown.length === 0 ? groups : shown), ...evidenceOf(said.slice(groups.length), 2)],
      covers: atPlacesOf(said),
      ...lineClaim(said),
      cures: curesOf(groups),
    },
  ];
}

/** Complaints of clients that began and ended with the words of the server. */
function noticedWith(observation: Observation, groups: readonly LogGroup[]): readonly LogGroup[] {
  const from = Math.min(...groups.map(({ firstAt }) => firstAt)) - EARLIER;
  const to = Math.max(...groups.map(({ lastAt }) => lastAt)) + LATER;
  return signs(observation, ...NOTICED).filter(({ firstAt, lastAt }) => firstAt >= from && lastAt <= to);
}

function noConnectionAtCache(observation: Observation): readonly Finding[] {
  const groups = signs(observation, 'cache-connections');
  if (groups.length === 0) return [];
  return [
    {
      kind: 'connection-budget',
      subject: groups[0]?.service ?? '',
      confidence: 0.85,
      summary: `the cache has no connection left (${factOf(groups, 'detail')}): ${linesIn(groups)}`,
      evidence: evidenceOf(groups),
      covers: atPlacesOf(groups),
      ...lineClaim(groups),
      cures: curesOf(groups),
    },
  ];
}

/** `3 lines in shop-00001-aaa`. */
export function linesIn(groups: readonly LogGroup[]): string {
  const count = countOf(groups);
  const revisions = [...new Set(groups.map((group) => (group.revision === '' ? group.service : group.revision)))].join(', ');
  return `${count} ${count === 1 ? 'line' : 'lines'} in ${revisions}`;
}
