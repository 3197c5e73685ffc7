import { hash } from 'node:crypto';
import { UserError } from '../core/errors.ts';
import type { RunRecord } from '../ports/store.ts';
import { recordJson } from './kept-text.ts';

const FORMAT = 1;

/** The record as a text, sealed: with a checksum of all that it says. */
export function recordText(record: RunRecord): string {
  return recordBytes(record).toString();
}

/** The same as it lies in a file, with what ends it. */
export function recordBytes(record: RunRecord, end = ''): Buffer {
  const json = recordJson(record);
  return Buffer.concat([json.subarray(0, -1), Buffer.from(`,"checksum":"${sealOf(json)}"}${end}`)]);
}

/** A record as it was written to `path`. `UserError` when it is torn, altered, or not of this format. */
export function parseRecord(text: string, path: string): RunRecord {
  return checkRecord(parseObject(text), path);
}

/** The same for a value that is parsed already; null is a torn one. */
export function checkRecord(record: Record<string, unknown> | null, path: string): RunRecord {
  if (record === null || typeof record['format'] !== 'number') throw torn(path);
  if (record['format'] !== FORMAT) {
    throw new UserError(
      'record-format',
      `${path} has format ${record['format']}; this version reads ${FORMAT}`,
      'use the version of firebreak that wrote it, or move the file aside to start anew',
    );
  }
  if (!isWhole(record)) throw torn(path);
  const { checksum, ...said } = record;
  // Records of before had none.
  if (checksum !== undefined && checksum !== checksumOf(said)) throw altered(path);
  return said as unknown as RunRecord;
}

/** Of the record as JSON, which is the same text again when it has been parsed. */
function checksumOf(record: object): string {
  return sealOf(JSON.stringify(record));
}

function sealOf(text: string | Buffer): string {
  return hash('sha256', text);
}

function altered(path: string): UserError {
  return new UserError(
    'record-altered',
    `${path} does not say what was saved: its checksum does not match`,
    'restore it from a copy; or move it aside, look at the world with `firebreak plan`, and start anew',
  );
}

/** Null when the text is not a JSON object. */
export function parseObject(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

const NUMBERS = ['epoch', 'seq', 'savedAt', 'journalSeq'];
const TEXTS = ['runId', 'specHash', 'journalHead'];
const LISTS = ['timers', 'activities', 'commandsTaken', 'pending'];
const OBJECTS = ['machine', 'snapshot'];

function isWhole(record: Record<string, unknown>): boolean {
  return (
    NUMBERS.every((key) => Number.isFinite(record[key])) &&
    TEXTS.every((key) => typeof record[key] === 'string') &&
    LISTS.every((key) => Array.isArray(record[key])) &&
    OBJECTS.every((key) => typeof record[key] === 'object' && record[key] !== null) &&
    'ended' in record
  );
}

/** We replace it whole, so a torn one was cut by something else. */
export function torn(path: string): UserError {
  return new UserError(
    'record-torn',
    `${path} is not a whole run record`,
    'restore it from a copy; or move it aside, look at the world with `firebreak plan`, and start anew',
  );
}
