import { boundsOf } from '../../core/service/bounds.ts';
import type { LogGroup, Observation, RevisionState, ServiceObservation } from '../../core/model/observation.ts';
import type { Finding, Rule } from '../finding.ts';
import { atPlacesOf, curesOf, factOf, measuredEvidence, lineClaim, signs } from '../finding.ts';
import { countOf, deathsIn, effectiveShares, evidenceOf, failuresIn, groupsOf, servingRevisions } from '../observation-queries.ts';
import { quoted } from '../logs/sample.ts';
import { signatureOf } from '../signatures.ts';

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
  ...brokenBehind(observation),
  ...Object.values(observation.services).flatMap((service) => [...badRevisions(service), ...ownLimit(observation, service)]),
];

/** Reasons in the setting, each its own mechanism; connections that are refused are read below, because a callee may be down. */
const WRONG = [
  'missing-setting',
  'secret-version',
  'missing-role',
  'access-refused',
  'image-unavailable',
  'wrong-address',
  'api-disabled',
  'key-refused',
  'schema-missing',
  'migration-state',
  'statement-pooling',
  'network-setting',
  'proxy-certificate',
  'instance-name',
  'read-only-server',
  'cache-full',
  'token-refused',
  'billing-off',
  'key-version',
  'volume-mount',
  'all-workers-busy',
  'not-ready',
];

function settings(observation: Observation): readonly Finding[] {
  const harmful = signs(observation, ...WRONG).filter((group) => {
    const place = groupsOf(observation, group.service, group.revision);
    return group.facts['report'] !== undefined || deathsIn(place) + failuresIn(place) > 0;
  });
  return [...Map.groupBy(harmful, ({ signature }) => signature).values()].map((groups) => {
    const finding = settingFinding(groups);
    const words = namesOf(groups).length > 0 ? [] : lastWordsAt(observation, groups);
    return words.length === 0
      ? finding
      : { ...finding, summary: `${finding.summary}; said before it ended: ${words.slice(0, 2).map(quoted).join(', ')}` };
  });
}

/** What the lines name: the setting, permission, user or address. */
function namesOf(groups: readonly LogGroup[]): readonly string[] {
  return ['setting', 'permission', 'user', 'name', 'host', 'server', 'image', 'detail']
    .map((fact) => factOf(groups, fact))
    .filter((value) => value !== '');
}

/** What containers of these places said before they ended: a program that names no setting in its error often does beside it. */
function lastWordsAt(observation: Observation, groups: readonly LogGroup[]): readonly string[] {
  const said = groups
    .flatMap(({ service, revision }) => groupsOf(observation, service, revision))
    .flatMap(({ lastWords = [] }) => lastWords);
  return [...new Set(said)].filter((line) => /[A-Za-z]{3}/.test(line) && !groups.some(({ sample }) => sample === line));
}

function settingFinding(groups: readonly LogGroup[]): Finding {
  const names = namesOf(groups);
  const [most] = [...groups].sort((a, b) => b.count - a.count);
  const reported = groups.find(({ facts }) => facts['report'] !== undefined);
  const never = reported === undefined || reported.revision === '' ? '' : `; ${reported.revision} is not ready`;
  const count = countOf(groups);
  return {
    kind: 'configuration',
    subject: names[0] ?? most?.service ?? '',
    confidence: most?.signature === 'not-ready' ? 0.5 : 0.85,
    summary: `${signatureOf(most?.signature ?? '')?.says ?? 'a setting is wrong'}${names.length === 0 ? '' : ` (${names.join('; ')})`}: ${count} ${count === 1 ? 'line' : 'lines'}${never}`,
    evidence: evidenceOf(groups),
    covers: atPlacesOf(groups),
    ...lineClaim(groups),
    cures: curesOf(groups),
  };
}

/** 111 means that something is there and nobody listens: a wrong host or port, or a callee that is down. */
function refusedConnections(observation: Observation): readonly Finding[] {
  const groups = signs(observation, 'connect-refused');
  if (groups.length === 0) return [];
  const target = [factOf(groups, 'host'), factOf(groups, 'port')].filter((value) => value !== '').join(':');
  if (groups.every(({ service }) => observation.services[service]?.requests.value?.samePathsPass === true))
    return [refusedAtTimes(groups, target)];
  return [
    {
      kind: 'configuration',
      subject: target === '' ? (groups[0]?.service ?? '') : target,
      confidence: 0.5,
      summary: `connections ${target === '' ? '' : `to ${target} `}are refused (111): wrong host or port, or the callee is down`,
      evidence: evidenceOf(groups),
      covers: atPlacesOf(groups),
      ...lineClaim(groups),
    },
  ];
}

/** Ports on which databases listen (PostgreSQL, MySQL, SQL Server, MongoDB, and the Cloud SQL connectors). */
const DATABASE_PORTS = ['5432', '3306', '3307', '1433', '27017'];

/** An address that the same paths are served with at other times is right: whoever listens there was down meanwhile. */
function refusedAtTimes(groups: readonly LogGroup[], target: string): Finding {
  const isDatabase = DATABASE_PORTS.includes(factOf(groups, 'port'));
  return {
    kind: isDatabase ? 'database-unreachable' : 'configuration',
    subject: target === '' ? (groups[0]?.service ?? '') : target,
    confidence: 0.7,
    summary: `${target === '' ? 'a callee' : target} refuses connections at times (111): the same paths are answered at other times, so its address is right, and it was down, restarted or took no more: ${countOf(groups)} ${countOf(groups) === 1 ? 'line' : 'lines'}`,
    evidence: evidenceOf(groups),
    covers: atPlacesOf(groups),
    ...lineClaim(groups),
    cures: isDatabase ? ['wait', 'database'] : ['wait'],
  };
}

/** What a proxy or a caller notices: it speaks only where nothing says why. */
function brokenBehind(observation: Observation): readonly Finding[] {
  return ['upstream-reset', 'local-upstream', 'callee-error'].flatMap((signature) => {
    const groups = signs(observation, signature);
    return groups.length === 0 ? [] : [{ ...settingFinding(groups), confidence: 0.4, effect: true as const }];
  });
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
  const state = service.state.value;
  if (state === null) return [];
  const groups = signs(observation, 'no-available-instance').filter((group) => group.service === service.name);
  const running = Object.entries(service.instances.value ?? {}).filter(([revision]) => servingRevisions(service).includes(revision));
  const together = running.reduce((sum, [, count]) => sum + count, 0);
  const { maxInstances: ofEach } = state.template;
  const ofAll = boundsOf(state)?.maxInstances ?? null;
  const maximum = ofAll !== null && together >= ofAll ? ofAll : running.some(([, count]) => count >= (ofEach ?? Infinity)) ? ofEach : null;
  if (groups.length === 0 || maximum === null) return [];
  return [
    {
      kind: 'configuration',
      subject: service.name,
      confidence: 0.4,
      summary: `${service.name} runs at its own maximum of ${maximum} instances and turns requests away`,
      evidence: [...evidenceOf(groups), measuredEvidence(service.instances, `instances at the maximum of ${maximum}`)],
      covers: atPlacesOf(groups),
      ...lineClaim(groups),
      cures: ['resources', 'setting'],
    },
  ];
}
