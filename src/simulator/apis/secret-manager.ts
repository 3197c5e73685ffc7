import { ApiError } from '../surface/api-error.ts';
import { listed, page, pageSize } from '../surface/paging.ts';
import type { Call, Route } from '../surface/router.ts';
import type { Surface } from '../surface/surface.ts';
import { timestamp, type Fields } from '../surface/wire.ts';

const HOST = 'secretmanager.googleapis.com';
const SECRETS = '/v1/projects/{project}/secrets';
const DAY_MS = 86_400_000;

/** Secret Manager v1, metadata alone: which secrets and versions there are. What is in them cannot be read here at all. */
export function secretManagerRoutes(surface: Surface): readonly Route[] {
  const read = { host: HOST, method: 'GET', writes: false } as const;
  return [
    {
      ...read,
      id: 'secretmanager.projects.secrets.list',
      path: SECRETS,
      permission: 'secretmanager.secrets.list',
      answer: (call) =>
        paged(
          'secrets',
          surface.scenario.world.secrets.map(({ name }) => secret(surface, name)),
          call,
        ),
    },
    {
      ...read,
      id: 'secretmanager.projects.secrets.get',
      path: `${SECRETS}/{secret}`,
      permission: 'secretmanager.secrets.get',
      answer: ({ params }) => secret(surface, known(surface, params['secret'] ?? '').name),
    },
    {
      ...read,
      id: 'secretmanager.projects.secrets.versions.list',
      path: `${SECRETS}/{secret}/versions`,
      permission: 'secretmanager.versions.list',
      answer: (call) => {
        const { name, versions } = known(surface, call.params['secret'] ?? '');
        return paged(
          'versions',
          Array.from({ length: versions }, (_, index) => version(surface, name, versions - index)),
          call,
        );
      },
    },
    {
      ...read,
      id: 'secretmanager.projects.secrets.versions.get',
      path: `${SECRETS}/{secret}/versions/{version}`,
      permission: 'secretmanager.versions.get',
      answer: ({ params }) => oneVersion(surface, params['secret'] ?? '', params['version'] ?? ''),
    },
  ];
}

function paged(field: string, all: readonly Fields[], { query }: Call): unknown {
  const { items, nextPageToken } = page(all, pageSize(query.get('pageSize'), 25, 25_000), query.get('pageToken'));
  return { ...listed(field, items, nextPageToken), totalSize: all.length };
}

function oneVersion(surface: Surface, name: string, asked: string): Fields {
  const { versions } = known(surface, name);
  const number = asked === 'latest' ? versions : Number(asked);
  if (!Number.isInteger(number) || number < 1 || number > versions)
    throw new ApiError('NOT_FOUND', `Secret [projects/${surface.projectNumber}/secrets/${name}] not found or has no versions.`);
  return version(surface, name, number);
}

function known(surface: Surface, name: string): { readonly name: string; readonly versions: number } {
  const found = surface.scenario.world.secrets.find((one) => one.name === name);
  if (found) return found;
  throw new ApiError('NOT_FOUND', `Secret [projects/${surface.projectNumber}/secrets/${name}] not found.`);
}

function secret(surface: Surface, name: string): Fields {
  return {
    name: `projects/${surface.projectNumber}/secrets/${name}`,
    replication: { automatic: {} },
    createTime: timestamp(surface.scenario.startAt - 90 * DAY_MS),
    etag: `"${Buffer.from(name).toString('hex')}"`,
  };
}

function version(surface: Surface, name: string, number: number): Fields {
  return {
    name: `projects/${surface.projectNumber}/secrets/${name}/versions/${number}`,
    createTime: timestamp(surface.scenario.startAt - 60 * DAY_MS + number * DAY_MS),
    state: 'ENABLED',
    replicationStatus: { automatic: {} },
    etag: `"${Buffer.from(`${name}:${number}`).toString('hex')}"`,
  };
}
