import { FirebreakError, TransientError, UserError } from '../core/errors.ts';
import type { HttpAnswer } from './gcs-http.ts';

/** What the person must do so that the controller may keep its memory there (gcp-facts 10). */
const GRANT = 'grant it roles/storage.objectUser on the bucket (storage.objects.create, get, list, delete), or choose another --state';
/** Legacy reasons that mean "later" though the status is 403 (gcp-facts 11). */
const LATER = new Set(['rateLimitExceeded', 'userRateLimitExceeded', 'quotaExceeded', 'backendError']);

/**
 * An answer of Cloud Storage that the operation has no use for, as what follows from it: `TransientError` for 408, 429 and 5xx,
 * `UserError` for a bucket that is missing or closed to us, or a request that will never be accepted.
 */
export function refusalOf(answer: HttpAnswer, place: string, now: number): FirebreakError {
  const { status } = answer;
  const { message, reason } = readBody(answer.body);
  const said = `${place}: ${status}${reason === null ? '' : ` ${reason}`}: ${message}`;
  if (status === 408 || status === 429 || status >= 500 || (status === 403 && reason !== null && LATER.has(reason))) {
    const retryAfterMs = readRetryAfter(answer.header('retry-after'), now);
    return new TransientError(reason ?? `HTTP_${status}`, said, retryAfterMs === null ? {} : { retryAfterMs });
  }
  if (status === 401) return new UserError('store-unauthenticated', said, 'log in again, or give the job a service account');
  if (status === 403) return new UserError('store-forbidden', said, GRANT);
  if (status === 404) return new UserError('bucket-missing', said, 'create the bucket, or choose another place with --state');
  return new UserError('store-refused', said, 'check the names of bucket and prefix in --state');
}

/** A request that had no answer. The write it carried may have taken effect. */
export function silenceOf(thrown: unknown, place: string): FirebreakError {
  if (thrown instanceof FirebreakError) return thrown;
  const words = thrown instanceof Error ? thrown.message : String(thrown);
  return new TransientError('no-answer', `${place}: no answer: ${oneLine(words)}`, { cause: thrown });
}

function readBody(body: string): { readonly message: string; readonly reason: string | null } {
  try {
    const { error } = JSON.parse(body) as { error?: { message?: unknown; errors?: readonly { reason?: unknown }[] } };
    const reason = error?.errors?.[0]?.reason;
    return { message: oneLine(String(error?.message ?? '')), reason: typeof reason === 'string' ? reason : null };
  } catch {
    return { message: body === '' ? 'no more was said' : 'the answer is not JSON', reason: null };
  }
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim().slice(0, 300);
}

function readRetryAfter(text: string | null, now: number): number | null {
  if (text === null) return null;
  const seconds = Number(text);
  const waitMs = Number.isFinite(seconds) ? seconds * 1_000 : Date.parse(text) - now;
  return Number.isFinite(waitMs) && waitMs >= 0 ? waitMs : null;
}
