import { defined } from '../../core/defined.ts';
import type { CertificateFacts, DatabaseObservation } from '../../core/model/observation.ts';
import type { DatabaseSpec } from '../../core/model/spec.ts';
import { drawLoadBalancer } from '../draw.ts';
import type { RawWorld } from '../draw.ts';
import { durationText } from './observed-services.ts';
import type { LiveLook, LiveService } from './observed-services.ts';
import type { Pools } from './service.ts';

type RawDatabase = NonNullable<RawWorld['databases']>[number];
type RawLoadBalancer = NonNullable<RawWorld['loadBalancers']>[number];

interface LiveDatabase {
  readonly drawn: RawDatabase;
  readonly pools: Pools;
}

/** Each database as it was seen, and how many connections each instance of its services holds. */
export function liveDatabases({ spec, observation }: LiveLook, services: readonly LiveService[]): readonly LiveDatabase[] {
  return spec.databases.flatMap((wanted, index) => {
    const seen = observation.databases[wanted.instance];
    return seen === undefined ? [] : [liveDatabase({ wanted, seen, index }, services)];
  });
}

function liveDatabase(
  { wanted, seen, index }: { readonly wanted: DatabaseSpec; readonly seen: DatabaseObservation; readonly index: number },
  services: readonly LiveService[],
): LiveDatabase {
  const users = services.filter((service) => service.spec.databases.includes(wanted.instance));
  const running = users.reduce(
    (sum, user) => sum + Object.values(user.seen.instances.value ?? {}).reduce((all, count) => all + count, 0),
    0,
  );
  const open = seen.connections.value;
  const each = open === null || running === 0 ? wanted.pool.size : Math.max(1, Math.floor(Math.max(0, open - 2) / running));
  const known = seen.state.value;
  return {
    drawn: {
      name: wanted.instance,
      version: known?.version ?? 'POSTGRES_15',
      tier: known?.tier ?? 'db-custom-2-7680',
      ...(index === 0 ? {} : { ipAddress: `10.166.205.${3 + index}` }),
      ...(known === null || known.lifecycle === 'RUNNABLE' ? {} : { state: known.lifecycle }),
      ...(known?.stopped === true ? { activationPolicy: 'NEVER' as const } : {}),
      ...(known?.maxConnectionsFrom === 'flag' ? { flags: [{ name: 'max_connections', value: String(known.maxConnections) }] } : {}),
      otherConnections: open === null ? 2 : Math.max(0, Math.round(open) - each * running),
    },
    pools: { held: (service) => (users.some((user) => user.spec.name === service) ? each : null) },
  };
}

/** The way in as it was seen; where it could not be read, as the names of the domains suggest. Null: the document names none. */
export function liveLoadBalancer(look: LiveLook): RawLoadBalancer | null {
  const { spec, observation, waysIn } = look;
  if (spec.loadBalancer === null) return null;
  const { urlMap } = spec.loadBalancer;
  const way = waysIn?.value?.find(({ name }) => name === urlMap);
  const certificates = observation.loadBalancer?.certificates.value ?? [];
  const drawn = way === undefined || way.backends.length === 0 ? drawLoadBalancer(spec, spec.loadBalancer) : null;
  const managed = certificates.some(({ source }) => source === 'certificate-manager');
  return {
    name: urlMap,
    backends:
      drawn?.backends ??
      defined(way)
        .backends.map(({ name, group, service }) => ({ name, neg: group, service }))
        .toSorted((a) => (a.name === defined(way).defaultBackend ? -1 : 1)),
    hosts:
      drawn?.hosts ??
      defined(way)
        .hosts.filter(({ host, backend }) => host !== '*' && defined(way).backends.some(({ name }) => name === backend))
        .map(({ host, backend }) => ({ name: host, backend })),
    ...(managed ? { certificateMap: `${urlMap}-map` } : {}),
    certificates: certificates.flatMap((certificate) => liveCertificate(certificate, observation.at)),
  };
}

function liveCertificate(
  { name, source, domains, status, expiresAt, domainStatus }: CertificateFacts,
  now: number,
): readonly NonNullable<RawLoadBalancer['certificates']>[number][] {
  if (domains.length === 0) return [];
  const left = expiresAt === null ? null : expiresAt - now;
  const others = Object.fromEntries(Object.entries(domainStatus).filter(([, said]) => said !== 'ACTIVE'));
  return [
    {
      name,
      source,
      domains: [...domains],
      ...(status === 'ACTIVE' ? {} : { status }),
      ...(Object.keys(others).length === 0 ? {} : { domainStatus: others }),
      ...(left === null ? {} : { expiresIn: left < 0 ? `-${durationText(-left)}` : durationText(left) }),
    },
  ];
}

/** Google's own open incidents: told, without what they do to requests, which nobody tells. */
export function liveIncidents({ observation }: LiveLook): NonNullable<RawWorld['incidents']> {
  return (observation.incidents.value ?? [])
    .filter(({ products, locations }) => products.length > 0 && locations.length > 0)
    .map(({ id, title, products, locations, startedAt }) => ({
      name: id,
      title,
      products: [...products],
      locations: [...locations],
      startedBefore: durationText(observation.at - (startedAt ?? observation.at - 3_600_000)),
    }));
}
