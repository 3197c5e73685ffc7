import { UserError } from '../../core/errors.ts';
import type { AdminChange, LogGroup, RequestStats } from '../../core/model/observation.ts';
import type { RawLogEntry } from '../../ports/cloud.ts';
import { isNoise } from '../classify.ts';
import { createLogGroups, looksLikeFailure } from '../group-logs.ts';
import { createLineShapes } from '../line-shapes.ts';
import type { LineShape } from '../line-shapes.ts';
import { signatureOf } from '../signatures.ts';
import { createCourse } from './course.ts';
import type { ServiceCourse } from './course.ts';
import { createBalanced } from './balanced.ts';
import {
  auditChange,
  balancedBackend,
  isLogEntry,
  object,
  ownerOf,
  quoteOf,
  refusalWords,
  reportOf,
  text,
  withMoreWords,
} from './entry-shape.ts';
import { createQuoteJoiner } from './quote-joiner.ts';
import { isHealthCheck } from './health-check.ts';
import { createJsonSplitter } from './json-splitter.ts';

/** Everything that is known of a capture once it is read; its size does not depend on the size of the file. */
export interface Capture {
  readonly bytes: number;
  readonly entries: number;
  /** Earliest and latest entry that has a time; null without one. */
  readonly firstAt: number | null;
  readonly lastAt: number | null;
  /** The latest line that shows harm (a death, a failed request), else the latest that names a reason; null without any. */
  readonly lastHarmAt: number | null;
  readonly groups: readonly LogGroup[];
  /** Requests of the request log, by service. */
  readonly requests: Readonly<Record<string, RequestStats>>;
  /** Of them, by service, those that were answered well (below 400) and are no health checks; and the health checks, however answered. */
  readonly passed: Readonly<Record<string, number>>;
  readonly healthChecks: Readonly<Record<string, number>>;
  /** By service, users' requests that were refused (401, 403, 429). */
  readonly refused: Readonly<Record<string, number>>;
  /** Changes that the capture's audit entries tell, newest first, the newest fifty. */
  readonly changes: readonly AdminChange[];
  readonly severities: Readonly<Record<string, number>>;
  /** Lines of severity ERROR or above that match no mechanism and are not known to be harmless. */
  readonly unexplained: number;
  /** Their most frequent shapes. */
  readonly unexplainedShapes: readonly LineShape[];
  /** The most frequent shapes of unmatched lines that look like failures, whatever their severity. */
  readonly unrecognised: readonly LineShape[];
  /** Requests by service and revision, and in time. */
  readonly course: readonly ServiceCourse[];
  readonly broken: { readonly count: number; readonly first: readonly { readonly offset: number; readonly why: string }[] };
  /** JSON objects that are no log entries. */
  readonly foreign: number;
  /** Where the value or list began that the file ends in the middle of; null for a whole file. */
  readonly truncatedAt: number | null;
  /** Lines that found no room among the groups. */
  readonly overflow: number;
}

/** Takes a capture in, chunk by chunk. */
export interface CaptureReader {
  /** Throws `UserError` (`no-capture`) as soon as it is clear that this is no capture. */
  push(chunk: Buffer): void;
  /** What was read. Throws `UserError` (`no-capture`) when not one log entry was in it. */
  end(): Capture;
}

const MOST_GROUPS = 5_000;
const MOST_NAMED = 20;
const MOST_CHANGES = 50;
const MOST_SERVICES = 1_000;
/** Some editors write this in front; as blanks it moves no offset. */
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);
const BLANKS = Buffer.from('\n\n\n');
const REFUSALS = new Set([401, 403, 429]);
const ERRORS = new Set(['ERROR', 'CRITICAL', 'ALERT', 'EMERGENCY']);

/**
 * Reads an exported capture: the list of `gcloud logging read --format=json`, one entry per line, or pretty-printed entries, in
 * memory that does not grow with the file. `toRawEntry` reads one LogEntry; it must not throw.
 */
export function createCaptureReader(name: string, toRawEntry: (json: unknown) => RawLogEntry): CaptureReader {
  return new Reader(name, toRawEntry);
}

/** An entry of the request log: its status is counted, and there is nothing else in it. */
function isCountedRequest({ http, text: said }: RawLogEntry): boolean {
  return http !== null && (said === '' || http.status >= 500);
}

interface Counting {
  sinceAt: number;
  total: number;
  serverErrors: number;
  readonly byRevision: Record<string, { total: number; serverErrors: number }>;
}

