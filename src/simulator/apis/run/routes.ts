import type { Call, Route } from '../../surface/router.ts';
import type { CloudRun } from './run.ts';

const HOST = 'run.googleapis.com';
const REGION = '/v2/projects/{project}/locations/{location}';
const SERVICE = `${REGION}/services/{service}`;

/** Routes of Cloud Run Admin v2 (gcp-facts 2.1). */
export function cloudRunRoutes(
  api: CloudRun,
  granted: (call: Call, permissions: readonly string[]) => readonly string[],
): readonly Route[] {
  const read = { host: HOST, method: 'GET', writes: false } as const;
  return [
    { ...read, id: 'run.projects.locations.services.get', path: SERVICE, permission: 'run.services.get', answer: (call) => api.get(call) },
    {
      ...read,
      id: 'run.projects.locations.services.list',
      path: `${REGION}/services`,
      permission: 'run.services.list',
      answer: (call) => api.list(call),
    },
    {
      ...read,
      id: 'run.projects.locations.services.revisions.get',
      path: `${SERVICE}/revisions/{revision}`,
      permission: 'run.revisions.get',
      answer: (call) => api.revision(call),
    },
    {
      ...read,
      id: 'run.projects.locations.services.revisions.list',
      path: `${SERVICE}/revisions`,
      permission: 'run.revisions.list',
      answer: (call) => api.revisions(call),
    },
    {
      ...read,
      id: 'run.projects.locations.operations.get',
      path: `${REGION}/operations/{operation}`,
      permission: 'run.operations.get',
      answer: (call) => api.operation(call),
    },
    {
      ...read,
      id: 'run.projects.locations.operations.list',
      path: `${REGION}/operations`,
      permission: 'run.operations.list',
      answer: (call) => api.operations(call),
    },
    {
      id: 'run.projects.locations.operations.wait',
      host: HOST,
      method: 'POST',
      path: `${REGION}/operations/{operation}:wait`,
      permission: 'run.operations.get',
      writes: false,
      answer: (call) => api.wait(call),
    },
    {
      id: 'run.projects.locations.services.patch',
      host: HOST,
      method: 'PATCH',
      path: SERVICE,
      permission: 'run.services.update',
      writes: true,
      answer: (call) => api.patch(call),
    },
    {
      id: 'run.projects.locations.services.testIamPermissions',
      host: HOST,
      method: 'POST',
      path: `${SERVICE}:testIamPermissions`,
      permission: null,
      writes: false,
      answer: (call) => {
        api.get(call);
        const asked = call.body()['permissions'];
        return { permissions: granted(call, Array.isArray(asked) ? asked.map(String) : []) };
      },
    },
  ];
}
