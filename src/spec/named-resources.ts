import type { ConnectorSpec } from '../core/model/spec.ts';
import type { WorkloadSpec } from '../core/model/workloads.ts';
import { identityOf } from '../core/region.ts';
import type { RemediationDocument } from './schema.ts';

/** What a document names: in one of two forms (one, or a list of several), or in one of several regions. */

type Spec = RemediationDocument['spec'];

/** The connectors as a run calls them. */
export function connectorsIn({ connector, connectors, region: home }: Spec): readonly ConnectorSpec[] {
  const written = connectors ?? (connector === undefined ? [] : [connector]);
  return written.map(({ name, region = home, target }) => ({ name: identityOf({ name, region }, home), target }));
}

/** The services as a run calls them, in their order. */
export function servicesIn({ services, region: home }: Spec): Spec['services'] {
  return services.map((service) => ({ ...service, name: identityOf({ name: service.name, region: service.region ?? home }, home) }));
}

export function databasesIn({ database, databases }: Spec): readonly NonNullable<Spec['database']>[] {
  return databases ?? (database === undefined ? [] : [database]);
}

/** Jobs and worker pools as a run calls them. */
export function workloadsIn({ jobs, workerPools, region: home }: Spec): readonly WorkloadSpec[] {
  const called = (kind: WorkloadSpec['kind'], written: Spec['jobs']): readonly WorkloadSpec[] =>
    written.map(({ name, region = home }) => ({ kind, name: identityOf({ name, region }, home) }));
  return [...called('job', jobs), ...called('worker-pool', workerPools)];
}
