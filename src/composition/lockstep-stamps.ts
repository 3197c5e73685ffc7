import { AuthClient } from 'google-auth-library';
import type { gaxios } from 'google-auth-library';
import { STAMP } from '../clocks/clock-line.ts';
import type { LockstepClock } from '../clocks/lockstep-clock.ts';
import { givesIdTokens, noIdToken } from '../google/auth.ts';
import type { ProbesPort } from '../ports/probes.ts';
import { createDatabaseProbe } from '../probes/postgres.ts';
import { createProbes } from '../probes/probes.ts';
import { createTcpProbe, openSocket } from '../probes/tcp.ts';

/** Credentials whose requests go to the simulator of this clock. */
export class StampedClient extends AuthClient {
  readonly #inner: AuthClient;
  readonly #clock: LockstepClock;

  constructor(inner: AuthClient, clock: LockstepClock) {
    super();
    this.#inner = inner;
    this.#clock = clock;
  }

  override request<T>(options: gaxios.GaxiosOptions): gaxios.GaxiosPromise<T> {
    return this.#clock.call((stamp) => {
      const headers = new Headers(options.headers);
      headers.set(STAMP, stamp);
      return this.#inner.request<T>({ ...options, headers });
    });
  }

  async fetchIdToken(audience: string): Promise<string> {
    if (!givesIdTokens(this.#inner)) throw noIdToken();
    return this.#inner.fetchIdToken(audience);
  }

  override getRequestHeaders(url?: string | URL): Promise<Headers> {
    return this.#inner.getRequestHeaders(url);
  }

  override getAccessToken(): Promise<{ token?: string | null }> {
    return this.#inner.getAccessToken();
  }
}

/** Probes of services that live at `origins` in the time of this clock, and of some that live elsewhere. */
export function stampedProbes(clock: LockstepClock, origins: readonly string[]): ProbesPort {
  const probes = createProbes({ clock });
  const isThere = (url: string): boolean => origins.includes(new URL(url).origin.replace(/^ws/, 'http'));
  const sent = <Request extends Stampable, Answer>(request: Request, probe: (request: Request) => Promise<Answer>): Promise<Answer> =>
    isThere(request.url)
      ? clock.call((stamp) => probe({ ...request, headers: { ...request.headers, [STAMP]: stamp } }))
      : clock.elsewhere(probe(request));
  // The protocol of PostgreSQL, and a bare connection, have no place for a stamp.
  const unheld = {
    now: () => clock.now(),
    sleepUntil: clock.sleepUntil.bind(clock),
    during: <T>(work: Promise<T>) => clock.unstamped(work),
  };
  return {
    http: (request) => sent(request, probes.http),
    webSocket: (request) => sent(request, probes.webSocket),
    grpcHealth: (request) => sent({ ...request, url: request.origin }, probes.grpcHealth),
    tcp: createTcpProbe(unheld, openSocket),
    database: createDatabaseProbe(unheld, null),
  };
}

interface Stampable {
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
}
