import type { Observation, ProbeResult } from '../../core/model/observation.ts';
import type { Finding, Rule } from '../finding.ts';
import { atPlacesOf, countOf, factOf, measuredEvidence, signs } from '../finding.ts';
import { evidenceOf } from '../reading.ts';

/** Certificates that are refused, and probes that never reach the service. */
export const certificateOrRouting: Rule = (observation) => [...loggedCertificates(observation), ...failedProbes(observation)];

function loggedCertificates(observation: Observation): readonly Finding[] {
  const groups = signs(observation, 'certificate');
  if (groups.length === 0) return [];
  const detail = factOf(groups, 'detail');
  return [
    {
      kind: 'certificate-or-routing',
      subject: groups[0]?.service ?? '',
      confidence: 0.7,
      summary: `a certificate is not accepted${detail === '' ? '' : ` (${detail})`}: ${countOf(groups)} lines`,
      evidence: evidenceOf(groups),
      covers: atPlacesOf(groups),
    },
  ];
}

function failedProbes(observation: Observation): readonly Finding[] {
  return Object.values(observation.services).flatMap((service) => {
    const unreached = service.probes.filter((probe) => routingProblem(probe) !== null);
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
  if (probe.status === 404 || probe.status === 403) return `${probe.status} where a health answer belongs`;
  return null;
}

/** Google says no: an API quota, or a region without room. */
export const quotaOrShortage: Rule = (observation, spec) => [
  ...logged(observation),
  ...connectorInError(observation, spec.connector?.name ?? ''),
];

function logged(observation: Observation): readonly Finding[] {
  const groups = signs(observation, 'api-quota', 'stockout');
  if (groups.length === 0) return [];
  const quota = factOf(groups, 'quota');
  return [
    {
      kind: 'quota-or-regional-shortage',
      subject: quota === '' ? (groups[0]?.service ?? '') : quota,
      confidence: countOf(groups) >= 3 ? 0.8 : 0.6,
      summary: `Google refuses for quota or lack of room${quota === '' ? '' : ` (${quota})`}: ${countOf(groups)} lines`,
      evidence: evidenceOf(groups),
      covers: atPlacesOf(groups),
    },
  ];
}

/** A connector in ERROR never got healthy: quota, policy or room (gcp-facts 1.6, 12.2 cases 3 and 4). */
function connectorInError(observation: Observation, name: string): readonly Finding[] {
  const state = observation.connector?.state;
  if (state?.value?.lifecycle !== 'ERROR') return [];
  const riders = observation.connector?.riders.value?.map((rider) => rider.service) ?? null;
  return [
    {
      kind: 'quota-or-regional-shortage',
      subject: name,
      confidence: 0.6,
      summary: `${name} is in state ERROR: it did not get healthy (quota, policy or room)`,
      evidence: [measuredEvidence(state, `${name} is in state ERROR`)],
      covers: (harm) => riders === null || riders.includes(harm.service),
    },
  ];
}
