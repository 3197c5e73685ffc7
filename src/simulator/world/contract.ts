/**
 * What the world (the physics) offers to the HTTP surface, and nothing more. The surface owns API semantics (etags, masks,
 * validation, operations, paging, conditions, error bodies); the world owns what happens: load, start-up, saturation,
 * crashes, metrics and log lines. Both are seeded and know time only as an argument.
 */
export interface World {
  /** Runs the physics up to `now` on a fixed grid, so that the result does not depend on who asks when. Never goes back. */
  advanceTo(now: number): void;
  readonly project: string;
  readonly region: string;

  readonly connectors: WorldConnectors;
  readonly services: WorldServices;
  readonly database: WorldDatabases;
  readonly metrics: WorldMetrics;
  readonly logs: WorldLogs;
  /** How the simulated services answer their own users. */
  readonly serve: WorldServe;

  /** Requests of users since the beginning, by service, as they are to be expected: no draw is in it, and no probe. */
  answered(): Readonly<Record<string, Answered>>;
  /**
   * An equal world that goes its own way from here: what would happen without, or with, a change. It has no past in its metrics
   * and logs. A `turn` other than 0 gives it other chances.
   */
  fork(turn?: number): World;
}

interface Answered {
  readonly asked: number;
  /** Of those. Late is well; turned away is not. */
  readonly well: number;
}

export interface ConnectorConfiguration {
  readonly minInstances: number;
  readonly maxInstances: number;
  readonly machineType: string;
}

export interface WorldConnectors {
  names(): readonly string[];
  configuration(name: string): ConnectorConfiguration & { readonly network: string; readonly ipCidrRange: string };
  /** How long an update takes, and how it ends when the scenario says that it fails (gRPC code and text). */
  updateCourse(
    name: string,
    wanted: ConnectorConfiguration,
  ): {
    readonly durationMs: number;
    readonly failure: { readonly code: number; readonly message: string } | null;
  };
  /** The operation has succeeded: the physics change from now on. */
  apply(name: string, wanted: ConnectorConfiguration): void;
}

/** Facts of a revision that matter to physics; the surface derives them from the template. */
export interface RevisionFacts {
  readonly name: string;
  readonly service: string;
  readonly image: string;
  readonly env: Readonly<Record<string, string>>;
  readonly cpu: number;
  readonly memoryMib: number;
  readonly startupCpuBoost: boolean;
  readonly minInstances: number;
  readonly maxInstances: number;
  readonly concurrency: number;
  /** Whether start-up is judged by an HTTP probe (sees the app) or by the TCP default (sees only an open port). */
  readonly startupProbe: 'http' | 'tcp';
  readonly connector: string | null;
  /** null: it stands in no network. Without a connector it is in one by an interface of its own (Direct VPC egress). */
  readonly egress: 'ALL_TRAFFIC' | 'PRIVATE_RANGES_ONLY' | null;
}

/** Of a whole service: divided among its revisions by their traffic; those without traffic do not count. */
export interface ServiceBounds {
  readonly minInstances: number;
  /** null: only the revisions' own bounds hold. */
  readonly maxInstances: number | null;
}

export interface RevisionCondition {
  readonly state: 'pending' | 'ready' | 'failed';
  /** Google's revision reason and message when it failed. */
  readonly reason: string | null;
  readonly message: string | null;
  readonly since: number;
}

export interface WorldServices {
  /** A new revision exists and starts its first instance now; it has no traffic until `setTraffic`. */
  addRevision(facts: RevisionFacts, now: number): void;
  /** Percent per revision; sums to 100. Old instances drain. */
  setTraffic(service: string, vector: readonly { readonly revision: string; readonly percent: number }[], now: number): void;
  /** In force at once, without a new revision: instances above the bound end, missing ones start. */
  setBounds(service: string, bounds: ServiceBounds, now: number): void;
  condition(service: string, revision: string): RevisionCondition;
}

export interface WorldDatabases {
  /** The instance as the scenario describes it; flags as the API shows them. */
  instance(name: string): {
    readonly tier: string;
    readonly version: string;
    readonly state: string;
    readonly activationPolicy: string;
    readonly flags: readonly { readonly name: string; readonly value: string }[];
  } | null;
  names(): readonly string[];
  /**
   * How a connection that is opened now from within the network would fare, with so many of the asker's own open: time until
   * the server answers (null: never), and slots left for applications. `attempt` tells connections of one instant apart.
   * Throws for an unknown instance.
   */
  admission(
    name: string,
    own: number,
    attempt: number,
  ): { readonly afterMs: number | null; readonly free: number; readonly maxConnections: number };
}

export interface WorldSeries {
  readonly metricLabels: Readonly<Record<string, string>>;
  readonly resourceType: string;
  readonly resourceLabels: Readonly<Record<string, string>>;
  readonly metricKind: 'GAUGE' | 'DELTA';
  readonly valueType: 'INT64' | 'DOUBLE' | 'DISTRIBUTION';
  /** One point a minute, oldest first; `end` is the point's instant. Already without points that are not yet visible. */
  readonly points: readonly { readonly start: number; readonly end: number; readonly value: number | Distribution }[];
}

/** Exponential or explicit buckets are the surface's business; the world hands out samples' summary. */
export interface Distribution {
  readonly count: number;
  readonly mean: number;
  readonly sumOfSquaredDeviation: number;
  /** Upper bounds and counts; the last bucket is open. */
  readonly bounds: readonly number[];
  readonly bucketCounts: readonly number[];
}

interface WorldMetrics {
  /** Series with at least one visible point in (from, to]. No such series: an empty list. */
  query(metricType: string, from: number, to: number): readonly WorldSeries[];
}

interface WorldLogs {
  /** LogEntry resources as Logging v2 spells them, oldest first, in (from, to], already visible at the world's now. */
  entries(from: number, to: number): readonly WorldLogEntry[];
  /** For entries that the surface causes (admin activity). */
  write(entry: WorldLogEntry): void;
}

export interface WorldLogEntry {
  readonly insertId: string;
  readonly timestamp: string;
  readonly severity: string;
  readonly logName: string;
  readonly resource: { readonly type: string; readonly labels: Readonly<Record<string, string>> };
  readonly labels?: Readonly<Record<string, string>>;
  readonly textPayload?: string;
  readonly jsonPayload?: unknown;
  readonly protoPayload?: unknown;
  readonly httpRequest?: Readonly<Record<string, unknown>>;
}

export interface WorldServe {
  /** One request of a probe: what it gets and after how long. `revision` null: by the traffic vector. */
  http(request: {
    readonly service: string;
    readonly revision: string | null;
    readonly method: string;
    readonly path: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string;
  }): { readonly status: number; readonly latencyMs: number; readonly headers: Readonly<Record<string, string>>; readonly body: string };
  /** Whether a bare connection to this `HOST:PORT` is taken now. */
  listensAt(address: string): boolean;
  /** One WebSocket conversation: the handshake's status, then what it sends and when after the message before. */
  webSocket(request: {
    readonly service: string;
    readonly revision: string | null;
    readonly path: string;
    readonly headers: Readonly<Record<string, string>>;
    /** First message of the client. */
    readonly received: string;
  }): {
    readonly handshake: number;
    readonly handshakeMs: number;
    readonly messages: readonly { readonly afterMs: number; readonly text: string }[];
    readonly closeCode: number | null;
  };
}
