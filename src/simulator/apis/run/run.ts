import { defined } from '../../../core/defined.ts';
import { ApiError, invalid } from '../../surface/api-error.ts';
import { applyMask, parseMask } from '../../surface/masks.ts';
import { Operations, renderOperation, type Operation } from '../../surface/operations.ts';
import { listed, page, pageSize } from '../../surface/paging.ts';
import { Later, type Call } from '../../surface/router.ts';
import { Seeded } from '../../surface/seeded.ts';
import { locationPath, type Surface } from '../../surface/surface.ts';
import type { RevisionFacts } from '../../world/contract.ts';
import { calledIn, placed, type Placed } from '../../world/place.ts';
import { asString, camelKeys, durationMs, isFields, onlyKnown, sameJson, type Fields } from '../../surface/wire.ts';
import { initialService } from './initial.ts';
import { revisionNamed, type Service, type Wanted } from './model.ts';
import { Reconciler } from './reconcile.ts';
import { Renderer } from './render.ts';
import { INGRESS_ALL, readRest } from './rest.ts';
import { readServiceScaling } from './scaling.ts';
import { newRevisionName, readTemplate, revisionFacts, withoutName } from './template.ts';
import { checkRevisionsExist, readTraffic, renderTarget } from './traffic.ts';

const UPDATE = 'google.cloud.run.v2.Services.UpdateService';
const REST = new Set(
  'description labels annotations client clientVersion ingress launchStage binaryAuthorization scaling invokerIamDisabled defaultUriDisabled customAudiences iapEnabled multiRegionSettings buildConfig'.split(
    ' ',
  ),
);
const OUTPUT = new Set(
  (
    'name uid generation createTime updateTime deleteTime expireTime creator lastModifier observedGeneration terminalCondition conditions latestReadyRevision ' +
    'latestCreatedRevision trafficStatuses uri urls satisfiesPzs reconciling etag threatDetectionEnabled'
  ).split(' '),
);
const MUTABLE = new Set([...REST, 'template', 'traffic']);
const KNOWN = new Set([...MUTABLE, ...OUTPUT]);
const WAIT_STEP_MS = 1_000;

/** Cloud Run Admin v2: services, revisions, operations (gcp-facts 2). */
export class CloudRun {
  readonly #surface: Surface;
  readonly #services = new Map<string, Service>();
  readonly #operations = new Operations();
  readonly #ids: Seeded;
  readonly #render: Renderer;
  readonly #reconciler: Reconciler;

