import { defined } from '../../../core/defined.ts';
import { ApiError, invalid } from '../../surface/api-error.ts';
import { applyMask, parseMask } from '../../surface/masks.ts';
import { Operations, renderOperation, type Operation, type OperationError } from '../../surface/operations.ts';
import { listed, page, pageSize } from '../../surface/paging.ts';
import type { Call, Route } from '../../surface/router.ts';
import { Seeded } from '../../surface/seeded.ts';
import { locationPath, type Surface } from '../../surface/surface.ts';
import { calledIn, placed, type Placed } from '../../world/place.ts';
import { asInteger, asString, camelKeys, onlyKnown, timestamp, type Fields } from '../../surface/wire.ts';
import type { ConnectorConfiguration } from '../../world/contract.ts';
import { illegal } from './bounds.ts';

const HOST = 'vpcaccess.googleapis.com';
const UPDATE = 'google.cloud.vpcaccess.v1.VpcAccessService.UpdateConnector';
const REGION = '/v1/projects/{project}/locations/{location}';
const MUTABLE = ['minInstances', 'maxInstances', 'machineType'] as const;
const FIELDS = new Set([
  ...MUTABLE,
  'name',
  'network',
  'ipCidrRange',
  'state',
  'minThroughput',
  'maxThroughput',
  'connectedProjects',
  'subnet',
]);
/** Mbps per instance by which the deprecated throughput fields are reported (gcp-facts 1.2). */
const MBPS = 100;

/**
 * Serverless VPC Access v1 (gcp-facts 1): connectors get, list and patch, and their operations. There is no etag. Bounds only
 * rise, and both come together. A connector is UPDATING while an operation runs; a second patch is refused meanwhile.
 */
export function vpcAccessRoutes(surface: Surface): readonly Route[] {
  const api = new VpcAccess(surface);
  const read = { host: HOST, method: 'GET', writes: false } as const;
  return [
    {
      ...read,
      id: 'vpcaccess.projects.locations.connectors.get',
      path: `${REGION}/connectors/{connector}`,
      permission: 'vpcaccess.connectors.get',
      answer: (call) => api.get(call),
    },
    {
      ...read,
      id: 'vpcaccess.projects.locations.connectors.list',
      path: `${REGION}/connectors`,
      permission: 'vpcaccess.connectors.list',
      answer: (call) => api.list(call),
    },
    {
      id: 'vpcaccess.projects.locations.connectors.patch',
      host: HOST,
      method: 'PATCH',
      path: `${REGION}/connectors/{connector}`,
      permission: 'vpcaccess.connectors.update',
      writes: true,
      answer: (call) => api.patch(call),
    },
    {
      ...read,
      id: 'vpcaccess.projects.locations.operations.get',
      path: `${REGION}/operations/{operation}`,
      permission: 'vpcaccess.operations.get',
      answer: (call) => api.operation(call),
    },
    {
      ...read,
      id: 'vpcaccess.projects.locations.operations.list',
      path: `${REGION}/operations`,
      permission: 'vpcaccess.operations.list',
      answer: (call) => api.operations(call),
    },
  ];
}

class VpcAccess {
  readonly #surface: Surface;
  readonly #operations = new Operations();
  readonly #running = new Map<string, Operation>();
  readonly #ids: Seeded;

  constructor(surface: Surface) {
    this.#surface = surface;
    this.#ids = new Seeded(surface.scenario.seed, 'vpcaccess');
    for (const { name, busyFor } of surface.scenario.world.connectors)
      if (busyFor > 0) this.#begin(name, surface.scenario.startAt, { durationMs: busyFor, failure: null }, null);
  }

  get(call: Call): unknown {
    return this.#render(this.#named(call));
  }

