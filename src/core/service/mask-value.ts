/** Stands for a value that is not shown. */
export const HIDDEN = '…';
/** A value under such a name may be one that opens something. */
const SECRETIVE_NAME =
  /secret|token|webhook|passw|passphrase|pwd|credential|private|apikey|(?:^|_)(?:key|keys|dsn|salt|cert|certificate|signature|cookie|pin|otp|jwt|hmac|sas|hook|hooks|code)(?:_|$)|(?:^|_)auth$/i;
const SHAPES = [
  /** A host name or an address, with a port or without; lists of them. In small letters, because a token is not. */
  /^(?:[a-z0-9][a-z0-9-]{0,62}(?:\.[a-z0-9-]{1,63})*\.[a-z0-9]{1,24}|localhost)(?::\d{1,5})?(?:,[a-z0-9.:-]{1,100}){0,10}$/,
  /** A URL with neither a user nor a query in it. */
  /^[a-z][a-z0-9+.-]{1,20}:\/\/[a-z0-9.-]+(?::\d{1,5})?(?:\/[\w./~-]{0,80})?$/i,
  /** A number, a size or a time: `600`, `25.0`, `512Mi`, `30s`. */
  /^-?\d{1,10}(?:\.\d{1,6})?\s?(?:[kmgt]i?b?|ms|s|sec|seconds|m|min|minutes|h)?$/i,
  /** `PROJECT:REGION:INSTANCE`, alone or as the path of its socket. */
  /^(?:\/cloudsql\/)?[a-z0-9.-]+:[a-z0-9-]+:[a-z0-9-]+(?:\/\.s\.PGSQL\.\d+)?$/,
  /** A place in Google Cloud, and switches. */
  /^(?:[a-z]+-[a-z]+\d(?:-[a-f])?|true|false|on|off|yes|no)$/i,
];
const PLACE_NAME = /(?:^|_)(?:HOST|HOSTNAME|ADDR|ADDRESS|ENDPOINT|SERVER|PORT|REGION)$/i;

/**
 * The value of a plain environment variable where it looks like a host, a port, a size or a timeout and its name does not speak
 * of a secret; `…` otherwise. White space around such a value is kept, because a host with a line break is a finding
 * (gcp-facts 12.1); so is a short malformed value under the name of a host (`-`, gcp-facts 12.2 case 11).
 */
export function maskedValue(name: string, value: string): string {
  if (value === '') return '';
  if (SECRETIVE_NAME.test(name.replaceAll(/[-./]/g, '_')) || value.length > 200) return HIDDEN;
  const bare = value.trim();
  if (SHAPES.some((shape) => shape.test(bare))) return value;
  return PLACE_NAME.test(name) && /^[\w.:\s-]{0,40}$/.test(value) ? value : HIDDEN;
}
