import type { Observation } from '../../core/model/observation.ts';
import type { RemediationSpec } from '../../core/model/spec.ts';
import { missingData } from '../../diagnosis/missing-data.ts';
import { grant } from './preflight/access.ts';
import { neededPermissions } from './preflight/permissions.ts';

/** The admin API of Cloud SQL is called otherwise than its rights. */
const RIGHTS_OF: Readonly<Record<string, string>> = { sqladmin: 'cloudsql' };

/**
 * What of this look Google refused for want of a right that the run began with, each once with the grant that brings it back:
 * `monitoring.timeSeries.list is refused (403): gcloud …`. What a run can do without, and may never have had, is not among it. Pure.
 */
export function deniedReads(observation: Observation, spec: RemediationSpec): readonly string[] {
  // Reading is asked for first, and its role is the least.
  const roles = new Map(
    neededPermissions(spec)
      .toReversed()
      .map(({ permission, role }) => [permission.split('.')[0] ?? '', role]),
  );
  const calls = missingData(observation, spec).flatMap((line) => {
    const [, call, api = ''] = /PERMISSION_DENIED: ((\w+)\.[\w.]+)/.exec(line) ?? [];
    const role = roles.get(RIGHTS_OF[api] ?? api);
    return call === undefined || role === undefined ? [] : [`${call} is refused (403): ${grant(spec, role)}`];
  });
  return [...new Set(calls)];
}
