import { shortIn } from '../../core/region.ts';
import { HOUR, MINUTE, parseDuration } from '../../core/duration.ts';
import { object } from '../../core/service/json.ts';
import type { RevisionState } from '../../core/model/observation.ts';
import { drawAnswers, listensOf } from '../draw-answers.ts';
import type { RawService } from '../draw.ts';
import { connectorIsFull, cutOff, databaseIsFull, databaseSeen, durationText, failedShare, loggedOf } from './observed-services.ts';
import type { LiveLook, LiveService } from './observed-services.ts';
import { riddenBy } from './connector.ts';
import type { Riding } from './connector.ts';

type RawRevision = RawService['revisions'][number];
type RawApplication = NonNullable<RawService['application']>;

/** What a request of a service causes at each that it depends on; no reading tells it. */
export const PER_REQUEST = 0.2;
/** The present revision and those that serve are drawn, and so many more of the newest. */
const OTHERS = 2;
/** Below this share of failures they are drawn as none. */
const NOISE = 0.02;

export interface Pools {
  /** Connections that each instance holds; null: it uses no database. */
  readonly held: (service: string) => number | null;
}

/** A service as it was seen: its load, its revisions with their instances, and what is wrong with them. */
export function liveService(
  live: LiveService,
  look: LiveLook,
  { others, pools, riding }: { readonly others: readonly LiveService[]; readonly pools: Pools; readonly riding: Riding },
): RawService {
  const { spec, state, serving } = live;
  const { bounds } = state;
  const called = others
    .filter((other) => other.spec.dependsOn.includes(spec.name))
    .reduce((sum, { rate }) => sum + PER_REQUEST * (rate ?? 0), 0);
  return {
    name: spec.name,
    role: spec.role,
    ...ingressOf(live),
    ...listensOf(spec),
    ...(bounds === undefined || bounds === 'manual' ? {} : { minInstances: bounds.minInstances, maxInstances: bounds.maxInstances }),
    load: { requestsPerSecond: Math.round(Math.max(0, (live.rate ?? 0) - called) * 100) / 100 },
    application: applicationOf(live, look, pools, riding),
    ...(serving.length === 0 ? {} : { traffic: trafficOf(live) }),
    ...releaseOf(live, look),
    revisions: revisionsOf(live).map((revision) => drawRevision(revision, live, look)),
  };
}

function ingressOf({ state }: LiveService): Pick<RawService, 'ingress'> {
  const { ingress } = state.template;
  return ingress === 'INGRESS_TRAFFIC_INTERNAL_ONLY' || ingress === 'INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER' ? { ingress } : {};
}

function trafficOf({ state, serving }: LiveService): RawService['traffic'] {
  const [only] = state.traffic;
  if (state.traffic.length === 1 && only?.latest === true && only.tag === null) return [{ latest: true, percent: 100 }];
  return serving.map(({ revision, percent, tag }) => ({ revision, percent, ...(tag === null ? {} : { tag }) }));
}

function applicationOf(live: LiveService, look: LiveLook, pools: Pools, { factor }: Riding): RawApplication {
  const { spec, seen, serving } = live;
  const held = pools.held(spec.name);
  const instance = spec.databases.find((name) => look.observation.databases[name] !== undefined);
  const well = serving.every(({ revision }) => failedShare(seen, revision) <= NOISE);
  const { value: p95 } = seen.p95Ms;
  return {
    // The median of a right-skewed latency is about two thirds of its 95th percentile here; of a service that fails it says nothing.
    ...(well && p95 !== null && p95 > 0 ? { latencyMs: Math.max(1, Math.round((p95 * 2) / 3)) } : {}),
    ...(held === null || instance === undefined
      ? {}
      : {
          database: {
            instance,
            startupConnections: held,
            heldConnections: held,
            ...(cutOff(live, look) === 'admin-api' ? { viaAdminApi: true } : {}),
          },
        }),
    ...(cutOff(live, look) === 'names' ? { privateHosts: ['private.internal:6379'] } : {}),
    ...(spec.dependsOn.length === 0 ? {} : { calls: spec.dependsOn.map((service) => ({ service, perRequest: PER_REQUEST })) }),
    ...(factor === 1 ? {} : { chatterPacketsPerSecond: Math.round(300 * factor), reconnectPacketsPerSecond: Math.round(1_200 * factor) }),
    ...answersOf(live, look),
  };
}

