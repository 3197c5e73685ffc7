import { pathOf } from './connector.ts';
import { answers, databaseOf, holdConnections, openPool } from './database.ts';
import { breakage, heals } from './healing.ts';
import { crash, enter, flap, kill, overflows, type Moment } from './instance-exits.ts';
import type { Defect } from './description/description.ts';
import type { Line } from './logs/log-lines.ts';
import * as lines from './logs/log-lines.ts';
import type { Recorders } from './recorders.ts';
import type { Database, Instance, InstancePhase, Revision, WorldState } from './state.ts';
import { STEP_MS } from './state.ts';
import { connectionsWanted } from './load.ts';
import { callAdminApi, cutFromAdminApi, interfaceSetup, unresolved } from './network-access.ts';

/** With CPU boost start-up work takes this part of its time. */
const BOOSTED = 0.6;
/** A defective container dies so long after it has started. */
const DIES_AFTER_MS = 3_000;
/** Of those that are refused at start-up, so many come up nevertheless. */
const HALF_OPEN_SHARE = 0.5;

/** A container starts at `at`. */
export function startInstance(
  state: WorldState,
  revision: Revision,
  { at, reason, recorders }: { readonly at: number; readonly reason: string; readonly recorders: Recorders | null },
): Instance {
  const instance: Instance = {
    serial: 0,
    phase: 'booting',
    startedAt: 0,
    phaseSince: 0,
    workLeftMs: 0,
    crashes: 0,
    freeSince: null,
    restartAt: 0,
    connections: 0,
  };
  revision.instances.push(instance);
  boot(state, revision, instance, at);
  recorders?.log.say('start', at, { revision, instance }, () => [lines.instanceStarting(reason)]);
  return instance;
}

/** Every instance of the revision lives through the step that ends at `state.at`. */
export function stepInstances(state: WorldState, revision: Revision, recorders: Recorders): void {
  if (revision.defect?.kind === 'flaps') flap(state, revision, revision.defect, recorders);
  const wanted = connectionsWanted(revision);
  for (const instance of revision.instances) {
    if (instance.phase === 'ready' || instance.phase === 'wedged') run(state, revision, { instance, wanted, recorders });
    else advance(state, revision, instance, recorders);
  }
}

/** An instance that is up: it warms up, a ready one may break, a wedged one may heal. */
function run(
  state: WorldState,
  revision: Revision,
  { instance, wanted, recorders }: { readonly instance: Instance; readonly wanted: number; readonly recorders: Recorders },
): void {
  relax(state, revision, instance, wanted);
  if (overflows(state, revision, instance)) return kill(state, revision, instance, recorders);
  if (instance.phase === 'wedged') return heals(state, revision, instance) ? enter(instance, 'ready', state.at) : undefined;
  const rate = breakage(state, revision);
  if (rate > 0 && state.chance.next() < rate) enter(instance, 'wedged', state.at);
}

function advance(state: WorldState, revision: Revision, instance: Instance, recorders: Recorders): void {
  let at = Math.max(state.at - STEP_MS, instance.phaseSince);
  while (at < state.at) {
    const next = ADVANCE[instance.phase]({ state, revision, instance, at, recorders });
    if (next === null) return;
    at = next;
  }
}

/** Each returns the instant at which the next phase goes on, or null when the step is over for the instance. */
const ADVANCE: Readonly<Record<InstancePhase, (moment: Moment) => number | null>> = {
  booting(moment) {
    const { state, revision, instance, at } = moment;
    const { defect } = revision;
    if (defect !== null && diesAtStart(defect)) {
      const diesAt = instance.startedAt + DIES_AFTER_MS;
      return diesAt > state.at
        ? null
        : crash(moment, diesAt, { exitCode: defect.exitCode, why: defect.kind, words: () => lines.death(defect) });
    }
    const upAt = at + instance.workLeftMs;
    if (upAt <= state.at) return connect(moment, upAt);
    instance.workLeftMs -= state.at - at;
    return capped(moment);
  },
  connecting(moment) {
    const { state, revision, instance, at } = moment;
    const pool = revision.service.application.database;
    const cut = cutFromAdminApi(state, revision);
    const slowdown = cut ? Number.POSITIVE_INFINITY : pathOf(state, revision).slowdown;
    const doneAt = at + instance.workLeftMs * slowdown;
    const limitAt = instance.phaseSince + (pool?.timeout ?? Number.POSITIVE_INFINITY);
    if (doneAt <= Math.min(limitAt, state.at)) return settle(moment, doneAt);
    if (limitAt <= state.at)
      return crash(moment, limitAt, {
        exitCode: 3,
        why: 'timeout',
        words: () => (cut ? lines.adminApiTimeout() : lines.databaseTimeout((pool?.timeout ?? 0) / 1_000)),
      });
    instance.workLeftMs -= (state.at - at) / slowdown;
    return capped(moment);
  },
  ready: () => null,
  wedged: () => null,
  unprobed: (moment) => capped(moment),
  crashed({ state, revision, instance, recorders }) {
    if (instance.restartAt > state.at) return null;
    const at = Math.max(instance.restartAt, state.at - STEP_MS);
    boot(state, revision, instance, at);
    recorders.log.say('start', at, { revision, instance }, () => [
      lines.instanceStarting(
        'MANUAL_OR_CUSTOMER_MIN_INSTANCE - Instance started because of customer-configured min-instances or manual scaling.',
      ),
    ]);
    return at;
  },
};

