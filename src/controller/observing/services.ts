import { absent, fresh } from '../../core/model/measured.ts';
import type { Measured } from '../../core/model/measured.ts';
import type { ServiceState } from '../../core/model/observation.ts';
import type { ObserverOptions } from './options.ts';
import { measured } from './reading.ts';

/** A service of the document as it was read, or its absence. */
export type States = (service: string) => Measured<ServiceState>;

/** All services and their revisions in two reads. */
export async function readServices({ cloud, clock, spec }: ObserverOptions, signal: AbortSignal): Promise<States> {
  const source = `run.googleapis.com/services (${spec.region})`;
  const [services, revisions] = await Promise.all([
    measured(source, clock, () => cloud.run.listServices({ signal })),
    measured(source, clock, () => cloud.run.listRevisions('-', { signal })),
  ]);
  return (name) => {
    const found = services.value?.find((service) => service.name === name);
    if (found === undefined) return absent(source, services.problem ?? `no service ${name} in ${spec.region}`);
    const list = revisions.value?.[name] ?? [];
    const state = { ...found, revisions: list };
    return revisions.value === null
      ? { ...fresh(state, services.measuredAt ?? clock.now(), source), problem: `revisions: ${revisions.problem ?? 'unknown'}` }
      : fresh(state, services.measuredAt ?? clock.now(), source);
  };
}
