import { existsSync, readFileSync } from 'node:fs';
import { HOUR, MINUTE, SECOND } from '../../src/core/duration.ts';
import { absent, fresh } from '../../src/core/model/measured.ts';
import type {
  LogGroup,
  Observation,
  ProbeResult,
  RevisionState,
  ServiceObservation,
  ServiceState,
  TrafficTarget,
} from '../../src/core/model/observation.ts';
import type { RemediationSpec, ServiceSpec } from '../../src/core/model/spec.ts';
import type { RawLogEntry } from '../../src/ports/cloud.ts';
import { groupLogs } from '../../src/diagnosis/group-logs.ts';

export const NOW = Date.parse('2025-09-16T03:00:00Z');
export const AUTH = 'netra-auth-service';
export const BACKEND = 'netra-backend-staging';
export const FRONTEND = 'netra-frontend-staging';

function serviceSpec(name: string, role: ServiceSpec['role'], extra: Partial<ServiceSpec> = {}): ServiceSpec {
  const stability = { healthyForMs: 5 * MINUTE, withinMs: 30 * MINUTE, maxRelapses: 3 };
  return {
    name,
    role,
    dependsOn: [],
    pin: null,
    deploy: null,
    stability,
    health: [{ url: '/health', maxLatencyMs: 2 * SECOND }],
    ...extra,
  };
}

export const SPEC: RemediationSpec = {
  name: 'staging',
  project: 'netra-staging',
  region: 'us-central1',
  observe: { everyMs: 30 * SECOND },
  connector: { name: 'staging-connector', target: { minInstances: 3, maxInstances: 15, machineType: 'e2-standard-4' } },
  services: [
    serviceSpec(AUTH, 'auth', { deploy: { like: null, image: null, env: {} } }),
    serviceSpec(BACKEND, 'backend', {
      dependsOn: [AUTH],
      pin: { revision: `${BACKEND}-00750-69k` },
      deploy: { like: FRONTEND, image: null, env: {} },
    }),
    serviceSpec(FRONTEND, 'frontend'),
  ],
  database: { instance: 'staging-shared-postgres', pool: { size: 10, overflow: 15 } },
  validation: { passRate: 0.8, goldenPath: [], webSocket: null, retryEveryMs: MINUTE, soakForMs: 30 * MINUTE },
  improvement: { margin: 0.2, minSamples: 20, goals: { errorRate: 0.01, p95Ms: 2 * SECOND, connectorSaturation: 0.7 } },
  escalation: { windowMs: 2 * HOUR, followForMs: 6 * HOUR, support: null, contacts: [] },
  phases: { capacityMs: 2 * HOUR, servicesMs: 2 * HOUR, validationMs: 4 * HOUR },
  communication: { everyMs: 2 * HOUR, webhooks: [] },
  policy: { mode: 'auto', approve: [], approvalWithinMs: HOUR, budget: { mutations: 12 } },
};

export function revision(name: string, ageMs: number, extra: Partial<RevisionState> = {}): RevisionState {
  return {
    name,
    createdAt: NOW - ageMs,
    ready: 'yes',
    reason: null,
    message: null,
    image: `gcr.io/netra-staging/${name}@sha256:${name.slice(-3)}`,
    ...extra,
  };
}

export function to(name: string, percent: number, tag: string | null = null): TrafficTarget {
  return { latest: false, revision: name, percent, tag };
}

export function serviceState(
  name: string,
  revisions: readonly RevisionState[],
  traffic: readonly TrafficTarget[],
  extra: Partial<ServiceState> = {},
): ServiceState {
  const newest = revisions[0];
  return {
    name,
    uri: `https://${name}.run.app`,
    generation: '7',
    observedGeneration: '7',
    etag: 'etag-7',
    reconciling: false,
    traffic,
    trafficStatuses: traffic,
    latestReadyRevision: revisions.find((candidate) => candidate.ready === 'yes')?.name ?? null,
    latestCreatedRevision: newest?.name ?? null,
    terminal: { state: 'CONDITION_SUCCEEDED', reason: null, message: null },
    revisions,
    template: {
      image: newest?.image ?? '',
      cpu: '1',
      memory: '512Mi',
      minInstances: 0,
      maxInstances: 20,
      connector: 'staging-connector',
      egress: 'ALL_TRAFFIC',
      timeoutMs: 300_000,
      startupProbe: null,
    },
    changeKey: null,
    ...extra,
  };
}

