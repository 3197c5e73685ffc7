import { defined } from '../defined.ts';
import type { Span } from './span.ts';
import { isSecretParameter } from './secret-names.ts';

/** The longest address that is read as one. */
const LONGEST_ADDRESS = 2_048;

/** Credentials, parameters and secret paths of addresses. */
export function* addresses(text: string): Iterable<Span> {
  for (let at = text.indexOf('://'); at >= 0; at = text.indexOf('://', at)) {
    const start = at + 3;
    const end = endOf(text, start);
    const address = text.slice(start, end);
    const user = userEnd(address, end === text.length);
    if (user > 0) yield [start, start + user];
    const path = SECRET_PATHS.exec(address);
    if (path !== null) yield [start + path[0].length, end];
    at = Math.max(start, start + user);
  }
  yield* parameters(text);
  for (const found of text.matchAll(THIN)) {
    const to = found.index + found[0].length;
    yield [to - defined(found[1]).length, to];
  }
  for (const found of text.matchAll(LOGIN_AT)) {
    const from = found.index + found[0].length - defined(found[1]).length - 1;
    yield [from, from + defined(found[1]).length];
  }
}

/** Where an address ends: at a blank, a quote or an angle bracket. */
function endOf(text: string, start: number): number {
  BOUNDARY.lastIndex = start;
  const found = BOUNDARY.exec(text);
  return Math.min(found?.index ?? text.length, start + LONGEST_ADDRESS);
}

/**
 * How much of an address is who logs in: up to its last `@`. A password may hold `/`, `?` and `@` unescaped; what stands behind
 * a colon and is no port is one, also where the text was cut before its `@`.
 */
function userEnd(address: string, cut: boolean): number {
  const [authority = ''] = address.split(/[/?#]/, 1);
  const sign = authority.lastIndexOf('@');
  const last = cut && authority === address;
  if (sign >= 0) return last && isCutToken(authority.slice(sign + 1)) ? authority.length : sign;
  const colon = authority.startsWith('[') ? -1 : authority.indexOf(':');
  if (colon >= 0 && !PORT.test(authority.slice(colon))) {
    const later = address.lastIndexOf('@');
    return later >= 0 ? later : cut ? address.length : authority.length;
  }
  return last && isCutToken(authority) ? authority.length : 0;
}

/** A name that goes on nowhere may be a token; with the digits of a port behind it only where it looks like no host's name. */
function isCutToken(authority: string): boolean {
  const colon = authority.indexOf(':');
  if (colon < 0) return CUT_TOKEN.test(authority);
  const word = authority.slice(0, colon);
  return CUT_TOKEN.test(word) && (colon === authority.length - 1 || /[A-Z\d]/.test(word));
}

/** `?name=value`, `&name=value`, `#access_token=value`, also of addresses without a host. */
function* parameters(text: string): Iterable<Span> {
  for (const { index, 0: whole, 1: name = '', 2: value = '' } of text.matchAll(PARAMETER))
    if (isSecretParameter(name) || !(HARMLESS_PARAMETER.test(name) || HARMLESS_VALUE.test(value)))
      yield [index + whole.length - value.length, index + whole.length];
}

const BOUNDARY = /[\s"'`<>\\]/g;
/** `:5432`, or the first port of a list of hosts. */
const PORT = /^:(?:\d{0,5}|\d{1,5},[^@]{1,1000}|[a-z0-9-]{1,30}\d:[a-z0-9-]{1,64})$/;
/** At the end of a text: one word that may be the beginning of a token or of a password whose `@` was cut off. */
const CUT_TOKEN = /^(?!localhost$)[\w~+%=]{8,}$/;
const PARAMETER = /[?&;#]([\w.%[\]-]{1,64})=([^\s&"'<>`\\]{1,2048})/g;
const HARMLESS_PARAMETER =
  /^(?:alt|fields|updateMask|update_mask|pageSize|page_size|page|limit|offset|orderBy|order|sort|filter|view|format|version|v|api-version|lang|locale|region|location|zone|project|revision|service|prettyPrint|validateOnly|sslmode|connect_timeout|pool_timeout|connection_limit|pgbouncer|schema|charset|encoding|retryWrites|w|replicaSet|timeout|useSSL|ssl|host|port|interval\.\w+|aggregation\.\w+)$/;
/** Counts, and words of an enumeration that are shorter than any secret. */
const HARMLESS_VALUE = /^(?:\d{1,6}|true|false|null|[A-Z]{2,7})$/;
/** The path of an incoming webhook is its password; so is the first part of a bot's. */
const SECRET_PATHS =
  /^(?:hooks\.slack\.com\/(?:services|workflows|triggers)\/|(?:\w{1,12}\.)?discord(?:app)?\.com\/api\/webhooks\/|[\w.-]{1,100}webhook\.office\.com\/|outlook\.office(?:365)?\.com\/webhook\/|api\.telegram\.org\/bot|hooks\.zapier\.com\/|[\w.-]{1,100}\.logic\.azure\.com\/|maker\.ifttt\.com\/trigger\/|webhook\.site\/|events\.pagerduty\.com\/integration\/)/i;
/** `user:password@host` without a scheme (drivers of Go); a tag before a digest is none. */
const LOGIN_AT = /(?<![\w./:@-])[\w.+-]{1,64}:([^\s@/"'`<>]{1,256})@(?!sha256:|sha512:|v?\d+\.\d+\.\d)/g;
/** `thin:user/password@host` of Oracle's driver. */
const THIN = /:thin:[\w$#]{1,64}\/([^\s@"'`<>]{1,256})/g;
