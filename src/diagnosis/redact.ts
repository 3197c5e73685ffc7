/**
 * A log line without the secrets that applications like to print: passwords, tokens, keys, credentials inside URLs.
 * Over-careful on purpose: a hidden word costs a reader less than a leaked one.
 */
export function redact(text: string): string {
  return SECRETS.reduce((rest, [pattern, replacement]) => rest.replace(pattern, replacement), text);
}

const SECRETS: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g, '[private key]'],
  [/\b(?:Bearer|Basic)\s+[A-Za-z0-9._~+/=-]{8,}/g, '[credentials]'],
  [/\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)?/g, '[token]'],
  [/\b(?:ya29\.|AIza|ghp_|sk-|xox[bp]-)[A-Za-z0-9._-]{10,}/g, '[token]'],
  [/([a-z][a-z0-9+.-]*:\/\/[^\s:/@]+):[^\s@/]+@/gi, '$1:***@'],
  [/\b([\w-]*(?:password|passwd|pwd|secret|token|api[_-]?key|authorization)[\w-]*["']?\s*[=:]\s*)["']?[^\s"',;&)]+["']?/gi, '$1***'],
];
