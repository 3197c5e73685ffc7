import type { DetailFigures, Figure } from '../../core/model/figures.ts';
import type { Observation, ServiceObservation } from '../../core/model/observation.ts';
import type { RemediationSpec } from '../../core/model/spec.ts';

/** What a look knows below its services: figures of each revision where several are at work, and log lines by kind. Pure. */
export function detailOf(observation: Observation, spec: RemediationSpec): DetailFigures {
  const split = spec.services.map(({ name }) => splitOf(observation.services[name]));
  return {
    revisions: split.map((rows) => rows?.map(([revision]) => revision) ?? null),
    byRevision: split.map((rows) => rows?.map(([, figures]) => figures) ?? null),
    logs: logsByKind(observation),
  };
}

/** By revision, in the order of their names; null: at most one has figures, and those are the service's own. */
function splitOf(service: ServiceObservation | undefined): readonly (readonly [string, readonly Figure[]])[] | null {
  const requests = service?.requests.value?.byRevision ?? null;
  const instances = service?.instances.value ?? null;
  const atWork = Object.entries(instances ?? {}).flatMap(([revision, count]) => (count > 0 ? [revision] : []));
  const revisions = [...new Set([...Object.keys(requests ?? {}), ...atWork])].toSorted();
  if (revisions.length < 2) return null;
  return revisions.map((revision) => {
    const of = requests === null ? null : (requests[revision] ?? { total: 0, serverErrors: 0 });
    return [revision, [of?.total ?? null, of?.serverErrors ?? null, instances === null ? null : (instances[revision] ?? 0)]];
  });
}

/** Of all services of the document together; null: the logs were not read. */
function logsByKind({ logs }: Observation): DetailFigures['logs'] {
  if (logs.value === null) return null;
  const counts = new Map<string, number>();
  for (const { signature, count } of logs.value) counts.set(signature, (counts.get(signature) ?? 0) + count);
  return Object.fromEntries(counts);
}
