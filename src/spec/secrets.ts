/**
 * Secrets are references, never values (DESIGN section 5): the document is committed, hashed and shown.
 * These checks recognise the usual shapes; they are a net, not a proof.
 */
const SECRET_NAME = /(?:^|[-_.])(?:password|passwd|pwd|secret|token|api[-_]?key|private[-_]?key|credentials?)$/i;
const SECRET_HEADER = /^(?:authorization|proxy-authorization|cookie|x-api-key|x-auth-token)$/i;
const SECRET_PARAMETER = /^(?:key|token|access_token|secret|sig|signature|password|api_?key)$/i;
/** Services whose addresses are themselves the permission to post. */
const SECRET_ADDRESS = /^(?:hooks\.slack\.com|chat\.googleapis\.com|discord(?:app)?\.com|.+\.webhook\.office\.com|events\.pagerduty\.com)$/;

/** What in an address is secret, in words that do not repeat it; null when nothing is. */
export function secretInUrl(url: URL): string | null {
  if (url.username !== '' || url.password !== '') return 'user and password';
  if (SECRET_ADDRESS.test(url.hostname)) return `whoever knows an address of ${url.hostname} may post there`;
  const parameter = [...url.searchParams.keys()].find((name) => SECRET_PARAMETER.test(name));
  return parameter === undefined ? null : `parameter ${parameter}`;
}

/** Whether a field of this name holds a secret when its value is written out. */
export function secretByName(name: string): boolean {
  return SECRET_NAME.test(name) || SECRET_HEADER.test(name);
}

/** Whether the text is secret whatever it is called. */
export function secretByShape(value: string): boolean {
  if (value.includes('-----BEGIN')) return true;
  const url = /^[a-z][a-z0-9+.-]*:\/\//i.test(value) ? URL.parse(value) : null;
  return url !== null && url.password !== '';
}

/** The environment variable that `env:NAME` stands for, or null for any other text. */
export function referenceName(value: string): string | null {
  return /^env:([A-Za-z_][A-Za-z0-9_]*)$/.exec(value)?.[1] ?? null;
}