/** As the document expects; what a well service answered otherwise in the look, it answers here too. */
function answersOf({ spec, seen }: LiveService, look: LiveLook): Partial<RawApplication> {
  const expected = drawAnswers(look.spec).of(spec.name);
  const otherwise = seen.probes.flatMap(({ url, status, kind }) => {
    const path = URL.parse(url)?.pathname.replace(/^\/_services\/[^/]+/, '') ?? '';
    const asked = spec.health.find((check) => check.url === path);
    return kind !== undefined || asked === undefined || status === null || status >= 500 || status < 300 ? [] : [[path, status] as const];
  });
  return otherwise.length === 0 ? expected : { ...expected, answers: { ...expected.answers, ...Object.fromEntries(otherwise) } };
}

/** Oldest first; the last is the present template's. */
function revisionsOf({ state, serving }: LiveService): readonly RevisionState[] {
  const { revisions, latestCreatedRevision, latestReadyRevision } = state;
  const named = new Set([...serving.map(({ revision }) => revision), latestCreatedRevision, latestReadyRevision]);
  const needed = revisions.filter(({ name }) => named.has(name));
  const others = revisions.filter(({ name }) => !named.has(name)).slice(0, OTHERS);
  const drawn = [...needed, ...others].toSorted((a, b) => a.createdAt - b.createdAt);
  if (drawn.length > 0) return drawn;
  const name = latestReadyRevision ?? `${shortIn(state.name)}-00001-now`;
  return [{ name, createdAt: 0, ready: 'yes', reason: null, message: null, image: state.template.image }];
}

function drawRevision(revision: RevisionState, live: LiveService, look: LiveLook): RawRevision {
  const { template, settings } = live.state;
  const { name, createdAt, ready, reason } = revision;
  const concurrency = object(settings.template()).maxInstanceRequestConcurrency;
  const probe = /^http (\S+) /.exec(template.startupProbe ?? '')?.[1];
  const connector = riddenBy(live);
  const rides = look.spec.connectors.some((one) => one.name === connector);
  return {
    name,
    createdBefore: durationText(createdAt === 0 ? 86_400_000 : look.observation.at - createdAt),
    image: revision.image,
    cpu: cpuOf(template.cpu),
    memoryMib: memoryOf(template.memory),
    minInstances: template.minInstances ?? 0,
    ...(template.maxInstances === null || template.maxInstances === 0 ? {} : { maxInstances: template.maxInstances }),
    ...(typeof concurrency === 'number' && concurrency > 0 ? { concurrency } : {}),
    ...(probe?.startsWith('/') === true ? { startupProbe: 'http' as const, probePath: probe } : {}),
    ...(rides && connector !== undefined
      ? { connector, egress: template.egress === 'ALL_TRAFFIC' ? 'ALL_TRAFFIC' : 'PRIVATE_RANGES_ONLY' }
      : {}),
    ...(template.timeoutMs === null ? {} : { timeout: durationText(template.timeoutMs) }),
    ...(ready === 'no' ? { failed: { reason: reason ?? 'HEALTH_CHECK_CONTAINER_ERROR', message: 'The revision is not ready.' } } : {}),
    ...conditionOf(name, live, look),
  };
}

