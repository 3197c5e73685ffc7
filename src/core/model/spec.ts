import type { CasePriority, SupportTier } from '../support-tiers.ts';
import type { CommunicationSpec } from './communication.ts';
import type { WorkloadSpec } from './workloads.ts';

/** The Remediation document, resolved: defaults filled in, durations in milliseconds, immutable. `src/spec` makes it. */

export type MachineType = 'f1-micro' | 'e2-micro' | 'e2-standard-4';
export type StepClass = 'read' | 'reversible' | 'irreversible';
export type RunMode = 'plan' | 'probe' | 'approve' | 'auto';
export type ServiceRole = 'auth' | 'backend' | 'frontend' | 'other';

/** What the document wishes for; legal limits are the planner's business (gcp-facts 1.3). */
export interface ConnectorTarget {
  readonly minInstances: number;
  readonly maxInstances: number;
  readonly machineType: MachineType;
}

export interface HealthCheckSpec {
  /** An absolute http(s) URL, or a path that begins with "/" and is resolved against the service's own URI; of `tcp`: `tcp://HOST:PORT`. */
  readonly url: string;
  readonly maxLatencyMs: number;
  /** Missing: an HTTP GET. `grpc`: grpc.health.v1 over HTTP/2. `tcp`: a connection alone. */
  readonly kind?: 'grpc' | 'tcp';
  /** The one status that is a good answer to a GET; missing: any 2xx. */
  readonly expectStatus?: number;
  /** Sent along; references are resolved, so that values may be secret. */
  readonly headers?: Readonly<Record<string, string>>;
  /** An ID token goes along, for the service's own address: of the controller's account, or of the account of this address. */
  readonly identity?: 'self' | (string & {});
  /** Of `grpc`: the name asked for; missing: the server as a whole. */
  readonly grpcService?: string;
}

export interface DeploySpec {
  /** Name of a configured service whose probes, resources, scaling and egress are taken over; null: keep our own. */
  readonly like: string | null;
  /** A container image that replaces the present one; null: keep. */
  readonly image: string | null;
  /** Plain environment values to set; never secrets. */
  readonly env: Readonly<Record<string, string>>;
}

/** How a service shall stand in the network: public addresses past the connector, or an interface of its own and no connector at all. */
export type DesiredNetwork =
  { readonly to: 'private-ranges-only' } | { readonly to: 'direct'; readonly network: string; readonly subnet: string };

/** What a new revision of a service has otherwise than the one before it. */
export interface DesiredTemplate extends DeploySpec {
  readonly network?: DesiredNetwork;
}

/** What the document wishes of a service beside a pin and a deploy: each kind of step adds its own (`src/steps/KIND/change.ts`). */
export interface DesiredSettings {}

export interface ServiceSpec extends DesiredSettings {
  readonly name: string;
  readonly role: ServiceRole;
  readonly dependsOn: readonly string[];
  /** A short revision name, or `lastHealthy`: the newest revision that the evidence does not speak against. */
  readonly pin: {
    readonly revision: string;
    /** Percents of the traffic that it gets one after the other; missing: all at once. */
    readonly shift?: readonly number[];
  } | null;
  /** null: observed, never touched. */
  readonly deploy: DeploySpec | null;
  /** Percents of the traffic that a new revision gets one after the other, the last 100; missing: a tenth, then all. */
  readonly shift?: readonly number[];
  readonly stability: {
    /** Unbroken healthy time that counts as stable. */
    readonly healthyForMs: number;
    /** Give up and restore when it is not stable by then. */
    readonly withinMs: number;
    /** Give up and restore at this many relapses after having been healthy. */
    readonly maxRelapses: number;
  };
  readonly health: readonly HealthCheckSpec[];
  /** Instances of the document's databases that it uses. */
  readonly databases: readonly string[];
  /** Its own connection pool, where it differs from the database's. */
  readonly pool: PoolSpec | null;
  /** What the service is configured to wait for; compared with the platform's own limits. null: not stated. */
  readonly timeouts: {
    readonly databaseMs: number | null;
    readonly clientMs: number | null;
    readonly proxyMs: number | null;
  };
}

export interface PoolSpec {
  readonly size: number;
  readonly overflow: number;
}

/** A private thing that services need and that is not Cloud SQL: a Redis, an internal API. Observed, never touched. */
interface DependencySpec {
  readonly name: string;
  readonly kind: 'redis' | 'http' | 'tcp';
  readonly host: string;
  readonly port: number;
  /** Short network name and region, where known: both must fit the connector's. */
  readonly network: string | null;
  readonly region: string | null;
}

interface LoadBalancerSpec {
  readonly urlMap: string;
  /** Every one must be covered by a certificate that is in force. */
  readonly domains: readonly string[];
  /** Globs such as `*.staging.example.com` that must not be in use any more. */
  readonly deprecatedDomains: readonly string[];
}

/** One HTTP expectation of a validation category. */
export interface ValidationCheckSpec {
  readonly name: string;
  readonly service: string;
  readonly path: string;
  readonly expectStatus: number;
  readonly maxLatencyMs: number;
  /** Dotted path in the JSON answer → the value it must have. */
  readonly expectJson: Readonly<Record<string, string | number | boolean>>;
}