  constructor(surface: Surface) {
    const { seed, startAt, world } = surface.scenario;
    this.#surface = surface;
    this.#ids = new Seeded(seed, 'run');
    this.#render = new Renderer(surface);
    this.#reconciler = new Reconciler(surface, new Seeded(seed, 'run-delays'), (service) => this.#render.typedService(service));
    for (const described of world.services) {
      const service = initialService(surface, described, this.#ids);
      this.#services.set(service.name, service);
      this.#reconciler.settleInitially(service, startAt);
    }
  }

  get(call: Call): unknown {
    return this.#render.service(this.#named(call));
  }

  /** Newest first; the location `-` is not allowed (gcp-facts 2.1). */
  list({ params, query }: Call): unknown {
    if (params['location'] === '-')
      throw invalid("Invalid value for parent: location '-' is not supported for listing services.", 'parent');
    const all = this.#servicesIn(params['location']).sort((one, other) => other.createdAt - one.createdAt);
    const { items, nextPageToken } = page(all, pageSize(query.get('pageSize'), 1_000, 1_000), query.get('pageToken'));
    return listed(
      'services',
      items.map((service) => this.#render.service(service)),
      nextPageToken,
    );
  }

  revision(call: Call): unknown {
    const service = this.#named(call);
    const revision = revisionNamed(service, defined(call.params['revision']));
    if (!revision) throw this.#missing(`${this.#render.path(service)}/revisions/${call.params['revision']}`);
    return this.#render.revision(service, revision);
  }

  /** Newest first; the service `-` stands for all (gcp-facts 2.1). */
  revisions(call: Call): unknown {
    const services = call.params['service'] === '-' ? this.#servicesIn(call.params['location']) : [this.#named(call)];
    const all = services.flatMap((service) => service.revisions.map((revision) => ({ service, revision })));
    all.sort((one, other) => other.revision.createdAt - one.revision.createdAt);
    const { items, nextPageToken } = page(all, pageSize(call.query.get('pageSize'), 1_000, 1_000), call.query.get('pageToken'));
    return listed(
      'revisions',
      items.map(({ service, revision }) => this.#render.revision(service, revision)),
      nextPageToken,
    );
  }

  operation({ params }: Call): unknown {
    return renderOperation(this.#operations.get(this.#operationPath(params)));
  }

  operations({ params, query }: Call): unknown {
    const here = `${locationPath(this.#surface, params['location'] ?? '')}/`;
    const { items, nextPageToken } = page(
      this.#operations.newestFirst().filter(({ name }) => name.startsWith(here)),
      pageSize(query.get('pageSize'), 100, 100),
      query.get('pageToken'),
    );
    return listed('operations', items.map(renderOperation), nextPageToken);
  }

  /** Answers when the operation is done or the asked timeout has passed, whichever is first. */
  wait(call: Call): unknown {
    const operation = this.#operations.get(this.#operationPath(call.params));
    const asked = durationMs(call.body()['timeout']) ?? 30_000;
    const left = call.receivedAt + asked - call.now;
    return operation.outcome || left <= 0 ? renderOperation(operation) : new Later(call.now + Math.min(WAIT_STEP_MS, left));
  }

  /** Revision behind a tag in force, for the service's own endpoint; null when there is none. */
  tagged(name: string, tag: string): string | null {
    const service = this.#services.get(name);
    const target = service?.statuses.find((each) => each.tag === tag);
    return target ? (target.revision ?? service?.latestInForce ?? null) : null;
  }

  /** As the service wants it; INGRESS_TRAFFIC_ALL when it has said nothing. */
  ingressOf(name: string): string {
    return String(this.#services.get(name)?.wanted.rest['ingress'] ?? INGRESS_ALL);
  }

  /** The service's own address: whom an ID token must be made out to. */
  addressOf(name: string): string {
    return `${this.#surface.baseUrl}/_services/${name}`;
  }

  has(name: string): boolean {
    return this.#services.has(name);
  }

  patch(call: Call): unknown {
    const service = this.#named(call);
    const body = camelKeys(call.body()) as Fields;
    onlyKnown(body, KNOWN, 'service');
    this.#checkEtag(service, body['etag']);
    const wanted = this.#wanted(service, body, parseMask(call.query.get('updateMask')));
    if (wanted.template !== service.wanted.template) this.#needActAs(call, wanted);
    const force = call.query.flag('forceNewRevision');
    const created = newRevisionName({ ...service, name: this.#placeOf(service).name }, service.wanted.template, {
      wanted: wanted.template,
      force,
      generated: () => this.#revisionName(service),
    });
    checkRevisionsExist(service, wanted.traffic, created);
    if (call.query.flag('validateOnly'))
      return {
        name: this.#operationName(service),
        done: true,
        metadata: this.#render.typedService(service),
        response: this.#render.typedService(service),
      };
    const operation = this.#commit(call, service, wanted, created);
    call.commit({
      methodName: UPDATE,
      resourceName: this.#render.path(service),
      resource: {
        type: 'cloud_run_revision',
        labels: {
          project_id: this.#surface.project,
          location: this.#placeOf(service).region,
          service_name: this.#placeOf(service).name,
          revision_name: created ?? '',
          configuration_name: this.#placeOf(service).name,
        },
      },
      request: { service: { name: this.#render.path(service), ...body }, updateMask: call.query.get('updateMask') ?? '' },
    });
    return renderOperation(operation);
  }

  #commit(call: Call, service: Service, wanted: Wanted, created: string | null): Operation {
    if (wanted.rest !== service.wanted.rest)
      this.#surface.world.services.setBounds(service.name, readServiceScaling(wanted.rest['scaling']), call.now);
    service.wanted = wanted;
    service.generation += 1;
    service.version = Math.max(service.version + 1, call.now * 1_000 + this.#ids.between(0, 1_000));
    service.updatedAt = call.now;
    service.lastModifier = call.actor;
    if (created !== null) {
      const template = withoutName(wanted.template);
      service.revisions.push({ name: created, uid: this.#ids.uuid(), createdAt: call.now, template });
      this.#surface.world.services.addRevision(this.#factsOf(service, created, template), call.now);
    }
    const operation = this.#operations.add({
      name: this.#operationName(service),
      outcome: null,
      metadata: () => this.#render.typedService(service),
    });
    service.waiting.push(operation);
    this.#reconciler.begin(service, call.now, call.stuckForMs ?? 0);
    return operation;
  }

  #wanted(service: Service, body: Fields, mask: readonly string[] | null): Wanted {
    const { rest, template, traffic } = service.wanted;
    const paths = mask === null || mask.includes('*') ? [...MUTABLE].filter((field) => body[field] !== undefined) : mask;
    const unknown = paths.find((path) => !KNOWN.has(defined(path.split('.')[0])));
    if (unknown !== undefined)
      throw invalid(`Invalid update_mask: '${unknown}' is not a field of google.cloud.run.v2.Service.`, 'updateMask');
    const effectivePaths = paths.filter((path) => MUTABLE.has(defined(path.split('.')[0])));
    const merged = applyMask({ ...rest, template, traffic: traffic.map(renderTarget) }, body, effectivePaths);
    const touches = (field: string) => effectivePaths.some((path) => path.split('.')[0] === field);
    const { template: mergedTemplate, traffic: mergedTraffic, ...mergedRest } = merged;
    return {
      template: touches('template')
        ? readTemplate(
            isFields(mergedTemplate) ? mergedTemplate : {},
            `${locationPath(this.#surface, this.#placeOf(service).region)}/connectors/`,
          )
        : template,
      traffic: touches('traffic') ? readTraffic(mergedTraffic) : traffic,
      rest: sameJson(rest, mergedRest) ? rest : readRest(mergedRest),
    };
  }

  /** AIP-154 as observed (gcp-facts 2.4): a mismatch is 409 ABORTED, an absent etag means the last writer wins. */
  #checkEtag(service: Service, value: unknown): void {
    const etag = asString(value, 'service.etag') ?? '';
    if (etag === '' || etag === this.#render.etag(service)) return;
    const [asked, present] = [this.#render.versionOf(etag), String(service.version)];
    throw new ApiError(
      'ABORTED',
      `Conflict for resource '${service.name}': version '${asked}' was specified but current version is '${present}'.`,
    );
  }

  /** gcp-facts 10: deploying needs this on top of run.services.update. */
  #needActAs(call: Call, { template }: Wanted): void {
    if (!call.lacks('iam.serviceAccounts.actAs')) return;
    throw new ApiError(
      'PERMISSION_DENIED',
      `Permission 'iam.serviceaccounts.actAs' denied on service account ${String(template['serviceAccount'] ?? 'default')} (or it may not exist).`,
    );
  }

  /** `backend-00751-abc`: one more than the highest number so far. */
  #revisionName(service: Service): string {
    const numbers = service.revisions.map(({ name }) => Number(/-(\d{5})-[a-z0-9]{3}$/.exec(name)?.[1] ?? 0));
    const next = Math.max(service.revisions.length, ...numbers) + 1;
    return `${this.#placeOf(service).name}-${String(next).padStart(5, '0')}-${this.#ids.pick('abcdefghjklmnpqrstvwxz23456789', 3)}`;
  }

  #operationName(service: Service): string {
    return `${locationPath(this.#surface, this.#placeOf(service).region)}/operations/${this.#ids.uuid()}`;
  }

  #operationPath(params: Call['params']): string {
    return `${locationPath(this.#surface, params['location'] ?? '')}/operations/${params['operation']}`;
  }

  #placeOf(service: Service): Placed {
    return placed(service.name, this.#surface.region);
  }

  #servicesIn(location: string | undefined): Service[] {
    return [...this.#services.values()].filter((service) => this.#placeOf(service).region === location);
  }

  /** Its connector is one of its own region. */
  #factsOf(service: Service, created: string, template: Fields): RevisionFacts {
    const facts = revisionFacts(service.name, created, template);
    if (facts.connector === null) return facts;
    return { ...facts, connector: calledIn(this.#surface.region, { ...this.#placeOf(service), name: facts.connector }) };
  }

  #named({ params }: Call): Service {
    const here = params['project'] === this.#surface.project || params['project'] === this.#surface.projectNumber;
    const wanted = { name: defined(params['service']), region: defined(params['location']) };
    const service = here ? this.#services.get(calledIn(this.#surface.region, wanted)) : undefined;
    if (service) return service;
    throw this.#missing(`projects/${params['project']}/locations/${params['location']}/services/${params['service']}`);
  }

  #missing(path: string): ApiError {
    return new ApiError(
      'NOT_FOUND',
      `Resource '${path.slice(path.lastIndexOf('/') + 1)}' of kind '${path.includes('/revisions/') ? 'REVISION' : 'SERVICE'}' in region '${/locations\/([^/]+)/.exec(path)?.[1] ?? ''}' in project '${this.#surface.project}' does not exist.`,
    );
  }
}
