import type { AuthClient } from 'google-auth-library';
import type { Calls } from './calls.ts';
import type { GoogleTime } from './google-time.ts';

/** What every adapter of this folder needs to know. */
export interface Scope {
  readonly project: string;
  readonly region: string;
  /** `projects/P/locations/R`. */
  readonly location: string;
  readonly calls: Calls;
  /** Options for a googleapis client: the guarded credentials, the endpoint, and no retries but ours. */
  readonly client: { readonly auth: AuthClient; readonly retry: false; readonly rootUrl?: string };
  readonly baseUrl: string | null;
  /** Google's time beside ours; missing: taken to be the same. */
  readonly time?: Pick<GoogleTime, 'aheadMs'>;
}
