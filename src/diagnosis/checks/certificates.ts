import { DAY, MINUTE, sayDuration } from '../../core/duration.ts';
import type { CertificateFacts, Observation } from '../../core/model/observation.ts';
import type { RemediationSpec } from '../../core/model/spec.ts';
import { measuredEvidence } from '../finding.ts';
import type { Check, CheckFinding } from './check.ts';

/** Serving although its renewal failed; it will expire (gcp-facts 6). */
const SERVES = new Set(['ACTIVE', 'RENEWAL_FAILED']);
/** Per domain: Compute says ACTIVE, Certificate Manager AUTHORIZED (gcp-facts 6). */
const DOMAIN_WELL = new Set(['ACTIVE', 'AUTHORIZED']);

/** Every configured domain must be covered by a certificate in force, and none of these may run out soon. */
export const checkCertificates: Check = (observation, spec) => {
  const certificates = observation.loadBalancer?.certificates;
  if (spec.loadBalancer === null || !certificates?.value) return [];
  const { value } = certificates;
  const seen = (text: string) => [measuredEvidence(certificates, text)];
  return [
    ...spec.loadBalancer.domains.flatMap((domain) => uncovered(domain, value, observation.at, seen)),
    ...value.flatMap((certificate) => illnessOf(certificate, observation, spec, seen)),
  ];
};

/** Whether a certificate's names cover this host; a wildcard stands for exactly one label. */
function covers(certificate: CertificateFacts, host: string): boolean {
  const wanted = host.toLowerCase();
  return certificate.domains.some((domain) => {
    const name = domain.toLowerCase();
    return name === wanted || (name.startsWith('*.') && wanted.slice(wanted.indexOf('.') + 1) === name.slice(2));
  });
}

type Seen = (text: string) => CheckFinding['evidence'];

function uncovered(domain: string, certificates: readonly CertificateFacts[], now: number, seen: Seen): readonly CheckFinding[] {
  const covering = certificates.filter((certificate) => covers(certificate, domain));
  if (covering.some((certificate) => isInForce(certificate, now))) return [];
  const what =
    covering.length === 0
      ? `no certificate covers ${domain} (names: ${[...new Set(certificates.flatMap(({ domains }) => domains))].join(', ') || 'none'})`
      : `no certificate in force covers ${domain}: ${covering.map((certificate) => say(certificate, now)).join('; ')}`;
  return [
    {
      check: 'certificates',
      severity: 'broken',
      subject: domain,
      what,
      change:
        covering.length === 0
          ? `add ${domain} to a certificate of the target proxy`
          : covering.some(({ domainStatus }) => Object.keys(domainStatus).length > 0)
            ? `let ${domain} point to the load balancer so that its certificate can be issued, or attach one that is in force`
            : `attach a certificate for ${domain} that is in force: Google renews only what it manages itself`,
      evidence: seen(what),
    },
  ];
}

function illnessOf(certificate: CertificateFacts, observation: Observation, spec: RemediationSpec, seen: Seen): readonly CheckFinding[] {
  const days = certificate.expiresAt === null ? null : (certificate.expiresAt - observation.at) / DAY;
  const soon = days !== null && days > 0 && days < spec.capacity.thresholds.certificateDays;
  const failing = certificate.status === 'RENEWAL_FAILED' || (!soon && domainsIll(certificate).length > 0);
  // One that is out of force is told per domain, where it hurts.
  if (!isInForce(certificate, observation.at) || !(soon || failing)) return [];
  const what = `${certificate.name}: ${say(certificate, observation.at)}`;
  return [
    {
      check: 'certificates',
      severity: 'risk',
      subject: certificate.name,
      what,
      change:
        certificate.status === 'RENEWAL_FAILED' || domainsIll(certificate).length > 0
          ? 'let its names point to the load balancer and mend CAA records, so that it can be renewed'
          : `renew it before ${new Date(certificate.expiresAt ?? 0).toISOString().slice(0, 10)}`,
      evidence: seen(what),
    },
  ];
}

function isInForce({ status, expiresAt }: CertificateFacts, now: number): boolean {
  return SERVES.has(status) && (expiresAt === null || expiresAt > now);
}

function domainsIll({ domainStatus }: CertificateFacts): readonly string[] {
  return Object.entries(domainStatus)
    .filter(([, status]) => !DOMAIN_WELL.has(status))
    .map(([domain, status]) => `${domain} ${status}`);
}

function say(certificate: CertificateFacts, now: number): string {
  const { expiresAt, status } = certificate;
  const days = expiresAt === null ? null : (expiresAt - now) / DAY;
  const when =
    days === null
      ? ''
      : days <= 0
        ? `, expired ${new Date(expiresAt ?? 0).toISOString().slice(0, 16)}Z`
        : `, ${days < 2 ? sayDuration(Math.ceil((days * DAY) / MINUTE) * MINUTE) : `${Math.floor(days)} days`} left`;
  const ill = domainsIll(certificate);
  return `${certificate.name} ${status}${when}${ill.length === 0 ? '' : ` (${ill.join(', ')})`}`;
}