/** Warmed up, it keeps its pool, or as many connections as its requests in flight need, and lets the overflow go. */
function relax(state: WorldState, revision: Revision, instance: Instance, wanted: number): void {
  const pool = revision.service.application.database;
  if (pool === undefined || instance.connections === wanted || state.at - instance.phaseSince < pool.warmFor) return;
  const database = databaseOf(state, revision);
  if (database === null || database.away) return;
  if (wanted < instance.connections) holdConnections(database, instance, wanted);
  else if (instance.phase === 'ready') openPool(database, instance, wanted);
}

/** The others let it come up. */
function diesAtStart(defect: Defect): defect is Extract<Defect, { kind: 'exits' | 'missing-module' }> {
  return defect.kind === 'exits' || defect.kind === 'missing-module';
}

function boot(state: WorldState, revision: Revision, instance: Instance, at: number): void {
  revision.started += 1;
  instance.serial = revision.started;
  instance.startedAt = at;
  const own = revision.defect?.kind === 'heavy' ? revision.defect.startup : undefined;
  const work = (own ?? revision.service.application.startup) * (revision.facts.startupCpuBoost ? BOOSTED : 1);
  instance.workLeftMs = work + interfaceSetup(state, revision);
  enter(instance, 'booting', at);
}

function connect(moment: Moment, at: number): number {
  const { state, revision, instance, recorders } = moment;
  const { application } = revision.service;
  for (const text of application.noise) recorders.log.say(`noise ${text}`, at, { revision, instance }, () => [lines.noise(text)]);
  const database = databaseOf(state, revision);
  if (application.database === undefined || database === null) return settle(moment, at);
  if (application.database.viaAdminApi && !cutFromAdminApi(state, revision) && !callAdminApi(state, at))
    return crash(moment, at, { exitCode: 3, why: 'quota', words: () => lines.adminApiQuota() });
  if (!openPool(database, instance, application.database.startupConnections)) return refused(moment, at, database);
  enter(instance, 'connecting', at);
  instance.workLeftMs = application.database.connectTakes;
  return at;
}

/** Without its connections it gives up, or comes up with a pool that never fills. */
function refused(moment: Moment, at: number, database: Database): number {
  const { state, revision, instance, recorders } = moment;
  if (!answers(database))
    return crash(moment, at, { exitCode: 3, why: 'unreachable', words: () => [lines.databaseRefused(database.description)] });
  if (state.chance.next() >= HALF_OPEN_SHARE)
    return crash(moment, at, { exitCode: 3, why: 'refused', words: () => lines.slotsReserved(database.description) });
  recorders.log.say('half-open', at, { revision, instance }, () => lines.slotsReserved(database.description).slice(0, 1));
  enter(instance, revision.facts.startupProbe === 'http' ? 'unprobed' : 'wedged', at);
  return at;
}

/** The application is up; how well depends on what it could reach while it came up. */
function settle(moment: Moment, at: number): number {
  const { state, revision, instance, recorders } = moment;
  const missing = revision.service.application.needs.find((name) => !reached(state, name));
  const lossy = state.chance.next() < pathOf(state, revision).loss;
  if (missing !== undefined) recorders.log.say('needs', at, { revision, instance }, () => [lines.dependencyDown(missing)]);
  const well = missing === undefined && !lossy && unresolved(state, revision).length === 0;
  const probed = revision.facts.startupProbe === 'http';
  enter(instance, well ? 'ready' : probed ? 'unprobed' : 'wedged', at);
  if (!well) return at;
  instance.crashes = 0;
  recorders.metrics.startup(revision, at - instance.startedAt);
  recorders.log.say('up', at, { revision, instance }, () => [lines.started(), probeLine(revision)]);
  return at;
}

/** Three tries to fetch what it needs from another service. */
function reached(state: WorldState, name: string): boolean {
  const wellness = state.byName.get(name)?.wellness ?? 0;
  return state.chance.next() < 1 - (1 - wellness) ** 3;
}

function probeLine(revision: Revision): Line {
  const container = `${revision.facts.service}-1`;
  return revision.facts.startupProbe === 'http' ? lines.httpProbeSucceeded(container, '/health') : lines.tcpProbeSucceeded(container);
}

/** Cloud Run kills what has not started within its cap (gcp-facts 2.5). */
function capped(moment: Moment): number | null {
  const { state, revision, instance } = moment;
  const capAt = instance.startedAt + state.description.scaling.startupCap;
  const waited = instance.phase === 'unprobed' || !revision.service.application.preFork || revision.facts.startupProbe === 'http';
  if (!waited || capAt > state.at) return null;
  const container = `${revision.facts.service}-1`;
  return crash(moment, capAt, {
    exitCode: 1,
    why: 'cap',
    words: () => (revision.facts.startupProbe === 'http' ? [lines.httpProbeFailed(container, '/health')] : []),
  });
}
