import { defined } from '../defined.ts';
import type { Span } from './span.ts';
import { isSecretName } from './secret-names.ts';

/** Names longer than this are read from their end. */
const LONGEST_NAME = 100;
const LONGEST_VALUE = 8_192;

/** What stands behind the name of a secret: `DB_PASS=x`, `"apiKey": "x"`, `password => 'x'`, `--token x`, `<secret>x</secret>`, headers. */
export function* assignments(text: string): Iterable<Span> {
  for (const header of text.matchAll(HEADER)) yield lineFrom(text, header.index + header[0].length, header[1] ?? '');
  let past = 0;
  for (const sign of text.matchAll(SIGN)) {
    if (sign.index < past) continue;
    const name = nameBefore(text, sign.index);
    if (name === null || !(isSecretName(name.text) || (sign[0] === '=' && /^key$/i.test(name.text)))) continue;
    if (sign[0] === ',' && !(name.quoted && QUOTED.test(text.slice(sign.index + 1, sign.index + 8)))) continue;
    if (sign[0] === ':' && (isCount(text, sign.index) || isVerb(text, name))) continue;
    if (sign[0] === '>' && text[name.from - 1] !== '<') continue;
    if (sign[0] === ':' && !name.quoted && isResource(text, name, sign.index + 1)) continue;
    const span = valueFrom(text, sign.index + sign[0].length, sign[0], name.text);
    if (span === null) continue;
    past = span[1];
    yield span;
  }
  for (const flag of text.matchAll(FLAG)) {
    if (!isSecretName(defined(flag[1])) && flag[1] !== 'key') continue;
    const span = valueFrom(text, flag.index + flag[0].length, ' ', defined(flag[1]));
    if (span !== null) yield span;
  }
  for (const said of text.matchAll(SAID)) yield quotedFrom(text, said.index + said[0].length - 1);
}

