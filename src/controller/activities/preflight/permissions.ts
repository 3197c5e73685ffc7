import type { RemediationSpec } from '../../../core/model/spec.ts';
import { ACT_AS, withRole } from '../../../steps/kind.ts';
import type { Needed, Wished } from '../../../steps/kind.ts';
import { kindsAsked } from '../../../steps/kinds.ts';

/** What the run cannot do without. */
export function neededPermissions(spec: RemediationSpec): readonly Needed[] {
  const written = kindsAsked(spec).flatMap(({ needs }) => needs.permissions);
  return [
    ...withRole('roles/run.viewer', 'run.services.get', 'run.services.list', 'run.revisions.list'),
    ...new Map(written.map((needed) => [needed.permission, needed])).values(),
    ...(spec.databases.length === 0 ? [] : withRole('roles/cloudsql.viewer', 'cloudsql.instances.get')),
    ...withRole('roles/monitoring.viewer', 'monitoring.timeSeries.list'),
    ...withRole('roles/logging.viewer', 'logging.logEntries.list'),
  ];
}

/** What it can do without, and what is lost then. */
export function wishedPermissions(spec: RemediationSpec): readonly Wished[] {
  const support = 'cloudsupport.techCases.';
  const compute = ['urlMaps.get', ...COMPUTE_LISTS.map((list) => `${list}.list`)].map((name) => `compute.${name}`);
  return [
    ...kindsAsked(spec).flatMap(({ needs }) => needs.wished ?? []),
    ...(spec.escalation.support === null
      ? []
      : wish('a case would be handed to a human', 'roles/cloudsupport.techSupportEditor', ...CASES.map((verb) => support + verb))),
    ...(spec.loadBalancer === null ? [] : wish('the load balancer stays unknown', 'roles/compute.viewer', ...compute)),
    ...wish('incidents of Google stay unknown', 'roles/servicehealth.viewer', 'servicehealth.events.list'),
    ...wish('what the runtime accounts lack stays unknown', 'roles/iam.securityReviewer', 'resourcemanager.projects.getIamPolicy'),
    ...wish('whether the secrets exist stays unknown', 'roles/secretmanager.viewer', 'secretmanager.versions.get'),
  ];
}

const CASES = ['create', 'get', 'list', 'update'];
const COMPUTE_LISTS = ['targetHttpsProxies', 'globalForwardingRules', 'backendServices', 'regionNetworkEndpointGroups', 'sslCertificates'];

/** Running a service as its account: may also be granted on each account by itself. */
export function isActAs({ permission }: Needed): boolean {
  return permission === ACT_AS;
}

function wish(without: string, role: string, ...permissions: readonly string[]): readonly Wished[] {
  return permissions.map((permission) => ({ permission, role, without }));
}
