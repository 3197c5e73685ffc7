import { ApiError } from '../surface/api-error.ts';
import type { Route } from '../surface/router.ts';
import type { Surface } from '../surface/surface.ts';
import type { Fields } from '../surface/wire.ts';

const RESOURCES = 'cloudresourcemanager.googleapis.com';
const IAM = 'iam.googleapis.com';

/** Who has which role on the project (Resource Manager v1 and v3 `getIamPolicy`), and the runtime accounts themselves (IAM v1). Read-only. */
export function iamRoutes(surface: Surface): readonly Route[] {
  const policyOf = {
    id: 'cloudresourcemanager.projects.getIamPolicy',
    host: RESOURCES,
    method: 'POST',
    permission: 'resourcemanager.projects.getIamPolicy',
    writes: false,
    answer: () => ({ version: 1, etag: 'BwYyC3k1x0Q=', bindings: bindings(surface) }),
  } as const;
  return [
    { ...policyOf, path: '/v1/projects/{project}:getIamPolicy' },
    { ...policyOf, path: '/v3/projects/{project}:getIamPolicy' },
    {
      id: 'iam.projects.serviceAccounts.get',
      host: IAM,
      method: 'GET',
      path: '/v1/projects/{project}/serviceAccounts/{account}',
      permission: 'iam.serviceAccounts.get',
      writes: false,
      answer: ({ params }) => serviceAccount(surface, params['account'] ?? ''),
    },
  ];
}

/** By role, as the API groups them; the accounts of the services hold what the scenario gives them. */
function bindings(surface: Surface): readonly Fields[] {
  const byRole = new Map<string, Set<string>>();
  const grant = (role: string, member: string): void => {
    byRole.set(role, (byRole.get(role) ?? new Set<string>()).add(member));
  };
  for (const { serviceAccount: account, accountRoles } of surface.scenario.world.services)
    for (const role of accountRoles) grant(role, `serviceAccount:${account}`);
  grant('roles/run.serviceAgent', `serviceAccount:service-${surface.projectNumber}@serverless-robot-prod.iam.gserviceaccount.com`);
  grant('roles/vpcaccess.serviceAgent', `serviceAccount:service-${surface.projectNumber}@gcp-sa-vpcaccess.iam.gserviceaccount.com`);
  grant('roles/editor', `serviceAccount:deploy@${surface.project}.iam.gserviceaccount.com`);
  return [...byRole].sort(([one], [other]) => (one < other ? -1 : 1)).map(([role, members]) => ({ role, members: [...members].sort() }));
}

function serviceAccount(surface: Surface, email: string): Fields {
  const index = surface.scenario.world.services.findIndex((service) => service.serviceAccount === email);
  if (index < 0) throw new ApiError('NOT_FOUND', `Unknown service account`);
  return {
    name: `projects/${surface.project}/serviceAccounts/${email}`,
    projectId: surface.project,
    uniqueId: `1${String(100_000_000 + index).padStart(20, '0')}`,
    email,
    displayName: email.split('@')[0],
    oauth2ClientId: `1${String(100_000_000 + index).padStart(20, '0')}`,
  };
}
