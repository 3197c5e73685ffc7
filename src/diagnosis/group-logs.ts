import type { LogGroup } from '../core/model/observation.ts';
import type { LogGrouper, RawLogEntry } from '../ports/cloud.ts';
import { redact } from './redact.ts';
import { HINT } from './signatures/hint.ts';
import { NOISE } from './signatures/noise.ts';
import { SIGNATURES, UNRECOGNISED } from './signatures.ts';

const SAMPLE_LENGTH = 300;
/** A traceback names its reason in the first or in the last lines; what lies between is frames. */
const HEAD = 4_096;
const TAIL = 4_096;
const REMEMBERED = 4_000;
const REMEMBERED_LENGTH = 2_048;
const VALUES_PER_FACT = 3;

interface Match {
  readonly signature: string;
  readonly facts: Readonly<Record<string, string>>;
  /** Where the matching line stands; it is cut out and redacted only for the sample that is kept. */
  readonly text: string;
  readonly index: number;
}

/**
 * Raw lines as groups by mechanism, service and revision, most frequent first. Entries without payload, multi-line
 * tracebacks and misleading severities are normal; what matches no mechanism is one `unrecognised` group per revision.
 * The order of the entries does not matter.
 */
export const groupLogs: LogGrouper = (entries) => {
  const growing = createLogGroups();
  for (const entry of entries) growing.add(entry);
  return growing.groups();
};

/** Groups that grow one line at a time, in memory that depends on their number and not on the number of lines. */
export interface LogGroups {
  /** Takes one line in and says what mechanism it was counted under. */
  add(entry: RawLogEntry): string;
  /** The groups so far, most frequent first. */
  groups(): readonly LogGroup[];
  /** Lines that found no room because there are `most` groups already; they are in no group. */
  readonly overflow: number;
}

/** @param most The largest number of groups kept; a line that would need one more is only counted. */
export function createLogGroups(most = Number.POSITIVE_INFINITY): LogGroups {
  const groups = new Map<string, Growing>();
  let overflow = 0;
  return {
    add(entry) {
      const match = classify(entry);
      const key = `${match.signature}\n${entry.service}\n${entry.revision}`;
      const group = groups.get(key);
      if (group !== undefined) grow(group, entry, match);
      else if (groups.size < most) groups.set(key, begin(entry, match));
      else overflow += 1;
      return match.signature;
    },
    groups: () => [...groups.values()].map(settle).sort((a, b) => b.count - a.count || compare(a, b)),
    get overflow() {
      return overflow;
    },
  };
}

/** The mechanism of one line: the first entry of the table that matches. */
export function classify(entry: Pick<RawLogEntry, 'text' | 'http'>): Match {
  const known = remembered.get(entry.text);
  const byText = known ?? classifyText(entry.text);
  if (known === undefined && entry.text.length <= REMEMBERED_LENGTH) remember(entry.text, byText);
  if (byText.signature !== UNRECOGNISED || entry.http === null) return byText;
  return classifyStatus(entry.http) ?? byText;
}

/** Pure results, kept because the same lines come back at every tick; bounded. */
const remembered = new Map<string, Match>();

function remember(text: string, match: Match): void {
  if (remembered.size >= REMEMBERED) remembered.clear();
  remembered.set(text, match);
}

/** Whether a line speaks of failures that are known to be nobody's trouble. */
export function isNoise(line: string): boolean {
  return NOISE.some((pattern) => pattern.test(line));
}

function classifyText(whole: string): Match {
  const text = whole.length > HEAD + TAIL ? `${whole.slice(0, HEAD)}\n${whole.slice(-TAIL)}` : whole;
  const nothing: Match = { signature: UNRECOGNISED, facts: {}, text, index: 0 };
  if (!HINT.test(text) || isNoise(text)) return nothing;
  for (const signature of SIGNATURES) {
    for (const pattern of signature.text) {
      const found = pattern.exec(text);
      if (found !== null) return { signature: signature.id, facts: factsOf(found), text, index: found.index };
    }
  }
  return nothing;
}

function classifyStatus(http: NonNullable<RawLogEntry['http']>): Match | null {
  const signature = SIGNATURES.find((candidate) => candidate.statuses?.includes(http.status) === true);
  if (signature === undefined) return null;
  return { signature: signature.id, facts: { status: String(http.status) }, text: `${http.status} ${http.url}`, index: 0 };
}

function factsOf(found: RegExpExecArray): Readonly<Record<string, string>> {
  const facts: Record<string, string> = {};
  for (const [name, value] of Object.entries(found.groups ?? {}))
    if (value !== undefined) facts[name.replace(/\d+$/, '')] = shorten(redact(value));
  return facts;
}

/** The line that matched, redacted and shortened. */
function sampleOf({ text, index }: Pick<Match, 'text' | 'index'>): string {
  const start = text.lastIndexOf('\n', index - 1) + 1;
  const end = text.indexOf('\n', index);
  const line = text.slice(start, end < 0 ? undefined : end).trim();
  return shorten(redact(line === '' ? text.trim() : line));
}

function shorten(text: string): string {
  return text.length <= SAMPLE_LENGTH ? text : `${text.slice(0, SAMPLE_LENGTH - 1)}…`;
}

interface Growing {
  readonly signature: string;
  readonly service: string;
  readonly revision: string;
  count: number;
  firstAt: number;
  lastAt: number;
  newest: Pick<Match, 'text' | 'index'>;
  insertId: string | null;
  readonly facts: Map<string, Set<string>>;
}

function begin(entry: RawLogEntry, match: Match): Growing {
  const group: Growing = {
    signature: match.signature,
    service: entry.service,
    revision: entry.revision,
    count: 0,
    firstAt: entry.at,
    lastAt: entry.at,
    newest: match,
    insertId: entry.insertId,
    facts: new Map(),
  };
  grow(group, entry, match);
  return group;
}

/** The newest line is the sample, so that the result does not depend on the order of reading. */
function grow(group: Growing, entry: RawLogEntry, match: Match): void {
  group.count += 1;
  group.firstAt = Math.min(group.firstAt, entry.at);
  if (entry.at > group.lastAt) {
    group.lastAt = entry.at;
    group.newest = match;
    group.insertId = entry.insertId;
  }
  for (const [name, value] of Object.entries(match.facts)) {
    const values = group.facts.get(name) ?? new Set<string>();
    if (values.size < VALUES_PER_FACT) values.add(value);
    group.facts.set(name, values);
  }
}

function settle(group: Growing): LogGroup {
  const facts = Object.fromEntries([...group.facts].map(([name, values]) => [name, [...values].sort().join(', ')]));
  const { signature, service, revision, count, firstAt, lastAt, newest, insertId } = group;
  return { signature, service, revision, count, firstAt, lastAt, sample: sampleOf(newest), facts, insertId };
}

function compare(a: LogGroup, b: LogGroup): number {
  const left = `${a.service}\n${a.revision}\n${a.signature}`;
  const right = `${b.service}\n${b.revision}\n${b.signature}`;
  return left < right ? -1 : left > right ? 1 : 0;
}
