import type { DatabaseEngine } from '../core/model/engine.ts';
import type {
  AccountFacts,
  AdminChange,
  ConnectorState,
  GatewayFacts,
  LoadBalancerObservation,
  LogGroup,
  ProviderIncident,
  ReceivedRates,
  ServiceBounds,
  ServiceState,
  TrafficTarget,
} from '../core/model/observation.ts';
import type { LatencyStats, RequestStats } from '../core/model/request-stats.ts';
import type { ConnectorTarget, DesiredTemplate } from '../core/model/spec.ts';
import type { Measured } from '../core/model/measured.ts';
import type { SqlInstance, WayIn } from '../core/model/way-in.ts';
import type { JobState, WorkerPoolState } from '../core/model/workloads.ts';
import type { CallOptions } from './call-options.ts';
import type { SupportPort } from './support.ts';

export type { CallOptions };

/** A long-running operation, whatever API it belongs to. */
export interface OperationState {
  readonly name: string;
  readonly done: boolean;
  /** gRPC code and text when it ended badly (gcp-facts 1.6, 11). */
  readonly error: { readonly code: number; readonly message: string; readonly reason: string | null } | null;
}

export interface VpcAccessPort {
  getConnector(name: string, options?: CallOptions): Promise<ConnectorState>;
  /** Sends bounds and machine type together with a mask of just what differs. There is no etag: read right before and after. */
  updateConnector(name: string, target: ConnectorTarget, options?: CallOptions): Promise<{ readonly operation: string }>;
  getOperation(name: string, options?: CallOptions): Promise<OperationState>;
  /** Those of the connector's region, newest first; empty when the API lists none. For finding an operation whose name was lost. */
  listOperations(
    connector: string,
    options?: CallOptions,
  ): Promise<readonly (OperationState & { readonly target: string; readonly createdAt?: number })[]>;
}

/** Absent: the document's own region. */
interface InRegion {
  readonly region?: string;
}

export interface CloudRunPort {
  /** All services of the region in one paged read, with an empty `revisions` list each. */
  listServices(options?: CallOptions & InRegion): Promise<readonly ServiceState[]>;
  /** One service, with an empty `revisions` list. */
  getService(name: string, options?: CallOptions): Promise<ServiceState>;
  /** Revisions of all services of the region (`-`) or of one, newest first, by service. */
  listRevisions(service: string | '-', options?: CallOptions & InRegion): Promise<Readonly<Record<string, ServiceState['revisions']>>>;
  /** Loads what writes need, once: to be called before the etag of a write is read, so that nothing but checks lies between the two. */
  prepareWrites(): Promise<void>;
  /** `updateMask=traffic` under `etag`; makes no revision. */
  setTraffic(
    service: string,
    etag: string,
    traffic: readonly TrafficTarget[],
    options?: CallOptions,
  ): Promise<{ readonly operation: string }>;
  /** Bounds of the whole service under `etag`, and the traffic vector in the same request where one is given; makes no revision. */
  setBounds(
    service: string,
    etag: string,
    wanted: { readonly bounds: ServiceBounds; readonly traffic: readonly TrafficTarget[] | null },
    options?: CallOptions,
  ): Promise<{ readonly operation: string }>;
  /**
   * A new revision of `service` under its present etag, with 0 % of the traffic: the present effective vector is written
   * down by revision name in the same request. The annotation `firebreak.dev/change` = `key` forces the revision and lets a
   * repetition see that it has been sent. With `tag`, what is LATEST once the revision is ready answers at an address of its own,
   * as after `gcloud run deploy --no-traffic --tag`.
   */
  deploy(
    service: string,
    change: {
      readonly key: string;
      readonly etag: string;
      readonly deploy: DesiredTemplate;
      readonly keepTraffic: readonly TrafficTarget[];
      readonly tag?: string;
    },
    options?: CallOptions,
  ): Promise<{ readonly operation: string }>;
  getOperation(name: string, options?: CallOptions): Promise<OperationState>;
}

