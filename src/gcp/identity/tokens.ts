import { z } from 'zod';
import { MINUTE } from '../../core/duration.ts';
import type { GuardedClient } from '../../google/http.ts';
import type { Clock } from '../../ports/clock.ts';
import type { CallOptions, IdentityPort } from '../../ports/cloud.ts';
import { parse } from '../response-parsing.ts';
import { Deadlines } from '../deadlines.ts';
import { translate } from '../errors.ts';
import { createRest } from '../rest.ts';
import type { Scope } from '../scope.ts';

/** ID tokens are good for an hour (Cloud Run, "Authenticating service-to-service"); none is used in its last minutes. */
const KEPT_MS = 50 * MINUTE;

/** The metadata server answers within milliseconds, Google's token service within seconds. */
const WITHIN_MS = 10_000;

const made = z.object({ token: z.string().min(1) });

interface Kept {
  readonly token: Promise<string>;
  readonly until: number;
}

/** ID tokens, one a service and account, made anew before they end. What could not be made is asked for again the next time. */
export function createIdentity(scope: Scope, clock: Clock, credentials: Pick<GuardedClient, 'idToken'>): IdentityPort {
  const deadlines = new Deadlines(clock);
  const own = async (audience: string, signal?: AbortSignal): Promise<string> => {
    const deadline = deadlines.join(clock.now() + WITHIN_MS, signal);
    try {
      return await Promise.race([credentials.idToken(audience), deadline.stopped]);
    } catch (thrown) {
      if (signal?.aborted) throw signal.reason;
      throw translate(thrown, { api: 'credentials', method: 'idToken', resource: audience, kind: 'read' }, clock.now());
    } finally {
      deadline.leave();
    }
  };
  const rest = createRest(scope, 'iamcredentials.googleapis.com');
  const kept = new Map<string, Kept>();
  const impersonated = async (account: string, audience: string, options?: CallOptions): Promise<string> => {
    const call = { api: 'iamcredentials', method: 'serviceAccounts.generateIdToken', resource: account };
    const path = `/v1/projects/-/serviceAccounts/${encodeURIComponent(account)}:generateIdToken`;
    return parse(made, await rest.ask(call, path, { audience, includeEmail: true }, options), 'ID token').token;
  };
  return {
    token({ audience, account }, options) {
      const key = `${account ?? ''} ${audience}`;
      const known = kept.get(key);
      if (known !== undefined && clock.now() < known.until) return known.token;
      const token = account === null ? own(audience, options?.signal) : impersonated(account, audience, options);
      kept.set(key, { token, until: clock.now() + KEPT_MS });
      token.catch(() => kept.delete(key));
      return token;
    },
  };
}
