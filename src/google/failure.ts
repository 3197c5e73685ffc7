import { plainLine } from '../core/outside/plain.ts';
import { redact as redactText } from '../core/outside/redact.ts';

/** What a failed call says about itself, whatever client reported it and whichever of Google's two error bodies it carried. */
export interface Failure {
  /** Status of the answer; null when there was none. */
  readonly httpStatus: number | null;
  /** Google's canonical name (`ABORTED`), from the body where it says so, else from the status; null without an answer. */
  readonly canonical: string | null;
  /** `ErrorInfo.reason`, or the legacy `errors[0].reason`. */
  readonly reason: string | null;
  readonly message: string;
  /** The answer is text that is not JSON: a page of another server, or of a proxy on the way. */
  readonly isForeign: boolean;
  readonly retryAfterMs: number | null;
  /** The socket's own code (`ECONNRESET`) when there was no answer. */
  readonly transport: string | null;
  /** True when the failure itself proves that the request did not leave. */
  readonly neverSent: boolean;
}

/** Reads a `GaxiosError`, a generated client's `GoogleError`, or a bare socket error (libraries 1.6, gcp-facts 11). Never throws. */
export function readFailure(thrown: unknown, now: number): Failure {
  const chain = causes(thrown);
  const answer = findAnswer(chain);
  if (answer === null) return withoutAnswer(thrown, chain);
  const body = errorBody(answer.data);
  const details = Array.isArray(body?.details) ? body.details.map(record) : [];
  const legacy = record(Array.isArray(body?.errors) ? body.errors[0] : undefined);
  const promoted = record(chain.find((link) => typeof record(link).reason === 'string'));
  const reason =
    text(details.find((detail) => String(detail['@type']).endsWith('ErrorInfo'))?.reason) ?? text(legacy.reason) ?? text(promoted.reason);
  const isForeign = body === null && typeof answer.data === 'string' && answer.data.trim() !== '' && parseJson(answer.data) === null;
  const plain =
    text(body?.message) ?? (typeof answer.data === 'string' && answer.data !== '' ? 'the answer is not JSON' : messageOf(thrown));
  return {
    httpStatus: answer.status,
    canonical: text(body?.status) ?? canonicalOf(answer.status, reason),
    reason,
    message: redact(plain),
    isForeign,
    retryAfterMs: retryInfo(details) ?? retryAfter(answer.headers, now),
    transport: null,
    neverSent: false,
  };
}

/** The first socket or TLS code (`ECONNREFUSED`, `CERT_HAS_EXPIRED`) along the causes of an error. */
export function findCode(thrown: unknown): string | null {
  for (const link of causes(thrown)) {
    const code = record(link).code;
    if (typeof code === 'string' && /^[A-Z][A-Z0-9_]{3,}$/.test(code)) return code;
  }
  return null;
}

/** Any error thrown inside another, outermost first; bounded, because causes may be circular. */
export function causes(thrown: unknown): readonly unknown[] {
  const chain: unknown[] = [];
  for (let link = thrown; link !== null && typeof link === 'object' && chain.length < 6 && !chain.includes(link); link = record(link).cause)
    chain.push(link);
  return chain;
}

/** One line of at most 300 characters without control characters and without anything that looks like a credential. */
export function redact(message: string): string {
  const clean = redactText(plainLine(message)).replaceAll(/\s+/g, ' ').trim();
  return clean.length > 300 ? `${clean.slice(0, 299)}…` : clean;
}

interface Answer {
  readonly status: number;
  readonly data: unknown;
  readonly headers: unknown;
}

function findAnswer(chain: readonly unknown[]): Answer | null {
  for (const link of chain) {
    const response = record(record(link).response);
    if (typeof response.status === 'number') return { status: response.status, data: response.data, headers: response.headers };
  }
  for (const link of chain) {
    const { httpStatusCode, status, statusDetails, message } = record(link);
    const answered = httpStatusCode ?? status;
    if (typeof answered !== 'number') continue;
    // A generated client decodes the body and keeps only parts of it.
    const details = Array.isArray(statusDetails) ? statusDetails.map(asDetail) : [];
    // Its number tells apart what one status covers (400, 409); for all others the status says more: it makes a 502 INTERNAL.
    const error = { message, details, status: answered === 400 || answered === 409 ? canonicalByNumber(record(link).code) : undefined };
    return { status: answered, data: { error }, headers: null };
  }
  return null;
}