  list({ params, query }: Call): unknown {
    const { location } = params;
    const names = this.#surface.world.connectors.names().filter((name) => location === '-' || this.#placeOf(name).region === location);
    const { items, nextPageToken } = page(names, pageSize(query.get('pageSize'), 500, 1_000), query.get('pageToken'));
    return listed(
      'connectors',
      items.map((name) => this.#render(name)),
      nextPageToken,
    );
  }

  operation({ params }: Call): unknown {
    return renderOperation(
      this.#operations.get(`${locationPath(this.#surface, params['location'] ?? '')}/operations/${params['operation']}`),
    );
  }

  operations({ params, query }: Call): unknown {
    const here = `${locationPath(this.#surface, params['location'] ?? '')}/`;
    const { items, nextPageToken } = page(
      this.#operations.newestFirst().filter(({ name }) => name.startsWith(here)),
      pageSize(query.get('pageSize'), 100, 1_000),
      query.get('pageToken'),
    );
    return listed('operations', items.map(renderOperation), nextPageToken);
  }

  patch(call: Call): unknown {
    const name = this.#named(call);
    const { connectors } = this.#surface.world;
    const present = connectors.configuration(name);
    const body = camelKeys(call.body()) as Fields;
    onlyKnown(body, FIELDS, 'connector');
    const wanted = wantedConfiguration(present, body, parseMask(call.query.get('updateMask')));
    const refused = illegal(present, wanted);
    if (refused && this.#surface.switches.connectorBounds === 'sync') throw refused;
    if (this.#running.has(name)) throw this.#busy(name);
    const course = refused
      ? { durationMs: 20_000, failure: { code: 3, message: `Operation failed: ${refused.message}` } }
      : connectors.updateCourse(name, wanted);
    const operation = this.#begin(name, call.now, { ...course, durationMs: course.durationMs + (call.stuckForMs ?? 0) }, wanted);
    call.commit({
      methodName: UPDATE,
      resourceName: this.#path(name),
      resource: { type: 'audited_resource', labels: { service: HOST, method: UPDATE, project_id: this.#surface.project } },
      request: { connector: { name: this.#path(name), ...wanted }, updateMask: call.query.get('updateMask') ?? '' },
    });
    return renderOperation(operation);
  }

  /** An update runs from `at`; `wanted` null: somebody else's, which changes nothing that we know of. */
  #begin(
    name: string,
    at: number,
    course: { readonly durationMs: number; readonly failure: OperationError | null },
    wanted: ConnectorConfiguration | null,
  ): Operation {
    const operation = this.#operations.add({
      name: `${locationPath(this.#surface, this.#placeOf(name).region)}/operations/${this.#ids.uuid()}`,
      outcome: null,
      metadata: () => ({
        '@type': 'type.googleapis.com/google.cloud.vpcaccess.v1.OperationMetadata',
        method: UPDATE,
        createTime: timestamp(at),
        ...(operation.outcome && { endTime: timestamp(operation.outcome.endedAt) }),
        target: this.#path(name),
      }),
    });
    this.#running.set(name, operation);
    const endedAt = at + course.durationMs;
    this.#surface.events.add(endedAt, () => {
      this.#running.delete(name);
      if (!course.failure && wanted) this.#surface.world.connectors.apply(name, wanted);
      const response = { '@type': 'type.googleapis.com/google.cloud.vpcaccess.v1.Connector', ...this.#render(name) };
      operation.outcome = course.failure ? { endedAt, error: course.failure } : { endedAt, response };
    });
    return operation;
  }

  #busy(name: string): ApiError {
    if (this.#surface.switches.connectorBusy === 'aborted') return new ApiError('ABORTED', 'unable to queue the operation');
    return new ApiError('FAILED_PRECONDITION', `Connector ${this.#path(name)} is in state UPDATING and cannot be updated.`);
  }

  #named({ params }: Call): string {
    const name = defined(params['connector']);
    const wanted = calledIn(this.#surface.region, { name, region: defined(params['location']) });
    if (this.#surface.world.connectors.names().includes(wanted)) return wanted;
    throw new ApiError(
      'NOT_FOUND',
      `Resource 'projects/${params['project']}/locations/${params['location']}/connectors/${name}' was not found`,
    );
  }

  #placeOf(connector: string): Placed {
    return placed(connector, this.#surface.region);
  }

  #path(connector: string): string {
    const { name, region } = this.#placeOf(connector);
    return `${locationPath(this.#surface, region)}/connectors/${name}`;
  }

  #render(name: string): Fields {
    const present = this.#surface.world.connectors.configuration(name);
    return {
      name: this.#path(name),
      network: present.network,
      ipCidrRange: present.ipCidrRange,
      state: this.#running.has(name) ? 'UPDATING' : 'READY',
      machineType: present.machineType,
      minInstances: present.minInstances,
      maxInstances: present.maxInstances,
      minThroughput: present.minInstances * MBPS,
      maxThroughput: present.maxInstances * MBPS,
      connectedProjects: [this.#surface.project],
    };
  }
}

function wantedConfiguration(present: ConnectorConfiguration, body: Fields, mask: readonly string[] | null): ConnectorConfiguration {
  const paths = mask === null || mask.includes('*') ? MUTABLE.filter((field) => body[field] !== undefined) : mask;
  const fixed = paths.filter((path) => !(MUTABLE as readonly string[]).includes(path));
  if (fixed.length > 0)
    throw invalid(`Field(s) ${fixed.join(', ')} cannot be updated. Updatable fields: ${MUTABLE.join(', ')}.`, 'updateMask');
  if (paths.length === 0) throw invalid('The update request changes no updatable field.', 'updateMask');
  if (paths.includes('minInstances') !== paths.includes('maxInstances')) {
    throw invalid('min_instances and max_instances must be updated together.', 'updateMask');
  }
  const { minInstances, maxInstances, machineType } = applyMask({ ...present }, body, paths);
  return {
    minInstances: asInteger(minInstances, 'connector.min_instances') ?? 0,
    maxInstances: asInteger(maxInstances, 'connector.max_instances') ?? 0,
    machineType: asString(machineType, 'connector.machine_type') ?? '',
  };
}
