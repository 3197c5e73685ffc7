import { regionsOf } from '../../core/region.ts';
import type { LogGroup, Observation } from '../../core/model/observation.ts';
import type { RemediationSpec } from '../../core/model/spec.ts';
import { checkAccounts } from '../checks/accounts.ts';
import { isAtGoal, riddenBy } from '../infrastructure/connectors.ts';
import type { SeenConnector } from '../infrastructure/connectors.ts';
import { usedBy } from '../infrastructure/databases.ts';
import type { Finding, Rule } from '../finding.ts';
import { atPlacesOf, curesOf, factOf, measuredEvidence, lineClaim, signs } from '../finding.ts';
import { countOf, evidenceOf, harmOf } from '../observation-queries.ts';
import { isPublic, privateTimeouts } from '../infrastructure/timeouts.ts';

/** What the services are told, given and let through: accounts, the way out, the way to private things. */
export const iamAndNetwork: Rule = (observation, spec) => [
  ...accounts(observation, spec),
  ...wayOut(observation, spec),
  ...wayIntoTheNetwork(observation, spec),
];

/** A missing role or a broken secret is a cause only where something fails; otherwise it is a finding of the checks. */
function accounts(observation: Observation, spec: RemediationSpec): readonly Finding[] {
  const harmed = new Set(harmOf(observation).map(({ service }) => service));
  const lacking = checkAccounts(observation, spec).filter(({ subject }) => harmed.has(subject));
  return lacking.map(({ subject, what, evidence }) => {
    const said = signs(observation, 'missing-role', 'missing-setting', 'access-refused').filter(({ service }) => service === subject);
    return {
      kind: 'configuration',
      subject,
      confidence: said.length > 0 ? 0.95 : 0.6,
      summary: what,
      evidence: [...evidence, ...evidenceOf(said, 3)],
      covers: ({ service }) => service === subject,
    };
  });
}

/** gcp-facts 4, 12.2 case 8: with ALL_TRAFFIC calls to public APIs go through the network, and end there without NAT or Private Google Access. */
function wayOut(observation: Observation, spec: RemediationSpec): readonly Finding[] {
  const groups = signs(observation, 'admin-api-unreachable');
  if (groups.length === 0) return [];
  const dragged = [...new Set(groups.map(({ service }) => service))].filter(
    (name) => observation.services[name]?.state.value?.template.egress === 'ALL_TRAFFIC',
  );
  const named = factOf(groups, 'host').split(', ').filter(Boolean);
  const host = named.length === 0 ? 'Google’s APIs' : named.map((name) => `${name}.googleapis.com`).join(', ');
  const state = observation.services[dragged[0] ?? '']?.state;
  const cut = `${dragged.join(', ')} sends all its traffic through the network, which gives no way out to ${host}`;
  return [
    {
      kind: 'configuration',
      subject: dragged[0] ?? groups[0]?.service ?? '',
      confidence: isHot(observation, spec, groups) ? 0.3 : dragged.length > 0 ? 0.92 : 0.6,
      summary: `${dragged.length > 0 ? cut : `${host} cannot be reached from inside (egress, NAT, Private Google Access)`}: ${countOf(groups)} lines`,
      evidence: [
        ...evidenceOf(groups, 3),
        ...(state === undefined
          ? []
          : [measuredEvidence(state, `${dragged[0]}: egress ALL_TRAFFIC; PRIVATE_RANGES_ONLY would let it out`)]),
      ],
      covers: atPlacesOf(groups),
      ...lineClaim(groups),
      cures: curesOf(groups),
    },
  ];
}

const DATABASE_PORTS = new Set(['5432', '3306', '3307', '1433', '27017', '6432']);
const PRIVATE = /^(?:10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.)/;

/**
 * Connect timeouts (110) that a saturated connector does not explain: a dependency in another region, no connector at all in
 * front of a private address, a database that lets nobody in; else only that packets are lost on the way.
 */
function wayIntoTheNetwork(observation: Observation, spec: RemediationSpec): readonly Finding[] {
  const groups = signs(observation, 'connect-timeout');
  if (groups.length === 0 || (isHot(observation, spec, groups) && !groups.every(isPublic))) return [];
  if (signs(observation, 'nat-ports').length > 0 && privateTimeouts(observation).length === 0) return [];
  const hosts = factOf(groups, 'host').split(', ').filter(Boolean);
  const ports = factOf(groups, 'port').split(', ').filter(Boolean);
  const target = hosts.length === 0 ? 'its callee' : `${hosts.join(', ')}${ports.length === 0 ? '' : `:${ports.join(', ')}`}`;
  const because = reasonFor(observation, spec, { groups, hosts, ports });
  if (because === null) return [];
  return [
    {
      kind: because.kind,
      subject: because.subject,
      confidence: because.confidence,
      summary: `no answer from ${target} (110): ${because.said}: ${countOf(groups)} ${countOf(groups) === 1 ? 'line' : 'lines'}`,
      evidence: evidenceOf(groups),
      covers: atPlacesOf(groups),
      ...lineClaim(groups),
      cures: because.cures ?? curesOf(groups),
    },
  ];
}

type Because = Pick<Finding, 'kind' | 'subject' | 'confidence' | 'cures'> & { readonly said: string };

