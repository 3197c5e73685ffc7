import type { Scenario } from '../../../src/simulator/scenario.ts';
import type { RevisionFacts, World } from '../../../src/simulator/world/contract.ts';
import { factsOf } from '../../../src/simulator/world/initial-state.ts';
import { createWorld } from '../../../src/simulator/world/world.ts';

export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;

export const AUTH = 'netra-auth-service';
export const BACKEND = 'netra-backend-staging';
export const FRONTEND = 'netra-frontend-staging';
export const PINNED = 'netra-backend-staging-00750-69k';
export const OLDER = 'netra-backend-staging-00749-6tr';
export const LARGE = { minInstances: 3, maxInstances: 10, machineType: 'e2-standard-4' };

/** A world with hands: what a run does to it through the API, at instants since the start. */
export class Rig {
  readonly world: World & { readonly stepsTaken: () => number };
  readonly scenario: Scenario;
  #deploys = 0;
  /** Since the start. */
  now = 0;

  constructor(scenario: Scenario) {
    this.scenario = scenario;
    this.world = createWorld(scenario);
  }

  at(since: number): number {
    return this.scenario.startAt + since;
  }

  goto(since: number): this {
    this.now = Math.max(this.now, since);
    this.world.advanceTo(this.at(since));
    return this;
  }

  scale(since: number): this {
    this.goto(since).world.connectors.apply('staging-connector', LARGE);
    return this;
  }

  shift(service: string, revision: string, since: number): this {
    this.goto(since).world.services.setTraffic(service, [{ revision, percent: 100 }], this.at(since));
    return this;
  }

  /** A new revision of the present template; returns its name. */
  deploy(service: string, since: number, change: Partial<RevisionFacts> = {}): string {
    const template = this.scenario.world.services.find((one) => one.name === service)?.revisions.at(-1);
    if (template === undefined) throw new Error(`no template of ${service}`);
    this.#deploys += 1;
    const name = `${service}-009${String(this.#deploys).padStart(2, '0')}-new`;
    this.world.services.addRevision({ ...factsOf(service, template), ...change, name }, this.at(since));
    return name;
  }

  state(service: string, revision: string): string {
    return this.world.services.condition(service, revision).state;
  }

  probe(service: string, path = '/health', revision: string | null = null): { readonly status: number; readonly latencyMs: number } {
    return this.world.serve.http({ service, revision, method: 'GET', path, headers: {}, body: '' });
  }

  /** Requests by response code class in the minutes that end in (from, to], seen long enough after. */
  requests(service: string, from: number, to: number): Readonly<Record<string, number>> {
    const counted: Record<string, number> = {};
    for (const series of this.world.metrics.query('run.googleapis.com/request_count', this.at(from), this.at(to))) {
      if (series.resourceLabels['service_name'] !== service) continue;
      const code = series.metricLabels['response_code_class'] ?? '';
      for (const point of series.points) if (typeof point.value === 'number') counted[code] = (counted[code] ?? 0) + point.value;
    }
    return counted;
  }

  /** Requests that were answered 429 in the minutes that end in (from, to]. */
  turnedAway(service: string, from: number, to: number): number {
    return this.world.metrics
      .query('run.googleapis.com/request_count', this.at(from), this.at(to))
      .filter(({ resourceLabels, metricLabels }) => resourceLabels['service_name'] === service && metricLabels['response_code'] === '429')
      .flatMap(({ points }) => points)
      .reduce((sum, { value }) => sum + (typeof value === 'number' ? value : 0), 0);
  }

  /** The newest visible sum of a metric over its series (of one service or all). */
  gauge(metricType: string, labels: Readonly<Record<string, string>> = {}): number | null {
    const now = this.at(24 * HOUR);
    const series = this.world.metrics
      .query(metricType, this.at(-24 * HOUR), now)
      .filter((one) => Object.entries(labels).every(([key, value]) => one.resourceLabels[key] === value));
    const newest = Math.max(...series.map((one) => one.points.at(-1)?.end ?? 0));
    if (series.length === 0) return null;
    return series.reduce((sum, one) => sum + (one.points.at(-1)?.end === newest ? Number(one.points.at(-1)?.value) : 0), 0);
  }

  texts(from: number, to: number): readonly string[] {
    return this.world.logs.entries(this.at(from), this.at(to)).map((entry) => entry.textPayload ?? messageOf(entry.jsonPayload));
  }
}

function messageOf(payload: unknown): string {
  return typeof payload === 'object' && payload !== null && 'message' in payload ? String(payload.message) : '';
}