/** Jobs and worker pools, read-only. */
export interface WorkloadsPort {
  /** The job and all executions that Google keeps of it; two reads, more where there are more than 500. */
  getJob(name: string, options?: CallOptions): Promise<JobState>;
  getWorkerPool(name: string, options?: CallOptions): Promise<WorkerPoolState>;
  /** Those of a region, as a run calls them, in alphabetical order. */
  listNames(region: string, options?: CallOptions): Promise<{ readonly jobs: readonly string[]; readonly workerPools: readonly string[] }>;
}

export interface CloudSqlPort {
  getInstance(
    name: string,
    options?: CallOptions,
  ): Promise<{
    readonly lifecycle: string;
    readonly stopped: boolean;
    readonly tier: string;
    readonly version: string;
    readonly maxConnectionsFlag: number | null;
  }>;
  /** All instances of the project, whatever their region. */
  listInstances(options?: CallOptions): Promise<readonly SqlInstance[]>;
}

/** Engines whose connections in use Cloud Monitoring has under a name that we know (gcp-facts 4). */
type MeasuredEngine = Exclude<DatabaseEngine, 'other'>;

/** Cloud Monitoring, read through a few questions so that nobody else knows its grammar. One call is one API read. */
export interface MetricsPort {
  connectorCpuP99(connector: string, now: number, options?: CallOptions): Promise<Measured<number>>;
  connectorInstances(connector: string, now: number, options?: CallOptions): Promise<Measured<number>>;
  /** By service; a service without a series is missing from the record. */
  requests(now: number, windowMs: number, options?: CallOptions): Promise<Readonly<Record<string, Measured<RequestStats>>>>;
  /** The same in steps of `periodMs`, oldest first: for services that few call, and for how revisions have served. */
  requestHistory(
    now: number,
    windowMs: number,
    periodMs: number,
    options?: CallOptions,
  ): Promise<Readonly<Record<string, Measured<readonly RequestStats[]>>>>;
  /** How long answers took, in steps of `periodMs`: the percentile of all, and by revision how many came later than `lateFromMs`. */
  latencies(
    now: number,
    asked: { readonly windowMs: number; readonly periodMs: number; readonly lateFromMs: number },
    options?: CallOptions,
  ): Promise<Readonly<Record<string, Measured<LatencyStats>>>>;
  instances(now: number, options?: CallOptions): Promise<Readonly<Record<string, Measured<Readonly<Record<string, number>>>>>>;
  databaseConnections(instance: string, engine: MeasuredEngine, now: number, options?: CallOptions): Promise<Measured<number>>;
  databaseCpu(instance: string, now: number, options?: CallOptions): Promise<Measured<number>>;
  /** Bits and packets per second through the connector, both directions together; four reads, as a question names one metric type. */
  connectorTraffic(
    connector: string,
    now: number,
    options?: CallOptions,
  ): Promise<{ readonly throughput: Measured<number>; readonly packets: Measured<number> }>;
  /** What came in over the network, by service: of sockets and of answers, not the requests of users. */
  received(now: number, options?: CallOptions): Promise<Readonly<Record<string, Measured<ReceivedRates>>>>;
  /** Container starts that reached readiness in the window, by service. */
  starts(now: number, windowMs: number, options?: CallOptions): Promise<Readonly<Record<string, Measured<number>>>>;
}

/** The external path in front of the services (gcp-facts 6); slow-moving: read every few minutes. */
export interface LoadBalancerPort {
  /** Follows the url map to backend services, serverless NEGs and services, and from the target proxies to the certificates. */
  describe(urlMap: string, options?: CallOptions): Promise<LoadBalancerObservation>;
  /** Every global url map that leads to a Cloud Run service of the document's own region. */
  waysIn(options?: CallOptions): Promise<readonly WayIn[]>;
}

