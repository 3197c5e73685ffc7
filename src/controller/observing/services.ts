import { absent, fresh } from '../../core/model/measured.ts';
import type { Measured } from '../../core/model/measured.ts';
import type { ServiceState } from '../../core/model/observation.ts';
import { locatedOf, regionsOf } from '../../core/region.ts';
import type { ObserverOptions } from './options.ts';
import { measured } from './measure.ts';

/** The services as they were read in this look. */
export interface States {
  /** A service of the document, with its revisions, or its absence. */
  (service: string): Measured<ServiceState>;
  /** All services of the region in which this service or connector is, without revisions. */
  readonly of: (identity: string) => Measured<readonly ServiceState[]>;
}

/** All services and their revisions in two reads for each region; one that cannot be read leaves the others as they are. */
export async function readServices(options: ObserverOptions, signal: AbortSignal): Promise<States> {
  const { spec } = options;
  const regions = await Promise.all(regionsOf(spec).map(async (region) => [region, await readRegion(options, region, signal)] as const));
  const byRegion = new Map(regions);
  const inRegion = (identity: string): RegionRead => {
    const { region } = locatedOf(identity, spec.region);
    const notRead = absent<never>(sourceOf(region), `the document has no service in ${region}`);
    return byRegion.get(region) ?? { services: notRead, revisions: notRead };
  };
  const known = new Map(spec.services.map(({ name }) => [name, stateIn(inRegion(name), name, options)]));
  return Object.assign((name: string) => known.get(name) ?? absent<ServiceState>(sourceOf(spec.region), `${name} is not in the document`), {
    of: (identity: string) => inRegion(identity).services,
  });
}

interface RegionRead {
  readonly services: Measured<readonly ServiceState[]>;
  readonly revisions: Measured<Readonly<Record<string, ServiceState['revisions']>>>;
}

async function readRegion({ cloud, clock }: ObserverOptions, region: string, signal: AbortSignal): Promise<RegionRead> {
  const source = sourceOf(region);
  const [services, revisions] = await Promise.all([
    measured(source, clock, () => cloud.run.listServices({ region, signal })),
    measured(source, clock, () => cloud.run.listRevisions('-', { region, signal })),
  ]);
  return { services, revisions };
}

function stateIn({ services, revisions }: RegionRead, name: string, { clock, spec }: ObserverOptions): Measured<ServiceState> {
  const { source } = services;
  const found = services.value?.find((service) => service.name === name);
  const place = locatedOf(name, spec.region);
  if (found === undefined) return absent(source, services.problem ?? `no service ${place.name} in ${place.region}`);
  const state = fresh({ ...found, revisions: revisions.value?.[name] ?? [] }, services.measuredAt ?? clock.now(), source);
  return revisions.value === null ? { ...state, problem: `revisions: ${revisions.problem ?? 'unknown'}` } : state;
}

function sourceOf(region: string): string {
  return `run.googleapis.com/services (${region})`;
}
