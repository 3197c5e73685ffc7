import { sqladmin_v1 } from 'googleapis/build/src/apis/sqladmin/v1.js';
import { z } from 'zod';
import type { CloudSqlPort } from '../../ports/cloud.ts';
import { allPages, parse } from '../response-parsing.ts';
import type { Scope } from '../scope.ts';

const instanceSchema = z.object({
  state: z.string(),
  databaseVersion: z.string().optional(),
  settings: z.object({
    tier: z.string(),
    activationPolicy: z.string().optional(),
    databaseFlags: z.array(z.object({ name: z.string().optional(), value: z.string().optional() })).optional(),
  }),
});

const instancesSchema = z.object({
  items: z
    .array(
      z.object({
        name: z.string(),
        connectionName: z.string().optional(),
        databaseVersion: z.string().optional(),
        ipAddresses: z.array(z.object({ ipAddress: z.string().optional() })).optional(),
      }),
    )
    .optional(),
  nextPageToken: z.string().optional(),
});

const MAX_PAGES = 10;

/** Cloud SQL Admin v1, reads only (gcp-facts 4). RUNNABLE with activation policy NEVER means stopped by its owner. */
export function createCloudSql(scope: Scope): CloudSqlPort {
  const api = new sqladmin_v1.Sqladmin(scope.client as sqladmin_v1.Options);
  const { project } = scope;
  return {
    async getInstance(name, options) {
      const call = { api: 'sqladmin', method: 'instances.get', resource: name };
      const body = await scope.calls.read(call, (signal) => api.instances.get({ project, instance: name }, { signal }), options);
      const { state, databaseVersion, settings } = parse(instanceSchema, body, `instance ${name}`);
      const flag = settings.databaseFlags?.find((each) => each.name === 'max_connections')?.value;
      const maxConnections = flag === undefined ? Number.NaN : Number(flag);
      return {
        lifecycle: state,
        stopped: settings.activationPolicy === 'NEVER',
        tier: settings.tier,
        version: databaseVersion ?? 'unknown',
        maxConnectionsFlag: Number.isInteger(maxConnections) ? maxConnections : null,
      };
    },
    async listInstances(options) {
      const call = { api: 'sqladmin', method: 'instances.list', resource: project };
      const pages = await allPages('instances', MAX_PAGES, async (pageToken) => {
        const request = pageToken === undefined ? { project } : { project, pageToken };
        return parse(
          instancesSchema,
          await scope.calls.read(call, (signal) => api.instances.list(request, { signal }), options),
          'instances',
        );
      });
      return pages.flatMap(({ items = [] }) =>
        items.map(({ name, connectionName, databaseVersion, ipAddresses = [] }) => ({
          name,
          connectionName: connectionName ?? `${project}:${scope.region}:${name}`,
          version: databaseVersion ?? 'unknown',
          addresses: ipAddresses.flatMap(({ ipAddress }) => (ipAddress === undefined ? [] : [ipAddress])),
        })),
      );
    },
  };
}
