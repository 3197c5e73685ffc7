import { addresses } from './secret-addresses.ts';
import { assignments } from './secret-assignments.ts';
import { keyBlocks, knownTokens, longRuns, schemes } from './secret-shapes.ts';
import type { Span } from './span.ts';

/** Stands for what is not shown. */
const HIDDEN = '***';

/** The largest text that is looked through; longer ones are cut to it first. Bounds the work for one text. */
const LONGEST = 16_384;

/**
 * Text without what opens something: passwords, tokens, keys, cookies, credentials and parameters inside addresses, and long
 * runs that look like one. The one redactor of all walls: log samples, errors, journal, status, case, chat, log, report.
 * Also when the text was cut in the middle of a secret. Over-careful on purpose: a hidden word costs a reader less than a
 * leaked one; names of modules, hosts and revisions and digests of images stay. Linear in the length of the text.
 */
export function redact(text: string): string {
  return unlessClean(text, FINDERS, cleanOfAll);
}

/** As `redact`, but long runs stay: for our own records, whose hashes and ids are such runs, and whose texts from outside are redacted already. */
export function redactNamed(text: string): string {
  return text.length < 9 ? text : unlessClean(text, NAMED, cleanOfNamed);
}

type Finder = (text: string) => Iterable<Span>;

const NAMED: readonly Finder[] = [keyBlocks, addresses, assignments, schemes, knownTokens];
const FINDERS: readonly Finder[] = [...NAMED, longRuns];

/** Most texts hold none of these, and nothing can be found in them. */
const SIGNS =
  /[=@]|:\/\/|-----|pass|pwd|secret|token|credential|auth|key|sig|cookie|session|salt|jwt|otp|sas|pat|psk|sid|pin|dsn|connection.?string|webhook|bearer|basic|digest|negotiate|identified|[A-Za-z0-9+/_]{20}|[A-Za-z0-9+/_-]{8}$|%3[ad]|hooks\.|AKIA|ASIA|AIza|(?:gh[a-z]|hf|npm|sk|pk|rk)_|(?:sk|xox[a-z])-|SG\.|eyJ/i;

/** Texts in which nothing was found: the same words come back at every look. Never one that holds a secret; bounded. */
const cleanOfAll = new Set<string>();
const cleanOfNamed = new Set<string>();
const REMEMBERED = 2_000;
const REMEMBERED_LENGTH = 1_024;

function unlessClean(text: string, finders: readonly Finder[], clean: Set<string>): string {
  if (clean.has(text)) return text;
  const shown = hide(text, finders);
  if (shown !== text || text.length > REMEMBERED_LENGTH) return shown;
  if (clean.size >= REMEMBERED) clean.clear();
  clean.add(text);
  return shown;
}

function hide(whole: string, finders: readonly Finder[]): string {
  const text = whole.length > LONGEST ? `${whole.slice(0, LONGEST)}…` : whole;
  if (!SIGNS.test(text)) return text;
  const spans = finders.flatMap((find) => [...find(text)]).filter(([from, to]) => to > from);
  if (spans.length === 0) return text;
  let shown = '';
  let at = 0;
  let last = -1;
  for (const [from, to] of spans.toSorted((a, b) => a[0] - b[0] || b[1] - a[1])) {
    if (to <= at) continue;
    if (from > at || last < 0) shown += `${text.slice(at, Math.max(at, from))}${HIDDEN}`;
    at = to;
    last = to;
  }
  return shown + text.slice(at);
}
