import { logging_v2 } from 'googleapis/build/src/apis/logging/v2.js';
import type { AdminChange } from '../../core/model/observation.ts';
import type { AdminLogPort } from '../../ports/cloud.ts';
import { instant } from '../response-parsing.ts';
import { list, object, optionalNumber, optionalObject, optionalText, understood } from '../json.ts';
import { identityIn } from '../scope.ts';
import type { Scope } from '../scope.ts';

/** As the audit log names the APIs; Cloud SQL's is not called sqladmin there. What services do, and what they are given: roles, secrets. */
const APIS = [
  'run.googleapis.com',
  'vpcaccess.googleapis.com',
  'cloudsql.googleapis.com',
  'sqladmin.googleapis.com',
  'iam.googleapis.com',
  'cloudresourcemanager.googleapis.com',
  'secretmanager.googleapis.com',
];
const LARGEST_PAGE = 1_000;
/** Pages may be empty with more to come (gcp-facts 5.2). */
const MAX_PAGES = 3;

/**
 * Who changed what, from the admin activity log (gcp-facts 5.2), newest first. Attempts that were refused are left out, and of
 * a long-running change the line of its end, because the one of its beginning is there too.
 */
export function createAdminLog(scope: Scope): AdminLogPort {
  const api = new logging_v2.Logging(scope.client as logging_v2.Options).entries;
  return {
    async changes(sinceAt, limit, options) {
      const call = { api: 'logging', method: 'entries.list', resource: 'cloudaudit.googleapis.com/activity' };
      const filter = adminFilter(scope.project, sinceAt);
      const requestBody = {
        resourceNames: [`projects/${scope.project}`],
        filter,
        orderBy: 'timestamp desc',
        pageSize: Math.min(limit, LARGEST_PAGE),
      };
      const found: AdminChange[] = [];
      let pageToken: string | null = null;
      for (let page = 1; page <= MAX_PAGES && found.length < limit; page += 1) {
        const asked: typeof requestBody & { pageToken?: string } = pageToken === null ? requestBody : { ...requestBody, pageToken };
        const body = await scope.calls.read(call, (signal) => api.list({ requestBody: asked }, { signal }), options);
        const answer = understood('admin activity', body, (json) => ({
          changes: list(json.entries, 'entries').flatMap((entry) => change(entry, scope.region)),
          nextPageToken: optionalText(json.nextPageToken, 'nextPageToken'),
        }));
        found.push(...answer.changes);
        pageToken = answer.nextPageToken;
        if (pageToken === null) break;
      }
      return found.slice(0, limit).sort((a, b) => b.at - a.at);
    },
  };
}

/** Exported because its text is what a reader of the report may paste into the console. */
function adminFilter(project: string, sinceAt: number): string {
  const apis = APIS.map((api) => `protoPayload.serviceName="${api}"`).join(' OR ');
  return [
    `logName="projects/${project}/logs/cloudaudit.googleapis.com%2Factivity"`,
    `timestamp>="${new Date(sinceAt).toISOString()}"`,
    `(${apis})`,
  ].join(' AND ');
}

function change(value: unknown, home: string): readonly AdminChange[] {
  const entry = object(value, 'entries');
  const payload = optionalObject(entry.protoPayload, 'entries.protoPayload');
  const operation = optionalObject(entry.operation, 'entries.operation');
  const failed = (optionalNumber(optionalObject(payload.status, 'protoPayload.status').code, 'protoPayload.status.code') ?? 0) !== 0;
  const ended = operation.last === true && operation.first !== true;
  const method = optionalText(payload.methodName, 'protoPayload.methodName');
  const resource = optionalText(payload.resourceName, 'protoPayload.resourceName');
  if (failed || ended || method === null || resource === null) return [];
  const labels = optionalObject(optionalObject(entry.resource, 'entries.resource').labels, 'resource.labels');
  const who = optionalObject(payload.authenticationInfo, 'protoPayload.authenticationInfo');
  return [
    {
      at: instant(optionalText(entry.timestamp, 'entries.timestamp')) ?? 0,
      actor: optionalText(who.principalEmail, 'authenticationInfo.principalEmail') ?? 'unknown',
      method: lastTwo(method, '.'),
      resource: called(resource, optionalText(labels.location, 'resource.labels.location'), home),
    },
  ];
}

/** A service or connector as a run calls it: one of a region without name in the entry is taken to be the document's. */
function called(resource: string, location: string | null, home: string): string {
  // Of a version of a secret its number alone says nothing.
  const [secret] = /secrets\/[^/]{1,255}\/versions\/[^/]{1,255}$/.exec(resource) ?? [];
  if (secret !== undefined) return secret;
  const [kind] = resource.split('/').slice(-2);
  if (kind !== 'services' && kind !== 'connectors') return lastTwo(resource, '/');
  return `${kind}/${identityIn(resource, home, location ?? home)}`;
}

/** `google.cloud.run.v2.Services.UpdateService` → `Services.UpdateService`; `projects/…/services/x` → `services/x`. */
function lastTwo(name: string, separator: string): string {
  return name.split(separator).slice(-2).join(separator);
}
