import type { AdminChange, LogGroup } from '../../core/model/observation.ts';
import type { RequestStats } from '../../core/model/request-stats.ts';
import type { RawLogEntry } from '../../ports/cloud.ts';
import { isNoise } from '../logs/classify.ts';
import { createLogGroups, looksLikeFailure } from '../logs/group-logs.ts';
import { createLineShapes } from '../logs/line-shapes.ts';
import type { LineShape } from '../logs/line-shapes.ts';
import { signatureOf } from '../signatures.ts';
import type { Signature } from '../signatures/signature.ts';
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
  refusedAtBalancer,
  reportOf,
  text,
  withMoreWords,
} from './entry-shape.ts';
import { createCallers } from './callers.ts';
import { createPaths, type PathCourse } from './paths.ts';
import { emptyCapture, noCapture, refuseOtherFormats } from './no-capture.ts';
import { createRequestCounts } from './request-counts.ts';
import { createQuoteJoiner } from './quote-joiner.ts';
import { createTurnedDown } from './turned-down.ts';
import type { TurnedDown } from './turned-down.ts';
import { isHealthCheck } from './health-check.ts';
import { createJsonSplitter } from './json-splitter.ts';
import { createKnownEntries } from './known-entries.ts';

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
  /** By service and caller, what its program answered with 4xx. */
  readonly turnedDown: TurnedDown;
  /** Changes that the capture's audit entries tell, newest first, the newest fifty. */
  readonly changes: readonly AdminChange[];
  readonly severities: Readonly<Record<string, number>>;
  /** Lines of severity ERROR or above that match no mechanism and are not known to be harmless, and their most frequent shapes. */
  readonly unexplained: number;
  readonly unexplainedShapes: readonly LineShape[];
  /** The most frequent shapes of unmatched lines that look like failures, whatever their severity. */
  readonly unrecognised: readonly LineShape[];
  /** Requests by service and revision, and in time. */
  readonly course: readonly ServiceCourse[];
  /** Requests by path, health checks among them. */
  readonly paths: readonly PathCourse[];
  /** By service, requests turned away at the door whose caller was never let in and is none of Google’s. */
  readonly strangers: Readonly<Record<string, number>>;
  /** By load balancer, requests that it refused itself, by what it says of that. */
  readonly doors: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly broken: { readonly count: number; readonly first: readonly { readonly offset: number; readonly why: string }[] };
  /** JSON objects that are no log entries. */
  readonly foreign: number;
  /** Entries that are in it once more (same log, time and insertId, as long); they are counted once. */
  readonly repeated: number;
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
/** Some editors write this in front; as blanks it moves no offset. */
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);
const BLANKS = Buffer.from('\n\n\n');
const REFUSALS = new Set([401, 403, 429]);
/** What a program says of an attempt that is not its last. */
const WILL_TRY_AGAIN = /\b(?:will (?:be )?retr(?:y|ied)|retrying)\b/i;
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
  readonly #paths = createPaths();
  readonly #callers = createCallers();
  readonly #doors: Record<string, Record<string, number>> = {};
  readonly #own = { requests: 0, notFound: 0 };
  readonly #requests = createRequestCounts();
  readonly #passed = new Map<string, number>();
  readonly #healthChecks = new Map<string, number>();
  readonly #refused = new Map<string, number>();
  readonly #turnedDown = createTurnedDown();
  readonly #severities = new Map<string, number>();
  #changes: AdminChange[] = [];
  #bytes = 0;
  #entries = 0;
  #foreign = 0;
  readonly #known = createKnownEntries();
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
    if (this.#entries === 0)
      throw emptyCapture(this.#name, { bytes: this.#bytes, foreign: this.#foreign, broken: this.#firstBroken, truncatedAt });
    const settled = this.#balanced.settle(this.#groups.groups(), this.#requests.byService(), this.#own);
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
      turnedDown: this.#turnedDown.byService(),
      changes: this.#newestChanges(),
      severities: Object.fromEntries(this.#severities),
      unexplained: this.#unexplained,
      unexplainedShapes: this.#loudShapes.top(5),
      unrecognised: this.#shapes.top(5),
      course: this.#course.services(),
      paths: this.#paths.all(),
      strangers: this.#callers.strangers(),
      doors: this.#doors,
      broken: { count: this.#brokenCount, first: this.#firstBroken },
      foreign: this.#foreign,
      repeated: this.#known.repeated,
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
    for (const each of page) this.#entry(object(each), page.length > 1 ? 0 : bytes.length);
  }

  #entry(json: Readonly<Record<string, unknown>>, size: number): void {
    if (!isLogEntry(json)) {
      this.#foreign += 1;
      return;
    }
    if (this.#known.has(json, size)) return;
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
    const match = change === null ? this.#line(entry, json) : null;
    this.#balance(entry, json);
    this.#count(entry, text(object(json['httpRequest'])['userAgent']) ?? '', match);
    const door = refusedAtBalancer(json);
    if (door !== null) {
      const doors = (this.#doors[service] ??= {});
      doors[door] = (doors[door] ?? 0) + 1;
    }
  }

  /** What it says, by the table; null: nothing that is known. */
  #line(entry: RawLogEntry, json: Readonly<Record<string, unknown>>): Signature | null {
    const report = reportOf(json);
    const told = { ...entry, text: this.#quotes.join(entry, report ?? entry.text) };
    const match = this.#groups.add(told, report === null ? quoteOf(told.text, json) : undefined);
    const signature = signatureOf(match.signature);
    if (signature === undefined) {
      const line = told.text === '' ? refusalWords(json) : told.text;
      if (ERRORS.has(entry.severity) && !isCountedRequest(told) && !isNoise(told.text) && !WILL_TRY_AGAIN.test(line)) {
        this.#unexplained += 1;
        this.#loudShapes.add(line.trim() === '' ? '(an entry without words)' : line, entry.insertId);
      }
      if (!isCountedRequest(told) && (ERRORS.has(entry.severity) || looksLikeFailure(told, match))) this.#shapes.add(line, entry.insertId);
    } else if (signature.role === 'reason' || signature.role === 'effect') this.#reasonAt = Math.max(this.#reasonAt ?? entry.at, entry.at);
    else this.#harmAt = Math.max(this.#harmAt ?? entry.at, entry.at);
    return signature ?? null;
  }

  #count({ http, service, revision, at }: RawLogEntry, userAgent: string, match: Signature | null): void {
    if (http === null) return;
    const failed = http.status >= 500 || match?.role === 'consequence';
    if (!this.#requests.add(service, revision, at, failed)) return;
    const isCheck = isHealthCheck(http.url, userAgent);
    const tally = isCheck ? this.#healthChecks : http.status < 400 ? this.#passed : REFUSALS.has(http.status) ? this.#refused : null;
    tally?.set(service, (tally.get(service) ?? 0) + 1);
    if (!isCheck && match?.id !== 'not-let-in') this.#turnedDown.add(service, userAgent, http.status);
    const outcome = failed ? 'failed' : http.status < 400 ? 'passed' : 'other';
    if (!isCheck) this.#course.add({ service, revision }, { at, outcome, latencyMs: http.latencyMs });
    this.#paths.add(service, http.url, outcome);
    this.#callers.add(service, userAgent, match?.id === 'not-let-in' ? 'turned away' : 'let in');
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
}
