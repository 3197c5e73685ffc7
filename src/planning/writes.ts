import type { RemediationSpec } from '../core/model/spec.ts';

/** What a run of this document may change: `connector:NAME`, `service:NAME`, in the document's order. */
export function writesOf({ connector, services }: Pick<RemediationSpec, 'connector' | 'services'>): readonly string[] {
  const written = services.filter(({ pin, deploy }) => pin !== null || deploy !== null).map(({ name }) => `service:${name}`);
  return connector === null ? written : [`connector:${connector.name}`, ...written];
}
