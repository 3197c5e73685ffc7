import { ServiceSettings } from '../../src/core/service/settings.ts';
import { HOUR, MINUTE, SECOND } from '../../src/core/duration.ts';
import { TELLS_NOBODY } from '../../src/core/model/communication.ts';
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
    instances: null,
    egress: null,
    pin: null,
    deploy: null,
    stability,
    health: [{ url: '/health', maxLatencyMs: 2 * SECOND }],
    databases: role === 'frontend' ? [] : ['staging-shared-postgres'],
    pool: null,
    timeouts: { databaseMs: null, clientMs: null, proxyMs: null },
    ...extra,
  };
}

export const SPEC: RemediationSpec = {
  name: 'staging',
  project: 'netra-staging',
  region: 'us-central1',
  observe: { everyMs: 30 * SECOND },
  connectors: [{ name: 'staging-connector', target: { minInstances: 3, maxInstances: 15, machineType: 'e2-standard-4' } }],
  services: [
    serviceSpec(AUTH, 'auth', { deploy: { like: null, image: null, env: {} } }),
    serviceSpec(BACKEND, 'backend', {
      dependsOn: [AUTH],
      pin: { revision: `${BACKEND}-00750-69k` },
      deploy: { like: FRONTEND, image: null, env: {} },
    }),
    serviceSpec(FRONTEND, 'frontend'),
  ],
  databases: [{ instance: 'staging-shared-postgres', pool: { size: 10, overflow: 15 }, probe: null }],
  dependencies: [],
  loadBalancer: null,
  capacity: {
    schedule: '*/5 * * * *',
    timeZone: 'UTC',
    thresholds: { connector: 0.7, connections: 0.75, instances: 0.8, errorRate: 0.05, p95Ms: 10 * SECOND, certificateDays: 14 },
    startRun: false,
  },
  validation: {
    passRate: 0.8,
    goldenPath: [],
    webSocket: null,
    categories: [],
    startupSuccessRate: 0.9,
    forbiddenLogs: [],
    retryEveryMs: MINUTE,
    soakForMs: 30 * MINUTE,
  },
  improvement: { margin: 0.2, minSamples: 20, goals: { errorRate: 0.01, p95Ms: 2 * SECOND, connectorSaturation: 0.7 } },
  escalation: { windowMs: 2 * HOUR, followForMs: 6 * HOUR, support: null, contacts: [] },
  phases: { capacityMs: 2 * HOUR, servicesMs: 2 * HOUR, validationMs: 4 * HOUR },
  communication: { everyMs: 2 * HOUR, ...TELLS_NOBODY },
  policy: { mode: 'auto', approve: [], approvalWithinMs: HOUR, budget: { mutations: 12, attempts: 8, waitingMs: 28_800_000 }, freeze: [] },
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
  const template: ServiceState['template'] = {
    image: newest?.image ?? '',
    cpu: '1',
    memory: '512Mi',
    minInstances: 0,
    maxInstances: 20,
    connector: 'staging-connector',
    egress: 'ALL_TRAFFIC',
    timeoutMs: 300_000,
    startupProbe: null,
    serviceAccount: null,
    ingress: 'INGRESS_TRAFFIC_ALL',
    env: {},
    secrets: {},
  };
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
    template,
    changeKey: null,
    settings: settingsOf(template),
    ...extra,
  };
}

/** The settings that these facts are told of. */
function settingsOf({ image, cpu, memory, maxInstances, connector, egress }: ServiceState['template']): ServiceSettings {
  const containers = [{ image, ports: [{ containerPort: 8080 }], resources: { limits: { cpu, memory } } }];
  return ServiceSettings.of({ template: { containers, scaling: { maxInstanceCount: maxInstances }, vpcAccess: { connector, egress } } });
}

export function probe(outcome: ProbeResult['outcome'], extra: Partial<ProbeResult> = {}): ProbeResult {
  const answered = { ok: 200, slow: 200, 'bad-status': 503, error: null, unsent: null }[outcome];
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
    starts: fresh({ succeeded: 4, failed: 0 }, NOW - MINUTE, 'run.googleapis.com/container/startup_latencies'),
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

/** Parts of a look that the rules under test do not ask for. */
export const UNSEEN = {
  loadBalancer: null,
  incidents: absent<never>('servicehealth'),
  changes: absent<never>('cloudaudit'),
  accounts: absent<never>('iam'),
};

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
    connectors: {
      'staging-connector': {
        state: fresh(
          { name: 'staging-connector', lifecycle, minInstances: min, maxInstances: max, machineType: type },
          NOW,
          'connectors/staging-connector',
        ),
        cpuP99: fresh(shape.cpu ?? 0.35, NOW - MINUTE, 'vpcaccess.googleapis.com/connector/cpu/utilizations'),
        instances: fresh(shape.connectorInstances ?? 4, NOW - MINUTE, 'vpcaccess.googleapis.com/connector/instances'),
        throughput: absent('vpcaccess.googleapis.com/connector/sent_bytes_count'),
        packets: absent('vpcaccess.googleapis.com/connector/sent_packets_count'),
        riders: fresh(
          [AUTH, BACKEND].map((name) => ({ service: name, egress: 'ALL_TRAFFIC' })),
          NOW,
          'services',
        ),
      },
    },
    services: Object.fromEntries(shape.services.map((each) => [each.name, each])),
    databases: {
      'staging-shared-postgres': {
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
        cpu: absent('cloudsql.googleapis.com/database/cpu/utilization'),
      },
    },
    logs: fresh(shape.logs ?? [], NOW, 'entries:list'),
    loadBalancer: null,
    incidents: fresh([], NOW, 'servicehealth.googleapis.com/events'),
    changes: fresh([], NOW, 'cloudaudit.googleapis.com/activity'),
    accounts: fresh({}, NOW, 'cloudresourcemanager.googleapis.com:getIamPolicy'),
    reads: {},
  };
}
