import type { ProbeResult } from '../../core/model/observation.ts';
import type { HealthCheckSpec } from '../../core/model/spec.ts';
import { FirebreakError } from '../../core/errors.ts';
import { NO_GRPC } from '../../diagnosis/witnesses/reach.ts';
import type { Cloud } from '../../ports/cloud.ts';
import type { GrpcHealthAnswer, ProbesPort } from '../../ports/probes.ts';
import type { Clock } from '../../ports/clock.ts';

/** A slow answer is still awaited for a while: how slow it is tells more than that it was late. */
const PATIENCE = 4;

/** Cloud Run reads an ID token here too, and takes its signature off before the service sees it. Source: Cloud Run, "Authenticating service-to-service". */
const ID_TOKEN_HEADER = 'X-Serverless-Authorization';

export interface Asking {
  readonly probes: ProbesPort;
  readonly clock: Pick<Clock, 'now'>;
  readonly cloud: Pick<Cloud, 'identity'>;
}

export interface Asked {
  /** Where it goes: an absolute address, `tcp://HOST:PORT` too. */
  readonly url: string;
  /** The service's own address: for whom an ID token is made out; null: not known. */
  readonly own: string | null;
  readonly signal: AbortSignal;
}

/** One synthetic request of a health check, and what came of it. Only the caller's abort is thrown. */
export async function askHealth(asking: Asking, check: HealthCheckSpec, asked: Asked): Promise<ProbeResult> {
  const at = asking.clock.now();
  const base = { url: asked.url, maxLatencyMs: check.maxLatencyMs, at, ...(check.kind === undefined ? {} : { kind: check.kind }) };
  let headers: Readonly<Record<string, string>>;
  try {
    headers = { ...check.headers, ...(await identityFor(asking, check, asked)) };
  } catch (thrown) {
    if (asked.signal.aborted || !(thrown instanceof FirebreakError)) throw thrown;
    return { ...base, outcome: 'unsent', status: null, latencyMs: 0, problem: `no ID token: ${thrown.message}` };
  }
  const sent = { check, headers, ...asked };
  if (check.kind === 'tcp') return { ...base, ...(await connected(asking, sent)) };
  return { ...base, ...(check.kind === 'grpc' ? await grpcAnswer(asking, sent) : await httpAnswer(asking, sent)) };
}

async function identityFor({ cloud }: Asking, { identity }: HealthCheckSpec, { own, signal }: Asked): Promise<Record<string, string>> {
  if (identity === undefined || own === null) return {};
  const token = await cloud.identity.token({ audience: own, account: identity === 'self' ? null : identity }, { signal });
  return { [ID_TOKEN_HEADER]: `Bearer ${token}` };
}

interface Sent extends Asked {
  readonly check: HealthCheckSpec;
  readonly headers: Readonly<Record<string, string>>;
}

type Answered = Pick<ProbeResult, 'outcome' | 'status' | 'latencyMs' | 'problem' | 'said' | 'sentTo'>;

async function httpAnswer({ probes }: Asking, { check, headers, url, signal }: Sent): Promise<Answered> {
  const { maxLatencyMs, expectStatus } = check;
  const carried = Object.keys(headers).length === 0 ? {} : { headers };
  const answer = await probes.http({ url, method: 'GET', ...carried, deadlineMs: maxLatencyMs * PATIENCE, signal });
  const { status, latencyMs } = answer;
  const base = { status, latencyMs };
  if (status === null) return { ...base, outcome: 'error', problem: answer.problem ?? 'no answer' };
  const isGood = expectStatus === undefined ? status >= 200 && status < 300 : status === expectStatus;
  if (isGood) return { ...base, outcome: timed(latencyMs, maxLatencyMs), problem: null };
  const sentTo = status >= 300 && status < 400 ? (URL.parse(answer.headers['location'] ?? '', url)?.hostname ?? null) : null;
  return { ...base, outcome: 'bad-status', problem: `HTTP ${status}`, ...(sentTo === null ? {} : { sentTo }) };
}

async function grpcAnswer({ probes }: Asking, { check, headers, url, signal }: Sent): Promise<Answered> {
  const { origin, pathname } = new URL(url);
  const below = pathname.replace(/\/$/, '');
  const deadlineMs = check.maxLatencyMs * PATIENCE;
  const answer = await probes.grpcHealth({ origin, below, service: check.grpcService ?? '', headers, deadlineMs, signal });
  const { latencyMs, serving, problem } = answer;
  if (problem === 'no-http2') return { status: null, latencyMs, outcome: 'bad-status', problem, said: NO_GRPC };
  if (answer.status === null) return { status: null, latencyMs, outcome: 'error', problem: problem ?? 'no answer' };
  const said = serving ?? wordOf(answer);
  if (serving === 'SERVING') return { status: 200, latencyMs, outcome: timed(latencyMs, check.maxLatencyMs), problem: null, said };
  return { status: statusOf(answer), latencyMs, outcome: 'bad-status', problem: said, said };
}

async function connected({ probes }: Asking, { check, url, signal }: Sent): Promise<Answered> {
  const { hostname, port } = new URL(url);
  const deadlineMs = check.maxLatencyMs * PATIENCE;
  const host = hostname.replace(/^\[|\]$/g, '');
  const { latencyMs, problem } = await probes.tcp({ host, port: Number(port), deadlineMs, signal });
  if (problem !== null) return { status: null, latencyMs, outcome: 'error', problem };
  return { status: null, latencyMs, outcome: timed(latencyMs, check.maxLatencyMs), problem: null };
}

function timed(latencyMs: number, maxLatencyMs: number): 'ok' | 'slow' {
  return latencyMs > maxLatencyMs ? 'slow' : 'ok';
}

/** gRPC codes that a health check is answered with, and the HTTP status each stands for (gcp-facts 11; grpc/grpc, doc/statuscodes.md). */
const CODES: Readonly<Record<number, readonly [word: string, status: number]>> = {
  4: ['DEADLINE_EXCEEDED', 504],
  5: ['NOT_FOUND', 404],
  7: ['PERMISSION_DENIED', 403],
  8: ['RESOURCE_EXHAUSTED', 429],
  // The server is there and has no health service: as a path that does not exist.
  12: ['UNIMPLEMENTED', 404],
  13: ['INTERNAL', 500],
  14: ['UNAVAILABLE', 503],
  16: ['UNAUTHENTICATED', 401],
};

function wordOf({ grpcStatus, status }: GrpcHealthAnswer): string {
  if (grpcStatus === null) return status !== null && status >= 200 && status < 300 ? NO_GRPC : `HTTP ${status ?? 0}`;
  return CODES[grpcStatus]?.[0] ?? `gRPC status ${grpcStatus}`;
}

function statusOf({ grpcStatus, serving, status }: GrpcHealthAnswer): number | null {
  if (grpcStatus === null) return status;
  if (serving === 'SERVICE_UNKNOWN') return 404;
  return grpcStatus === 0 ? 503 : (CODES[grpcStatus]?.[1] ?? 500);
}
