import { DAY } from '../core/duration.ts';
import { absent } from '../core/model/measured.ts';
import type { CertificateFacts, Observation } from '../core/model/observation.ts';
import type { RemediationSpec } from '../core/model/spec.ts';
import { limitOf } from './limits.ts';
import type { CapacityLimit } from './limits.ts';

/** Google's words for a certificate that does not serve; RENEWAL_FAILED still does, and will expire (gcp-facts 6). */
const NOT_IN_FORCE = /^(?:PROVISIONING|FAILED|PROVISIONING_FAILED|PROVISIONING_FAILED_PERMANENTLY|EXPIRED)$/;

/** By domain: how many days the certificate that serves it longest is still valid. A domain that none covers fails. */
export function certificateLimits({ at, loadBalancer }: Observation, spec: RemediationSpec): readonly CapacityLimit[] {
  if (spec.loadBalancer === null) return [];
  const { certificateDays: threshold } = spec.capacity.thresholds;
  const certificates = loadBalancer?.certificates ?? absent<readonly CertificateFacts[]>('compute.googleapis.com', 'not looked at');
  return spec.loadBalancer.domains.map((subject) => {
    const reading = { name: 'certificate', subject, unit: 'days', threshold } as const;
    if (certificates.value === null) return limitOf(reading, { ...certificates, value: null });
    const covering = certificates.value.filter((certificate) => !NOT_IN_FORCE.test(certificate.status) && covers(certificate, subject));
    if (covering.length === 0) return uncovered(limitOf(reading, { ...certificates, value: 0 }));
    const dated = covering.filter(({ expiresAt }) => expiresAt !== null);
    const [longest] = dated.toSorted((a, b) => (b.expiresAt ?? 0) - (a.expiresAt ?? 0));
    if (longest === undefined) return limitOf(reading, absent(certificates.source, 'its expiry is not told'));
    const days = ((longest.expiresAt ?? at) - at) / DAY;
    return limitOf(
      { ...reading, note: `${longest.name} (${longest.status})${days < 0 ? ', expired' : ''}` },
      { ...certificates, value: days },
    );
  });
}

function uncovered(limit: CapacityLimit): CapacityLimit {
  const because = 'no certificate that is in force covers it';
  return { ...limit, verdict: { outcome: limit.verdict.outcome === 'inconclusive' ? 'inconclusive' : 'fail', because } };
}

/** A wildcard stands for exactly one label. */
function covers({ domains }: CertificateFacts, domain: string): boolean {
  const parent = `*${domain.slice(domain.indexOf('.'))}`;
  return domains.some((name) => name.toLowerCase() === domain || name.toLowerCase() === parent);
}
