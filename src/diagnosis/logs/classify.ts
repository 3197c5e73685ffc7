import type { RawLogEntry } from '../../ports/cloud.ts';
import { SPEAKS_OF_FAILURE } from './line-shapes.ts';
import { shorten } from './sample.ts';
import { withoutRequest } from './proxy-line.ts';
import { HINT } from '../signatures/hint.ts';
import { NOISE } from '../signatures/noise.ts';
import { SIGNATURES, UNRECOGNISED } from '../signatures.ts';

/** A traceback names its reason in the first or in the last lines; what lies between is frames. */
const HEAD = 4_096;
const TAIL = 4_096;
/** Of texts and of their characters in all, so many are remembered; a longer text is not. */
const REMEMBERED = 4_000;
const REMEMBERED_CHARACTERS = 4 * 1_024 * 1_024;
const REMEMBERED_LENGTH = 16 * 1_024;

export interface Match {
  readonly signature: string;
  readonly facts: Readonly<Record<string, string>>;
  /** Where the matching line stands; it is cut out and redacted only for the sample that is kept. */
  readonly text: string;
  readonly index: number;
  /** Of a line that matches nothing: whether it has words of failure and is not known to be nobody’s trouble. */
  readonly loud?: boolean;
  readonly noise?: true;
}

type Line = Pick<RawLogEntry, 'text' | 'http'> & Partial<Pick<RawLogEntry, 'logName' | 'severity'>>;

/** The mechanism of one line: the first entry of the table that matches. */
export function classify(entry: Line): Match {
  if (isQuiet(entry)) return entry.http === null ? nothingIn(entry.text) : (classifyStatus(entry.http) ?? nothingIn(entry.text));
  const platform = isPlatformLog(entry.logName ?? '');
  // What answers a request repeats what somebody outside has asked for: only its status counts, unless Google wrote the line.
  if (entry.http !== null && !platform) return classifyStatus(entry.http) ?? nothingIn(entry.text);
  const byText = entry.text.length <= REMEMBERED_LENGTH ? recall(entry.text, platform) : classifyText(entry.text, platform);
  // A WebSocket lives as long as requests may: its end is how it is made.
  if (byText.signature === 'request-timeout' && entry.http?.status === 101) return { ...nothingIn(entry.text), noise: true };
  if (byText.signature !== UNRECOGNISED || entry.http === null) return byText;
  return classifyStatus(entry.http) ?? byText;
}

/** Pure results, kept because the same lines come back at every tick; bounded. */
const remembered = { platform: createMemory(), program: createMemory() };

interface Memory {
  readonly matches: Map<string, Match>;
  characters: number;
}

function createMemory(): Memory {
  return { matches: new Map(), characters: 0 };
}

function recall(text: string, platform: boolean): Match {
  const memory = platform ? remembered.platform : remembered.program;
  const known = memory.matches.get(text);
  if (known !== undefined) return known;
  const match = classifyText(text, platform);
  if (memory.matches.size >= REMEMBERED || memory.characters >= REMEMBERED_CHARACTERS) {
    memory.matches.clear();
    memory.characters = 0;
  }
  memory.matches.set(text, match);
  memory.characters += text.length;
  return match;
}

/** Whether a line speaks of failures that are known to be nobody's trouble. */
export function isNoise(line: string): boolean {
  return NOISE.some((pattern) => pattern.test(line));
}

const CALM = new Set(['DEBUG', 'INFO', 'NOTICE']);
const CALM_WORD = /INFO|DEBUG|TRACE|info|debug/;
/** `INFO` where a program writes its level into the text. */
const CALM_TEXT =
  /^(?:[[(]?[\d:.,TZ+/ -]{8,40}[\])]? ){0,2}(?:\[\d{1,8}\] ){0,2}[[(]?(?:INFO|DEBUG|TRACE|info|debug)[\])]?[:\s|]|^level=(?:info|debug)\b/;

/** What a program itself calls no trouble. The platform and the database say grave things in a calm voice: they are always heard. */
function isQuiet({
  severity = 'DEFAULT',
  logName = '',
  text,
}: Partial<Pick<RawLogEntry, 'severity' | 'logName'>> & { readonly text: string }): boolean {
  if (isPlatformLog(logName) && logName !== '') return false;
  if (/cloudsql|cloudaudit|%2F(?:requests|nat_flows)$|\/requests$/.test(logName)) return false;
  if (CALM.has(severity)) return true;
  const head = text.slice(0, 160);
  return CALM_WORD.test(head) && CALM_TEXT.test(head);
}

/** The logs that only Google writes into; an entry that names no log was taken out of one by hand. */
export function isPlatformLog(logName: string): boolean {
  return (
    logName === '' ||
    /(?:run\.googleapis\.com%2F(?:varlog%2Fsystem|requests)|cloudaudit\.googleapis\.com%2F\w{1,40}|\/logs\/requests)$/.test(logName)
  );
}

/** How the status reports of Cloud Run begin; such a line speaks of a revision that never came up, whoever was served meanwhile. */
const NOT_READY = /^Ready condition status changed to False/;

const NO_FACTS: Match['facts'] = {};

function nothingIn(text: string): Match {
  return { signature: UNRECOGNISED, facts: NO_FACTS, text, index: 0 };
}

function classifyText(whole: string, platform: boolean): Match {
  const text = whole.length > HEAD + TAIL ? `${whole.slice(0, HEAD)}\n${whole.slice(-TAIL)}` : withoutRequest(whole);
  if (isNoise(text)) return { ...nothingIn(text), noise: true };
  const loud = SPEAKS_OF_FAILURE.test(text);
  if (!HINT.test(text)) return { ...nothingIn(text), loud };
  const innermost = text.lastIndexOf('Caused by:');
  if (innermost > 0) {
    const found = firstOf(text.slice(innermost), platform, true);
    // The address often stands in an outer line of the same chain.
    const outer = found === null ? null : firstOf(text, platform, false);
    if (found !== null)
      return {
        ...found,
        facts: outer?.signature === found.signature ? { ...outer.facts, ...found.facts } : found.facts,
        text,
        index: found.index + innermost,
      };
  }
  const found = firstOf(text, platform, false) ?? { ...nothingIn(text), loud };
  return platform && found.signature !== UNRECOGNISED && NOT_READY.test(text)
    ? { ...found, facts: { ...found.facts, report: 'not ready' } }
    : found;
}

function firstOf(text: string, platform: boolean, strong: boolean): Match | null {
  for (const signature of SIGNATURES) {
    if (signature.platform === true && !platform) continue;
    if (strong && (signature.role !== 'reason' || signature.weak === true)) continue;
    for (const pattern of signature.text) {
      const found = pattern.exec(text);
      if (found !== null) return { signature: signature.id, facts: factsOf(found), text, index: found.index };
    }
  }
  return null;
}

function classifyStatus(http: NonNullable<RawLogEntry['http']>): Match | null {
  const signature = SIGNATURES.find((candidate) => candidate.statuses?.includes(http.status) === true);
  if (signature === undefined) return null;
  return { signature: signature.id, facts: { status: String(http.status) }, text: `${http.status} ${http.url}`, index: 0 };
}

function factsOf(found: RegExpExecArray): Readonly<Record<string, string>> {
  const facts: Record<string, string> = {};
  for (const [name, value] of Object.entries(found.groups ?? {}))
    if (value !== undefined) facts[name.replace(/\d{1,3}$/, '')] = shorten(value);
  return facts;
}
