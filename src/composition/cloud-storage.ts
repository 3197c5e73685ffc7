import type { AuthClient } from 'google-auth-library';
import { createWallClock } from '../clocks/wall-clock.ts';
import { createAuthClient } from '../google/auth.ts';
import { GuardedClient } from '../google/http.ts';
import type { Clock } from '../ports/clock.ts';
import type { RunStore } from '../ports/store.ts';
import { createGcsStore, listGcsTargets, parseGcsPlace } from '../store/gcs.ts';
import type { GcsPlace, HttpAnswer, HttpPort } from '../store/gcs.ts';
import { LockstepClock } from '../clocks/lockstep-clock.ts';
import { joinClock } from './clock.ts';
import { requireSimulator } from './live.ts';
import { StampedClient } from './lockstep-stamps.ts';

/** How a place in Cloud Storage is reached; nothing said means Google itself, in real time. */
export interface StoreReach {
  /** A simulator (or another server of the same API) in place of Google. */
  readonly endpoint?: string;
  readonly endpointGetsCredentials?: boolean;
  /** The simulator whose time the run follows (loopback only): writes are paced and deadlines kept by it. */
  readonly clock?: string;
}

/** The store of a target in Cloud Storage. `UserError` `state-invalid`, `no-credentials`, `endpoint-invalid`, `clock-down`. */
export async function openCloudStore(state: string, target: string, reach: StoreReach): Promise<RunStore> {
  const place = parseGcsPlace(state);
  return createGcsStore({ target, ...(await reached(place, target.split('/')[0] ?? null, reach)) });
}

/** See `listGcsTargets`. */
export async function listCloudTargets(state: string, reach: StoreReach): Promise<readonly string[]> {
  return listGcsTargets(await reached(parseGcsPlace(state), null, reach));
}

async function reached(
  place: GcsPlace,
  project: string | null,
  { endpoint, clock: clockUrl, endpointGetsCredentials = false }: StoreReach,
) {
  if (clockUrl !== undefined) requireSimulator(endpoint ?? null);
  const followed = clockUrl === undefined ? null : await joinClock(clockUrl);
  const clock: Clock = followed ?? createWallClock();
  const baseUrl = endpoint ?? null;
  const credentials = await createAuthClient({ project, baseUrl, endpointGetsCredentials, clock });
  const authClient = new GuardedClient({
    authClient: followed instanceof LockstepClock ? new StampedClient(credentials, followed) : credentials,
    baseUrl,
    readOnly: false,
  });
  const patience = Math.max(1, followed?.speed ?? 1);
  return { ...place, http: httpOver(authClient), clock, random: { next: () => Math.random() }, baseUrl, patience };
}

/** Requests with the credentials of `authClient`; a refusal is an answer like any other. */
export function httpOver(authClient: AuthClient): HttpPort {
  return async ({ url, method, headers, body, signal }) => {
    try {
      const answer = await authClient.request<unknown>({
        url,
        method,
        headers,
        signal,
        responseType: 'text',
        retry: false,
        ...(body === undefined ? {} : { data: body }),
      });
      return asAnswer(answer);
    } catch (thrown) {
      // Let the client throw, so that it gets a new token where the old one was refused; then take the answer out of the error.
      const response = (thrown as { readonly response?: Parameters<typeof asAnswer>[0] } | null)?.response;
      if (typeof response?.status !== 'number') throw thrown;
      return asAnswer(response);
    }
  };
}

function asAnswer({ status, headers, data }: { readonly status: number; readonly headers: Headers; readonly data: unknown }): HttpAnswer {
  const body = typeof data === 'string' ? data : data === undefined || data === null ? '' : JSON.stringify(data);
  return { status, header: (name) => headers.get(name), body };
}