class Reader implements CaptureReader {
  readonly #name: string;
  readonly #toRawEntry: (json: unknown) => RawLogEntry;
  readonly #splitter = createJsonSplitter({
    value: (bytes, offset) => this.#value(bytes, offset),
    broken: (offset, why) => this.#broken(offset, why),
  });
  readonly #groups = createLogGroups(MOST_GROUPS);
  readonly #shapes = createLineShapes();
  readonly #loudShapes = createLineShapes();
  readonly #course = createCourse();
  readonly #quotes = createQuoteJoiner();
  readonly #balanced = createBalanced();
  readonly #own = { requests: 0, notFound: 0 };
  readonly #requests = new Map<string, Counting>();
  readonly #passed = new Map<string, number>();
  readonly #healthChecks = new Map<string, number>();
  readonly #refused = new Map<string, number>();
  readonly #severities = new Map<string, number>();
  #changes: AdminChange[] = [];
  #bytes = 0;
  #entries = 0;
  #foreign = 0;
  #unexplained = 0;
  #brokenCount = 0;
  readonly #firstBroken: { offset: number; why: string }[] = [];
  #firstAt: number | null = null;
  #lastAt: number | null = null;
  #harmAt: number | null = null;
  #reasonAt: number | null = null;

  constructor(name: string, toRawEntry: (json: unknown) => RawLogEntry) {
    this.#name = name;
    this.#toRawEntry = toRawEntry;
  }

  push(chunk: Buffer): void {
    if (this.#bytes === 0 && chunk.length > 0) refuseOtherFormats(this.#name, chunk);
    const marked = this.#bytes === 0 && chunk.subarray(0, 3).equals(BYTE_ORDER_MARK);
    this.#bytes += chunk.length;
    this.#splitter.push(marked ? Buffer.concat([BLANKS, chunk.subarray(3)]) : chunk);
  }

  end(): Capture {
    const truncatedAt = this.#splitter.end();
    if (this.#entries === 0) throw this.#noEntries(truncatedAt);
    const settled = this.#balanced.settle(this.#groups.groups(), Object.fromEntries(this.#requests), this.#own);
    return {
      bytes: this.#bytes,
      entries: this.#entries,
      firstAt: this.#firstAt,
      lastAt: this.#lastAt,
      lastHarmAt: this.#harmAt ?? this.#reasonAt,
      groups: settled.groups,
      requests: settled.requests,
      passed: Object.fromEntries(this.#passed),
      healthChecks: Object.fromEntries(this.#healthChecks),
      refused: Object.fromEntries(this.#refused),
      changes: this.#newestChanges(),
      severities: Object.fromEntries(this.#severities),
      unexplained: this.#unexplained,
      unexplainedShapes: this.#loudShapes.top(5),
      unrecognised: this.#shapes.top(5),
      course: this.#course.services(),
      broken: { count: this.#brokenCount, first: this.#firstBroken },
      foreign: this.#foreign,
      truncatedAt,
      overflow: this.#groups.overflow,
    };
  }

  #value(bytes: Buffer, offset: number): void {
    let json: unknown;
    try {
      json = JSON.parse(bytes.toString('utf8'));
    } catch (thrown) {
      this.#broken(offset, `not JSON: ${thrown instanceof Error ? thrown.message.slice(0, 120) : String(thrown)}`);
      return;
    }
    const whole = object(json);
    // The API's own answer holds a page of entries in one object.
    const page = Array.isArray(whole['entries']) && !isLogEntry(whole) ? whole['entries'] : [whole];
    for (const each of page) this.#entry(object(each));
  }

  #entry(json: Readonly<Record<string, unknown>>): void {
    if (!isLogEntry(json)) {
      this.#foreign += 1;
      return;
    }
    this.#entries += 1;
    const raw = this.#toRawEntry(json);
    const at = raw.at > 0 ? raw.at : (this.#lastAt ?? 0);
    const service = raw.service === '' ? ownerOf(json) : raw.service;
    // What has no revisions is one place.
    const entry = { ...raw, at, service, revision: raw.revision === '' ? service : raw.revision, text: withMoreWords(raw.text, json) };
    if (raw.at > 0) {
      this.#firstAt = Math.min(this.#firstAt ?? raw.at, raw.at);
      this.#lastAt = Math.max(this.#lastAt ?? raw.at, raw.at);
    }
    this.#severities.set(raw.severity, (this.#severities.get(raw.severity) ?? 0) + 1);
    const change = auditChange(json, at);
    if (change !== null) this.#remember(change);
    const consequence = change === null && this.#line(entry, json);
    this.#balance(entry, json);
    this.#count(entry, text(object(json['httpRequest'])['userAgent']) ?? '', consequence);
  }

  /** Whether it shows a request that failed. */
  #line(entry: RawLogEntry, json: Readonly<Record<string, unknown>>): boolean {
    const report = reportOf(json);
    const told = { ...entry, text: this.#quotes.join(entry, report ?? entry.text) };
    const match = this.#groups.add(told, report === null ? quoteOf(told.text, json) : undefined);
    const signature = signatureOf(match.signature);
    if (signature === undefined) {
      const line = told.text === '' ? refusalWords(json) : told.text;
      if (ERRORS.has(entry.severity) && !isCountedRequest(told) && !isNoise(told.text)) {
        this.#unexplained += 1;
        this.#loudShapes.add(line.trim() === '' ? '(an entry without words)' : line, entry.insertId);
      }
      if (!isCountedRequest(told) && (ERRORS.has(entry.severity) || looksLikeFailure(told, match))) this.#shapes.add(line, entry.insertId);
    } else if (signature.role === 'reason' || signature.role === 'effect') this.#reasonAt = Math.max(this.#reasonAt ?? entry.at, entry.at);
    else this.#harmAt = Math.max(this.#harmAt ?? entry.at, entry.at);
    return signature?.role === 'consequence';
  }

  #count({ http, service, revision, at }: RawLogEntry, userAgent: string, consequence: boolean): void {
    if (http === null) return;
    const known = this.#requests.get(service);
    if (known === undefined && this.#requests.size >= MOST_SERVICES) return;
    const isCheck = isHealthCheck(http.url, userAgent);
    const tally = isCheck ? this.#healthChecks : http.status < 400 ? this.#passed : REFUSALS.has(http.status) ? this.#refused : null;
    tally?.set(service, (tally.get(service) ?? 0) + 1);
    const stats = known ?? { sinceAt: at, total: 0, serverErrors: 0, byRevision: {} };
    if (known === undefined) this.#requests.set(service, stats);
    const failed = http.status >= 500 || consequence ? 1 : 0;
    if (!isCheck) this.#course.add(service, revision, at, failed === 1 ? 'failed' : http.status < 400 ? 'passed' : 'other', http.latencyMs);
    const own = (stats.byRevision[revision] ??= { total: 0, serverErrors: 0 });
    stats.sinceAt = Math.min(stats.sinceAt, at);
    for (const counts of [stats, own]) {
      counts.total += 1;
      counts.serverErrors += failed;
    }
  }

  #balance({ http, service, at, insertId }: RawLogEntry, json: Readonly<Record<string, unknown>>): void {
    if (http === null) return;
    const backend = balancedBackend(json);
    if (backend !== null) this.#balanced.add(service, backend, { at, status: http.status, insertId });
    else {
      this.#own.requests += 1;
      if (http.status === 404) this.#own.notFound += 1;
    }
  }

  #remember(change: AdminChange): void {
    this.#changes.push(change);
    if (this.#changes.length > 4 * MOST_CHANGES) this.#changes = this.#newestChanges();
  }

  #newestChanges(): AdminChange[] {
    return this.#changes.toSorted((a, b) => b.at - a.at).slice(0, MOST_CHANGES);
  }

  #broken(offset: number, why: string): void {
    if (this.#entries === 0 && this.#foreign === 0 && this.#brokenCount === 0 && why === 'text that is no JSON')
      throw noCapture(this.#name, `byte ${offset}: ${why}`);
    this.#brokenCount += 1;
    if (this.#firstBroken.length < MOST_NAMED) this.#firstBroken.push({ offset, why });
  }

  #noEntries(truncatedAt: number | null): UserError {
    if (this.#bytes === 0) return noCapture(this.#name, 'it is empty');
    if (this.#foreign > 0) return noCapture(this.#name, `byte 0: ${this.#foreign} JSON objects, and none is a log entry`);
    const [first] = this.#firstBroken;
    if (first !== undefined) return noCapture(this.#name, `byte ${first.offset}: ${first.why}`);
    if (truncatedAt !== null) return noCapture(this.#name, `byte ${truncatedAt}: it ends before the first entry does`);
    return noCapture(this.#name, 'there is no entry in it');
  }
}

function refuseOtherFormats(name: string, chunk: Buffer): void {
  if (chunk[0] === 0x1f && chunk[1] === 0x8b)
    throw noCapture(name, 'byte 0: it is compressed (gzip)', 'unpack it: `gunzip -c FILE | firebreak diagnose --logs -`');
  if (chunk[0] === 0xff && chunk[1] === 0xfe)
    throw noCapture(name, 'byte 0: it is UTF-16', 'write it as UTF-8: in PowerShell `… | Out-File -Encoding utf8 FILE`');
  if (chunk.subarray(0, 4).toString('latin1') === '---\n') throw noCapture(name, 'byte 0: it is YAML', undefined);
}

function noCapture(name: string, what: string, fix = 'export it with `gcloud logging read FILTER --format=json > FILE`'): UserError {
  return new UserError('no-capture', `${name} is no capture of Cloud Logging: ${what}`, fix);
}
