import { pathOf } from './connector.ts';
import { databaseOf, starvation } from './database.ts';
import { arrivingShare } from './load-balancer-state.ts';
import type { Recorders } from './recorders.ts';
import * as lines from './logs/log-lines.ts';
import { mostOf, overload } from './load.ts';
import { drawn } from './random.ts';
import type { Revision, Service, WorldState } from './state.ts';
import { STEP_MS, countIn } from './state.ts';
import { logNoise, logFailures } from './logs/failure-logs.ts';
import { namelessLoss, providerLoss, refusedOutside } from './network-access.ts';
import { troubleOf } from './troubles.ts';

/**
 * What becomes of a request: `queued`: it waits behind a bound port until the application is up; `failing`: a running
 * instance cannot do its work; `crashing`: it meets a dying instance; `absent`: none at all, or none
 * with room; `provider`: Google's side fails it; `erring`: the application itself answers with an error; `limited`: it turns the
 * request away, because it limits its clients.
 */
export type RequestOutcome = 'ok' | 'queued' | 'wedged' | 'failing' | 'crashing' | 'absent' | 'provider' | 'erring' | 'limited';

/** Requests a second of a service that nobody calls: how it would have answered still counts. */
const UNASKED = 1e-6;
/** Samples of a latency that one step takes per fate; more requests weigh more. */
const MOST_SAMPLES = 6;
const PATHS: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
  auth: [
    ['POST', '/auth/login'],
    ['GET', '/health'],
  ],
  backend: [
    ['POST', '/api/chat'],
    ['GET', '/health'],
    ['GET', '/ws'],
  ],
};
const OTHER_PATHS: readonly (readonly [string, string])[] = [['GET', '/']];

/** Requests a second of each service, callers first: its own load and what its callers cause. */
export function stepLoad(state: WorldState): void {
  for (const service of state.services) service.arriving = ownLoad(service, state.at - state.startAt) * arrivingPart(state, service);
  for (const service of state.services) {
    for (const call of service.application.calls) {
      const called = state.byName.get(call.service);
      if (called !== undefined) called.arriving += service.arriving * call.perRequest;
    }
  }
}

/** The step's requests of one service: counted, timed, and the failures logged. */
export function stepRequests(state: WorldState, service: Service, recorders: Recorders): void {
  let well = 0;
  let answered = 0;
  for (const revision of service.revisions.values()) {
    if (revision.percent === 0) continue;
    const fates = fatesOf(state, revision);
    // Whom the application turns away by its own rule is served as it means to.
    well += ((fates.ok + fates.limited) * revision.percent) / 100;
    const expected = (service.arriving * revision.percent * STEP_MS) / 100_000;
    for (const fate of FATES) {
      if (fates[fate] > 0) answerAll(state, revision, { fate, count: state.chance.poisson(expected * fates[fate]), recorders });
    }
    answered += ((fates.ok + fates.limited + fates.queued) * revision.percent) / 100;
    logFailures(state, revision, recorders);
    logNoise(state, revision, recorders);
  }
  service.wellness = well;
  const weight = Math.max(service.arriving, UNASKED) * (STEP_MS / 1_000);
  service.asked += weight;
  service.answeredWell += answered * weight;
}

export const FATES: readonly RequestOutcome[] = [
  'ok',
  'queued',
  'wedged',
  'failing',
  'crashing',
  'absent',
  'provider',
  'erring',
  'limited',
];

/** Probabilities that sum to 1, for requests that this revision gets. */
export function fatesOf(state: WorldState, revision: Revision): Readonly<Record<RequestOutcome, number>> {
  const own = ownFates(state, revision);
  const lost = providerLoss(state, revision.facts.service);
  if (lost === 0) return own;
  const left = Object.entries(own).map(([fate, share]) => [fate, share * (1 - lost)]);
  return { ...(Object.fromEntries(left) as Record<RequestOutcome, number>), provider: lost };
}

function ownFates(state: WorldState, revision: Revision): Readonly<Record<RequestOutcome, number>> {
  const ready = countIn(revision, 'ready');
  const wedged = countIn(revision, 'wedged');
  const none = { ok: 0, queued: 0, wedged: 0, failing: 0, crashing: 0, absent: 0, provider: 0, erring: 0, limited: 0 };
  if (ready + wedged === 0) {
    const dying = revision.instances.some((instance) => instance.crashes > 0);
    if (dying) return { ...none, crashing: 1 };
    const bound =
      revision.service.application.preFork &&
      revision.instances.some((instance) => instance.phase === 'booting' || instance.phase === 'connecting');
    return bound && revision.facts.startupProbe === 'tcp' ? { ...none, queued: 1 } : { ...none, absent: 1 };
  }
  // An instance that is killed at its memory limit takes its requests with it; one that crashes at start-up has none.
  const killed = revision.defect?.kind === 'out-of-memory' ? countIn(revision, 'crashed') : 0;
  const all = ready + wedged + killed;
  const share = ready / all;
  const failing = 1 - (1 - dependencyLoss(state, revision)) * (1 - starvation(databaseOf(state, revision)));
  const full = ready === 0 ? 0 : overload(revision, ready, all);
  const { failing: erring, limiting } = troubleOf(state, revision);
  const kept = share * (1 - full);
  return {
    ...none,
    ok: kept * (1 - failing) * (1 - erring) * (1 - limiting),
    failing: kept * failing,
    erring: kept * (1 - failing) * erring,
    limited: kept * (1 - failing) * (1 - erring) * limiting,
    absent: share * full,
    wedged: wedged / all,
    crashing: killed / all,
  };
}

