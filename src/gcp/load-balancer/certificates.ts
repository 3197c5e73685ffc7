import type { CertificateFacts } from '../../core/model/observation.ts';
import { instant, shortName } from '../response-parsing.ts';
import { list, object, optionalObject, optionalText, text, texts } from '../json.ts';

/** Self-managed certificates have no status of Google's: they are in force until they expire. */
const IN_FORCE = 'ACTIVE';

/** A Compute certificate (gcp-facts 6); RENEWAL_FAILED still serves and will expire. To be called within `understood`. */
export function computeCertificate(value: unknown): CertificateFacts {
  const certificate = object(value, 'sslCertificates');
  const managed = optionalObject(certificate.managed, 'sslCertificates.managed');
  const domains = texts(managed.domains, 'managed.domains');
  return {
    name: text(certificate.name, 'sslCertificates.name'),
    source: 'compute',
    domains: domains.length > 0 ? domains : texts(certificate.subjectAlternativeNames, 'sslCertificates.subjectAlternativeNames'),
    status: optionalText(managed.status, 'managed.status') ?? IN_FORCE,
    expiresAt: instant(optionalText(certificate.expireTime, 'sslCertificates.expireTime')),
    domainStatus: textRecord(managed.domainStatus, 'managed.domainStatus'),
  };
}

/** A Certificate Manager certificate (gcp-facts 6): its state, and how far each domain's authorisation is. Within `understood`. */
export function managerCertificate(value: unknown): CertificateFacts {
  const certificate = object(value, 'certificates');
  const managed = optionalObject(certificate.managed, 'certificates.managed');
  const domains = texts(managed.domains, 'managed.domains');
  const attempts = list(managed.authorizationAttemptInfo, 'managed.authorizationAttemptInfo').map((attempt) => {
    const { domain, state } = object(attempt, 'authorizationAttemptInfo');
    return [text(domain, 'authorizationAttemptInfo.domain'), optionalText(state, 'authorizationAttemptInfo.state') ?? 'UNKNOWN'];
  });
  return {
    name: shortName(text(certificate.name, 'certificates.name')),
    source: 'certificate-manager',
    domains: domains.length > 0 ? domains : texts(certificate.sanDnsnames, 'certificates.sanDnsnames'),
    status: optionalText(managed.state, 'managed.state') ?? IN_FORCE,
    expiresAt: instant(optionalText(certificate.expireTime, 'certificates.expireTime')),
    domainStatus: Object.fromEntries(attempts),
  };
}

export interface MapEntry {
  /** null: for every host that no other entry names. */
  readonly hostname: string | null;
  /** Short names. */
  readonly certificates: readonly string[];
}

/** One entry of a certificate map: for which host which certificates are shown. Within `understood`. */
export function mapEntry(value: unknown): MapEntry {
  const entry = object(value, 'certificateMapEntries');
  return {
    hostname: optionalText(entry.hostname, 'certificateMapEntries.hostname'),
    certificates: texts(entry.certificates, 'certificateMapEntries.certificates').map(shortName),
  };
}

/**
 * The certificates that a map puts in force. A certificate under entries with host names is shown for those hosts only, so its
 * other domains do not count; under an entry without one it is shown for all of its own.
 */
export function certificatesOfMap(entries: readonly MapEntry[], certificates: readonly CertificateFacts[]): readonly CertificateFacts[] {
  const used = [...new Set(entries.flatMap((entry) => entry.certificates))];
  return used.map((name) => {
    const certificate = certificates.find((each) => each.name === name) ?? missing(name, 'certificate-manager');
    const hosts = entries.filter((entry) => entry.certificates.includes(name)).map(({ hostname }) => hostname);
    if (hosts.includes(null)) return certificate;
    const shown = hosts.filter((host) => host !== null && certificate.domains.some((domain) => covers(domain, host)));
    return { ...certificate, domains: shown.filter((host) => host !== null) };
  });
}

/** A certificate that is referred to and not there. */
export function missing(name: string, source: CertificateFacts['source']): CertificateFacts {
  return { name, source, domains: [], status: 'NOT_FOUND', expiresAt: null, domainStatus: {} };
}

/** A wildcard stands for exactly one label. */
function covers(domain: string, host: string): boolean {
  if (domain === host) return true;
  return domain.startsWith('*.') && host.slice(host.indexOf('.') + 1) === domain.slice(2);
}

function textRecord(value: unknown, path: string): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(optionalObject(value, path)).map(([key, each]) => [key, text(each, path)]));
}
