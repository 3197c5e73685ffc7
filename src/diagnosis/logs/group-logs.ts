import type { LogGroup } from '../../core/model/observation.ts';
import type { LogGrouper, RawLogEntry } from '../../ports/cloud.ts';
import { classify, isPlatformLog } from './classify.ts';
import type { Match } from './classify.ts';
import { createLastWords } from './last-log-lines.ts';
import { createLineShapes, SPEAKS_OF_FAILURE } from './line-shapes.ts';
import type { LineShapes } from './line-shapes.ts';
import { createNames } from './names.ts';
import { createPairing } from './pairing.ts';
import type { Beside } from './pairing.ts';
import { sampleAround } from './sample.ts';
import { signatureOf, UNRECOGNISED } from '../signatures.ts';

const VALUES_PER_FACT = 3;
const QUOTED = 3;
const SHAPES_PER_GROUP = 24;
const MOST_DEATHS_QUOTED = 8;
const LOUD = new Set(['ERROR', 'CRITICAL', 'ALERT', 'EMERGENCY']);

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
  /** Takes one line in and says what it matched. `quote`: how it is quoted, where that is more than its text. */
  add(entry: RawLogEntry, quote?: () => string): Match;
  /** The groups so far, most frequent first. */
  groups(): readonly LogGroup[];
  /** Lines that found no room because there are `most` groups already; they are in no group. */
  readonly overflow: number;
}

/** @param most The largest number of groups kept; a line that would need one more is only counted. */
export function createLogGroups(most = Number.POSITIVE_INFINITY): LogGroups {
  const groups = new Map<string, Growing>();
  const pairing = createPairing();
  const lastWords = createLastWords();
  const names = createNames();
  let overflow = 0;
  return {
    add(entry, quote) {
      const match = classify(entry);
      const signature = signatureOf(match.signature);
      const place = names.of(entry.service, entry.revision);
      const container = names.of(place, entry.instance ?? '');
      const key = names.of(match.signature, place);
      const group = groups.get(key) ?? (groups.size < most ? begin(entry, match) : undefined);
      if (group === undefined) overflow += 1;
      else {
        groups.set(key, group);
        grow(group, entry, match);
      }
      const loud = signature === undefined && looksLikeFailure(entry, match);
      if (loud || match.signature === OF_A_CALLEE || saysMore(entry, match)) group?.shapes?.add(entry.text, entry.insertId);
      if (entry.instance !== null && entry.http === null && signature?.kills !== true && !entry.logName.endsWith('varlog%2Fsystem'))
        lastWords.add(container, entry.at, entry.text, quote);
      if (signature?.kills === true && entry.instance !== null && group !== undefined && group.died.length < MOST_DEATHS_QUOTED)
        group.died.push({ container, at: entry.at });
      pairing.add({
        place,
        container,
        named: entry.instance !== null,
        at: entry.at,
        failure: signature?.role === 'consequence' ? { latencyMs: entry.http?.latencyMs ?? 0 } : null,
        death: signature?.kills === true,
        speaksFor: loud || (signature !== undefined && signature.role !== 'consequence') ? key : null,
      });
      return match;
    },
    groups() {
      const beside = pairing.beside();
      return [...groups.entries()]
        .map(([key, group]) => settle(group, beside.get(key), wordsBefore(group)))
        .sort((a, b) => b.count - a.count || compare(a, b));
    },
    get overflow() {
      return overflow;
    },
  };

  function wordsBefore({ died }: Growing): readonly string[] {
    const shapes = createLineShapes();
    for (const { container, at } of died) for (const line of lastWords.before(container, at)) shapes.add(line);
    const words = shapes.top(6).map(({ sample }) => sample);
    return [...words.filter((line) => SPEAKS_OF_FAILURE.test(line)), ...words.filter((line) => !SPEAKS_OF_FAILURE.test(line))].slice(
      0,
      QUOTED,
    );
  }
}

/** What callers say of an answer: who is called stands in the line, if anywhere. */
export const OF_A_CALLEE = 'callee-error';

/** Failed requests that are known by their status alone. */
const BY_STATUS = 'server-error';

/** Whether Google says in the entry of a failed request why it failed, in words that no mechanism is known for. */
function saysMore({ text, logName }: RawLogEntry, { signature }: Match): boolean {
  return signature === BY_STATUS && text.trim() !== '' && logName !== '' && isPlatformLog(logName);
}

/** Whether an unmatched line seems to tell of a failure, whatever its severity: programs write most of theirs without one. */
export function looksLikeFailure(
  entry: Pick<RawLogEntry, 'text' | 'severity' | 'logName' | 'http'>,
  match: Match = classify(entry),
): boolean {
  if (entry.text === '' || (entry.http !== null && entry.http.status < 500) || match.noise === true) return false;
  return LOUD.has(entry.severity) || match.loud === true;
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
  byPlatform: number;
  readonly facts: Map<string, Set<string>>;
  /** The facts of the line before, which are among them. */
  told: Match['facts'];
  /** Of unmatched lines: those that look like failures, by shape. */
  readonly shapes: LineShapes | null;
  readonly died: { readonly container: string; readonly at: number }[];
}

const NOTHING_TOLD: Match['facts'] = {};

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
    byPlatform: 0,
    facts: new Map(),
    told: NOTHING_TOLD,
    shapes:
      match.signature === UNRECOGNISED || match.signature === BY_STATUS || match.signature === OF_A_CALLEE
        ? createLineShapes(SHAPES_PER_GROUP)
        : null,
    died: [],
  };
  return group;
}

/** The newest line is the sample, so that the result does not depend on the order of reading. */
function grow(group: Growing, entry: RawLogEntry, match: Match): void {
  group.count += 1;
  if (entry.logName !== '' && isPlatformLog(entry.logName)) group.byPlatform += 1;
  group.firstAt = Math.min(group.firstAt, entry.at);
  if (entry.at > group.lastAt) {
    group.lastAt = entry.at;
    group.newest = match;
    group.insertId = entry.insertId;
  }
  // The same words come back as the very same match.
  if (match.facts === group.told) return;
  group.told = match.facts;
  for (const [name, value] of Object.entries(match.facts)) {
    const values = group.facts.get(name) ?? new Set<string>();
    if (values.size < VALUES_PER_FACT) values.add(value);
    group.facts.set(name, values);
  }
}

function settle(group: Growing, beside: Beside | undefined, lastWords: readonly string[]): LogGroup {
  const facts = Object.fromEntries([...group.facts].map(([name, values]) => [name, [...values].sort().join(', ')]));
  const { signature, service, revision, count, firstAt, lastAt, newest, insertId, byPlatform, shapes } = group;
  const loudest = shapes?.top(QUOTED) ?? [];
  return {
    signature,
    service,
    revision,
    count,
    firstAt,
    lastAt,
    sample: sampleAround(newest.text, newest.index),
    facts,
    insertId,
    ...(byPlatform === 0 ? {} : { byPlatform }),
    ...(beside === undefined || (beside.failures === null && beside.deaths === null) ? {} : { beside }),
    ...(loudest.length === 0 ? {} : { loudest }),
    ...(lastWords.length === 0 ? {} : { lastWords }),
  };
}

function compare(a: LogGroup, b: LogGroup): number {
  const left = `${a.service}\n${a.revision}\n${a.signature}`;
  const right = `${b.service}\n${b.revision}\n${b.signature}`;
  return left < right ? -1 : left > right ? 1 : 0;
}
