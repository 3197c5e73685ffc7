import type { ServiceBounds } from '../../core/model/observation.ts';
import { named } from '../../core/shell.ts';
import type { Place } from '../../core/shell.ts';

/** The flags of the service itself, `--min` and `--max`: those of a revision end in `-instances` and would make a new one. */
export function instancesCommand(service: string, { minInstances, maxInstances }: ServiceBounds, place: Place): string {
  return `gcloud run services update ${named(service, place)} --min=${minInstances} --max=${maxInstances ?? 'default'}`;
}

/** Lines of `- before` and `+ after`; what stays the same is left out. */
export function instancesDiff(from: ServiceBounds, to: ServiceBounds): readonly string[] {
  return (['minInstances', 'maxInstances'] as const).flatMap((field) =>
    from[field] === to[field] ? [] : [`- service ${field}: ${said(from[field])}`, `+ service ${field}: ${said(to[field])}`],
  );
}

function said(bound: number | null): string {
  return bound === null ? 'none' : String(bound);
}