/** A detail as the generated clients decode it: without `@type`, durations as numbers. */
function asDetail(value: unknown): unknown {
  const detail = record(value);
  const delay = record(detail.retryDelay);
  if ('retryDelay' in detail && 'seconds' in delay) {
    return { '@type': 'google.rpc.RetryInfo', retryDelay: `${Number(delay.seconds) + Number(delay.nanos ?? 0) / 1e9}s` };
  }
  return 'reason' in detail && 'domain' in detail ? { '@type': 'google.rpc.ErrorInfo', ...detail } : detail;
}

function errorBody(data: unknown): Record<string, unknown> | null {
  const parsed = typeof data === 'string' ? parseJson(data) : data;
  const first: unknown = Array.isArray(parsed) ? parsed[0] : parsed;
  const error = record(first).error;
  return error !== null && typeof error === 'object' ? record(error) : null;
}

function withoutAnswer(thrown: unknown, chain: readonly unknown[]): Failure {
  const transport = findCode(thrown);
  const connecting = chain.some((link) => record(link).syscall === 'connect');
  return {
    httpStatus: null,
    canonical: null,
    reason: null,
    message: redact(messageOf(thrown)),
    isForeign: false,
    retryAfterMs: null,
    transport,
    neverSent: connecting || (transport !== null && (UNREACHED.has(transport) || isTlsCode(transport))),
  };
}

const UNREACHED = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);

/** Codes of a TLS handshake that failed: no request can have left before it. */
export function isTlsCode(code: string): boolean {
  return /^(?:CERT_|ERR_TLS_|ERR_SSL_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|HOSTNAME_MISMATCH)/.test(code);
}

const BY_STATUS: Readonly<Record<number, string>> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  408: 'DEADLINE_EXCEEDED',
  409: 'ABORTED',
  412: 'FAILED_PRECONDITION',
  429: 'RESOURCE_EXHAUSTED',
  499: 'CANCELLED',
  500: 'INTERNAL',
  501: 'UNIMPLEMENTED',
  502: 'UNAVAILABLE',
  503: 'UNAVAILABLE',
  504: 'DEADLINE_EXCEEDED',
};

/** Legacy reasons whose status misleads: Cloud SQL and Storage throttle with 403 (gcp-facts 4, 11). */
const BY_REASON: Readonly<Record<string, string>> = {
  rateLimitExceeded: 'RESOURCE_EXHAUSTED',
  userRateLimitExceeded: 'RESOURCE_EXHAUSTED',
  quotaExceeded: 'RESOURCE_EXHAUSTED',
  operationInProgress: 'ABORTED',
};

function canonicalOf(status: number, reason: string | null): string {
  return (reason === null ? undefined : BY_REASON[reason]) ?? BY_STATUS[status] ?? `HTTP_${status}`;
}

/** gRPC numbers (gcp-facts 11), as generated clients and operations use them. */
const BY_NUMBER = [
  'OK', 'CANCELLED', 'UNKNOWN', 'INVALID_ARGUMENT', 'DEADLINE_EXCEEDED', 'NOT_FOUND', 'ALREADY_EXISTS', 'PERMISSION_DENIED', 'RESOURCE_EXHAUSTED',
  'FAILED_PRECONDITION', 'ABORTED', 'OUT_OF_RANGE', 'UNIMPLEMENTED', 'INTERNAL', 'UNAVAILABLE', 'DATA_LOSS', 'UNAUTHENTICATED',
]; // prettier-ignore

function canonicalByNumber(code: unknown): string | undefined {
  return typeof code === 'number' ? BY_NUMBER[code] : undefined;
}

function retryInfo(details: readonly Record<string, unknown>[]): number | null {
  const delay = details.find((detail) => String(detail['@type']).endsWith('RetryInfo'))?.retryDelay;
  const seconds = typeof delay === 'string' && delay.endsWith('s') ? Number(delay.slice(0, -1)) : Number.NaN;
  return Number.isFinite(seconds) ? Math.round(seconds * 1_000) : null;
}

/** `Retry-After`: seconds, or a date. */
function retryAfter(headers: unknown, now: number): number | null {
  // Not `instanceof`: the transport brings a Headers class of its own.
  const { get } = record(headers);
  const value: unknown = typeof get === 'function' ? get.call(headers, 'retry-after') : record(headers)['retry-after'];
  if (typeof value !== 'string' || value === '') return null;
  const ms = /^\d+(?:\.\d+)?$/.test(value) ? Number(value) * 1_000 : Date.parse(value) - now;
  return Number.isFinite(ms) ? Math.max(0, Math.round(ms)) : null;
}

function parseJson(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch {
    return null;
  }
}

function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

function record(value: unknown): Record<string, unknown> {
  return value !== null && typeof value === 'object' ? (value as Record<string, unknown>) : {};
}

function text(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? plainLine(value) : null;
}
