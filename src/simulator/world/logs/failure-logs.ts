import type { DatabaseDescription } from '../description/description.ts';
import { pathOf } from '../connector.ts';
import { answers, databaseOf, starvation } from '../database.ts';
import type { Recorders } from '../recorders.ts';
import * as lines from './log-lines.ts';
import { drawn } from '../random.ts';
import type { Revision, WorldState } from '../state.ts';
import { STEP_MS } from '../state.ts';
import { unresolved } from '../network-access.ts';

/** What wedged and failing instances say of themselves: 53300 while the database has no slot left, 110 while the connector drops packets, now and then -3, else open breakers. */
export function logFailures(state: WorldState, revision: Revision, recorders: Recorders): void {
  const { application } = revision.service;
  const wedged = revision.instances.find((instance) => instance.phase === 'wedged' || instance.phase === 'unprobed');
  const { loss } = pathOf(state, revision);
  nameless(state, revision, recorders);
  cutOff(state, revision, recorders);
  const database = databaseOf(state, revision);
  const starving = database !== null && answers(database) && starvation(database) > 0;
  const speaker = wedged ?? (loss > 0 || starving ? revision.instances.find((instance) => instance.phase === 'ready') : undefined);
  if (speaker === undefined || state.chance.next() < 0.5) return;
  const at = state.at - STEP_MS + Math.floor(state.chance.next() * (STEP_MS - 1));
  const address = application.redis ?? (database === null ? null : serverOf(database.description));
  if (loss > 0 && address !== null) {
    const resolver = application.redis !== undefined && state.chance.next() < 0.04;
    recorders.log.say('path', at, { revision, instance: speaker }, () => [
      resolver ? lines.resolverTryAgain(address) : lines.connectTimedOut(address),
    ]);
  } else if (starving) {
    recorders.log.say('slots', at, { revision, instance: speaker }, () => lines.slotsReserved(database.description).slice(0, 1));
  } else if (wedged !== undefined) {
    recorders.log.say('breaker', at, { revision, instance: speaker }, () => [lines.breakerOpen(application.needs[0] ?? 'database')]);
  }
}

function serverOf({ ipAddress, version }: DatabaseDescription): string {
  return `${ipAddress}:${version.startsWith('MYSQL_') ? 3306 : 5432}`;
}

/** While its database answers nobody, a running instance says so of the requests that need it; it draws no chance. */
function cutOff(state: WorldState, revision: Revision, recorders: Recorders): void {
  const database = databaseOf(state, revision);
  const speaker = revision.instances.find(({ phase }) => phase === 'ready');
  if (database === null || answers(database) || speaker === undefined) return;
  const at = state.at - STEP_MS + Math.floor(drawn(state.seed, state.at, revision.facts.name, 'when cut off') * (STEP_MS - 1));
  recorders.log.say('cut off', at, { revision, instance: speaker }, () => [lines.databaseSilent(database.description)]);
}

/** Every revision that needs a private name says so, each name in the words of the client that asks for it. */
function nameless(state: WorldState, revision: Revision, recorders: Recorders): void {
  const names = unresolved(state, revision);
  const speaker = revision.instances.find(({ phase }) => phase === 'ready' || phase === 'wedged' || phase === 'unprobed');
  if (names.length === 0 || speaker === undefined) return;
  const index = Math.floor(drawn(state.seed, state.at, revision.facts.name, 'name') * names.length);
  const name = names[index] ?? '';
  const at = state.at - STEP_MS + Math.floor(drawn(state.seed, state.at, revision.facts.name, 'when') * (STEP_MS - 1));
  const redis = name.endsWith(':6379');
  recorders.log.say(`name ${index}`, at, { revision, instance: speaker }, () => [
    redis ? lines.resolverTryAgain(name) : lines.lookupTryAgain(name),
  ]);
}

/** What a well instance writes by itself, at its own rhythm; it draws no chance, so that nothing else depends on it. */
export function logNoise(state: WorldState, revision: Revision, recorders: Recorders): void {
  const { chatter: all } = revision.service.application;
  if (all.length === 0) return;
  const speaker = revision.instances.find(({ phase }) => phase === 'ready');
  if (speaker === undefined) return;
  all.forEach(({ message, severity, every }, index) => {
    const shift = Math.floor(drawn(state.seed, revision.facts.name, index, 'rhythm') * every);
    const turn = Math.floor((state.at + shift) / every);
    if (turn === Math.floor((state.at + shift - STEP_MS) / every)) return;
    const at = Math.max(turn * every - shift, state.at - STEP_MS + 1);
    recorders.log.say(`chatter ${index}`, at, { revision, instance: speaker }, () => [lines.said(severity, message)]);
  });
}
