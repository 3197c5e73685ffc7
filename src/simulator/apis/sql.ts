import { defined } from '../../core/defined.ts';
import { ApiError } from '../surface/api-error.ts';
import type { Call, Route } from '../surface/router.ts';
import type { Surface } from '../surface/surface.ts';
import { timestamp, type Fields } from '../surface/wire.ts';

const HOST = 'sqladmin.googleapis.com';

/** Cloud SQL Admin v1 and v1beta4, read-only: instances and operations (gcp-facts 4). Errors have the older body shape. */
export function sqlRoutes(surface: Surface): readonly Route[] {
  return [...version(surface, '/v1', 'sql'), ...version(surface, '/sql/v1beta4', 'sql')];
}

function version(surface: Surface, prefix: string, id: string): readonly Route[] {
  const read = { host: HOST, method: 'GET', writes: false, errors: 'legacy' } as const;
  const project = `${prefix}/projects/{project}`;
  const base = `https://${HOST}${prefix}`;
  return [
    {
      ...read,
      id: `${id}.instances.get`,
      path: `${project}/instances/{instance}`,
      permission: 'cloudsql.instances.get',
      answer: ({ params }) => instance(surface, base, defined(params['instance'])),
    },
    {
      ...read,
      id: `${id}.instances.list`,
      path: `${project}/instances`,
      permission: 'cloudsql.instances.list',
      answer: () => ({ kind: 'sql#instancesList', items: surface.world.database.names().map((name) => instance(surface, base, name)) }),
    },
    {
      ...read,
      id: `${id}.operations.list`,
      path: `${project}/operations`,
      permission: 'cloudsql.instances.get',
      answer: (call) => operations(surface, base, call),
    },
    {
      ...read,
      id: `${id}.operations.get`,
      path: `${project}/operations/{operation}`,
      permission: 'cloudsql.instances.get',
      answer: ({ params }) => {
        const found = surface.world.database
          .names()
          .map((name) => creation(surface, base, name))
          .find(({ name }) => name === params['operation']);
        if (found) return found;
        throw new ApiError('NOT_FOUND', 'The Cloud SQL instance operation does not exist.', { legacyReason: 'operationDoesNotExist' });
      },
    },
  ];
}

function instance(surface: Surface, base: string, name: string): Fields {
  const state = surface.world.database.instance(name);
  const described = surface.scenario.world.databases.find((database) => database.name === name);
  if (!state || !described) throw missing();
  const { project } = surface;
  const region = described.region ?? surface.region;
  return {
    kind: 'sql#instance',
    name,
    project,
    region,
    state: state.state,
    databaseVersion: state.version,
    backendType: 'SECOND_GEN',
    instanceType: 'CLOUD_SQL_INSTANCE',
    connectionName: `${project}:${region}:${name}`,
    gceZone: `${region}-a`,
    selfLink: `${base}/projects/${project}/instances/${name}`,
    createTime: timestamp(createdAt(surface)),
    etag: Buffer.from(`${name}:${state.tier}`).toString('hex'),
    ipAddresses: [{ type: 'PRIVATE', ipAddress: described.ipAddress }],
    settings: {
      kind: 'sql#settings',
      tier: state.tier,
      edition: 'ENTERPRISE',
      activationPolicy: state.activationPolicy,
      availabilityType: described.availabilityType,
      pricingPlan: 'PER_USE',
      settingsVersion: '7',
      dataDiskSizeGb: '50',
      dataDiskType: 'PD_SSD',
      storageAutoResize: true,
      ...(state.flags.length > 0 && { databaseFlags: state.flags.map(({ name: flag, value }) => ({ name: flag, value })) }),
      ipConfiguration: {
        ipv4Enabled: false,
        privateNetwork: `projects/${project}/global/networks/${surface.scenario.world.connectors[0]?.network ?? 'default'}`,
      },
    },
  };
}

function operations(surface: Surface, base: string, { query }: Call): unknown {
  const asked = query.get('instance');
  const names = surface.world.database.names();
  if (asked !== undefined && !names.includes(asked)) throw missing();
  const items = names.filter((name) => asked === undefined || name === asked).map((name) => creation(surface, base, name));
  const most = Number(query.get('maxResults') ?? 0) || items.length;
  return { kind: 'sql#operationsList', items: items.slice(0, most) };
}

/** The one operation in an instance's history that every instance has. */
function creation(surface: Surface, base: string, instanceName: string): Fields {
  const at = createdAt(surface);
  const { project } = surface;
  const name = `create-${instanceName}`;
  return {
    kind: 'sql#operation',
    name,
    operationType: 'CREATE',
    status: 'DONE',
    insertTime: timestamp(at),
    startTime: timestamp(at + 2_000),
    endTime: timestamp(at + 420_000),
    targetId: instanceName,
    targetProject: project,
    targetLink: `${base}/projects/${project}/instances/${instanceName}`,
    selfLink: `${base}/projects/${project}/operations/${name}`,
    user: `deploy@${project}.iam.gserviceaccount.com`,
  };
}

function createdAt(surface: Surface): number {
  return surface.scenario.startAt - 90 * 86_400_000;
}

function missing(): ApiError {
  return new ApiError('NOT_FOUND', 'The Cloud SQL instance does not exist.', { legacyReason: 'instanceDoesNotExist' });
}
