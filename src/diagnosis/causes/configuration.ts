import type { Observation, RevisionState, ServiceObservation } from '../../core/model/observation.ts';
import type { Finding, Rule } from '../finding.ts';
import { atPlacesOf, factOf, measuredEvidence, signs } from '../finding.ts';
import { countOf, deathsIn, effectiveShares, evidenceOf, failuresIn, groupsOf, servingRevisions } from '../reading.ts';

/** Google's revision and service reasons that name a wrong setting (gcp-facts 2.3). */
const SETTING_REASONS = new Set([
  'CONTAINER_MISSING',
  'CONTAINER_PERMISSION_DENIED',
  'CONTAINER_IMAGE_UNAUTHORIZED',
  'CONTAINER_IMAGE_AUTHORIZATION_CHECK_FAILED',
  'ENCRYPTION_KEY_PERMISSION_DENIED',
  'ENCRYPTION_KEY_CHECK_FAILED',
  'SECRETS_ACCESS_CHECK_FAILED',
  'VPC_NETWORK_NOT_FOUND',
]);

/** Missing settings, refused credentials, refused connections, and limits that the service itself has set too low. */
export const configuration: Rule = (observation) => [
  ...settings(observation),
  ...refusedConnections(observation),
  ...Object.values(observation.services).flatMap((service) => [...badRevisions(service), ...ownLimit(observation, service)]),
];

function settings(observation: Observation): readonly Finding[] {
  const groups = signs(observation, 'missing-setting', 'missing-role', 'access-refused');
  const harmful = groups.filter((group) => {
    const place = groupsOf(observation, group.service, group.revision);
    return deathsIn(place) + failuresIn(place) > 0;
  });
  if (harmful.length === 0) return [];
  const names = ['setting', 'permission', 'user', 'name', 'host', 'server']
    .map((fact) => factOf(harmful, fact))
    .filter((value) => value !== '');
  return [
    {
      kind: 'configuration',
      subject: names[0] ?? harmful[0]?.service ?? '',
      confidence: 0.85,
      summary: `a setting, secret, role or credential is wrong${names.length === 0 ? '' : ` (${names.join('; ')})`}: ${countOf(harmful)} lines`,
      evidence: evidenceOf(harmful),
      covers: atPlacesOf(harmful),
    },
  ];
}

/** 111 means that something is there and nobody listens: a wrong host or port, or a callee that is down. */
function refusedConnections(observation: Observation): readonly Finding[] {
  const groups = signs(observation, 'connect-refused');
  if (groups.length === 0) return [];
  const target = [factOf(groups, 'host'), factOf(groups, 'port')].filter((value) => value !== '').join(':');
  return [
    {
      kind: 'configuration',
      subject: target === '' ? (groups[0]?.service ?? '') : target,
      confidence: 0.5,
      summary: `connections ${target === '' ? '' : `to ${target} `}are refused (111): wrong host or port, or the callee is down`,
      evidence: evidenceOf(groups),
      covers: atPlacesOf(groups),
    },
  ];
}

function badRevisions(service: ServiceObservation): readonly Finding[] {
  const state = service.state.value;
  if (state === null) return [];
  const shares = effectiveShares(state);
  const bad = state.revisions.filter(
    (revision) => shares.has(revision.name) && revision.reason !== null && SETTING_REASONS.has(revision.reason),
  );
  return bad.map((revision) => ({
    kind: 'configuration' as const,
    subject: revision.name,
    confidence: 0.9,
    summary: `${revision.name} is not ready: ${reasonOf(revision)}`,
    evidence: [measuredEvidence(service.state, `${revision.name}: ${reasonOf(revision)}`)],
    covers: (harm: { service: string }) => harm.service === service.name,
  }));
}

function reasonOf(revision: RevisionState): string {
  return [revision.reason, revision.message].filter((part) => part !== null).join(': ');
}

/** Turned away at the service's own maximum (gcp-facts 12.2 case 16). */
function ownLimit(observation: Observation, service: ServiceObservation): readonly Finding[] {
  const maximum = service.state.value?.template.maxInstances ?? null;
  const groups = signs(observation, 'no-available-instance').filter((group) => group.service === service.name);
  const running = Object.entries(service.instances.value ?? {}).filter(([revision]) => servingRevisions(service).includes(revision));
  const atMaximum = maximum !== null && running.some(([, count]) => count >= maximum);
  if (groups.length === 0 || !atMaximum) return [];
  return [
    {
      kind: 'configuration',
      subject: service.name,
      confidence: 0.4,
      summary: `${service.name} runs at its own maximum of ${maximum} instances and turns requests away`,
      evidence: [...evidenceOf(groups), measuredEvidence(service.instances, `instances at the maximum of ${maximum}`)],
      covers: atPlacesOf(groups),
    },
  ];
}
