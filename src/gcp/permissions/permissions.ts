import { cloudresourcemanager_v3 } from 'googleapis/build/src/apis/cloudresourcemanager/v3.js';
import { serviceusage_v1 } from 'googleapis/build/src/apis/serviceusage/v1.js';
import { z } from 'zod';
import type { PermissionsPort } from '../../ports/cloud.ts';
import { parse, shortName } from '../response-parsing.ts';
import { createRest } from '../rest.ts';
import type { Scope } from '../scope.ts';

/** Most that one request takes. */
const PERMISSIONS_AT_ONCE = 100;
const APIS_AT_ONCE = 20;

const ACT_AS = 'iam.serviceAccounts.actAs';

const grantedSchema = z.object({ permissions: z.array(z.string()).optional() });
const apisSchema = z.object({ services: z.array(z.object({ name: z.string(), state: z.string().optional() })).optional() });

/** What the caller may do, and what the project has switched on; both by reading only (gcp-facts 10). */
export function createPermissions(scope: Scope): PermissionsPort {
  const resources = new cloudresourcemanager_v3.Cloudresourcemanager(scope.client as cloudresourcemanager_v3.Options).projects;
  const usage = new serviceusage_v1.Serviceusage(scope.client as serviceusage_v1.Options).services;
  const iam = createRest(scope, 'iam.googleapis.com');
  const project = `projects/${scope.project}`;
  return {
    async granted(permissions, options) {
      const call = { api: 'cloudresourcemanager', method: 'projects.testIamPermissions', resource: scope.project };
      const granted: string[] = [];
      for (const some of portions(permissions, PERMISSIONS_AT_ONCE)) {
        const request = { resource: project, requestBody: { permissions: [...some] } };
        const body = await scope.calls.read(call, (signal) => resources.testIamPermissions(request, { signal }), options);
        granted.push(...(parse(grantedSchema, body, 'permissions').permissions ?? []));
      }
      return granted;
    },
    async mayActAs(account, options) {
      const call = { api: 'iam', method: 'serviceAccounts.testIamPermissions', resource: account };
      const path = `/v1/projects/-/serviceAccounts/${encodeURIComponent(account)}:testIamPermissions`;
      const body = await iam.ask(call, path, { permissions: [ACT_AS] }, options);
      return (parse(grantedSchema, body, 'permissions').permissions ?? []).includes(ACT_AS);
    },
    async enabledApis(services, options) {
      const call = { api: 'serviceusage', method: 'services.batchGet', resource: scope.project };
      const enabled: string[] = [];
      for (const some of portions(services, APIS_AT_ONCE)) {
        const request = { parent: project, names: some.map((service) => `${project}/services/${service}`) };
        const body = await scope.calls.read(call, (signal) => usage.batchGet(request, { signal }), options);
        const on = (parse(apisSchema, body, 'services').services ?? []).filter(({ state }) => state === 'ENABLED');
        enabled.push(...on.map(({ name }) => shortName(name)));
      }
      return enabled;
    },
  };
}

function portions<T>(all: readonly T[], size: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, index) => all.slice(index * size, (index + 1) * size));
}
