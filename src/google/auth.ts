import { GoogleAuth, PassThroughClient, UserRefreshClient, gcpMetadata } from 'google-auth-library';
import type { AuthClient, IdTokenProvider } from 'google-auth-library';
import type { Clock } from '../ports/clock.ts';
import { TransientError, UserError } from '../core/errors.ts';
import { findCode, redact } from './failure.ts';

const SCOPES = ['https://www.googleapis.com/auth/cloud-platform'];
const LOGIN = 'run `gcloud auth application-default login`, or set GOOGLE_APPLICATION_CREDENTIALS to a key file';
/** The metadata server of Google Cloud answers within milliseconds; a laptop would wait for seconds. */
const METADATA_WITHIN_MS = 500;

export interface AuthOptions {
  /** null: none is known; then nobody is named who pays for the calls. */
  readonly project: string | null;
  /** null: Google itself. A loopback address gets no credentials; any other must be https, and a host of Google's to get them. */
  readonly baseUrl: string | null;
  /** The person has said that this address, which is not Google's, may have them. */
  readonly endpointGetsCredentials?: boolean;
  readonly clock: Clock;
}

/**
 * The credentials for Google, or none for an endpoint on this machine. Tells within about half a second that there are none.
 * Always names the project: otherwise the library runs `gcloud` to find out (libraries 1.1). Personal credentials without a
 * quota project get the target project as theirs, because Cloud Support and Service Usage demand one (gcp-facts 7).
 * @throws UserError `endpoint-invalid`, `endpoint-insecure`, `endpoint-not-googles` or `no-credentials`.
 */
export async function createAuthClient(options: AuthOptions): Promise<AuthClient> {
  if (options.baseUrl !== null) {
    const url = endpoint(options.baseUrl);
    if (isLoopback(url)) return new LoopbackClient(url.origin);
    if (!isGoogles(url) && options.endpointGetsCredentials !== true) throw notGoogles(url);
  }
  const auth = new QuickAuth(options.clock, options.project ?? 'none');
  try {
    const client = await auth.getClient();
    if (client instanceof UserRefreshClient && options.project !== null) client.quotaProjectId ??= options.project;
    return client;
  } catch (thrown) {
    throw new UserError('no-credentials', `no usable Google credentials: ${redact(messageOf(thrown))}`, LOGIN, { cause: thrown });
  }
}

/** Whether an endpoint is on this machine: the only kind that may be spoken to without credentials and without TLS. */
export function isLoopback(url: URL): boolean {
  return url.hostname === 'localhost' || url.hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(url.hostname);
}

/** Whether a token may go there: `run.googleapis.com`, and the private ways in such as `run-x.p.googleapis.com`. */
function isGoogles(url: URL): boolean {
  return (
    url.protocol === 'https:' && /^(?:[a-z0-9-]{1,63}\.){1,5}googleapis\.com$/.test(url.hostname) && (url.port === '' || url.port === '443')
  );
}

function notGoogles(url: URL): UserError {
  return new UserError(
    'endpoint-not-googles',
    `${url.host} is not one of Google's hosts (*.googleapis.com): it gets no credentials, and nothing was sent there`,
    'mend or leave out --endpoint; if this address is really meant to get a token for your whole project, add --endpoint-gets-credentials',
  );
}

/** Why a token could not be had: `UserError` when the person must log in again, `TransientError` when the path to Google's token service failed. */
export function credentialsFailure(thrown: unknown): UserError | TransientError {
  const status = (thrown as { status?: unknown } | null)?.status;
  const message = redact(messageOf(thrown));
  const refused = typeof status === 'number' && status >= 400 && status < 500 && status !== 429;
  if (refused || (status === undefined && findCode(thrown) === null)) {
    return new UserError('credentials-refused', `Google's token service refused the credentials: ${message}`, LOGIN, { cause: thrown });
  }
  return new TransientError('token-unavailable', `no token could be fetched: ${message}`, { cause: thrown });
}

/** Whether these credentials can prove to a service who they are. Those of a federated identity, without an account of their own, cannot. */
export function givesIdTokens(client: AuthClient): client is AuthClient & IdTokenProvider {
  return 'fetchIdToken' in client && typeof client.fetchIdToken === 'function';
}

export function noIdToken(): UserError {
  const fix = 'write the e-mail address of a service account at `identity`, and let this account impersonate it';
  return new UserError('no-id-token', 'credentials of this kind give no ID token', fix);
}

/** A simulator on this machine: it takes no credentials, and tells who we are as the metadata server of Google Cloud does. */
class LoopbackClient extends PassThroughClient implements IdTokenProvider {
  readonly #origin: string;

  constructor(origin: string) {
    super();
    this.#origin = origin;
  }

  async fetchIdToken(audience: string): Promise<string> {
    const url = `${this.#origin}${IDENTITY_PATH}?audience=${encodeURIComponent(audience)}`;
    const { data } = await this.request<string>({ url, headers: { 'Metadata-Flavor': 'Google' }, responseType: 'text' });
    return data;
  }
}

/** Source: Cloud Run, "Fetching identity and access tokens using the metadata server". */
const IDENTITY_PATH = '/computeMetadata/v1/instance/service-accounts/default/identity';

class QuickAuth extends GoogleAuth {
  readonly #clock: Clock;

  constructor(clock: Clock, project: string) {
    super({ scopes: SCOPES, projectId: project, clientOptions: { forceRefreshOnFailure: true } });
    this.#clock = clock;
  }

  /** Google's own check pings for seconds where there is no metadata server. */
  override async _checkIsGCE(): Promise<boolean> {
    if (gcpMetadata.getGCPResidency()) return true;
    const timer = new AbortController();
    const late = this.#clock.sleepUntil(this.#clock.now() + METADATA_WITHIN_MS, timer.signal).then(
      () => false,
      () => false,
    );
    const available = await Promise.race([gcpMetadata.isAvailable().catch(() => false), late]);
    timer.abort();
    return available;
  }
}

function endpoint(text: string): URL {
  if (!URL.canParse(text)) throw new UserError('endpoint-invalid', `"${text}" is not a URL`, 'give --endpoint as http://127.0.0.1:PORT');
  const url = new URL(text);
  if (url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url))) return url;
  throw new UserError(
    'endpoint-insecure',
    `${url.origin} would get credentials over an open line`,
    'use https, or an address on this machine such as http://127.0.0.1:PORT',
  );
}

function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
