import type { RevisionState, ServiceBounds, ServiceState, TrafficTarget } from '../../core/model/observation.ts';
import { CHANGE_ANNOTATION } from '../../core/service/next-template.ts';
import { ServiceSettings } from '../../core/service/settings.ts';
import { instant, shortName } from '../response-parsing.ts';
import { list, nonEmpty, object, optionalNumber, optionalObject, optionalText, text } from '../json.ts';
import type { Json } from '../json.ts';
import { identityIn, regionIn } from '../scope.ts';
import { templateFacts } from './template-facts.ts';

const LATEST = 'TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST';

/**
 * A Cloud Run service in our words (gcp-facts 2): it and its connector as a run calls them (`home`: the document's own region), revisions by short name, an empty `traffic` written out as
 * what it stands for (100 % to the latest ready revision, gcp-facts 2.2), an unknown condition state as Google spells it.
 * To be called within `understood`.
 */
export function serviceState(value: unknown, home: string): ServiceState {
  const service = object(value, 'service');
  const fullName = text(service.name, 'name');
  const latestReady = shortOrNull(service.latestReadyRevision, 'latestReadyRevision');
  const wanted = list(service.traffic, 'traffic');
  const terminal = optionalObject(service.terminalCondition, 'terminalCondition');
  const template = object(service.template, 'template');
  return {
    name: identityIn(fullName, home),
    uri: optionalText(service.uri, 'uri'),
    generation: text(service.generation, 'generation'),
    observedGeneration: optionalText(service.observedGeneration, 'observedGeneration') ?? '0',
    etag: text(service.etag, 'etag'),
    reconciling: service.reconciling === true,
    traffic:
      wanted.length === 0
        ? [{ latest: true, revision: latestReady, percent: 100, tag: null }]
        : wanted.map((target) => trafficTarget(target, latestReady)),
    trafficStatuses: list(service.trafficStatuses, 'trafficStatuses').map((target) => trafficTarget(target, latestReady)),
    ...tagUris(list(service.trafficStatuses, 'trafficStatuses')),
    latestReadyRevision: latestReady,
    latestCreatedRevision: shortOrNull(service.latestCreatedRevision, 'latestCreatedRevision'),
    terminal: {
      state: optionalText(terminal.state, 'terminalCondition.state') ?? 'UNKNOWN',
      reason: reasonOf(terminal),
      message: optionalText(terminal.message, 'terminalCondition.message'),
    },
    revisions: [],
    template: templateFacts(template, {
      ingress: optionalText(service.ingress, 'ingress'),
      connector: (name) => identityIn(name, home, regionIn(fullName) ?? home),
    }),
    ...boundsOf(optionalObject(service.scaling, 'scaling')),
    changeKey: optionalText(optionalObject(template.annotations, 'template.annotations')[CHANGE_ANNOTATION], 'template.annotations'),
    settings: ServiceSettings.of(service),
    modifiedAt: instant(optionalText(service.updateTime, 'updateTime') ?? ''),
    modifiedBy: optionalText(service.lastModifier, 'lastModifier'),
  };
}

/** A revision, and what a run calls the service that it belongs to. To be called within `understood`. */
export function revisionState(value: unknown, home: string): { readonly owner: string; readonly revision: RevisionState } {
  const revision = object(value, 'revision');
  const name = text(revision.name, 'revision.name');
  const ready = list(revision.conditions, 'revision.conditions')
    .map((condition) => object(condition, 'revision.conditions'))
    .find(({ type }) => type === 'Ready');
  const [main] = nonEmpty(list(revision.containers, 'revision.containers'), 'revision.containers');
  return {
    owner: identityIn(
      optionalText(revision.service, 'revision.service') ?? /\/services\/([^/]+)\/revisions\//.exec(name)?.[1] ?? '',
      home,
      regionIn(name) ?? home,
    ),
    revision: {
      name: shortName(name),
      createdAt: instant(text(revision.createTime, 'revision.createTime')) ?? 0,
      ready: readiness(ready?.state),
      reason: ready === undefined ? null : reasonOf(ready),
      message: ready === undefined ? null : optionalText(ready.message, 'revision.conditions.message'),
      image: text(object(main, 'revision.containers').image, 'revision.containers.image'),
    },
  };
}

function reasonOf(condition: Json): string | null {
  return optionalText(condition.revisionReason, 'condition.revisionReason') ?? optionalText(condition.reason, 'condition.reason');
}

function readiness(state: unknown): RevisionState['ready'] {
  if (state === 'CONDITION_SUCCEEDED') return 'yes';
  if (state === 'CONDITION_FAILED') return 'no';
  return state === 'CONDITION_PENDING' || state === 'CONDITION_RECONCILING' ? 'pending' : 'unknown';
}

function trafficTarget(value: unknown, latestReady: string | null): TrafficTarget {
  const target = object(value, 'traffic');
  const latest = target.type === LATEST || (target.type === undefined && target.revision === undefined);
  const revision = shortOrNull(target.revision, 'traffic.revision') ?? (latest ? latestReady : null);
  return {
    latest,
    revision,
    percent: optionalNumber(target.percent, 'traffic.percent') ?? 0,
    tag: optionalText(target.tag, 'traffic.tag'),
  };
}

/** Zero and absent are the same: no bound. */
function boundsOf(scaling: Json): Pick<ServiceState, 'bounds'> {
  if (scaling.scalingMode === 'MANUAL') return { bounds: 'manual' };
  const minInstances = optionalNumber(scaling.minInstanceCount, 'scaling.minInstanceCount') ?? 0;
  const maxInstances = optionalNumber(scaling.maxInstanceCount, 'scaling.maxInstanceCount') ?? 0;
  const bounds: ServiceBounds = { minInstances, maxInstances: maxInstances === 0 ? null : maxInstances };
  return minInstances === 0 && maxInstances === 0 ? {} : { bounds };
}

/** Nothing where no tag has an address. */
function tagUris(statuses: readonly unknown[]): Pick<ServiceState, 'tagUris'> {
  const found = statuses.flatMap((value): readonly [string, string][] => {
    const target = object(value, 'trafficStatuses');
    const tag = optionalText(target.tag, 'trafficStatuses.tag');
    const uri = optionalText(target.uri, 'trafficStatuses.uri');
    return tag === null || uri === null ? [] : [[tag, uri]];
  });
  return found.length === 0 ? {} : { tagUris: Object.fromEntries(found) };
}

function shortOrNull(value: unknown, path: string): string | null {
  const name = optionalText(value, path);
  return name === null ? null : shortName(name);
}