function reasonFor(
  observation: Observation,
  spec: RemediationSpec,
  { groups, hosts, ports }: { readonly groups: readonly LogGroup[]; readonly hosts: readonly string[]; readonly ports: readonly string[] },
): Because | null {
  const abroad = spec.dependencies.find(({ host, region }) => hosts.includes(host) && region !== null && !regionsOf(spec).includes(region));
  if (abroad !== undefined)
    return {
      kind: 'configuration',
      subject: abroad.name,
      confidence: 0.9,
      said: `${abroad.name} is in ${abroad.region}, the services are in ${regionsOf(spec).join(' and ')}`,
    };
  const outside = groups
    .map(({ service }) => observation.services[service]?.state.value?.template)
    .some((template) => template !== undefined && template.connector === null && template.egress === null);
  if (outside && hosts.some((host) => PRIVATE.test(host)))
    return {
      kind: 'configuration',
      subject: groups[0]?.service ?? '',
      confidence: 0.85,
      said: 'a private address, and the service has no way into the network (no connector, no direct egress)',
    };
  if (groups.every(isPublic)) return publicHosts(observation, groups, hosts);
  const wayIn = sharedWayIn(observation, spec, groups, hosts);
  if (wayIn !== null) return wayIn;
  if (ports.some((port) => DATABASE_PORTS.has(port)))
    return {
      kind: 'database-unreachable',
      subject: databaseOf(observation, spec, groups) ?? hosts[0] ?? '',
      confidence: 0.55,
      said: 'the port is a database’s: route, firewall or the database itself',
    };
  if (isMeasured(waysOf(observation, spec, groups))) return null;
  return unmeasured(observation, spec, groups, hosts);
}

/**
 * Several private hosts fall silent at once, and either other requests there pass or services of their own each meet it: what they have
 * in common is the way into the network, neither one database nor the setting of one service. Where the connector's own figure is at
 * hand, that decides instead.
 */
function sharedWayIn(
  observation: Observation,
  spec: RemediationSpec,
  groups: readonly LogGroup[],
  hosts: readonly string[],
): Because | null {
  const behind = hosts.filter((host) => PRIVATE.test(host) || host.endsWith('.internal'));
  const ways = waysOf(observation, spec, groups);
  if (behind.length < 2 || isMeasured(ways)) return null;
  const services = new Set(groups.map(({ service }) => service)).size;
  const sometimes = answersAtAll(observation, groups);
  if (!sometimes && services < 2) return null;
  return {
    kind: 'connector-saturation',
    subject: ways[0]?.wanted.name ?? groups[0]?.service ?? '',
    confidence: sometimes ? 0.6 : 0.5,
    said: `${behind.length} private hosts fall silent at once${services > 1 ? ` for ${services} services` : ''}${sometimes ? ' while other requests pass' : ''}: packets are lost on the way into the network that they share (connector, route or firewall), not at one database; no figure of a connector is known here`,
  };
}

/** Without a figure of the way: whether it ever answers tells a path that is not there from one that loses packets. */
function unmeasured(observation: Observation, spec: RemediationSpec, groups: readonly LogGroup[], hosts: readonly string[]): Because {
  const subject = hosts[0] ?? groups[0]?.service ?? '';
  const isPrivate = hosts.some((host) => PRIVATE.test(host) || !host.includes('.') || host.endsWith('.internal'));
  const sometimes = answersAtAll(observation, groups);
  const often = sometimes ? 'other requests pass, so it answers sometimes' : 'nothing shows that it ever answered';
  if (hosts.length > 0 && !isPrivate) return publicHosts(observation, groups, hosts);
  const [way] = waysOf(observation, spec, groups);
  if (!sometimes && way === undefined)
    return {
      kind: 'configuration',
      subject,
      confidence: hosts.length === 0 ? 0.4 : 0.6,
      said: `${often}; no path into the network: connector or direct egress missing, wrong region, route or firewall`,
    };
  return {
    kind: 'connector-saturation',
    subject: way?.wanted.name ?? subject,
    confidence: 0.45,
    said: `${often}: packets are lost on the way (connector, route or firewall); no figure of a connector is known here`,
  };
}

/** No connector leads there: the way out, or who is called. */
function publicHosts(observation: Observation, groups: readonly LogGroup[], hosts: readonly string[]): Because {
  const often = answersAtAll(observation, groups) ? 'other requests pass, so it answers sometimes' : 'nothing shows that it ever answered';
  const many = hosts.length > 1 ? `${hosts.length} public addresses at once` : 'a public address';
  return {
    kind: 'configuration',
    subject: hosts[0] ?? groups[0]?.service ?? '',
    confidence: 0.5,
    said: `${often}; ${many}: the way out (egress, NAT and its ports, firewall) or the host itself`,
    cures: ['way-out', 'third-party'],
  };
}

/** Whether requests to these revisions pass beside those that fail. */
function answersAtAll(observation: Observation, groups: readonly LogGroup[]): boolean {
  return groups.some(({ service, revision }) => {
    const { total = 0, serverErrors = 0 } = observation.services[service]?.requests.value?.byRevision[revision] ?? {};
    return total - serverErrors > 0.1 * total;
  });
}

/** The one that these services use, where they use one. */
function databaseOf(observation: Observation, spec: RemediationSpec, groups: readonly LogGroup[]): string | null {
  if (spec.databases.length === 1) return spec.databases[0]?.instance ?? null;
  const services = groups.map(({ service }) => service);
  const [only, ...others] = usedBy(observation, spec, services);
  return only === undefined || others.length > 0 ? null : only.wanted.instance;
}

/** The way into the network that a service of these rides. */
function waysOf(observation: Observation, spec: RemediationSpec, groups: readonly LogGroup[]): readonly SeenConnector[] {
  return riddenBy(
    observation,
    spec,
    groups.map(({ service }) => service),
  );
}

function isHot(observation: Observation, spec: RemediationSpec, groups: readonly LogGroup[]): boolean {
  return waysOf(observation, spec, groups).some((one) => isAtGoal(one, spec));
}

/** The figure of the way that these services ride decides then. */
function isMeasured(ways: readonly SeenConnector[]): boolean {
  return ways.length > 0 && ways.every(({ seen }) => seen?.cpuP99.freshness === 'fresh');
}
