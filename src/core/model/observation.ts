import type { ServiceSettings } from '../service/settings.ts';
import type { MachineType } from './spec.ts';
import type { Measured } from './measured.ts';
import type { RequestStats } from './request-stats.ts';
import type { WorkloadObservation } from './workloads.ts';

/** One snapshot of the world, made once a tick. Every value says how old it is; see `Measured`. */
export interface Observation {
  readonly at: number;
  /** By short name: the connectors of the document. */
  readonly connectors: Readonly<Record<string, ConnectorObservation>>;
  readonly services: Readonly<Record<string, ServiceObservation>>;
  /** By instance: the databases of the document. */
  readonly databases: Readonly<Record<string, DatabaseObservation>>;
  /** Log lines of the last `windowMs`, grouped by mechanism and revision. An empty list is an answer; absent is not. */
  readonly logs: Measured<readonly LogGroup[]>;
  /** null: the document names no load balancer. */
  readonly loadBalancer: LoadBalancerObservation | null;
  /** Google's own open incidents that touch the region and the products in use (Service Health API). */
  readonly incidents: Measured<readonly ProviderIncident[]>;
  /** Changes of the environment by anybody, newest first (admin activity log). */
  readonly changes: Measured<readonly AdminChange[]>;
  /** By service: what its runtime account may not do that it needs. */
  readonly accounts: Measured<Readonly<Record<string, AccountFacts>>>;
  /** Cloud NAT gateways of the region; missing: no step of the document asks for them. */
  readonly gateways?: Measured<readonly GatewayFacts[]>;
  /** Jobs and worker pools of the document; missing: it names none. */
  readonly workloads?: readonly WorkloadObservation[];
  /** Reads sent for this observation, by API: the budget of DESIGN section 12. */
  readonly reads: Readonly<Record<string, number>>;
}

export type ConnectorLifecycle = 'READY' | 'CREATING' | 'DELETING' | 'ERROR' | 'UPDATING' | 'UNKNOWN';

export interface ConnectorState {
  readonly name: string;
  readonly lifecycle: ConnectorLifecycle;
  readonly minInstances: number;
  readonly maxInstances: number;
  /** As Google says it; a type we do not know stays as it is. */
  readonly machineType: MachineType | (string & {});
}

export interface ConnectorObservation {
  readonly state: Measured<ConnectorState>;
  /** p99 over the connector's instances, 0..1 (gcp-facts 1.7). */
  readonly cpuP99: Measured<number>;
  readonly instances: Measured<number>;
  /** Received plus sent, bits per second over all instances. */
  readonly throughput: Measured<number>;
  /** Received plus sent, packets per second over all instances. */
  readonly packets: Measured<number>;
  /** Short names of the services of the region that ride it, with their egress. */
  readonly riders: Measured<readonly { readonly service: string; readonly egress: string }[]>;
}

/** `latest: true` is the LATEST allocation; then `revision` is what LATEST stands for now, when known. */
export interface TrafficTarget {
  readonly latest: boolean;
  readonly revision: string | null;
  readonly percent: number;
  readonly tag: string | null;
}

export interface RevisionState {
  /** Short name. */
  readonly name: string;
  readonly createdAt: number;
  readonly ready: 'yes' | 'no' | 'pending' | 'unknown';
  /** Google's reason and message when it is not ready. */
  readonly reason: string | null;
  readonly message: string | null;
  readonly image: string;
}

/** Instances of a whole service, divided among its revisions by their traffic; each revision's own bounds hold as well. */
export interface ServiceBounds {
  /** Kept warm; 0: none beyond what its revisions ask for. */
  readonly minInstances: number;
  /** null: only its revisions' own. */
  readonly maxInstances: number | null;
}