export function probe(outcome: ProbeResult['outcome'], extra: Partial<ProbeResult> = {}): ProbeResult {
  const answered = { ok: 200, slow: 200, 'bad-status': 503, error: null }[outcome];
  return {
    url: 'https://x/health',
    outcome,
    status: answered,
    latencyMs: 120,
    maxLatencyMs: 2_000,
    problem: null,
    at: NOW - SECOND,
    ...extra,
  };
}

export interface ServiceShape {
  readonly state: ServiceState;
  readonly total?: number;
  readonly errors?: number;
  readonly p95Ms?: number;
  readonly instances?: Readonly<Record<string, number>>;
  readonly probes?: readonly ProbeResult[];
  readonly byRevision?: Readonly<Record<string, { readonly total: number; readonly serverErrors: number }>>;
}

export function service(shape: ServiceShape): ServiceObservation {
  const { state, total = 200, errors = 0 } = shape;
  const serving = state.trafficStatuses.find((target) => target.percent > 0)?.revision ?? '';
  return {
    name: state.name,
    state: fresh(state, NOW, `services/${state.name}`),
    requests: fresh(
      {
        sinceAt: NOW - 5 * MINUTE,
        total,
        serverErrors: errors,
        byRevision: shape.byRevision ?? { [serving]: { total, serverErrors: errors } },
      },
      NOW - MINUTE,
      'run.googleapis.com/request_count',
    ),
    p95Ms: fresh(shape.p95Ms ?? 300, NOW - MINUTE, 'run.googleapis.com/request_latencies'),
    instances: fresh(shape.instances ?? { [serving]: 2 }, NOW - MINUTE, 'run.googleapis.com/container/instance_count'),
    probes: shape.probes ?? [probe('ok', { url: `${state.uri}/health` })],
  };
}

export function logGroup(
  signature: string,
  serviceName: string,
  revisionName: string,
  count: number,
  extra: Partial<LogGroup> = {},
): LogGroup {
  return {
    signature,
    service: serviceName,
    revision: revisionName,
    count,
    firstAt: NOW - 4 * MINUTE,
    lastAt: NOW - 10 * SECOND,
    sample: `a line of ${signature}`,
    facts: {},
    insertId: `id-${signature}`,
    ...extra,
  };
}

export interface WorldShape {
  readonly services: readonly ServiceObservation[];
  readonly logs?: readonly LogGroup[];
  readonly cpu?: number;
  readonly connector?: {
    readonly min?: number;
    readonly max?: number;
    readonly type?: string;
    readonly lifecycle?: 'READY' | 'ERROR' | 'UPDATING';
  };
  readonly connectorInstances?: number;
  readonly connections?: number;
  readonly maxConnections?: number;
}

