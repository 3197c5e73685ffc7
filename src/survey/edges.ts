import type { ServiceState } from '../core/model/observation.ts';
import type { WayIn } from '../core/model/way-in.ts';
import { locatedOf, regionsIn, shortIn } from '../core/region.ts';
import { hostIn } from './databases.ts';

/** That one service seems to call another, because a variable of it holds the other's address or name. */
export interface Edge {
  readonly from: string;
  readonly to: string;
  readonly because: string;
}

export interface Ordered {
  /** Each after those that it depends on; otherwise in alphabetical order. */
  readonly services: readonly ServiceState[];
  readonly edges: readonly Edge[];
  /** Edges that would have closed a circle, and are left out. */
  readonly circular: readonly Edge[];
  /** Those to a region that comes later, left out as well: regions are worked on one after the other. */
  readonly later: readonly Edge[];
}

/** Who calls whom as far as the variables of the services tell. A front end's variables may hold the address of the public way in. */
export function edgesOf(services: readonly ServiceState[], waysIn: readonly WayIn[]): readonly Edge[] {
  return services.flatMap((from) => {
    const found = Object.entries(from.template.env).flatMap(([name, value]) => {
      const to = value.split(',').flatMap((part) => serviceMeant(part.trim(), from.name, { services, waysIn }) ?? []);
      return to.filter((other) => other !== from.name).map((other): Edge => ({ from: from.name, to: other, because: name }));
    });
    return [...new Map(found.map((edge) => [edge.to, edge])).values()];
  });
}

interface Known {
  readonly services: readonly ServiceState[];
  readonly waysIn: readonly WayIn[];
}

/** The service whose address, host or very name a value is; null: none. The longest name that fits, because `api` begins `api-v2`. */
function serviceMeant(value: string, caller: string, { services, waysIn }: Known): string | null {
  const byAddress = services.find(({ uri }) => uri !== null && (value === uri || value.startsWith(`${uri}/`)));
  if (byAddress !== undefined) return byAddress.name;
  const host = hostIn(value).toLowerCase();
  if (host === '') return null;
  const names = services.map(({ name }) => name).toSorted((a, b) => shortIn(b).length - shortIn(a).length);
  const led = waysIn.flatMap((way) => way.hosts.filter((one) => one.host === host).flatMap(({ backend }) => servicesOf(way, backend)));
  if (led.length > 0)
    return nearest(
      names.filter((name) => led.includes(name)),
      caller,
      host,
    );
  const [first = '', ...rest] = host.split('.');
  const owned = (name: string): boolean => (host.endsWith('.run.app') ? first === name || RUN_APP(name).test(first) : first === name);
  // A bare word is a name only where it is written as an address is.
  if (rest.length === 0 && !/^[a-z][a-z0-9+.-]*:\/\/|:\d+$/i.test(value.trim())) return null;
  const longest = names.find((name) => owned(shortIn(name)));
  if (longest === undefined) return null;
  return nearest(
    names.filter((name) => shortIn(name) === shortIn(longest)),
    caller,
    host,
  );
}

/** Of one service in several regions: the one of the region in the host, else that of the caller's own, else the first. */
function nearest(names: readonly string[], caller: string, host: string): string | null {
  const regionOf = (name: string): string => locatedOf(name, '').region;
  const told = /\.([a-z]+-[a-z]+\d+)\.run\.app$/.exec(host)?.[1];
  const wanted = told === undefined ? regionOf(caller) : names.some((name) => regionOf(name) === told) ? told : '';
  return names.find((name) => regionOf(name) === wanted) ?? names[0] ?? null;
}

/** `NAME-701982941522` and `NAME-h4shk3y5ab-uc`: how Cloud Run makes host names. */
const RUN_APP = (name: string): RegExp => new RegExp(`^${name.replaceAll(/[^a-z0-9-]/g, '')}-(?:\\d{6,}|[a-z0-9]{10}-[a-z]{2,3})$`);

function servicesOf(way: WayIn, backend: string): readonly string[] {
  return way.backends.filter(({ name }) => name === backend).map(({ service }) => service);
}

/**
 * Callees first, region by region as the services come. An edge that would close a circle, or lead to a region that comes later, is
 * left out: a document's order must be possible.
 */
export function inOrder(services: readonly ServiceState[], edges: readonly Edge[]): Ordered {
  const regions = regionsIn(
    services.map(({ name }) => name),
    '',
  );
  const placeOf = (name: string): number => regions.indexOf(locatedOf(name, '').region);
  const isLater = ({ from, to }: Edge): boolean => placeOf(to) > placeOf(from);
  const kept: Edge[] = [];
  const circular: Edge[] = [];
  for (const edge of edges.filter((one) => !isLater(one))) (reaches(edge.to, edge.from, kept) ? circular : kept).push(edge);
  const placed = new Set<string>();
  const place = (service: ServiceState): readonly ServiceState[] => {
    if (placed.has(service.name)) return [];
    placed.add(service.name);
    const before = kept.filter(({ from }) => from === service.name).map(({ to }) => to);
    return [...services.filter(({ name }) => before.includes(name)).flatMap(place), service];
  };
  return { services: services.flatMap(place), edges: kept, circular, later: edges.filter(isLater) };
}

function reaches(from: string, to: string, edges: readonly Edge[]): boolean {
  const seen = new Set<string>([from]);
  for (const at of seen) for (const edge of edges) if (edge.from === at) seen.add(edge.to);
  return seen.has(to);
}
