/** Synthetic requests to the services themselves. A refused, reset or overdue request is an answer (`problem`), not an exception. */
export interface ProbeRequest {
  readonly url: string;
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** How much of the answer is read; missing: 64 KiB. */
  readonly maxBytes?: number;
  readonly deadlineMs: number;
  readonly signal?: AbortSignal;
}

export interface ProbeAnswer {
  readonly status: number | null;
  readonly headers: Readonly<Record<string, string>>;
  /** As much as the request allows, at most 64 KiB where it says nothing. */
  readonly body: string;
  readonly latencyMs: number;
  /** null: an answer came. Otherwise `deadline`, `refused`, `reset`, `dns`, `tls` or a short text. */
  readonly problem: string | null;
  /** What exactly, where the problem's one word does not say it: what is wrong with a certificate. */
  readonly detail?: string;
}

export interface WebSocketAnswer {
  /** HTTP status of the handshake when it was refused; 101 when it opened; null when nothing came. */
  readonly handshake: number | null;
  /** `type` (or `event`) of each JSON message in order of arrival, with the time since the one before. */
  readonly events: readonly { readonly type: string; readonly afterMs: number }[];
  /** null: `last` came. Otherwise as in `ProbeAnswer`, `closed CODE`, or `half-open`: nothing came, and not even a ping was answered. */
  readonly problem: string | null;
  readonly detail?: string;
}

export interface DatabaseAnswer {
  /** One per connection that was tried, in order of opening: time to the first answered query, or what went wrong. */
  readonly connections: readonly {
    readonly connectMs: number | null;
    /** The query's part of it. */
    readonly queryMs?: number;
    readonly problem: string | null;
  }[];
}

export interface GrpcHealthRequest {
  /** `https://HOST` or `http://HOST:PORT`, where the server is; the path is that of grpc.health.v1. */
  readonly origin: string;
  /** What stands before the path, where the server lives below one; missing: nothing. */
  readonly below?: string;
  /** The name that is asked for; empty: the server as a whole. */
  readonly service: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly deadlineMs: number;
  readonly signal?: AbortSignal;
}

export interface GrpcHealthAnswer {
  /** HTTP status of the response's head; null: none came. */
  readonly status: number | null;
  /** `grpc-status` of the answer; null: what answered speaks no gRPC, or nothing answered. */
  readonly grpcStatus: number | null;
  /** SERVING, NOT_SERVING, UNKNOWN or SERVICE_UNKNOWN; null: no such answer. */
  readonly serving: string | null;
  readonly latencyMs: number;
  /** As in `ProbeAnswer`. */
  readonly problem: string | null;
}

export interface ProbesPort {
  /** One `grpc.health.v1.Health/Check` over a connection of its own (HTTP/2; over plain http by prior knowledge). */
  grpcHealth(request: GrpcHealthRequest): Promise<GrpcHealthAnswer>;
  /** Opens a TCP connection and closes it. `problem` as in `ProbeAnswer`; null: it was opened. */
  tcp(request: {
    readonly host: string;
    readonly port: number;
    readonly deadlineMs: number;
    readonly signal?: AbortSignal;
  }): Promise<{ readonly latencyMs: number; readonly problem: string | null }>;
  /** Opens so many PostgreSQL connections at once, asks `SELECT 1` on each, closes them all. */
  database(request: {
    readonly host: string;
    readonly port: number;
    readonly database: string;
    readonly user: string;
    readonly password: string | null;
    readonly tls: boolean;
    readonly connections: number;
    readonly deadlineMs: number;
    readonly signal?: AbortSignal;
  }): Promise<DatabaseAnswer>;
  http(request: ProbeRequest): Promise<ProbeAnswer>;
  /** Opens, sends `send` as JSON, collects events until `last` came or a deadline passed, closes. */
  webSocket(request: {
    readonly url: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly send: unknown;
    readonly last: string;
    readonly handshakeWithinMs: number;
    readonly eventWithinMs: number;
    readonly signal?: AbortSignal;
  }): Promise<WebSocketAnswer>;
}