export function world(shape: WorldShape): Observation {
  const { min = 2, max = 10, type = 'e2-micro', lifecycle = 'READY' } = shape.connector ?? {};
  return {
    at: NOW,
    connector: {
      state: fresh(
        { name: 'staging-connector', lifecycle, minInstances: min, maxInstances: max, machineType: type },
        NOW,
        'connectors/staging-connector',
      ),
      cpuP99: fresh(shape.cpu ?? 0.35, NOW - MINUTE, 'vpcaccess.googleapis.com/connector/cpu/utilizations'),
      instances: fresh(shape.connectorInstances ?? 4, NOW - MINUTE, 'vpcaccess.googleapis.com/connector/instances'),
      riders: fresh(
        [AUTH, BACKEND].map((name) => ({ service: name, egress: 'ALL_TRAFFIC' })),
        NOW,
        'services',
      ),
    },
    services: Object.fromEntries(shape.services.map((each) => [each.name, each])),
    database: {
      state: fresh(
        {
          lifecycle: 'RUNNABLE',
          stopped: false,
          tier: 'db-custom-2-7680',
          version: 'POSTGRES_15',
          maxConnections: shape.maxConnections ?? 400,
          maxConnectionsFrom: 'tier',
        },
        NOW,
        'instances/staging-shared-postgres',
      ),
      connections: fresh(shape.connections ?? 60, NOW - MINUTE, 'cloudsql.googleapis.com/database/postgresql/num_backends'),
    },
    logs: fresh(shape.logs ?? [], NOW, 'entries:list'),
    reads: {},
  };
}

const AUTH_REVISIONS = [revision(`${AUTH}-00100-aaa`, 24 * HOUR)];
const FRONTEND_REVISIONS = [revision(`${FRONTEND}-00050-fff`, 24 * HOUR)];
export const NEW_BACKEND = `${BACKEND}-00750-69k`;
export const OLD_BACKEND = `${BACKEND}-00749-6tr`;
export const BACKEND_REVISIONS = [
  revision(NEW_BACKEND, HOUR),
  revision(OLD_BACKEND, 6 * HOUR),
  revision(`${BACKEND}-00748-abc`, 30 * HOUR),
];

export const wellFrontend = (): ServiceObservation =>
  service({ state: serviceState(FRONTEND, FRONTEND_REVISIONS, [to(`${FRONTEND}-00050-fff`, 100)]) });
export const wellAuth = (): ServiceObservation => service({ state: serviceState(AUTH, AUTH_REVISIONS, [to(`${AUTH}-00100-aaa`, 100)]) });
export const wellBackend = (): ServiceObservation => service({ state: serviceState(BACKEND, BACKEND_REVISIONS, [to(NEW_BACKEND, 100)]) });

/** Nothing is wrong. */
export const wellWorld = (): Observation =>
  world({ services: [wellAuth(), wellBackend(), wellFrontend()], connector: { min: 3, max: 10, type: 'e2-standard-4' } });

/** The incident as its documents believe it: saturated connector, two warm revisions, 88 % of the connections. */
export function believedWorld(): Observation {
  const both = [to(NEW_BACKEND, 50), to(OLD_BACKEND, 50)];
  return world({
    cpu: 0.97,
    connectorInstances: 10,
    connections: 352,
    services: [
      service({
        state: serviceState(AUTH, AUTH_REVISIONS, [to(`${AUTH}-00100-aaa`, 100)]),
        total: 100,
        errors: 30,
        p95Ms: 12_000,
        probes: [probe('bad-status', { url: `https://${AUTH}.run.app/health` })],
      }),
      service({
        state: serviceState(BACKEND, BACKEND_REVISIONS, both),
        total: 300,
        errors: 90,
        p95Ms: 7_200,
        byRevision: { [NEW_BACKEND]: { total: 150, serverErrors: 45 }, [OLD_BACKEND]: { total: 150, serverErrors: 45 } },
        instances: { [NEW_BACKEND]: 24, [OLD_BACKEND]: 22 },
        probes: [probe('bad-status', { url: `https://${BACKEND}.run.app/health` })],
      }),
      wellFrontend(),
    ],
    logs: [
      logGroup('database-init-timeout', BACKEND, NEW_BACKEND, 12, { facts: { seconds: '25.0' } }),
      logGroup('container-exit', BACKEND, NEW_BACKEND, 6, { facts: { exit: '3' } }),
      logGroup('database-init-timeout', BACKEND, OLD_BACKEND, 10, { facts: { seconds: '25.0' } }),
      logGroup('container-exit', BACKEND, OLD_BACKEND, 5, { facts: { exit: '3' } }),
      logGroup('connect-timeout', AUTH, `${AUTH}-00100-aaa`, 20),
      logGroup('malformed-response', BACKEND, NEW_BACKEND, 40),
      logGroup('unrecognised', BACKEND, NEW_BACKEND, 300),
    ],
  });
}

