import { locationPath, type Surface } from '../../surface/surface.ts';
import { timestamp, type Fields } from '../../surface/wire.ts';
import { placed } from '../../world/place.ts';
import type { RevisionCondition } from '../../world/contract.ts';
import { effective, latestCreated, type Revision, type Service } from './model.ts';
import { renderTarget } from './traffic.ts';

const SERVICE_TYPE = 'type.googleapis.com/google.cloud.run.v2.Service';

/** Service and Revision resources as Cloud Run v2 spells them (gcp-facts 2). */
export class Renderer {
  readonly #surface: Surface;
  readonly #services = new WeakMap<Service, Rendered>();
  readonly #revisions = new WeakMap<Revision, Rendered>();

  constructor(surface: Surface) {
    this.#surface = surface;
  }

  path(service: Service): string {
    const { name, region } = placed(service.name, this.#surface.region);
    return `${locationPath(this.#surface, region)}/services/${name}`;
  }

  etag(service: Service): string {
    return `"${Buffer.from(String(service.version)).toString('base64url')}"`;
  }

  /** Version that an etag was made from; the text itself when we did not make it. */
  versionOf(etag: string): string {
    const decoded = Buffer.from(etag.replace(/^W\//, '').replaceAll('"', ''), 'base64url').toString();
    return /^\d+$/.test(decoded) ? decoded : etag;
  }

  typedService(service: Service): Fields {
    return { '@type': SERVICE_TYPE, ...this.service(service) };
  }

  /** The same value as long as nothing of the service has changed: it is read several times a tick, and changes a few times a run. */
  service(service: Service): Fields {
    const { wanted, settled, statuses, latestReady, latestInForce, generation, observedGeneration, version, reconcilingSince, updatedAt } =
      service;
    const state = [
      wanted,
      settled,
      statuses,
      latestReady,
      latestInForce,
      generation,
      observedGeneration,
      version,
      reconcilingSince,
      updatedAt,
    ];
    return remembered(this.#services, service, [...state, service.revisions.length], () => this.#renderService(service));
  }

  #renderService(service: Service): Fields {
    const { wanted, latestReady } = service;
    const revisions = `${this.path(service)}/revisions`;
    return {
      name: this.path(service),
      ...wanted.rest,
      uid: service.uid,
      generation: String(service.generation),
      createTime: timestamp(service.createdAt),
      updateTime: timestamp(service.updatedAt),
      creator: service.creator,
      lastModifier: service.lastModifier,
      template: wanted.template,
      traffic: wanted.traffic.map(renderTarget),
      observedGeneration: String(service.observedGeneration),
      terminalCondition: this.#terminal(service),
      conditions: [this.#routes(service), this.#configurations(service)],
      ...(latestReady !== null && { latestReadyRevision: `${revisions}/${latestReady}` }),
      latestCreatedRevision: `${revisions}/${latestCreated(service).name}`,
      trafficStatuses: this.#statuses(service),
      uri: this.#uri(service, null),
      ...(service.settled ? {} : { reconciling: true }),
      etag: this.etag(service),
    };
  }

  /** As for services, one value as long as it stands. */
  revision(service: Service, revision: Revision): Fields {
    const condition = this.#surface.world.services.condition(service.name, revision.name);
    const serving = effective(service).some((target) => target.revision === revision.name);
    return remembered(this.#revisions, revision, [condition, serving], () => this.#renderRevision(service, revision, condition, serving));
  }

  #renderRevision(service: Service, revision: Revision, { state, reason, message, since }: RevisionCondition, serving: boolean): Fields {
    const at = timestamp(Math.max(since, revision.createdAt));
    const outcome = { ready: 'CONDITION_SUCCEEDED', pending: 'CONDITION_RECONCILING', failed: 'CONDITION_FAILED' }[state];
    const why =
      state === 'failed'
        ? { revisionReason: reason ?? 'HEALTH_CHECK_CONTAINER_ERROR', message: message ?? 'The revision failed.', severity: 'ERROR' }
        : {};
    const healthy = { state: outcome, lastTransitionTime: at, ...why };
    const active = serving
      ? { state: 'CONDITION_SUCCEEDED' }
      : { state: 'CONDITION_FAILED', revisionReason: 'RETIRED', severity: 'INFO', message: 'Revision retired.' };
    const { labels, annotations, ...template } = revision.template;
    return {
      name: `${this.path(service)}/revisions/${revision.name}`,
      uid: revision.uid,
      generation: '1',
      ...(labels !== undefined && { labels }),
      ...(annotations !== undefined && { annotations }),
      createTime: timestamp(revision.createdAt),
      updateTime: at,
      service: placed(service.name, this.#surface.region).name,
      ...template,
      ...(state === 'pending' && { reconciling: true }),
      conditions: [
        { type: 'Ready', ...healthy },
        { type: 'Active', lastTransitionTime: at, ...active },
        { type: 'ContainerHealthy', ...healthy },
        { type: 'ResourcesAvailable', state: 'CONDITION_SUCCEEDED', lastTransitionTime: at },
      ],
      observedGeneration: '1',
      logUri: `https://console.cloud.google.com/logs/viewer?project=${this.#surface.project}&resource=cloud_run_revision/service_name/${placed(service.name, this.#surface.region).name}/revision_name/${revision.name}`,
      etag: `"${Buffer.from(`${revision.name}:${state}`).toString('base64url')}"`,
    };
  }

  /** As seen in the wild, an entry for LATEST does not say which revision it stands for: that is `latestReadyRevision`. */
  #statuses(service: Service): readonly Fields[] {
    return service.statuses.map((target) => ({
      ...renderTarget(target),
      ...(target.tag !== null && { uri: this.#uri(service, target.tag) }),
    }));
  }

  #uri(service: Service, tag: string | null): string {
    return `${this.#surface.baseUrl}/_services/${service.name}${tag === null ? '' : `~${tag}`}`;
  }

  #terminal(service: Service): Fields {
    const { settled } = service;
    if (!settled) return { type: 'Ready', state: 'CONDITION_RECONCILING', lastTransitionTime: timestamp(service.reconcilingSince) };
    const failure = settled.configuration ?? settled.routes;
    return condition('Ready', settled.at, failure?.message ?? null);
  }

  #routes(service: Service): Fields {
    const { settled } = service;
    if (!settled) return { type: 'RoutesReady', state: 'CONDITION_RECONCILING', lastTransitionTime: timestamp(service.reconcilingSince) };
    return condition('RoutesReady', settled.at, settled.routes?.message ?? null);
  }

  #configurations(service: Service): Fields {
    const { settled } = service;
    if (!settled)
      return { type: 'ConfigurationsReady', state: 'CONDITION_RECONCILING', lastTransitionTime: timestamp(service.reconcilingSince) };
    return condition('ConfigurationsReady', settled.at, settled.configuration?.message ?? null);
  }
}

interface Rendered {
  /** What the value was made from. */
  readonly from: readonly unknown[];
  readonly value: Fields;
}

function remembered<K extends object>(cache: WeakMap<K, Rendered>, key: K, from: readonly unknown[], make: () => Fields): Fields {
  const known = cache.get(key);
  if (known !== undefined && known.from.every((part, index) => part === from[index])) return known.value;
  const value = make();
  cache.set(key, { from, value });
  return value;
}

function condition(type: string, at: number, failure: string | null): Fields {
  const lastTransitionTime = timestamp(at);
  if (failure === null) return { type, state: 'CONDITION_SUCCEEDED', lastTransitionTime };
  return { type, state: 'CONDITION_FAILED', message: failure, lastTransitionTime, severity: 'ERROR', reason: 'REVISION_FAILED' };
}
