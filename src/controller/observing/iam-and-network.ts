import { absent } from '../../core/model/measured.ts';
import type { Measured } from '../../core/model/measured.ts';
import type { ChainLink, LoadBalancerObservation, Observation } from '../../core/model/observation.ts';
import { regionsOf } from '../../core/region.ts';
import { readsNetwork } from '../../steps/index.ts';
import { reaged, RETRY_EVERY, SLOW_DELAY, SLOW_EVERY } from './ages.ts';
import type { ObserverOptions } from './options.ts';
import { CachedRead } from './cached-read.ts';
import { measured, problemOf } from './measure.ts';
import type { States } from './services.ts';

/** What stands around the services and changes slowly. */
export interface IamAndNetwork {
  readonly loadBalancer: LoadBalancerObservation | null;
  readonly incidents: Observation['incidents'];
  readonly accounts: Observation['accounts'];
  readonly gateways?: NonNullable<Observation['gateways']>;
}

/** Reads each of them every five minutes (one that failed, after one), and hands out the last reading with its age. */
export function readIamAndNetwork(options: ObserverOptions): (states: States, signal: AbortSignal) => Promise<IamAndNetwork> {
  const { cloud, clock, spec } = options;
  const slow = <T>(readNow: (signal: AbortSignal) => Promise<Measured<T>>): CachedRead<Measured<T>> =>
    new CachedRead(clock, { everyMs: SLOW_EVERY, retryMs: RETRY_EVERY, failed: ({ value }) => value === null }, readNow);
  let present: States | null = null;
  const loadBalancer = new CachedRead(clock, { everyMs: SLOW_EVERY, retryMs: RETRY_EVERY, failed: isUnread }, (signal: AbortSignal) =>
    readLoadBalancer(options, signal),
  );
  const incidents = slow((signal) =>
    measured('servicehealth.googleapis.com/events', clock, () => cloud.incidents.open(regionsOf(spec), { signal })),
  );
  const accounts = slow(async (signal) => {
    const source = 'cloudresourcemanager.googleapis.com:getIamPolicy';
    const known = spec.services.map(({ name }) => present?.(name).value ?? null).filter((state) => state !== null);
    if (known.length === 0) return absent<NonNullable<IamAndNetwork['accounts']['value']>>(source, 'no service could be read');
    return measured(source, clock, () => cloud.accounts.describe(known, { signal }));
  });
  const gateways = slow((signal) => measured('compute.googleapis.com/routers', clock, () => cloud.network.gateways({ signal })));
  return async (states, signal) => {
    present = states;
    const now = clock.now();
    const [balancer, open, facts, ways] = await Promise.all([
      loadBalancer.read(signal),
      incidents.read(signal),
      accounts.read(signal),
      readsNetwork(spec) ? gateways.read(signal) : null,
    ]);
    return {
      loadBalancer: balancer === null ? null : agedBalancer(balancer, states, now),
      incidents: reaged(open, now, SLOW_DELAY),
      accounts: reaged(facts, now, SLOW_DELAY),
      ...(ways === null ? {} : { gateways: reaged(ways, now, SLOW_DELAY) }),
    };
  };
}

async function readLoadBalancer({ cloud, spec }: ObserverOptions, signal: AbortSignal): Promise<LoadBalancerObservation | null> {
  if (spec.loadBalancer === null) return null;
  const { urlMap } = spec.loadBalancer;
  try {
    return await cloud.loadBalancer.describe(urlMap, { signal });
  } catch (thrown) {
    const problem = problemOf(thrown);
    const source = `compute.googleapis.com/urlMaps/${urlMap}`;
    return { chain: absent(source, problem), certificates: absent(source, problem) };
  }
}

function isUnread(seen: LoadBalancerObservation | null): boolean {
  return seen !== null && (seen.chain.value === null || seen.certificates.value === null);
}

/** The chain ends at services, which are read at every look: whether they exist and let the load balancer in is as new as they are. */
function agedBalancer({ chain, certificates }: LoadBalancerObservation, states: States, now: number): LoadBalancerObservation {
  const links = reaged(chain, now, SLOW_DELAY);
  return {
    chain: links.value === null ? links : { ...links, value: links.value.map((link) => withService(link, states)) },
    certificates: reaged(certificates, now, SLOW_DELAY),
  };
}

function withService(link: ChainLink, states: States): ChainLink {
  if (link.kind !== 'service') return link;
  const problem = serviceProblem(link.name, states);
  return problem === null ? link : { ...link, problem };
}

/** One of a region in which the document has nothing is not among the services that are read. */
function serviceProblem(name: string, { of }: States): string | null {
  const services = of(name).value;
  if (services === null) return null;
  const state = services.find((service) => service.name === name);
  if (state === undefined) return 'it does not exist';
  const { ingress } = state.template;
  return ingress === 'INGRESS_TRAFFIC_INTERNAL_ONLY' ? `its ingress ${ingress} does not let the load balancer in` : null;
}
