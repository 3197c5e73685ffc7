import { AuthClient } from 'google-auth-library';
import type { gaxios } from 'google-auth-library';
import { ConflictError } from '../../core/errors.ts';
import type { CloudRunPort } from '../../ports/cloud.ts';
import type { Clock } from '../../ports/clock.ts';
import { WRITE_WITHIN_MS } from '../calls.ts';
import { lazy } from '../lazy.ts';
import { acceptedOperation } from '../operations.ts';
import { resourcePath } from '../scope.ts';
import type { Scope } from '../scope.ts';
import type { ServicesClient } from './generated-client.ts';
import { trafficJson } from './traffic.ts';

/**
 * The traffic patch through Google's generated client, over REST as everywhere. It is loaded before the first write's
 * etag is read (`prepareWrites`), and not with the program: loading it costs more than all reads together (libraries 2). Always with a mask, since the client invents empty maps
 * (libraries 1.5). Its retries and its waiting are not used, and the operation's name is read from the plain answer: the client
 * cannot read an operation whose error has details (libraries 1.3).
 */
export function createTrafficWriter(scope: Scope, clock: Clock): Pick<CloudRunPort, 'setTraffic' | 'prepareWrites'> {
  const client = lazy(clock, () => load(scope));
  const setTraffic: CloudRunPort['setTraffic'] = async (service, etag, traffic, options) => {
    if (etag === '') throw new ConflictError('no-etag', `service ${service}: traffic is never written without an etag`);
    const request = {
      service: { name: resourcePath(scope, 'services', service), etag, traffic: trafficJson(traffic).map((target) => ({ ...target })) },
      updateMask: { paths: ['traffic'] },
    };
    const loaded = await client();
    const call = { api: 'run', method: 'services.patch', resource: service };
    const answer = await scope.calls.write(call, async (signal) => ({ data: await send(loaded, request, clock, signal) }), options);
    return { operation: acceptedOperation(answer, `traffic of ${service}`) };
  };
  return { setTraffic, prepareWrites: async () => void (await client()) };
}

interface Client {
  readonly services: ServicesClient;
  readonly carrier: Carrier;
}

async function load(scope: Scope): Promise<Client> {
  const { ServicesClient: Services } = await import('./generated-client.ts');
  const carrier = new Carrier(scope.client.auth);
  return { carrier, services: new Services({ fallback: true, authClient: carrier, ...endpoint(scope.baseUrl) }) };
}

function endpoint(baseUrl: string | null): { protocol?: string; apiEndpoint?: string; port?: number } {
  if (baseUrl === null) return {};
  const { protocol, hostname, port } = new URL(baseUrl);
  return { protocol: protocol.slice(0, -1), apiEndpoint: hostname, port: Number(port) || (protocol === 'https:' ? 443 : 80) };
}

type UpdateRequest = Parameters<ServicesClient['updateService']>[0];

async function send({ services, carrier }: Client, request: UpdateRequest, clock: Clock, signal: AbortSignal): Promise<unknown> {
  const write = new Write(clock);
  const headers = carrier.expect(write);
  write.holdTime();
  try {
    // Their timeout is longer than our own deadline, which is the one that counts.
    await services.updateService(request, { timeout: 2 * WRITE_WITHIN_MS, signal, retry: null, otherArgs: { headers } });
  } catch (thrown) {
    if (write.accepted === null) throw thrown;
  } finally {
    carrier.forget(headers);
    write.releaseTime();
  }
  return write.accepted;
}

/**
 * One write on its way through the client. The client works in steps that a virtual clock cannot see; time stands still during
 * them, and moves only while the request itself is under way.
 */
class Write {
  /** The body of an answer of 2xx. */
  accepted: unknown = null;
  readonly #clock: Clock;
  #release: (() => void) | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  holdTime(): void {
    const held = Promise.withResolvers<void>();
    this.#release = held.resolve;
    void this.#clock.during(held.promise);
  }

  releaseTime(): void {
    this.#release?.();
    this.#release = null;
  }
}

/** Never sent: tells the carrier which write a request of the client belongs to. */
const WRITE_HEADER = 'x-firebreak-write';

/** Carries the client's requests to the guarded credentials and keeps each answer as it came. */
class Carrier extends AuthClient {
  readonly #guarded: AuthClient;
  readonly #expected = new Map<string, Write>();
  #count = 0;

  constructor(guarded: AuthClient) {
    super();
    this.#guarded = guarded;
  }

  /** Headers for the client's call, by which its request will be known. */
  expect(write: Write): Readonly<Record<typeof WRITE_HEADER, string>> {
    const id = String((this.#count += 1));
    this.#expected.set(id, write);
    return { [WRITE_HEADER]: id };
  }

  forget(headers: Readonly<Record<typeof WRITE_HEADER, string>>): void {
    this.#expected.delete(headers[WRITE_HEADER]);
  }

  override async request<T>(options: gaxios.GaxiosOptions): gaxios.GaxiosPromise<T> {
    const headers = new Headers(options.headers);
    const write = this.#expected.get(headers.get(WRITE_HEADER) ?? '');
    headers.delete(WRITE_HEADER);
    write?.releaseTime();
    try {
      const answer = await this.#guarded.request<T>({ ...options, headers });
      if (write !== undefined && answer.status < 300) write.accepted = parsed(answer.data);
      return answer;
    } finally {
      write?.holdTime();
    }
  }

  override getRequestHeaders(): Promise<Headers> {
    return this.#guarded.getRequestHeaders();
  }

  override getAccessToken(): Promise<{ token?: string | null }> {
    return this.#guarded.getAccessToken();
  }
}

function parsed(data: unknown): unknown {
  if (typeof data !== 'string') return data;
  try {
    return JSON.parse(data);
  } catch {
    return data;
  }
}
