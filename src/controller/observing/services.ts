import { absent, fresh } from '../../core/model/measured.ts';
import type { Measured } from '../../core/model/measured.ts';
import type { ServiceState } from '../../core/model/observation.ts';
import type { ObserverOptions } from './options.ts';
import { measured } from './measure.ts';

/** The services of the region as they were read in this look. */
export interface States {
  /** A service of the document, with its revisions, or its absence. */
  (service: string): Measured<ServiceState>;
  /** All services of the region, without revisions. */
  readonly region: Measured<readonly ServiceState[]>;
}

/** All services and their revisions in two reads. */
export async function readServices({ cloud, clock, spec }: ObserverOptions, signal: AbortSignal): Promise<States> {
  const source = `run.googleapis.com/services (${spec.region})`;
  const [services, revisions] = await Promise.all([
    measured(source, clock, () => cloud.run.listServices({ signal })),
    measured(source, clock, () => cloud.run.listRevisions('-', { signal })),
  ]);
  const readAt = services.measuredAt ?? clock.now();
  const stateOf = (name: string): Measured<ServiceState> => {
    const found = services.value?.find((service) => service.name === name);
    if (found === undefined) return absent(source, services.problem ?? `no service ${name} in ${spec.region}`);
    const state = fresh({ ...found, revisions: revisions.value?.[name] ?? [] }, readAt, source);
    return revisions.value === null ? { ...state, problem: `revisions: ${revisions.problem ?? 'unknown'}` } : state;
  };
  const known = new Map(spec.services.map(({ name }) => [name, stateOf(name)]));
  return Object.assign((name: string) => known.get(name) ?? absent<ServiceState>(source, `${name} is not in the document`), {
    region: services,
  });
}
