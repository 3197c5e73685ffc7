import { ConflictError, FirebreakError, OutcomeUnknownError, TerminalError, TransientError } from '../core/errors.ts';
import { causes, isTlsCode, readFailure } from '../google/failure.ts';
import type { Failure } from '../google/failure.ts';

/** One call as messages and counters name it: `vpcaccess`, `connectors.patch`, `staging-connector`. */
export interface Call {
  readonly api: string;
  readonly method: string;
  readonly resource: string;
  readonly kind: 'read' | 'write';
}

/** Thrown when a call's deadline on our clock has passed; `ours` tells it from every library's timeout. */
export class Overdue extends Error {
  readonly ours = true;
}

/** Reasons that say more than their status: the person must change something in the project (gcp-facts 7, 11). */
const TELLING_REASONS = new Set([
  'SERVICE_DISABLED',
  'BILLING_DISABLED',
  'CONSUMER_INVALID',
  'USER_PROJECT_DENIED',
  'ACCESS_TOKEN_SCOPE_INSUFFICIENT',
]);
const LATER = new Set([
  'UNAVAILABLE',
  'RESOURCE_EXHAUSTED',
  'INTERNAL',
  'DEADLINE_EXCEEDED',
  'UNKNOWN',
  'CANCELLED',
  'ABORTED',
  'DATA_LOSS',
]);
const BUSY = new Set(['ABORTED', 'FAILED_PRECONDITION', 'ALREADY_EXISTS']);

/** Code of an answer that is not in the shape of Google's APIs at all, and not one that a proxy gives while they are away. */
export const NOT_GOOGLE = 'not-google';
const BY_A_PROXY = new Set([407, 408, 429, 500, 502, 503, 504]);

/**
 * The single translation of whatever a client of Google throws into the classes of `core/errors.ts`. An error of ours, also one
 * wrapped by a client, comes back as it is. The code is the canonical status (`ABORTED`), a telling reason
 * (`SERVICE_DISABLED`), or the socket's code (`ECONNREFUSED`, so that "nobody listens there" can be told from all else).
 * HTTP 400 and 409 are each ambiguous; the canonical status decides (gcp-facts 11).
 */
export function translate(thrown: unknown, call: Call, now: number): FirebreakError {
  for (const link of causes(thrown)) if (link instanceof FirebreakError) return link;
  const named = `${call.api}.${call.method} ${call.resource}`;
  if (causes(thrown).some((link) => link instanceof Overdue)) return overdue(named, call, thrown);
  const failure = readFailure(thrown, now);
  return failure.httpStatus === null ? unanswered(named, call, failure, thrown) : answered(named, call, failure, thrown);
}

function overdue(named: string, call: Call, cause: unknown): FirebreakError {
  const message = `${named}: no answer within the deadline`;
  return call.kind === 'read'
    ? new TransientError('DEADLINE_EXCEEDED', message, { cause })
    : new OutcomeUnknownError('DEADLINE_EXCEEDED', message, { cause });
}

function unanswered(named: string, call: Call, failure: Failure, cause: unknown): FirebreakError {
  const code = failure.transport ?? 'no-answer';
  const message = `${named}: ${code}: ${failure.message}`;
  if (isTlsCode(code)) return new TerminalError(code, message, { cause });
  if (call.kind === 'read' || failure.neverSent) return new TransientError(code, message, { cause });
  return new OutcomeUnknownError(code, message, { cause });
}

function answered(named: string, call: Call, failure: Failure, cause: unknown): FirebreakError {
  const status = failure.httpStatus ?? 0;
  if (status < 400) {
    const message = `${named}: ${status} with an answer that cannot be read: ${failure.message}`;
    return call.kind === 'read'
      ? new TerminalError('bad-answer', message, { cause })
      : new OutcomeUnknownError('bad-answer', message, { cause });
  }
  const canonical = failure.canonical ?? `HTTP_${status}`;
  const telling = failure.reason !== null && TELLING_REASONS.has(failure.reason) ? failure.reason : null;
  const reason = failure.reason === null || telling !== null ? '' : ` (${failure.reason})`;
  const message = `${named}: ${status} ${telling ?? canonical}${reason}: ${failure.message}`;
  if (telling !== null) return new TerminalError(telling, message, { cause });
  if (failure.isForeign && !BY_A_PROXY.has(status)) return new TerminalError(NOT_GOOGLE, message, { cause });
  return call.kind === 'read'
    ? answeredRead(canonical, status, { message, failure, cause })
    : answeredWrite(canonical, status, { message, failure, cause });
}

function answeredRead(
  canonical: string,
  status: number,
  { message, failure, cause }: { readonly message: string; readonly failure: Failure; readonly cause: unknown },
): FirebreakError {
  if (canonical !== 'UNIMPLEMENTED' && (LATER.has(canonical) || status >= 500)) {
    return new TransientError(canonical, message, retryable(failure, cause));
  }
  return new TerminalError(canonical, message, { cause });
}

function answeredWrite(
  canonical: string,
  status: number,
  { message, failure, cause }: { readonly message: string; readonly failure: Failure; readonly cause: unknown },
): FirebreakError {
  if (BUSY.has(canonical) || status === 409) return new ConflictError(canonical, message, { cause });
  // Refused before anything was done: the only failure of a write that may be tried again as it is.
  if (canonical === 'RESOURCE_EXHAUSTED') return new TransientError(canonical, message, retryable(failure, cause));
  if (canonical === 'UNIMPLEMENTED') return new TerminalError(canonical, message, { cause });
  if (LATER.has(canonical) || status >= 500) return new OutcomeUnknownError(canonical, message, { cause });
  return new TerminalError(canonical, message, { cause });
}

function retryable(failure: Failure, cause: unknown): { cause: unknown; retryAfterMs?: number } {
  return failure.retryAfterMs === null ? { cause } : { cause, retryAfterMs: failure.retryAfterMs };
}
