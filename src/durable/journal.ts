import { createHash } from 'node:crypto';
import { redactNamed } from '../core/outside/redact.ts';
import type { JournalLine } from '../ports/store.ts';

/** What a line says, before it takes its place in the chain. */
export type JournalEntry = Omit<JournalLine, 'seq' | 'previous' | 'hash'>;

/** Where a journal ends: `head` is the hash of its newest line, '' for an empty one; `seq` its number, 0 for an empty one. */
export interface JournalTail {
  readonly seq: number;
  readonly head: string;
}

/** The next line after `tail`: numbered without gaps, chained, its data redacted. */
export function chainLine(tail: JournalTail, entry: JournalEntry): JournalLine {
  const { at, kind, event, states } = entry;
  const unsealed = { seq: tail.seq + 1, at, kind, event, states, data: redact(entry.data), previous: tail.head };
  return { ...unsealed, hash: hashOf(unsealed) };
}

export type JournalVerdict =
  { readonly ok: true; readonly head: string } | { readonly ok: false; readonly badSeq: number; readonly why: string };

/** Whether nothing was changed, taken out, put in or moved. A cut-off end shows only against the record's `journalHead`. */
export function verifyJournal(lines: readonly JournalLine[]): JournalVerdict {
  let tail: JournalTail = { seq: 0, head: '' };
  for (const line of lines) {
    const { hash, ...unsealed } = line;
    if (line.seq !== tail.seq + 1) return { ok: false, badSeq: line.seq, why: `line ${tail.seq + 1} is missing` };
    if (line.previous !== tail.head) return { ok: false, badSeq: line.seq, why: 'it does not follow the line before' };
    if (hash !== hashOf(unsealed)) return { ok: false, badSeq: line.seq, why: 'its hash does not match what it says' };
    tail = { seq: line.seq, head: hash };
  }
  return { ok: true, head: tail.head };
}

function hashOf(unsealed: Omit<JournalLine, 'hash'>): string {
  return createHash('sha256').update(canonicalJson(unsealed)).digest('hex');
}

/** JSON with sorted keys; otherwise the same text as JSON.stringify, so that a line read back hashes the same. */
export function canonicalJson(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if ('toJSON' in value && typeof value.toJSON === 'function') return canonicalJson(value.toJSON());
  const fields: string[] = [];
  for (const key of Object.keys(value).sort()) {
    const field: unknown = value[key as keyof typeof value];
    if (field !== undefined && typeof field !== 'function') fields.push(`${JSON.stringify(key)}:${canonicalJson(field)}`);
  }
  return `{${fields.join(',')}}`;
}

export const REDACTED = '[redacted]';
const SECRET_KEY = /authorization|passw(?:or)?d|passphrase|secret|token|credential|api[-_]?key|private[-_]?key|cookie/i;

/**
 * The value without obvious secrets: whatever stands under a key that sounds like one, bearer tokens, keys, and passwords in
 * addresses. Returns the very same object when there is none. Numbers and truth values are kept: `tokens: 5` is a count.
 */
export function redact(value: unknown): unknown {
  if (typeof value === 'string') return redactNamed(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return redactList(value);
  let copy: Record<string, unknown> | null = null;
  for (const [key, field] of Object.entries(value)) {
    const clean = SECRET_KEY.test(key) && isTelling(field) ? REDACTED : redact(field);
    if (clean === field) continue;
    copy ??= { ...value };
    copy[key] = clean;
  }
  return copy ?? value;
}

function redactList(list: readonly unknown[]): readonly unknown[] {
  const clean = list.map(redact);
  return clean.some((item, index) => item !== list[index]) ? clean : list;
}

function isTelling(field: unknown): boolean {
  return (typeof field === 'string' && field !== '') || (typeof field === 'object' && field !== null);
}