export interface ServiceState {
  readonly name: string;
  readonly uri: string | null;
  readonly generation: string;
  readonly observedGeneration: string;
  readonly etag: string;
  readonly reconciling: boolean;
  /** Wanted vector, as the resource spells it. */
  readonly traffic: readonly TrafficTarget[];
  /** Vector in force: what traffic changes are judged by (gcp-facts 2.3). */
  readonly trafficStatuses: readonly TrafficTarget[];
  /** By tag in force: the address of its revision alone (`trafficStatuses[].uri`); missing where there are none. */
  readonly tagUris?: Readonly<Record<string, string>>;
  readonly latestReadyRevision: string | null;
  readonly latestCreatedRevision: string | null;
  readonly terminal: { readonly state: string; readonly reason: string | null; readonly message: string | null };
  /** Newest first. */
  readonly revisions: readonly RevisionState[];
  readonly template: TemplateFacts;
  /** `scaling` of the service itself: in force at once, without a new revision; missing: it sets none. `manual`: a number that a human has fixed. */
  readonly bounds?: ServiceBounds | 'manual';
  /** The last annotation `firebreak.dev/change` on the template: which of our own changes made it, or null. */
  readonly changeKey: string | null;
  /** All of its settings, for comparing and planning; never printed or saved. `template` holds what is told of them. */
  readonly settings: ServiceSettings;
  /** When it was last changed, and by whom, as the service itself tells; missing or null: it does not. */
  readonly modifiedAt?: number | null;
  readonly modifiedBy?: string | null;
}

export interface TemplateFacts {
  readonly image: string;
  readonly cpu: string | null;
  readonly memory: string | null;
  readonly minInstances: number | null;
  readonly maxInstances: number | null;
  readonly connector: string | null;
  readonly egress: string | null;
  readonly timeoutMs: number | null;
  readonly startupProbe: string | null;
  readonly serviceAccount: string | null;
  /** INGRESS_TRAFFIC_ALL, … as Google spells it. */
  readonly ingress: string | null;
  /** Names of plain environment values, and their values where they look like hosts, ports, sizes or timeouts; never secrets. */
  readonly env: Readonly<Record<string, string>>;
  /** Environment name (or `volume:NAME/PATH`) → `secret:version`. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Cloud SQL instances mounted as sockets, `PROJECT:REGION:INSTANCE`; missing where there are none. */
  readonly sqlInstances?: readonly string[];
}

export interface ServiceObservation {
  readonly name: string;
  readonly state: Measured<ServiceState>;
  /** From metrics; an absent series is `absent`, never zero requests. */
  readonly requests: Measured<RequestStats>;
  /** Of the last hour, in steps, oldest first: for services that few call. Missing: not read. */
  readonly hour?: Measured<readonly RequestStats[]>;
  /** The same hour minute by minute; missing: not read. Minutes without a request are missing. */
  readonly byMinute?: Measured<readonly RequestStats[]>;
  /** Of the last day, in steps: how each revision has served. Missing: not read. */
  readonly day?: Measured<readonly RequestStats[]>;
  readonly p95Ms: Measured<number>;
  /** Active plus idle by revision at the same minute (gcp-facts 3). */
  readonly instances: Measured<Readonly<Record<string, number>>>;
  /** Missing: no step of the document asks for it. */
  readonly received?: Measured<ReceivedRates>;
  /** Container starts of the window that reached readiness, and all of them (from `container/startup_latencies` and exit logs). */
  readonly starts: Measured<{ readonly succeeded: number; readonly failed: number }>;
  /** Synthetic requests of this tick, one per health check. */
  readonly probes: readonly ProbeResult[];
}

export interface ProbeResult {
  readonly url: string;
  /** `error`: no answer could be had (refused, reset, deadline): the path failed. `unsent`: what has to go along was not to be had. `problem` says how. */
  readonly outcome: 'ok' | 'slow' | 'bad-status' | 'error' | 'unsent';
  /** Of HTTP; of `grpc` the HTTP status that its answer stands for. */
  readonly status: number | null;
  /** Missing: an HTTP GET. */
  readonly kind?: 'grpc' | 'tcp';
  /** Of `grpc`: the answer in its own word, such as SERVING, NOT_SERVING or UNIMPLEMENTED. */
  readonly said?: string;
  /** The host that a redirect leads to. */
  readonly sentTo?: string;
  readonly latencyMs: number;
  readonly maxLatencyMs: number;
  readonly problem: string | null;
  readonly at: number;
}