/** The network around the services, read-only; for steps that change how they stand in it. */
export interface NetworkPort {
  /** Cloud NAT gateways of the document's own region. */
  gateways(options?: CallOptions): Promise<readonly GatewayFacts[]>;
  /** A subnet of the document's own region. */
  subnet(name: string, options?: CallOptions): Promise<{ readonly network: string; readonly range: string }>;
}

/** Google's own incidents (Service Health API). `TerminalError` when the API is off: then it is not known. */
export interface IncidentsPort {
  /** Those that touch one of these regions. */
  open(regions: readonly string[], options?: CallOptions): Promise<readonly ProviderIncident[]>;
}

export interface AdminLogPort {
  /** Admin activity of the services, the connector and the database since `sinceAt`, newest first; one Logging read. */
  changes(sinceAt: number, limit: number, options?: CallOptions): Promise<readonly AdminChange[]>;
}

/** What the services' runtime accounts may and may not do. */
export interface AccountsPort {
  describe(services: readonly ServiceState[], options?: CallOptions): Promise<Readonly<Record<string, AccountFacts>>>;
}

export interface RawLogEntry {
  readonly insertId: string | null;
  readonly at: number;
  readonly severity: string;
  readonly service: string;
  readonly revision: string;
  readonly instance: string | null;
  readonly logName: string;
  /** textPayload, or jsonPayload's message (with its error/exception text), or '' when the entry has no payload. */
  readonly text: string;
  readonly http: { readonly status: number; readonly latencyMs: number | null; readonly url: string } | null;
}

export interface LogsPort {
  /**
   * One combined filter over the given services (60 entries.list calls a minute per project; gcp-facts 5.2). Newest first, at most
   * `limit`. With `texts`: the lines that hold one of them, whatever their severity, instead of those that tell of trouble.
   */
  read(
    services: readonly string[],
    sinceAt: number,
    limit: number,
    options?: CallOptions & { readonly texts?: readonly string[] },
  ): Promise<readonly RawLogEntry[]>;
}

/** Turns raw lines into groups; `src/diagnosis` implements it as pure code. */
export type LogGrouper = (entries: readonly RawLogEntry[]) => readonly LogGroup[];

export interface PermissionsPort {
  /** Of `permissions`, those the caller has on the project (`testIamPermissions`). */
  granted(permissions: readonly string[], options?: CallOptions): Promise<readonly string[]>;
  /** Whether the caller may run services as this account by a grant on the account itself; asked where the project gives none. */
  mayActAs(account: string, options?: CallOptions): Promise<boolean>;
  /** Of `services` (`run.googleapis.com`), those that are enabled. */
  enabledApis(services: readonly string[], options?: CallOptions): Promise<readonly string[]>;
}

/** Who we are, proven to a service that only invoking accounts may call. */
export interface IdentityPort {
  /**
   * An ID token for `audience`, of the credentials' own account, or of `account`, which is impersonated. Kept until shortly before it ends.
   * @throws UserError where these credentials can give none; TerminalError where the account may not be impersonated.
   */
  token(wanted: { readonly audience: string; readonly account: string | null }, options?: CallOptions): Promise<string>;
}

export interface Cloud {
  readonly identity: IdentityPort;
  readonly vpcAccess: VpcAccessPort;
  readonly run: CloudRunPort;
  readonly workloads: WorkloadsPort;
  readonly sql: CloudSqlPort;
  readonly metrics: MetricsPort;
  readonly logs: LogsPort;
  readonly support: SupportPort;
  readonly permissions: PermissionsPort;
  readonly loadBalancer: LoadBalancerPort;
  readonly network: NetworkPort;
  readonly incidents: IncidentsPort;
  readonly adminLog: AdminLogPort;
  readonly accounts: AccountsPort;
  /** Reads sent since the last call of `takeReads`, by API. */
  takeReads(): Readonly<Record<string, number>>;
  /** By how much Google's clock is ahead of ours (negative: behind), 0 within half a minute; null or missing: not known. */
  readonly googleAheadMs?: () => number | null;
}
