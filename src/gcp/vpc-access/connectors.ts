import { vpcaccess_v1 } from 'googleapis/build/src/apis/vpcaccess/v1.js';
import { ConflictError } from '../../core/errors.ts';
import type { ConnectorLifecycle, ConnectorState } from '../../core/model/observation.ts';
import type { ConnectorTarget } from '../../core/model/spec.ts';
import type { CallOptions, VpcAccessPort } from '../../ports/cloud.ts';
import { allPages, shortName } from '../response-parsing.ts';
import { integer, optionalText, text, understood } from '../json.ts';
import { acceptedOperation, readOperation, readOperationPage } from '../operations.ts';
import { identityIn, locationPath, resourcePath } from '../scope.ts';
import type { Scope } from '../scope.ts';
import { locatedOf } from '../../core/region.ts';

const MAX_PAGES = 10;
const LIFECYCLES: ReadonlySet<string> = new Set(['READY', 'CREATING', 'DELETING', 'ERROR', 'UPDATING']);

/**
 * Serverless VPC Access over REST (the generated client has no update: gcp-facts 1.1).
 *
 * `updateConnector` reads first, sends the whole target, and names in the mask just what differs; the two bounds always go
 * together (gcp-facts 1.3). When nothing differs nothing is sent and the operation is `''`. A connector that is being created,
 * changed or deleted is a `ConflictError` `connector-busy`.
 */
export function createVpcAccess(scope: Scope): VpcAccessPort {
  const api = new vpcaccess_v1.Vpcaccess(scope.client as vpcaccess_v1.Options).projects.locations;
  const path = (name: string): string => resourcePath(scope, 'connectors', name);

  async function getConnector(name: string, options?: CallOptions): Promise<ConnectorState> {
    const call = { api: 'vpcaccess', method: 'connectors.get', resource: name };
    const body = await scope.calls.read(call, (signal) => api.connectors.get({ name: path(name) }, { signal }), options);
    return connectorState(body, `connector ${name}`, scope.region);
  }

  async function updateConnector(name: string, target: ConnectorTarget, options?: CallOptions): Promise<{ operation: string }> {
    const present = await getConnector(name, options);
    if (['CREATING', 'UPDATING', 'DELETING'].includes(present.lifecycle)) {
      throw new ConflictError('connector-busy', `connector ${name} is ${present.lifecycle}: another change is under way`);
    }
    const mask = changedFields(present, target);
    if (mask.length === 0) return { operation: '' };
    const call = { api: 'vpcaccess', method: 'connectors.patch', resource: name };
    const { minInstances, maxInstances, machineType } = target;
    const request = { name: path(name), updateMask: mask.join(','), requestBody: { minInstances, maxInstances, machineType } };
    const body = await scope.calls.write(call, (signal) => api.connectors.patch(request, { signal }), options);
    return { operation: acceptedOperation(body, `update of connector ${name}`) };
  }

  return {
    getConnector,
    updateConnector,
    async getOperation(name, options) {
      const call = { api: 'vpcaccess', method: 'operations.get', resource: shortName(name) };
      return readOperation(await scope.calls.read(call, (signal) => api.operations.get({ name }, { signal }), options), 'operation');
    },
    async listOperations(connector, options) {
      const { region } = locatedOf(connector, scope.region);
      const parent = locationPath(scope, region);
      const call = { api: 'vpcaccess', method: 'operations.list', resource: region };
      const pages = await allPages('operations', MAX_PAGES, async (pageToken) => {
        const request = pageToken === undefined ? { name: parent } : { name: parent, pageToken };
        return readOperationPage(await scope.calls.read(call, (signal) => api.operations.list(request, { signal }), options), 'operations');
      });
      return pages.flatMap((page) => page.operations).sort((a, b) => b.createdAt - a.createdAt);
    },
  };
}

/** Fields of the mask, in Google's spelling. */
function changedFields(present: ConnectorState, target: ConnectorTarget): readonly string[] {
  const bounds = present.minInstances !== target.minInstances || present.maxInstances !== target.maxInstances;
  return [...(bounds ? ['minInstances', 'maxInstances'] : []), ...(present.machineType === target.machineType ? [] : ['machineType'])];
}

function connectorState(body: unknown, what: string, home: string): ConnectorState {
  return understood(what, body, (connector) => {
    const state = optionalText(connector.state, 'state');
    return {
      name: identityIn(text(connector.name, 'name'), home),
      lifecycle: state !== null && LIFECYCLES.has(state) ? (state as ConnectorLifecycle) : 'UNKNOWN',
      minInstances: integer(connector.minInstances, 'minInstances'),
      maxInstances: integer(connector.maxInstances, 'maxInstances'),
      machineType: text(connector.machineType, 'machineType'),
    };
  });
}
