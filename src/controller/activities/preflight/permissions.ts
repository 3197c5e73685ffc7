import type { RemediationSpec } from '../../../core/model/spec.ts';

const ACT_AS = 'iam.serviceAccounts.actAs';

/** A permission that a part of the work cannot do without, and the smallest predefined role that holds it (gcp-facts 10). */
export interface Needed {
  readonly permission: string;
  readonly role: string;
}

/** What is looked at or done only where it is permitted; without it the part stays unknown, and the run goes on. */
export interface Wished extends Needed {
  readonly without: string;
}

/** What the run cannot do without. */
export function neededPermissions(spec: RemediationSpec): readonly Needed[] {
  const writes = spec.services.some(({ deploy, pin }) => deploy !== null || pin !== null);
  return [
    ...withRole('roles/run.viewer', 'run.services.get', 'run.services.list', 'run.revisions.list'),
    // A patch of the traffic needs to run the service as its account as well.
    ...(writes ? [...withRole('roles/run.developer', 'run.services.update'), ...withRole('roles/iam.serviceAccountUser', ACT_AS)] : []),
    // The only predefined role that may update a connector.
    ...(spec.connector === null
      ? []
      : withRole('roles/vpcaccess.admin', 'vpcaccess.connectors.get', 'vpcaccess.connectors.update', 'vpcaccess.operations.get')),
    ...(spec.database === null ? [] : withRole('roles/cloudsql.viewer', 'cloudsql.instances.get')),
    ...withRole('roles/monitoring.viewer', 'monitoring.timeSeries.list'),
    ...withRole('roles/logging.viewer', 'logging.logEntries.list'),
  ];
}

/** What it can do without, and what is lost then. */
export function wishedPermissions(spec: RemediationSpec): readonly Wished[] {
  const support = 'cloudsupport.techCases.';
  const compute = ['urlMaps.get', ...COMPUTE_LISTS.map((list) => `${list}.list`)].map((name) => `compute.${name}`);
  return [
    ...(spec.escalation.support === null
      ? []
      : wish('a case would be handed to a human', 'roles/cloudsupport.techSupportEditor', ...CASES.map((verb) => support + verb))),
    ...(spec.loadBalancer === null ? [] : wish('the load balancer stays unknown', 'roles/compute.viewer', ...compute)),
    ...wish('incidents of Google stay unknown', 'roles/servicehealth.viewer', 'servicehealth.events.list'),
    ...wish('what the runtime accounts lack stays unknown', 'roles/iam.securityReviewer', 'resourcemanager.projects.getIamPolicy'),
    ...wish('whether the secrets exist stays unknown', 'roles/secretmanager.viewer', 'secretmanager.versions.get'),
  ];
}

const CASES = ['create', 'list', 'update'];
const COMPUTE_LISTS = ['targetHttpsProxies', 'globalForwardingRules', 'backendServices', 'regionNetworkEndpointGroups', 'sslCertificates'];

/** Running a service as its account: may also be granted on each account by itself. */
export function isActAs({ permission }: Needed): boolean {
  return permission === ACT_AS;
}

function withRole(role: string, ...permissions: readonly string[]): readonly Needed[] {
  return permissions.map((permission) => ({ permission, role }));
}

function wish(without: string, role: string, ...permissions: readonly string[]): readonly Wished[] {
  return permissions.map((permission) => ({ permission, role, without }));
}
