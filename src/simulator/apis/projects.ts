import { defined } from '../../core/defined.ts';
import { invalid, type ApiError } from '../surface/api-error.ts';
import { conjunctionOf, parseFilter } from '../surface/filter-expression.ts';
import { listed, page, pageSize } from '../surface/paging.ts';
import type { Call, Route } from '../surface/router.ts';
import type { Surface } from '../surface/surface.ts';
import type { Fields } from '../surface/wire.ts';

const USAGE = 'serviceusage.googleapis.com';
const RESOURCES = 'cloudresourcemanager.googleapis.com';
/** APIs of the simulated project, unless the scenario turns some off. */
const APIS = [
  'run',
  'vpcaccess',
  'sqladmin',
  'monitoring',
  'logging',
  'cloudsupport',
  'compute',
  'storage',
  'serviceusage',
  'cloudresourcemanager',
  'iam',
  'certificatemanager',
  'servicehealth',
  'secretmanager',
];

/** Which APIs are on (Service Usage v1) and what the caller may do (Resource Manager v1 and v3). */
export function projectRoutes(
  surface: Surface,
  granted: (call: Call, permissions: readonly string[]) => readonly string[],
): readonly Route[] {
  const services = '/v1/projects/{project}/services';
  const read = { host: USAGE, method: 'GET', writes: false } as const;
  const test = {
    host: RESOURCES,
    method: 'POST',
    id: 'cloudresourcemanager.projects.testIamPermissions',
    permission: null,
    writes: false,
    answer: (call: Call) => permissions(call, granted),
  } as const;
  return [
    {
      ...read,
      id: 'serviceusage.services.get',
      path: `${services}/{service}`,
      permission: 'serviceusage.services.get',
      answer: ({ params }) => service(surface, defined(params['service'])),
    },
    {
      ...read,
      id: 'serviceusage.services.list',
      path: services,
      permission: 'serviceusage.services.list',
      answer: (call) => list(surface, call),
    },
    {
      ...read,
      id: 'serviceusage.services.batchGet',
      path: `${services}:batchGet`,
      permission: 'serviceusage.services.get',
      answer: (call) => batch(surface, call),
    },
    { ...test, path: '/v1/projects/{project}:testIamPermissions' },
    { ...test, path: '/v3/projects/{project}:testIamPermissions' },
  ];
}

function service(surface: Surface, name: string): Fields {
  const on = enabled(surface).includes(name);
  const parent = `projects/${surface.projectNumber}`;
  return { name: `${parent}/services/${name}`, config: { name }, state: on ? 'ENABLED' : 'DISABLED', parent };
}

function list(surface: Surface, { query }: Call): unknown {
  const wanted = stateWanted(query.get('filter') ?? '');
  const all = APIS.map((api) => service(surface, `${api}.googleapis.com`)).filter(({ state }) => wanted === undefined || state === wanted);
  const { items, nextPageToken } = page(all, pageSize(query.get('pageSize'), 50, 200), query.get('pageToken'));
  return listed('services', items, nextPageToken);
}

/** `state:ENABLED` or `state:DISABLED`, the two that the API names; undefined: all. */
function stateWanted(filter: string): string | undefined {
  const refuse = (why: string): ApiError => invalid(`Invalid filter: '${filter}': ${why}.`, 'filter');
  const [asked, ...others] = conjunctionOf(parseFilter(filter, refuse), () => refuse('only a state can be asked for'));
  if (asked === undefined) return undefined;
  const [state = ''] = asked.value.texts;
  if (others.length > 0 || asked.path !== 'state' || asked.operator !== ':' || (state !== 'ENABLED' && state !== 'DISABLED'))
    throw refuse('only state:ENABLED and state:DISABLED can be asked for');
  return state;
}

function batch(surface: Surface, { query }: Call): unknown {
  const names = query.all('names');
  if (names.length === 0 || names.length > 30) throw invalid('Between 1 and 30 names must be given.', 'names');
  return { services: names.map((name) => service(surface, name.slice(name.lastIndexOf('/') + 1))) };
}

function permissions(call: Call, granted: (call: Call, permissions: readonly string[]) => readonly string[]): unknown {
  const asked = call.body()['permissions'];
  if (!Array.isArray(asked) || asked.length === 0) throw invalid('At least one permission must be given.', 'permissions');
  const wild = asked.find((permission) => String(permission).includes('*'));
  if (wild !== undefined) throw invalid(`Permissions with wildcards are not allowed: '${wild}'.`, 'permissions');
  const held = granted(call, asked.map(String));
  return held.length > 0 ? { permissions: held } : {};
}

function enabled(surface: Surface): readonly string[] {
  const off = surface.scenario.apis?.disabled ?? [];
  return APIS.map((api) => `${api}.googleapis.com`).filter((host) => !off.includes(host));
}
