import { placed } from '../../../src/simulator/world/place.ts';
import type { Scenario } from '../../../src/simulator/scenario.ts';
import type { Chance } from '../chance.ts';

type ServiceOf = Scenario['world']['services'][number];

/** What an hour of an ordinary day brings: laid over a scenario. Users feel nothing of it for longer than a moment. */
export interface Noise {
  readonly world: { readonly services: readonly object[] };
  readonly faults: readonly object[];
  readonly people: readonly object[];
}

/** At four in the morning a fifth of the mean, in the afternoon nearly twice as much. */
function loadAt(hour: number): number {
  return 1 - 0.8 * Math.cos(((hour - 4) / 24) * 2 * Math.PI);
}

export function ordinaryNoise(scenario: Scenario, hour: number, chance: Chance): Noise {
  const { services, project, region } = scenario.world;
  const pathOf = (called: string): string => {
    const at = placed(called, region);
    return `projects/${project}/locations/${at.region}/services/${at.name}`;
  };
  return {
    world: { services: services.map((service) => restless(service, hour, chance)) },
    faults: [
      ...now(chance, 0.3, { match: { path: '/v*/**' }, probability: 0.005, answer: { status: 503 } }),
      ...now(chance, 0.3, { match: { method: 'GET', path: '/_services/**' }, probability: 0.02, answer: { status: 503 } }),
      ...now(chance, 0.2, { match: { path: '/v3/**' }, from: `${chance.between(2, 20)}m`, for: '2m', answer: { status: 503 } }),
      ...now(chance, 0.2, { match: { path: '/v2/entries:list' }, from: `${chance.between(0, 10)}m`, for: '3m', answer: { status: 429 } }),
    ].map((fault, index) => ({ ...fault, id: `noise-${index}`, optional: true })),
    people: now(chance, 0.3, {
      at: `${chance.between(1, 20)}m`,
      actor: `cost-tool@${project}.iam.gserviceaccount.com`,
      mayFail: true,
      request: {
        method: 'PATCH',
        path: `/v2/${pathOf(chance.pick(services as [ServiceOf, ...ServiceOf[]]).name)}?updateMask=labels`,
        body: { labels: { 'cost-center': 'shop' } },
      },
    }),
  };
}

/** Load of the hour, which rises and falls; a failure in a thousand; a line that frightens; now and then twenty bad seconds. */
function restless({ name, load, application }: ServiceOf, hour: number, chance: Chance): object {
  const rate = (at: number): number => Number((load.requestsPerSecond * loadAt(at) * (0.85 + 0.3 * chance.next())).toPrecision(3));
  const changes = [10, 20, 30, 40].map((minute) => ({ at: `${minute}m`, requestsPerSecond: rate(hour + minute / 60) }));
  const moment = now(chance, 0.2, { from: `${chance.between(-10, 15)}m`, for: '20s', failing: 0.2 });
  const chatter = { every: `${chance.between(20, 90)}s`, message: 'ERROR: cache miss for key session:9f2 (expected after eviction)' };
  return {
    name,
    load: { requestsPerSecond: rate(hour), changes },
    application: { ...(application.grpc === undefined && { troubles: [{ failing: 0.001 }, ...moment] }), chatter: [chatter] },
  };
}

function now<T>(chance: Chance, probability: number, one: T): readonly T[] {
  return chance.is(probability) ? [one] : [];
}
