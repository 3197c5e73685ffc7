import { loadScenario, type Scenario } from '../../../src/simulator/scenario.ts';
import { createSimulator, type SimClock, type Simulator, type SimulatorOptions } from '../../../src/simulator/simulator.ts';
import { createWorld } from '../../../src/simulator/world/world.ts';

/** A clock that stands still until it is told to go on; a sleeper moves it to its own instant. */
export class HandClock implements SimClock {
  #now: number;

  constructor(at: number) {
    this.#now = at;
  }

  now(): number {
    return this.#now;
  }

  advance(ms: number): void {
    this.#now += ms;
  }

  async sleepUntil(at: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    this.#now = Math.max(this.#now, at);
  }
}

export const PROJECT = 'shop-staging';
export const REGION = 'us-central1';
export const BASE_URL = 'http://simulator.invalid';
export const CONNECTOR = `/v1/projects/${PROJECT}/locations/${REGION}/connectors/shop-connector`;
export const SERVICES = `/v2/projects/${PROJECT}/locations/${REGION}/services`;
export const SHOP = `${SERVICES}/shop`;

/** A small shop: one connector, one database, a service with two revisions and one without a connector. */
const DOCUMENT = `
name: small-shop
title: A small shop where all is well
cause: healthy
seed: 7
startAt: 2025-03-01T12:00:00Z
world:
  project: ${PROJECT}
  region: ${REGION}
  history: 10m
  connectors:
    - { name: shop-connector, network: shop-vpc, ipCidrRange: 10.8.0.0/28, machineType: e2-micro, minInstances: 2, maxInstances: 5, activeInstances: 2 }
  databases:
    - { name: shop-db, tier: db-custom-1-3840, flags: [{ name: max_connections, value: '200' }] }
  services:
    - name: shop
      role: backend
      serviceAccount: shop@${PROJECT}.iam.gserviceaccount.com
      load: { requestsPerSecond: 4 }
      traffic:
        - { revision: shop-00007-abc, percent: 90 }
        - { revision: shop-00006-xyz, percent: 10, tag: old }
      revisions:
        - { name: shop-00006-xyz, image: 'shop:6', createdBefore: 48h, connector: shop-connector, egress: PRIVATE_RANGES_ONLY, running: { ready: 1 } }
        - { name: shop-00007-abc, image: 'shop:7', createdBefore: 24h, connector: shop-connector, egress: PRIVATE_RANGES_ONLY, minInstances: 1, running: { ready: 2 } }
      newRevisions: { image: 'shop:broken', defect: { kind: exits, message: 'ValueError: no such option', exitCode: 1 } }
    - name: front
      role: frontend
      serviceAccount: front@${PROJECT}.iam.gserviceaccount.com
      load: { requestsPerSecond: 2 }
      traffic: [{ latest: true, percent: 100 }]
      revisions:
        - { name: front-00001-aaa, image: 'front:1', createdBefore: 12h, running: { ready: 1 } }
expect: { outcome: recovered }
`;

export interface Given {
  readonly scenario: Scenario;
  readonly simulator: Simulator;
  readonly clock: HandClock;
  /** One request; the answer's JSON (or text) with its status. */
  call(method: string, path: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<Answer>;
}

export interface Answer {
  readonly status: number | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly data: Data;
}

export type Data = Readonly<Record<string, unknown>>;

/** What lies at a path in an answer: `pick(data, 'points', 0, 'value')`; undefined when the path ends early. */
export function pick(data: unknown, ...path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>(
    (value, part) => (typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[part] : undefined),
    data,
  );
}

/** The simulator over the small shop, or over another scenario, with changes. */
export function given(change: Partial<Scenario> = {}, options: Partial<SimulatorOptions> = {}): Given {
  const scenario = { ...loadScenario(DOCUMENT, 'small-shop.yaml'), ...change };
  const clock = new HandClock(scenario.startAt);
  const simulator = createSimulator({ scenario, world: createWorld(scenario), clock, baseUrl: BASE_URL, ...options });
  return {
    scenario,
    simulator,
    clock,
    async call(method, path, body, headers = {}) {
      const answer = await simulator.handle({ method, path, headers, body: body === undefined ? '' : JSON.stringify(body) });
      const json = answer.headers['content-type']?.includes('json');
      const data = (json ? JSON.parse(answer.body) : { text: answer.body }) as Data;
      return { status: answer.status, headers: answer.headers, data };
    },
  };
}

/** Polls an operation every second of simulated time until it is done; fails the test after an hour. */
export async function finished({ call, clock }: Given, api: 'v1' | 'v2', operation: Answer): Promise<Data> {
  for (let waited = 0; waited < 3_600; waited++) {
    const { data } = await call('GET', `/${api}/${operation.data['name']}`);
    if (data['done']) return data;
    clock.advance(1_000);
  }
  throw new Error(`${operation.data['name']} did not end within an hour`);
}
