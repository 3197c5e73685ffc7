import type { RevisionState, ServiceState, TemplateFacts, TrafficTarget } from '../../core/model/observation.ts';
import { durationMs, instant, shortName } from '../answers.ts';
import { CHANGE_ANNOTATION } from './template.ts';
import type { ContainerJson, RevisionJson, ServiceJson, TargetJson, TemplateJson } from './schema.ts';

const LATEST = 'TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST';

/**
 * A Cloud Run service in our words: revisions and the connector by short name, an empty `traffic` written out as what it stands
 * for (100 % to the latest ready revision, gcp-facts 2.2), an unknown condition state as Google spells it.
 */
export function serviceState(service: ServiceJson): ServiceState {
  const latestReady = orNull(service.latestReadyRevision, shortName);
  const wanted = service.traffic ?? [];
  const { terminalCondition: terminal } = service;
  return {
    name: shortName(service.name),
    uri: service.uri ?? null,
    generation: service.generation,
    observedGeneration: service.observedGeneration ?? '0',
    etag: service.etag,
    reconciling: service.reconciling === true,
    traffic:
      wanted.length === 0
        ? [{ latest: true, revision: latestReady, percent: 100, tag: null }]
        : wanted.map((target) => trafficTarget(target, latestReady)),
    trafficStatuses: (service.trafficStatuses ?? []).map((target) => trafficTarget(target, latestReady)),
    latestReadyRevision: latestReady,
    latestCreatedRevision: orNull(service.latestCreatedRevision, shortName),
    terminal: {
      state: terminal?.state ?? 'UNKNOWN',
      reason: terminal?.revisionReason ?? terminal?.reason ?? null,
      message: terminal?.message ?? null,
    },
    revisions: [],
    template: templateFacts(service.template),
    changeKey: service.template.annotations?.[CHANGE_ANNOTATION] ?? null,
  };
}

/** Short name of the service that a revision belongs to. */
export function ownerOf(revision: RevisionJson): string {
  return shortName(revision.service ?? /\/services\/([^/]+)\/revisions\//.exec(revision.name)?.[1] ?? '');
}

export function revisionState(revision: RevisionJson): RevisionState {
  const ready = revision.conditions?.find(({ type }) => type === 'Ready');
  return {
    name: shortName(revision.name),
    createdAt: instant(revision.createTime) ?? 0,
    ready: readiness(ready?.state),
    reason: ready?.revisionReason ?? ready?.reason ?? null,
    message: ready?.message ?? null,
    image: revision.containers[0]?.image ?? '',
  };
}

function readiness(state: string | undefined): RevisionState['ready'] {
  if (state === 'CONDITION_SUCCEEDED') return 'yes';
  if (state === 'CONDITION_FAILED') return 'no';
  return state === 'CONDITION_PENDING' || state === 'CONDITION_RECONCILING' ? 'pending' : 'unknown';
}

function trafficTarget(target: TargetJson, latestReady: string | null): TrafficTarget {
  const latest = target.type === LATEST || (target.type === undefined && target.revision === undefined);
  const revision = orNull(target.revision, shortName) ?? (latest ? latestReady : null);
  return { latest, revision, percent: target.percent ?? 0, tag: target.tag ?? null };
}

function templateFacts(template: TemplateJson): TemplateFacts {
  const main = mainContainer(template.containers);
  const limits = main?.resources?.limits;
  return {
    image: main?.image ?? '',
    cpu: limits?.cpu ?? null,
    memory: limits?.memory ?? null,
    minInstances: template.scaling?.minInstanceCount ?? null,
    maxInstances: template.scaling?.maxInstanceCount ?? null,
    connector: orNull(template.vpcAccess?.connector, shortName),
    egress: template.vpcAccess?.egress ?? null,
    timeoutMs: durationMs(template.timeout),
    startupProbe: sayProbe(main?.startupProbe),
    serviceAccount: null,
    ingress: null,
    env: {},
    secrets: {},
  };
}

/** The container that takes requests is the one with a port; a single container needs none. */
export function mainContainer<Container extends { readonly ports?: readonly unknown[] | undefined }>(
  containers: readonly Container[],
): Container | undefined {
  return containers.find(({ ports }) => ports !== undefined && ports.length > 0) ?? containers[0];
}

/** `http /health every 10s, 3 failures`; null: no probe is configured, so Cloud Run checks the TCP port only (gcp-facts 0.5). */
function sayProbe(probe: ContainerJson['startupProbe']): string | null {
  if (probe === undefined) return null;
  const what = probe.httpGet !== undefined ? `http ${probe.httpGet.path ?? '/'}` : probe.grpc !== undefined ? 'grpc' : 'tcp';
  return `${what} every ${probe.periodSeconds ?? 10}s, ${probe.failureThreshold ?? 3} failures`;
}

function orNull(text: string | undefined, as: (text: string) => string): string | null {
  return text === undefined || text === '' ? null : as(text);
}
