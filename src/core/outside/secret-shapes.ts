import { defined } from '../defined.ts';
import type { Span } from './span.ts';

/** Private keys in armour, whole or cut at either end. */
export function* keyBlocks(text: string): Iterable<Span> {
  for (let at = text.indexOf('-----BEGIN '); at >= 0; at = text.indexOf('-----BEGIN ', at)) {
    const end = text.indexOf('-----END ', at);
    const kind = text.slice(at, at + 60);
    const to = end < 0 ? text.length : end;
    if (/PRIVATE KEY|PGP/.test(kind)) yield [at + 11, to];
    at = Math.max(at + 11, to);
  }
  for (let end = text.indexOf('-----END '); end >= 0; end = text.indexOf('-----END ', end + 9)) {
    let from = end;
    while (from > 0 && end - from < 4_096 && /[A-Za-z0-9+/=\s\\]/.test(defined(text[from - 1]))) from -= 1;
    yield [from, end];
  }
}

/** Credentials behind the name of their scheme: `Bearer x`, `Basic x`, `Digest x`, `Token x`. */
export function* schemes(text: string): Iterable<Span> {
  for (const found of text.matchAll(SCHEME)) {
    const value = defined(found[1]);
    const sure = /^bearer/i.test(found[0]);
    if (sure ? !HARMLESS.test(value) : MIXED.test(value)) yield spanOf(found, value);
  }
}

const SCHEME = /\b(?:bearer|basic|digest|negotiate|apikey|token|AWS4-HMAC-SHA256)[ \t]{1,4}([\w.~+/=:%-]{6,})/gi;
const HARMLESS = /^(?:tokens?|authenti\w+|authoriz\w+|realm\S*|errors?:?|scheme|header|headers|credentials?|format|string|prefix)$/i;
/** No plain word: digits inside it, or a capital behind a small letter. */
const MIXED = /^(?=.{0,64}(?:[a-zA-Z]\d|\d[a-zA-Z]|[a-z][A-Z]|[+/=_~]))/;

/** Tokens that say by their first letters whose they are. */
export function* knownTokens(text: string): Iterable<Span> {
  for (const found of text.matchAll(KNOWN)) yield [found.index, found.index + found[0].length];
}

const KNOWN = new RegExp(
  String.raw`(?<![A-Za-z0-9])(?:${[
    'ya29[.]', 'AIza', 'GOCSPX-', '1//0', 'gh[pousr]_', 'github_pat_', 'gl(?:pat|dt|rt|soat|ft|cbt)-', 'npm_(?![a-z]+(?:_|\\b))', 'pypi-',
    'sk-', '[srp]k_(?:live|test)_', 'xox[abceoprs]-', 'xapp-', 'SG[.]', 'A(?:KIA|SIA|ROA|IDA)(?=[A-Z0-9])', 'hf_', 'dop_v1_', 'doo_v1_', 'shp(?:at|ca|pa|ss)_',
    'whsec_', 'lin_api_', 'dckr_pat_', 'AGE-SECRET-KEY-', 'hv[sb][.]', 'eyJ(?=[A-Za-z0-9_-]{4})', 'sq0(?:atp|csp)-', 'key-(?=[0-9a-f]{8})', 'rubygems_', 'PMAK-', 'sntrys_', 'sbp_', 'tfp_',
    'glsa_', 'atlasv1[.]', 'EAAC', 'ATATT', 'figd_', 'pscale_(?:tkn|pw|oauth)_',
  ].join('|')})[\w.~+/=-]{3,}`,
  'g',
); // prettier-ignore

/** The shortest run that is taken for a secret by its looks alone. */
const SHORTEST_RUN = 24;

/**
 * Runs of mixed letters and digits without a name. What we know to be harmless stays: digests behind `sha256:`, UUIDs, labels of
 * hosts, and names made of words (`netra-backend-staging-00750-69k`), whose letters and digits change places seldom.
 */
export function* longRuns(text: string): Iterable<Span> {
  for (const found of text.matchAll(RUN)) {
    const [run] = found;
    const end = found.index + run.length;
    const cut = end === text.length && run.length >= 8;
    if (run.length < SHORTEST_RUN && !cut) continue;
    if (/sha(?:256|512|1)[:=-]$/.test(text.slice(Math.max(0, found.index - 8), found.index)) || UUID.test(run)) continue;
    if (/^\.[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63})*/.test(text.slice(end, end + 64)) && !/[A-Z]/.test(run)) continue;
    if (run.length < SHORTEST_RUN ? looksCut(run) : looksRandom(run)) yield [found.index, end];
  }
}

const RUN = /[A-Za-z0-9+/_-]{8,}={0,2}/g;
const UUID = /^(?:[\w-]{0,20}[=/])?[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Every stretch between `/`, `-` and `_` is looked at with its neighbours: names of resources change seldom, secrets all the time. */
function looksRandom(run: string): boolean {
  const part = run.split('/').some((piece) => piece.length >= 16 && changes(piece) * 4 >= piece.length && /\d/.test(piece));
  return part || (changes(run) * 3 >= run.length && /\d/.test(run));
}

/** The beginning of a run that the text's end cut off. */
function looksCut(run: string): boolean {
  return changes(run) * 3 >= run.length && /\d/.test(run) && /[A-Z]/.test(run) && /[a-z]/.test(run);
}

/** How often digits and letters, or small and large letters, follow each other. */
function changes(run: string): number {
  let count = 0;
  for (let at = 1; at < run.length; at += 1) {
    const before = classOf(run.charCodeAt(at - 1));
    const now = classOf(run.charCodeAt(at));
    if (before !== now && before !== 0 && now !== 0) count += 1;
  }
  return count;
}

function classOf(code: number): 0 | 1 | 2 | 3 {
  if (code >= 48 && code <= 57) return 1;
  if (code >= 65 && code <= 90) return 2;
  return code >= 97 && code <= 122 ? 3 : 0;
}

function spanOf(found: RegExpExecArray, value: string): Span {
  const end = found.index + found[0].length;
  return [end - value.length, end];
}
