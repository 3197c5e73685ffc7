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
  /** An absolute http(s) URL, or a path that begins with "/" and is resolved against the service's own URI. */
  readonly url: string;
  readonly maxLatencyMs: number;
}

export interface DeploySpec {
  /** Name of a configured service whose probes, resources, scaling and egress are taken over; null: keep our own. */
  readonly like: string | null;
  /** A container image that replaces the present one; null: keep. */
  readonly image: string | null;
  /** Plain environment values to set; never secrets. */
  readonly env: Readonly<Record<string, string>>;
}

export interface ServiceSpec {
  readonly name: string;
  readonly role: ServiceRole;
  readonly dependsOn: readonly string[];
  /** A short revision name, or `lastHealthy`: the newest revision that the evidence does not speak against. */
  readonly pin: { readonly revision: string } | null;
  /** null: observed, never touched. */
  readonly deploy: DeploySpec | null;
  readonly stability: {
    /** Unbroken healthy time that counts as stable. */
    readonly healthyForMs: number;
    /** Give up and restore when it is not stable by then. */
    readonly withinMs: number;
    /** Give up and restore at this many relapses after having been healthy. */
    readonly maxRelapses: number;
  };
  readonly health: readonly HealthCheckSpec[];
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
  readonly priority: 'P0' | 'P1' | 'P2' | 'P3' | 'P4';
  /** Search text for the classification, looked up live (gcp-facts 7). */
  readonly classification: string;
  readonly timeZone: string;
  readonly languageCode: string;
}

export interface RemediationSpec {
  readonly name: string;
  readonly project: string;
  readonly region: string;
  readonly observe: { readonly everyMs: number };
  readonly connector: { readonly name: string; readonly target: ConnectorTarget } | null;
  /** Order is the deploy order. */
  readonly services: readonly ServiceSpec[];
  readonly database: {
    readonly instance: string;
    readonly pool: { readonly size: number; readonly overflow: number };
  } | null;
  readonly validation: {
    /** Share of checks that must pass, 0..1; every critical category must pass whole. */
    readonly passRate: number;
    readonly goldenPath: readonly GoldenStepSpec[];
    readonly webSocket: WebSocketSpec | null;
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
  readonly communication: {
    readonly everyMs: number;
    /** Where messages go: http(s) URLs that take a POST of `{"text": …}`; resolved from `env:` references. */
    readonly webhooks: readonly string[];
  };
  readonly policy: {
    readonly mode: RunMode;
    /** Classes of change that need a human's yes first. */
    readonly approve: readonly StepClass[];
    readonly approvalWithinMs: number;
    readonly budget: { readonly mutations: number };
  };
}
