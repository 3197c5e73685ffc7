import { saidOutside } from './outside-text.ts';

/** Socket and TLS failures in the words of `ProbeAnswer.problem`: `refused`, `reset`, `dns`, `tls`, `no-http2`, or the code or text itself. */
export function problemOf(thrown: unknown): string {
  const { code, message } = (thrown ?? {}) as { readonly code?: unknown; readonly message?: unknown };
  const named = typeof code === 'string' ? code : '';
  if (named === 'ECONNREFUSED') return 'refused';
  if (named === 'ECONNRESET' || named === 'EPIPE' || named === 'ERR_STREAM_PREMATURE_CLOSE') return 'reset';
  if (named === 'ENOTFOUND' || named.startsWith('EAI_')) return 'dns';
  if (named === 'ERR_HTTP2_ERROR' || named === 'ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL') return 'no-http2';
  if (named === 'EPROTO' || /^(?:CERT_|ERR_TLS_|ERR_SSL_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|HOSTNAME_MISMATCH)/.test(named)) return 'tls';
  if (named !== '') return named;
  return typeof message === 'string' && message !== '' ? saidOutside(message, 120) : 'failed';
}

const CERTIFICATE_WORDS: Readonly<Record<string, string>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: 'the certificate is self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'the certificate’s chain ends in a self-signed one that is not trusted',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'the certificate’s issuer is not known',
  UNABLE_TO_GET_ISSUER_CERT: 'the certificate’s issuer is not known',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'the certificate’s issuer is not known',
  CERT_HAS_EXPIRED: 'the certificate has expired',
  CERT_NOT_YET_VALID: 'the certificate is not valid yet',
  CERT_REVOKED: 'the certificate was revoked',
};

/** What is wrong with a certificate, with its names and the code; null for any other failure. */
export function certificateDetail(thrown: unknown): string | null {
  const { code, host, cert } = (thrown ?? {}) as { readonly code?: unknown; readonly host?: unknown; readonly cert?: unknown };
  if (typeof code !== 'string') return null;
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    const names = String((cert as { readonly subjectaltname?: unknown } | undefined)?.subjectaltname ?? 'no name').replaceAll('DNS:', '');
    return `the certificate is for ${saidOutside(names, 200)}, not for ${String(host)} (${code})`;
  }
  const words = CERTIFICATE_WORDS[code];
  return words === undefined ? null : `${words} (${code})`;
}
