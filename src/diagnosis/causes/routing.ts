import type { Observation, ProbeResult } from '../../core/model/observation.ts';
import type { RemediationSpec } from '../../core/model/spec.ts';
import { checkCertificates } from '../checks/certificates.ts';
import { checkChain } from '../checks/chain.ts';
import type { Finding, Rule } from '../finding.ts';
import { atPlacesOf, curesOf, factOf, lineClaim, signs } from '../finding.ts';
import { isTurnedAway } from '../witnesses/reach.ts';
import { countOf, evidenceOf } from '../observation-queries.ts';

/** The way in is broken: a link of the load balancer, a certificate, or probes that never reach the service. */
export const certificateOrRouting: Rule = (observation, spec) => [
  ...brokenPath(observation, spec),
  ...loggedCertificates(observation),
  ...failedProbes(observation),
];

/** What is broken between the address and the services; one finding, so that two bad links do not compete with each other. */
function brokenPath(observation: Observation, spec: RemediationSpec): readonly Finding[] {
  const broken = [...checkCertificates(observation, spec), ...checkChain(observation, spec)].filter(
    ({ severity }) => severity === 'broken',
  );
  const [first, ...others] = broken;
  if (first === undefined) return [];
  const unreached = new Set(
    Object.values(observation.services)
      .filter((service) => service.probes.some((probe) => routingProblem(probe) !== null && !isTurnedAway(probe, service)))
      .map(({ name }) => name),
  );
  return [
    {
      kind: 'certificate-or-routing',
      subject: first.subject,
      confidence: unreached.size > 0 ? 0.95 : 0.85,
      summary: `${first.what}${others.length === 0 ? '' : ` (and ${others.length} more)`}`,
      evidence: broken.flatMap(({ evidence }) => evidence).slice(0, 4),
      covers: ({ service }) => unreached.has(service),
    },
  ];
}

function loggedCertificates(observation: Observation): readonly Finding[] {
  const groups = signs(observation, 'certificate');
  if (groups.length === 0) return [];
  const detail = factOf(groups, 'detail');
  const host = factOf(groups, 'host');
  const whose = host === '' ? 'a certificate' : `the certificate of ${host}`;
  const mended = host !== '' && /expired/.test(detail) ? '; who runs it must renew it' : '';
  return [
    {
      kind: 'certificate-or-routing',
      subject: groups[0]?.service ?? '',
      confidence: 0.7,
      summary: `${whose} is not accepted${detail === '' ? '' : ` (${detail})`}: ${countOf(groups)} lines${mended}`,
      evidence: evidenceOf(groups),
      covers: atPlacesOf(groups),
      ...lineClaim(groups),
      cures: curesOf(groups),
    },
  ];
}

function failedProbes(observation: Observation): readonly Finding[] {
  return Object.values(observation.services).flatMap((service) => {
    const unreached = service.probes.filter((probe) => routingProblem(probe) !== null && !isTurnedAway(probe, service));
    if (unreached.length === 0) return [];
    const problems = [...new Set(unreached.map((probe) => routingProblem(probe)))].join(', ');
    return [
      {
        kind: 'certificate-or-routing' as const,
        subject: service.name,
        confidence: unreached.some((probe) => probe.problem === 'tls' || probe.problem === 'dns') ? 0.8 : 0.4,
        summary: `requests to ${service.name} do not arrive: ${problems}`,
        evidence: unreached.map((probe) => ({ source: probe.url, at: probe.at, text: `${probe.url}: ${routingProblem(probe)}` })),
        covers: (harm: { service: string }) => harm.service === service.name,
      },
    ];
  });
}

/** null: it arrived, whatever the answer was. A 404 or 403 on a health path is not the service's illness but the way to it. */
function routingProblem(probe: ProbeResult): string | null {
  if (probe.problem === 'tls') return 'the certificate is not accepted';
  if (probe.problem === 'dns') return 'its name cannot be resolved';
  if (probe.status === 404 || probe.status === 403) return `${probe.said ?? probe.status} where a health answer belongs`;
  return null;
}