export interface ValidationCategorySpec {
  readonly name: string;
  readonly critical: boolean;
  readonly checks: readonly ValidationCheckSpec[];
}

/** Opens `connections` at once and measures how long each takes to answer `SELECT 1`. */
export interface DatabaseProbeSpec {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  /** Resolved from an `env:` reference; null: none. */
  readonly password: string | null;
  readonly tls: boolean;
  readonly connections: number;
  readonly maxConnectMs: number;
  readonly warnConnectMs: number;
}

interface CapacitySpec {
  /** Five-field cron expression of the long-running check. */
  readonly schedule: string;
  readonly timeZone: string;
  readonly thresholds: {
    readonly connector: number;
    readonly connections: number;
    readonly instances: number;
    readonly errorRate: number;
    readonly p95Ms: number;
    readonly certificateDays: number;
  };
  /** Start a run when a threshold is crossed. */
  readonly startRun: boolean;
}

export interface GoldenStepSpec {
  readonly name: string;
  readonly service: string;
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body: unknown;
  readonly expectStatus: number;
  readonly maxLatencyMs: number;
  /** Values taken from the JSON answer by dotted path, usable in later steps as `${name}`. */
  readonly save: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
}

export interface WebSocketSpec {
  readonly service: string;
  readonly path: string;
  /** Sent once the socket is open. */
  readonly send: unknown;
  /** Must arrive in this order; other messages in between are allowed. */
  readonly events: readonly string[];
  /** Deadline for each event, from the previous one. */
  readonly eventWithinMs: number;
}

export interface ImprovementSpec {
  /** The least relative change that counts, per indicator (0.2 = 20 %). */
  readonly margin: number;
  /** The least number of requests behind a rate or a percentile. */
  readonly minSamples: number;
  readonly goals: {
    readonly errorRate: number;
    readonly p95Ms: number;
    readonly connectorSaturation: number;
  };
}

export interface SupportSpec {
  /** As high as the tier takes. */
  readonly priority: CasePriority;
  /** What the document asked for, where the tier takes no such case. */
  readonly asked?: CasePriority;
  /** Missing: the document does not say. */
  readonly tier?: SupportTier;
  /** Search text for the classification, looked up live (gcp-facts 7). */
  readonly classification: string;
  readonly timeZone: string;
  readonly languageCode: string;
}

/** A Serverless VPC Access connector that a run may scale. */
export interface ConnectorSpec {
  readonly name: string;
  readonly target: ConnectorTarget;
}

/** A Cloud SQL instance. Observed, never touched. */
export interface DatabaseSpec {
  readonly instance: string;
  /** Of every instance of a service that has no pool of its own. */
  readonly pool: PoolSpec;
  readonly probe: DatabaseProbeSpec | null;
}

export interface RemediationSpec {
  readonly name: string;
  /** What the document says of itself for readers, by free key, without secrets; missing: nothing. */
  readonly annotations?: Readonly<Record<string, string>>;
  readonly project: string;
  readonly region: string;
  readonly observe: { readonly everyMs: number };
  /** In the order of the document; empty: it names none. */
  readonly connectors: readonly ConnectorSpec[];
  /** Order is the deploy order. */
  readonly services: readonly ServiceSpec[];
  /** In the order of the document; empty: it names none. */
  readonly databases: readonly DatabaseSpec[];
  readonly dependencies: readonly DependencySpec[];
  /** Jobs and worker pools; missing: it names none. */
  readonly workloads?: readonly WorkloadSpec[];
  readonly loadBalancer: LoadBalancerSpec | null;
  readonly capacity: CapacitySpec;
  readonly validation: {
    /** Share of checks that must pass, 0..1; every critical category must pass whole. */
    readonly passRate: number;
    readonly goldenPath: readonly GoldenStepSpec[];
    readonly webSocket: WebSocketSpec | null;
    readonly categories: readonly ValidationCategorySpec[];
    /** Least share of container starts that must succeed, 0..1. */
    readonly startupSuccessRate: number;
    /** Texts that must not stand in the logs of the window. */
    readonly forbiddenLogs: readonly string[];
    readonly retryEveryMs: number;
    readonly soakForMs: number;
  };
  readonly improvement: ImprovementSpec;
  readonly escalation: {
    readonly windowMs: number;
    readonly followForMs: number;
    readonly support: SupportSpec | null;
    readonly contacts: readonly string[];
  };
  readonly phases: { readonly capacityMs: number; readonly servicesMs: number; readonly validationMs: number };
  readonly communication: CommunicationSpec;
  readonly policy: {
    readonly mode: RunMode;
    /** Classes of change that need a human's yes first. */
    readonly approve: readonly StepClass[];
    readonly approvalWithinMs: number;
    readonly budget: {
      readonly mutations: number;
      /** Tries of one activity before its failure counts. */
      readonly attempts: number;
      /** All waiting for people together, holds and questions; then the run ends by itself. */
      readonly waitingMs: number;
    };
    /** Nothing is written inside one of these windows. */
    readonly freeze: readonly { readonly fromAt: number; readonly untilAt: number; readonly reason: string }[];
  };
}
