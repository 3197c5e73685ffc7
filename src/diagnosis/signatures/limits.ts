import { ELSEWHERE } from './egress-and-third-parties.ts';
import type { Signature } from './signature.ts';

/** Quotas, rooms without space, and certificates. */
export const LIMITS: readonly Signature[] = [
  {
    id: 'api-quota',
    role: 'reason',
    cause: 'quota-or-regional-shortage',
    text: [
      /Quota exceeded for quota (?:group|metric) '(?<quota>[^']+)'/,
      /\brateLimitExceeded\b|\bRATE_LIMIT_EXCEEDED\b|\bquotaExceeded\b/,
      /RESOURCE_EXHAUSTED[^\n]{0,40}(?:quota|rate)/i,
      /(?:sqladmin|cloudsql|instances\.get|googleapi)[^\n]{0,120}\b429\b|\b429\b[^\n]{0,120}(?:sqladmin|cloudsql|googleapis)/i,
    ],
    says: 'a Google API quota that ran out (429)',
    cures: ['capacity', 'wait'],
    source: 'gcp-facts 4, 12.2 case 9',
  },
  {
    id: 'callee-quota',
    role: 'reason',
    cause: 'quota-or-regional-shortage',
    text: [/\b(?<quota>insufficient_quota)\b|You exceeded your current quota|credit balance is too low/],
    says: 'a quota or credit at a callee that is used up',
    cures: ['third-party'],
    source: 'the public wording of model and payment APIs',
  },
  {
    id: 'callee-rate',
    role: 'reason',
    cause: 'quota-or-regional-shortage',
    text: [
      /(?<quota>\b(?:\w{1,40}\.)?RateLimitError\b|\brate_limit_(?:exceeded|error)\b|\bRate limit reached for\b)/,
      /(?<quota>\b(?:[Ss]tatus(?: code)?|Error code|HTTP|error)[ :=]{0,3}429\b|\b429 (?:Too Many Requests|Client Error)\b)/,
    ],
    says: 'a callee that takes no more calls for now (429)',
    cures: ['third-party', 'wait'],
    source: 'SDK and HTTP client texts about an answer 429',
  },
  {
    id: 'revision-quota',
    role: 'reason',
    cause: 'quota-or-regional-shortage',
    platform: true,
    text: [
      /(?<quota>Max instances must be set to \d{1,6} or fewer[^\n.]{0,80})/,
      /(?<quota>Quota violated[^\n]{0,200})/,
      /(?<quota>maxScale may not exceed \d{1,6})/,
    ],
    says: 'a revision that asks for more than the quota of the region allows',
    cures: ['setting', 'capacity'],
    source: 'Cloud Run status messages',
  },
  {
    id: 'stockout',
    role: 'reason',
    cause: 'quota-or-regional-shortage',
    text: [
      /ZONE_RESOURCE_POOL_EXHAUSTED|STOCKOUT/i,
      /does not have enough resources available/,
      /(?<quota>insufficient free IP addresses in the subnetwork(?: \S{1,120})?)/,
    ],
    says: 'a region or subnet without room',
    cures: ['capacity'],
    source: 'gcp-facts 12.2 case 6; Compute Engine stock-out texts',
  },
  {
    id: 'certificate',
    role: 'reason',
    cause: 'certificate-or-routing',
    text: [
      new RegExp(String.raw`\bhttps?:\/\/${ELSEWHERE}[^\n]{0,200}?(?<detail>certificate (?:has )?expired)`, 'i'),
      new RegExp(String.raw`\bHTTPSConnectionPool\(host='${ELSEWHERE}'[^\n]{0,240}?certificate verify failed: (?<detail>[^(\n]{1,80})`),
      new RegExp(String.raw`\bhttps?:\/\/${ELSEWHERE}[^\n]{0,160}?x509: (?<detail>certificate [^\n]{1,100})`),
      /\bCERT_HAS_EXPIRED\b|certificate has expired|certificate expired/i,
      /certificate verify failed(?:: (?<detail>[^(\n]{1,80}))?/i,
      /x509: (?<detail>certificate [^\n]{1,100}|[^\n]{0,60}certificate is not (?:valid|trusted)[^\n]{0,60})/,
      /\bERR_TLS_CERT_ALTNAME_INVALID\b|\bUNABLE_TO_(?:VERIFY_LEAF_SIGNATURE|GET_ISSUER_CERT(?:_LOCALLY)?)\b|\b(?:DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN)\b/,
      /self[- ]signed certificate|unable to (?:get|verify)[^\n]{0,30}certificate|does not match certificate's altnames/i,
      /PKIX path (?:building|validation) failed/,
      /The remote certificate is invalid|RemoteCertificate(?:NameMismatch|ChainErrors)|SSL certificate problem: (?<detail>[^\n]{1,80})/,
    ],
    says: 'a certificate that is not accepted',
    cures: ['setting', 'image'],
    source: 'OpenSSL, Go, Node.js, JVM, .NET and curl certificate errors',
  },
];
