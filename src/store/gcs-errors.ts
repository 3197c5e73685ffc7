import { FirebreakError, TransientError, UserError } from '../core/errors.ts';
import { readFailure, redact } from '../google/failure.ts';
import type { HttpAnswer } from './gcs-http.ts';

/** What the person must do so that the controller may keep its memory there (gcp-facts 10). */
const GRANT = 'grant it roles/storage.objectUser on the bucket (storage.objects.create, get, list, delete), or choose another --state';

/**
 * An answer of Cloud Storage that the operation has no use for, as what follows from it: `TransientError` for 408, 429 and 5xx,
 * `UserError` for a bucket that is missing or closed to us, or a request that will never be accepted.
 */
export function refusalOf(answer: HttpAnswer, place: string, now: number): FirebreakError {
  const { status } = answer;
  const { message, reason, canonical, retryAfterMs } = readFailure(asFailure(answer), now);
  const said = `${place}: ${status}${reason === null ? '' : ` ${reason}`}: ${message}`;
  if (status === 408 || status >= 500 || canonical === 'RESOURCE_EXHAUSTED' || (status === 403 && reason === 'backendError')) {
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
  return new TransientError('no-answer', `${place}: no answer: ${redact(words)}`, { cause: thrown });
}

/** As a client of Google would have thrown it. */
function asFailure({ status, header, body }: HttpAnswer): { readonly message: string; readonly response: object } {
  const message = body === '' ? 'no more was said' : 'the answer is not JSON';
  return { message, response: { status, data: body, headers: { get: header } } };
}
