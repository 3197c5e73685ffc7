/**
 * Whether a value under this name may be one that opens something: `DB_PASS`, `clientSecret`, `X-Api-Key`, `sessionid`.
 * Names that only speak about such a value (`token_type`, `secret_name`, `max_tokens`) are not meant.
 */
export function isSecretName(name: string): boolean {
  const words = wordsOf(name);
  return SECRET.test(words) && !ABOUT.test(words);
}

/** The same for a parameter of an address, where short names are usual: `key`, `code`, `sig`, `auth`. */
export function isSecretParameter(name: string): boolean {
  return isSecretName(name) || /^(?:key|code|state|nonce|ticket|hash|h|t)$/i.test(name);
}

/** `clientSecret`, `client-secret`, `client.secret` → `client_secret`. */
function wordsOf(name: string): string {
  return name
    .slice(-100)
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replaceAll(/[-.\s]/g, '_')
    .toLowerCase();
}

const SECRET = new RegExp(
  [
    'passw|passphrase|passcode|passwd|pwd|sess(?:ion)?_?id|secret|token|credential|webhook|signature|authorization|connection_?string',
    '(?:api|access|private|account|encrypt\\w{0,5}|sign\\w{0,5}|shared|master|licen[cs]e|ssh|ssl|app|client|auth|rsa|aes|hmac|session|storage|function|subscription|admin|service|deploy|service_account)_?keys?(?:_|$)',
    '(?:^|_)(?:pass|dsn|salt|cookies?|otp|jwt|hmac|sas|sig|auth|bearer|assertion|session|session_?id|sid|csrf|xsrf|psk|pat)(?:_|$)',
  ].join('|'),
);
const ABOUT =
  /(?:_|^)(?:names?|versions?|types?|files?|paths?|count|length|len|size|ttl|expir\w{0,8}|expires_in|format|field|limit|max_tokens|tokens|(?:prompt|completion|input|output|total)_tokens?|algorithm|policy|manager|provider|status|error|uri|endpoint)$|token_url$|^(?:max|total|prompt|completion|input|output|num)_tokens?/;