export interface LoadBalancerObservation {
  /** From the url map to the services; a broken link is named in `problem` and ends its branch. */
  readonly chain: Measured<readonly ChainLink[]>;
  readonly certificates: Measured<readonly CertificateFacts[]>;
}

export interface ChainLink {
  readonly kind: 'forwarding-rule' | 'proxy' | 'url-map' | 'backend-service' | 'neg' | 'service';
  readonly name: string;
  /** Names of the links it leads to. */
  readonly leadsTo: readonly string[];
  readonly problem: string | null;
}

export interface CertificateFacts {
  readonly name: string;
  readonly source: 'compute' | 'certificate-manager';
  readonly domains: readonly string[];
  /** As Google says it: ACTIVE, PROVISIONING, RENEWAL_FAILED, FAILED, … */
  readonly status: string;
  readonly expiresAt: number | null;
  /** Per domain, where Google tells. */
  readonly domainStatus: Readonly<Record<string, string>>;
}

/** A Cloud NAT gateway. `fixed`: its addresses are reserved ones, so that somebody outside may let in these alone. */
export interface GatewayFacts {
  readonly name: string;
  /** Short name. */
  readonly network: string;
  readonly addresses: 'fixed' | 'changing';
  /** Every subnet of its network in the region leaves through it. */
  readonly allSubnets: boolean;
}

/** What came in over the network, bits per second. */
export interface ReceivedRates {
  /** From public addresses: answers to its own calls, not requests of its users. */
  readonly internet: number;
  readonly all: number;
}

export interface ProviderIncident {
  readonly id: string;
  readonly title: string;
  readonly products: readonly string[];
  readonly locations: readonly string[];
  readonly state: string;
  readonly startedAt: number | null;
}

export interface AdminChange {
  readonly at: number;
  readonly actor: string;
  readonly method: string;
  /** Short resource: `services/netra-backend-staging`. */
  readonly resource: string;
}

export interface AccountFacts {
  readonly account: string;
  /** Roles or permissions that are missing: Cloud SQL client, secret access. */
  readonly missing: readonly string[];
  /** Secrets that the template refers to and that do not exist or have no such version. */
  readonly brokenSecrets: readonly string[];
}

export interface DatabaseObservation {
  readonly state: Measured<{
    readonly lifecycle: string;
    readonly stopped: boolean;
    readonly tier: string;
    readonly version: string;
    /** From the flag when set, else computed from the tier (gcp-facts 4); null when neither is known. */
    readonly maxConnections: number | null;
    readonly maxConnectionsFrom: 'flag' | 'tier' | 'unknown';
  }>;
  readonly connections: Measured<number>;
  readonly cpu: Measured<number>;
}

/** Log lines that say the same thing about the same revision. */
export interface LogGroup {
  /** Id in the signature table (`src/diagnosis/signatures.ts`), or `unrecognised`. */
  readonly signature: string;
  readonly service: string;
  readonly revision: string;
  readonly count: number;
  readonly firstAt: number;
  readonly lastAt: number;
  /** One line as it was logged, shortened to 420 characters, secrets redacted. */
  readonly sample: string;
  /** Values read out of the lines: a module name, seconds, an address. */
  readonly facts: Readonly<Record<string, string>>;
  /** insertId of the sample, so that it can be opened. */
  readonly insertId: string | null;
  /** So many of the lines stand in logs that only the platform writes into; missing: none. */
  readonly byPlatform?: number;
  /**
   * Which parts of the failed requests and of the deaths of its place these lines stand beside, and which part of the lines stands beside
   * any of them; missing where none were logged.
   */
  readonly beside?: { readonly failures: number | null; readonly deaths: number | null; readonly lines?: number };
  /** Of unmatched lines: those that look like failures, most frequent first, the first three. */
  readonly loudest?: readonly { readonly count: number; readonly sample: string; readonly insertId: string | null }[];
  /** Of deaths: what the containers said last, most frequent first. */
  readonly lastWords?: readonly string[];
}