/** The status a caller sees. */
export function statusOf(revision: Revision, fate: RequestOutcome): number {
  if (fate === 'ok' || fate === 'queued') return 200;
  if (fate === 'erring') return 500;
  if (fate === 'limited') return 429;
  if (fate !== 'absent') return 503;
  return revision.instances.length >= mostOf(revision) ? 429 : 500;
}

/** How long it takes; `spread` is uniform in [0, 1), `normal` has mean 0 and deviation 1. */
export function latencyOf(
  state: WorldState,
  revision: Revision,
  { fate, spread, normal }: { readonly fate: RequestOutcome; readonly spread: number; readonly normal: number },
): number {
  const { application } = revision.service;
  const [low, high] = application.wedgedLatencyMs;
  switch (fate) {
    case 'ok':
    case 'erring':
    case 'limited':
      return (
        application.latencyMs *
        Math.exp(0.25 * Math.max(-2.5, Math.min(2.5, normal))) *
        Math.sqrt(pathOf(state, revision).slowdown) *
        troubleOf(state, revision).slower
      );
    case 'queued':
      return 3_000 + spread * 9_000;
    case 'wedged':
      return low + spread * (high - low);
    case 'failing':
      return 5_000 + spread * 5_000;
    case 'crashing':
      return 2_000 + spread * 10_000;
    case 'provider':
      return 300 + spread * 4_000;
    case 'absent':
      return 10_000 + spread * 500;
  }
}

function arrivingPart({ description, startAt, at }: WorldState, { description: { name, domain } }: Service): number {
  return arrivingShare(description, startAt, { service: name, host: domain, at });
}

/** Requests a second that users send to this service itself. */
export function ownLoad(service: Service, sinceStart: number): number {
  const { requestsPerSecond, changes } = service.description.load;
  let rate = requestsPerSecond;
  for (const change of changes) if (sinceStart >= change.at) rate = change.requestsPerSecond;
  return rate;
}

/** Share of a running instance's requests that fail because what they need cannot be reached. */
function dependencyLoss(state: WorldState, revision: Revision): number {
  const { application } = revision.service;
  let reached = application.database === undefined && application.redis === undefined ? 1 : 1 - pathOf(state, revision).loss;
  reached *= (1 - namelessLoss(state, revision)) * (1 - refusedOutside(revision));
  for (const call of application.calls) {
    const wellness = state.byName.get(call.service)?.wellness ?? 0;
    if (call.required) reached *= 1 - Math.min(1, call.perRequest) * (1 - wellness);
  }
  return 1 - reached;
}

function answerAll(
  state: WorldState,
  revision: Revision,
  { fate, count, recorders }: { readonly fate: RequestOutcome; readonly count: number; readonly recorders: Recorders },
): void {
  if (count === 0) return;
  const { chance } = state;
  const status = statusOf(revision, fate);
  const latency = recorders.metrics.requests(revision, status, count);
  const samples = Math.min(count, MOST_SAMPLES);
  for (let index = 0; index < samples; index += 1) {
    const weight = Math.floor(count / samples) + (index < count % samples ? 1 : 0);
    const ms = latencyOf(state, revision, { fate, spread: chance.next(), normal: fate === 'ok' ? chance.normal() : 0 });
    latency.add(ms, weight);
    if (index > 0) continue;
    if (status !== 200) logFailure(state, revision, { fate, status, latencyMs: ms, recorders });
    else if (state.description.requestLogs === 'all') logServed(state, revision, ms, recorders);
  }
}

/** One of the step's good answers. It draws no chance, so that nothing else depends on it. */
function logServed(state: WorldState, revision: Revision, latencyMs: number, recorders: Recorders): void {
  const draw = (what: string): number => drawn(state.seed, state.at, revision.facts.name, what);
  const paths = PATHS[revision.service.description.role] ?? OTHER_PATHS;
  const [method, path] = paths[Math.floor(draw('path') * paths.length)] ?? ['GET', '/'];
  const at = state.at - STEP_MS + Math.floor(draw('when') * (STEP_MS - 1));
  const instance = revision.instances.find(({ phase }) => phase === 'ready') ?? null;
  recorders.log.request(at, { revision, instance }, { method, path, status: 200, latencyMs, reason: null });
}

function logFailure(
  state: WorldState,
  revision: Revision,
  {
    fate,
    status,
    latencyMs,
    recorders,
  }: { readonly fate: RequestOutcome; readonly status: number; readonly latencyMs: number; readonly recorders: Recorders },
): void {
  const paths = PATHS[revision.service.description.role] ?? OTHER_PATHS;
  const [method, path] = paths[Math.floor(state.chance.next() * paths.length)] ?? ['GET', '/'];
  const at = state.at - STEP_MS + Math.floor(state.chance.next() * (STEP_MS - 1));
  const broken = fate === 'crashing' || pathOf(state, revision).loss > 0;
  const reason = fate === 'absent' ? lines.NO_INSTANCE : broken && fate !== 'provider' && fate !== 'limited' ? lines.MALFORMED : null;
  recorders.log.request(at, { revision, instance: revision.instances[0] ?? null }, { method, path, status, latencyMs, reason });
}