/** The incident as its logs show it: the revision to be pinned dies on a missing module. */
export function loggedWorld(): Observation {
  const traffic: readonly TrafficTarget[] = [{ latest: true, revision: NEW_BACKEND, percent: 100, tag: null }];
  return world({
    cpu: 0.35,
    services: [
      wellAuth(),
      service({
        state: serviceState(BACKEND, BACKEND_REVISIONS, traffic),
        total: 120,
        errors: 120,
        p95Ms: 3_800,
        probes: [probe('bad-status', { url: `https://${BACKEND}.run.app/health` })],
      }),
      wellFrontend(),
    ],
    logs: [
      logGroup('missing-module', BACKEND, NEW_BACKEND, 75, { facts: { module: 'shop.payments' } }),
      logGroup('worker-boot-failed', BACKEND, NEW_BACKEND, 45, { facts: { exit: '3' } }),
      logGroup('container-exit', BACKEND, NEW_BACKEND, 15, { facts: { exit: '3' } }),
      logGroup('malformed-response', BACKEND, NEW_BACKEND, 60),
    ],
  });
}

const CAPTURES = new URL('../../../shared/incident-1278/', import.meta.url);

export const captureExists = (name: string): boolean => existsSync(new URL(name, CAPTURES));

interface Exported {
  readonly insertId: string;
  readonly timestamp: string;
  readonly severity?: string;
  readonly logName?: string;
  readonly resource: { readonly labels: Readonly<Record<string, string>> };
  readonly textPayload?: string;
  readonly jsonPayload?: { readonly message?: string; readonly error?: { readonly value?: string } };
  readonly httpRequest?: { readonly status: number; readonly requestUrl: string };
}

/** One of the real captures as raw entries. */
export function readCapture(name: string): readonly RawLogEntry[] {
  const entries = JSON.parse(readFileSync(new URL(name, CAPTURES), 'utf8')) as readonly Exported[];
  return entries.map((entry) => ({
    insertId: entry.insertId,
    at: Date.parse(entry.timestamp),
    severity: entry.severity ?? 'DEFAULT',
    service: entry.resource.labels['service_name'] ?? '',
    revision: entry.resource.labels['revision_name'] ?? '',
    instance: null,
    logName: entry.logName ?? '',
    text:
      entry.textPayload ?? [entry.jsonPayload?.message, entry.jsonPayload?.error?.value].filter((part) => part !== undefined).join('\n'),
    http: entry.httpRequest === undefined ? null : { status: entry.httpRequest.status, latencyMs: null, url: entry.httpRequest.requestUrl },
  }));
}

/** What a capture alone lets us know: log lines, and nothing else. */
export function logsOnly(entries: readonly RawLogEntry[]): Observation {
  const at = Math.max(...entries.map((entry) => entry.at));
  return { at, connector: null, services: {}, database: null, logs: fresh(groupLogs(entries), at, 'capture'), reads: {} };
}

/** A look that saw nothing at all. */
export function blindWorld(): Observation {
  const none = (name: string): ServiceObservation => ({
    name,
    state: absent(`services/${name}`, 'HTTP 503'),
    requests: absent('request_count'),
    p95Ms: absent('request_latencies'),
    instances: absent('instance_count'),
    probes: [],
  });
  return {
    at: NOW,
    connector: { state: absent('connector'), cpuP99: absent('cpu'), instances: absent('instances'), riders: absent('services') },
    services: { [AUTH]: none(AUTH), [BACKEND]: none(BACKEND), [FRONTEND]: none(FRONTEND) },
    database: { state: absent('instance'), connections: absent('num_backends') },
    logs: absent('entries:list'),
    reads: {},
  };
}