/** How its instances are, and what is wrong with its image, by its requests and its logs. */
function conditionOf(revision: string, live: LiveService, look: LiveLook): Pick<RawRevision, 'running' | 'defect'> {
  const { seen, state, serving } = live;
  const count = Math.round(
    seen.instances.value?.[revision] ??
      (serving.some((one) => one.revision === revision) ? Math.max(1, state.template.minInstances ?? 1) : 0),
  );
  const logged = loggedOf(look, live.spec.name, revision);
  const module = logged('missing-module');
  const memoryMib = memoryOf(state.template.memory);
  if (module !== undefined) return { defect: { kind: 'missing-module', module: moduleName(module.facts['module']) } };
  if ((logged('memory-limit') ?? logged('out-of-memory')) !== undefined)
    return { running: { ready: count }, defect: { kind: 'out-of-memory', usedMib: memoryMib + 47 } };
  const failed = failedShare(seen, revision);
  if (live.isIll(revision) && brokenFromOutside(live, look)) return { running: { wedged: count } };
  if (live.isIll(revision) && ['unhandled-crash', 'start-up-failed', 'bad-entrypoint'].some((one) => logged(one) !== undefined))
    return { defect: { kind: 'exits', message: 'The application ended while it started.' } };
  // Who finds no connection left fails by that alone, as the simulated database will show again.
  const starved = databaseIsFull(look, live);
  if (failed > NOISE && !starved && cutOff(live, look) === null)
    return { running: { ready: count }, defect: { kind: 'errors', share: Math.round(failed * 100) / 100 } };
  return count === 0 ? {} : { running: { ready: count } };
}

/** What its instances need is away: they came up broken, and stay so. */
function brokenFromOutside(live: LiveService, look: LiveLook): boolean {
  const database = databaseSeen(look.observation, live.spec)?.state.value ?? null;
  return connectorIsFull(look, riddenBy(live)) || (database !== null && (database.stopped || database.lifecycle !== 'RUNNABLE'));
}

function moduleName(found: string | undefined): string {
  return found !== undefined && /^[\w.]{1,120}$/.test(found) ? found : 'a.module';
}

/** The longest past that is drawn. */
const PAST_MS = 5 * HOUR;

/** The revision that served before the present one, where the requests of the day still show it. */
function releaseOf({ seen, state, serving }: LiveService, { observation }: LiveLook): Pick<RawService, 'release'> {
  const [only] = serving.filter(({ percent }) => percent === 100);
  const present = state.revisions.find(({ name }) => name === only?.revision);
  if (present === undefined || present.createdAt === 0) return {};
  const before = observation.at - present.createdAt;
  const served = (seen.day?.value ?? []).flatMap(({ byRevision }) => Object.entries(byRevision).filter(([, { total }]) => total > 0));
  const from = state.revisions.find(
    ({ name, createdAt }) => createdAt < present.createdAt && served.some(([revision]) => revision === name),
  );
  return from === undefined || before > PAST_MS || before < MINUTE ? {} : { release: { before: durationText(before), from: from.name } };
}

/** The past that a world needs so that its releases lie in it. */
export function historyOf(services: readonly RawService[]): string | null {
  const longest = Math.max(0, ...services.map(({ release }) => parseDuration(release?.before ?? '') ?? 0));
  return longest < 55 * MINUTE ? null : durationText(longest + 30 * MINUTE);
}

function cpuOf(text: string | null): number {
  const value = text === null ? 1 : text.endsWith('m') ? Number(text.slice(0, -1)) / 1_000 : Number(text);
  return Number.isFinite(value) && value > 0 ? value : 1;
}

const MIB: Readonly<Record<string, number>> = { Ki: 1 / 1_024, Mi: 1, Gi: 1_024, M: 1e6 / 2 ** 20, G: 1e9 / 2 ** 20 };

function memoryOf(text: string | null): number {
  const [, amount, unit = ''] = /^(\d+(?:\.\d+)?)([A-Za-z]*)$/.exec(text ?? '512Mi') ?? [];
  return Math.max(1, Math.round(Number(amount ?? 512) * (MIB[unit] ?? 1 / 2 ** 20)));
}
