/** Socket and TLS failures in the words of `ProbeAnswer.problem`: `refused`, `reset`, `dns`, `tls`, or the code or text itself. */
export function problemOf(thrown: unknown): string {
  const { code, message } = (thrown ?? {}) as { readonly code?: unknown; readonly message?: unknown };
  const named = typeof code === 'string' ? code : '';
  if (named === 'ECONNREFUSED') return 'refused';
  if (named === 'ECONNRESET' || named === 'EPIPE' || named === 'ERR_STREAM_PREMATURE_CLOSE') return 'reset';
  if (named === 'ENOTFOUND' || named.startsWith('EAI_')) return 'dns';
  if (named === 'EPROTO' || /^(?:CERT_|ERR_TLS_|ERR_SSL_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|HOSTNAME_MISMATCH)/.test(named)) return 'tls';
  if (named !== '') return named;
  return typeof message === 'string' && message !== '' ? message.slice(0, 120) : 'failed';
}
