import { run_v2 } from 'googleapis/build/src/apis/run/v2.js';
import { ConflictError, TransientError } from '../../core/errors.ts';
import type { RevisionState, ServiceState } from '../../core/model/observation.ts';
import { nextTemplate } from '../../core/service/next-template.ts';
import type { CallOptions, CloudRunPort } from '../../ports/cloud.ts';
import type { Clock } from '../../ports/clock.ts';
import { allPages, shortName } from '../response-parsing.ts';
import { list, object, optionalText, understood } from '../json.ts';
import type { Json } from '../json.ts';
import { acceptedOperation, readOperation } from '../operations.ts';
import { locationPath, resourcePath } from '../scope.ts';
import type { Scope } from '../scope.ts';
import { keptTraffic } from './kept-traffic.ts';
import { revisionState, serviceState } from './service-state.ts';
import { createTrafficWriter } from './traffic-writer.ts';
import { trafficJson } from './traffic.ts';

const PAGE_SIZE = 500;
const MAX_PAGES = 20;

/**
 * Cloud Run Admin v2. Reads and the deploy are plain JSON, because a generated client drops what it does not know and cannot
 * tell unset from zero (libraries 1.2); the traffic patch goes through the generated client, unless
 * bounds are written with it.
 *
 * `deploy` reads the service once more: a template that carries `key` already was sent by us, so nothing is sent and the
 * operation is `''`; an etag other than the given one is a `ConflictError` `etag-changed`.
 */
export function createCloudRun(scope: Scope, clock: Clock): CloudRunPort {
  const api = new run_v2.Run(scope.client as run_v2.Options).projects.locations;
  const path = (service: string): string => resourcePath(scope, 'services', service);
  const stateOf = (body: unknown): ServiceState => serviceState(body, scope.region);
  /** The template as it was sent, with all that we do not know. */
  const templateOf = (body: unknown, service: string): Json =>
    understood(`service ${service}`, body, (json) => {
      stateOf(json);
      return object(json.template, 'template');
    });

  async function fetchService(name: string, options?: CallOptions): Promise<unknown> {
    const call = { api: 'run', method: 'services.get', resource: name };
    return scope.calls.read(call, (signal) => api.services.get({ name: path(name) }, { signal }), options);
  }

  return {
    async listServices(options) {
      const region = options?.region ?? scope.region;
      const call = { api: 'run', method: 'services.list', resource: region };
      const pages = await allPages('services', MAX_PAGES, async (pageToken) => {
        const request = { parent: locationPath(scope, region), pageSize: PAGE_SIZE, ...(pageToken === undefined ? {} : { pageToken }) };
        return servicePage(stateOf, await scope.calls.read(call, (signal) => api.services.list(request, { signal }), options));
      });
      // Half a list would read as services that do not exist.
      if (pages.some(({ whole }) => !whole)) {
        throw new TransientError('partial-answer', `run.services.list ${region}: Google could not reach all of the region`);
      }
      return pages.flatMap(({ services }) => services);
    },

    async getService(name, options) {
      return understood(`service ${name}`, await fetchService(name, options), stateOf);
    },

    async listRevisions(service, options) {
      const parent = service === '-' ? `${locationPath(scope, options?.region ?? scope.region)}/services/-` : path(service);
      const call = { api: 'run', method: 'revisions.list', resource: service };
      const pages = await allPages('revisions', MAX_PAGES, async (pageToken) => {
        const request = { parent, pageSize: PAGE_SIZE, ...(pageToken === undefined ? {} : { pageToken }) };
        return revisionPage(
          scope.region,
          await scope.calls.read(call, (signal) => api.services.revisions.list(request, { signal }), options),
        );
      });
      const byOwner = Object.create(null) as Record<string, RevisionState[]>;
      for (const { owner, revision } of pages.flatMap(({ revisions }) => revisions)) (byOwner[owner] ??= []).push(revision);
      for (const revisions of Object.values(byOwner)) revisions.sort((a, b) => b.createdAt - a.createdAt);
      return byOwner;
    },

    ...createTrafficWriter(scope, clock),

    async setBounds(service, etag, { bounds: { minInstances, maxInstances }, traffic }, options) {
      if (etag === '') throw new ConflictError('no-etag', `service ${service}: its scaling is never written without an etag`);
      // Zero is how the API spells "none".
      const scaling = { minInstanceCount: minInstances, maxInstanceCount: maxInstances ?? 0 };
      const vector = traffic === null ? {} : { traffic: [...trafficJson(traffic)] };
      const updateMask = [...Object.keys(scaling).map((field) => `scaling.${field}`), ...Object.keys(vector)].join(',');
      const request = { name: path(service), updateMask, requestBody: { name: path(service), etag, scaling, ...vector } };
      const call = { api: 'run', method: 'services.patch', resource: service };
      const answer = await scope.calls.write(call, (signal) => api.services.patch(request, { signal }), options);
      return { operation: acceptedOperation(answer, `scaling of ${service}`) };
    },

    async deploy(service, change, options) {
      const body = await fetchService(service, options);
      const present = understood(`service ${service}`, body, stateOf);
      if (present.changeKey === change.key) return { operation: '' };
      if (present.etag !== change.etag) {
        throw new ConflictError(
          'etag-changed',
          `service ${service} is at generation ${present.generation}: it has changed since it was looked at`,
        );
      }
      const like = change.deploy.like === null ? null : templateOf(await fetchService(change.deploy.like, options), change.deploy.like);
      const next = nextTemplate(templateOf(body, service), { key: change.key, deploy: change.deploy, like });
      const dark = change.tag === undefined ? [] : [{ latest: true, revision: null, percent: 0, tag: change.tag }];
      const traffic = trafficJson([...keptTraffic(change.keepTraffic), ...dark]);
      const requestBody: Json = { name: path(service), etag: change.etag, template: next.template, traffic };
      const updateMask = [...next.mask.map((field) => `template.${field}`), 'traffic'].join(',');
      const request = { name: path(service), updateMask, requestBody: requestBody as run_v2.Schema$GoogleCloudRunV2Service };
      const call = { api: 'run', method: 'services.patch', resource: service };
      const answer = await scope.calls.write(call, (signal) => api.services.patch(request, { signal }), options);
      return { operation: acceptedOperation(answer, `deploy of ${service}`) };
    },

    async getOperation(name, options) {
      const call = { api: 'run', method: 'operations.get', resource: shortName(name) };
      return readOperation(await scope.calls.read(call, (signal) => api.operations.get({ name }, { signal }), options), 'operation');
    },
  };
}

function servicePage(
  stateOf: (body: unknown) => ServiceState,
  body: unknown,
): {
  readonly services: readonly ServiceState[];
  readonly whole: boolean;
  readonly nextPageToken: string | undefined;
} {
  return understood('list of services', body, (page) => ({
    services: list(page.services, 'services').map(stateOf),
    whole: list(page.unreachable, 'unreachable').length === 0,
    nextPageToken: optionalText(page.nextPageToken, 'nextPageToken') ?? undefined,
  }));
}

function revisionPage(
  home: string,
  body: unknown,
): {
  readonly revisions: readonly ReturnType<typeof revisionState>[];
  readonly nextPageToken: string | undefined;
} {
  return understood('list of revisions', body, (page) => ({
    revisions: list(page.revisions, 'revisions').map((each) => revisionState(each, home)),
    nextPageToken: optionalText(page.nextPageToken, 'nextPageToken') ?? undefined,
  }));
}