/** Whole lines are secrets behind these; a quote that is open there ends them. */
const HEADER =
  /\b(?:authorization|cookie|x-goog-iam-authorization-token|x-amz-security-token|x-api-key|x-auth-token)["'\\\]]{0,3}[ \t]{0,4}(?:=>|[:=]|%3[aA])[ \t]{0,4}(\\?["'`]?)/gi;
const SIGN = /=>|:=|==|[=:,>]|%3[AaDd](?:%2[02])?/g;
const FLAG = /(?<![\w-])--?([A-Za-z][\w-]{1,63})[ \t]{1,4}(?!-)/g;
const SAID = /\b(?:identified by|password|passwd|passphrase|with password|secret is|password is|token is)[ \t]{1,4}["'`]/gi;
const QUOTED = /^\s{0,4}\\?["'`]/;

function lineFrom(text: string, from: number, quote: string): Span {
  if (quote !== '') return quotedFrom(text, from - 1);
  const end = text.indexOf('\n', from);
  return [from, end < 0 ? text.length : end];
}

interface Name {
  readonly text: string;
  readonly from: number;
  readonly quoted: boolean;
}

/** The word before a sign, over blanks, quotes, backslashes and closing brackets. */
function nameBefore(text: string, sign: number): Name | null {
  let end = sign;
  while (end > 0 && sign - end < 4 && (text[end - 1] === ' ' || text[end - 1] === '\t')) end -= 1;
  const beforeQuotes = end;
  while (end > 0 && beforeQuotes - end < 4 && /["'`\\\])]/.test(defined(text[end - 1]))) end -= 1;
  const encoded = text.slice(Math.max(0, end - 3), end) === '%22';
  if (encoded) end -= 3;
  let from = end;
  while (from > 0 && end - from < LONGEST_NAME && /[\w.-]/.test(defined(text[from - 1]))) from -= 1;
  return from === end ? null : { text: text.slice(from, end), from, quoted: beforeQuotes !== end };
}

/**
 * `netra-auth-service: 3 of 5`, `host/project/auth:v2`: what bears such a name is spoken of, or tagged. Before words a name with
 * hyphens is a program's where it ends as programs and revisions do (`token-service`), or where nothing in it but `auth` or
 * `session` could be a secret and its last word is none (`netra-auth-staging`); `client-secret-staging: …` stays a secret.
 */
function isResource(text: string, { text: name, from }: Name, after: number): boolean {
  if (text[from - 1] === '/') return IMAGE.test(text.slice(Math.max(0, from - 200), from));
  const following = text.slice(after, after + 40);
  if (/(?:^|-)(?:auth|session)$/.test(name) && PROSE.test(following)) return true;
  if (!HYPHENED.test(name) || !/^[ \t]/.test(following)) return false;
  if (PROGRAM.test(name)) return true;
  const last = name.slice(name.lastIndexOf('-') + 1);
  return !/^(?:id|key|keys|auth|session)$/.test(last) && !isSecretName(name.replaceAll(/(?:^|-)(?:auth|session)(?=-)/g, ''));
}

const IMAGE = /(?:^|[\s"'=])[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,6}\/[\w./-]{0,150}$/;
const HYPHENED = /^[a-z][a-z0-9]{0,62}(?:-[a-z0-9]{1,62}){1,8}$/;
/** How services are called, and how Cloud Run calls their revisions. */
const PROGRAM = /-(?:service|server|app|backend|frontend|worker|job|gateway|proxy|api)(?:-\d{5}-[a-z0-9]{3})?$|-\d{5}-[a-z0-9]{3}$/;
const PROSE = /^ [a-z]{2,10} [a-z0-9]/;

/** `the checks do not pass: web is healthy`: what it does, and no name. */
function isVerb(text: string, { text: name, from, quoted }: Name): boolean {
  return name === 'pass' && !quoted && BEFORE_A_VERB.test(text.slice(Math.max(0, from - 12), from));
}

const BEFORE_A_VERB = /(?:^|[ \t(])(?:not|cannot|can|to|must|should|will|all|they)[ \t]$/i;

/** `(DB_PASSWORD): 23 lines`: how often the name in brackets was met. */
function isCount(text: string, sign: number): boolean {
  return text[sign - 1] === ')' && /^: \d{1,6} (?:lines?|deaths?)(?![\w-])/.test(text.slice(sign, sign + 20));
}

/** The value from here, or null where none stands or where words go on that only speak about the name. */
function valueFrom(text: string, after: number, sign: string, name: string): Span | null {
  let from = after;
  while (from < text.length && from - after < 8 && (text[from] === ' ' || text[from] === '\t' || (text[from] === '\n' && from === after)))
    from += 1;
  const quote = QUOTED.exec(text.slice(from, from + 3));
  if (quote !== null) return quotedFrom(text, from + quote[0].length - 1);
  if (/^[bur]{1,2}["']/i.test(text.slice(from, from + 3))) return quotedFrom(text, text.slice(from, from + 3).search(/["']/) + from);
  if (sign === '>') {
    const end = text.indexOf('<', from);
    return [from, end < 0 ? text.length : end];
  }
  const end = plainEnd(text, from);
  const value = text.slice(from, end);
  if (value === '' || isSpeech(value, name, sign)) return null;
  return [from, end];
}

/** `invalid token: unexpected end`, `tokens: 5`, `auth: failed`: a word of a sentence or a count, and no value. */
function isSpeech(value: string, name: string, sign: string): boolean {
  if (!/\w{2}/.test(value) && value.length < 4) return true;
  const bare = value.replace(/[.,;:!?)\]}]{1,3}$/, '');
  if (/^(?:true|false|null|none|nil|undefined|\*{2,}|…|\[redacted\]|<redacted>)$/i.test(bare)) return true;
  if (/passw|pwd|pass$/i.test(name)) return sign !== '=' && SPEECH.test(bare);
  return SPEECH.test(bare) || (/token|session|auth|sig|sid|pin/i.test(name) && /^-?\d{1,7}$/.test(bare));
}

const SPEECH =
  /^(?:is|was|are|not|no|has|have|must|may|cannot|can't|could|couldn't|failed|failure|fails|invalid|missing|required|expired|denied|error|errors|unexpected|unknown|unable|unauthorized|forbidden|permission|authentication|the|a|an|for|from|in|of|on|to|with|and|or|by|does|did|do|service|access|bad|wrong|empty|too|got|exceeded|rejected|revoked|malformed|mismatch|signature|verification|projects|version|bearer|basic)$/i;

/** From an opening quote to its end, or to the end of the line where the text was cut or the quote is never closed. */
function quotedFrom(text: string, open: number): Span {
  const quote = defined(text[open]);
  const escaped = text[open - 1] === '\\';
  for (let at = open + 1; at < text.length && at - open < LONGEST_VALUE; at += 1) {
    if (text[at] === '\\' && !escaped) at += 1;
    else if (text[at] === quote && (!escaped || text[at - 1] === '\\')) return [open + 1, escaped ? at - 1 : at];
  }
  return [open + 1, Math.min(text.length, open + LONGEST_VALUE)];
}

/** The end of a bare value: a blank, or a separator behind which another name begins. */
function plainEnd(text: string, from: number): number {
  for (let at = from; at < text.length && at - from < LONGEST_VALUE; at += 1) {
    const sign = defined(text[at]);
    if (/\s/.test(sign)) return at;
    if ((sign === '&' || sign === ',') && NEXT.test(text.slice(at + 1, at + 44))) return at;
    if (sign === ';' && NEXT_SETTING.test(text.slice(at + 1, at + 44))) return at;
    if (
      (sign === ')' || sign === ']' || sign === '}' || sign === '"' || sign === "'") &&
      /^(?:[\s,;.)\]}"']|$)/.test(text.slice(at + 1, at + 2))
    )
      return at;
  }
  return Math.min(text.length, from + LONGEST_VALUE);
}

const NEXT = /^(?:\s|["']?[A-Za-z_][\w.-]{0,40}["']?[=:])/;
/** Settings of connection strings have blanks in their names: `User Id=`. */
const NEXT_SETTING = /^(?:\s|$|[A-Za-z_][\w. -]{0,40}=)/;
