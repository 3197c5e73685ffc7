import { describe, expect, test } from 'vitest';
import { createQuoteJoiner } from '../../../src/diagnosis/capture/quote-joiner.ts';
import type { RawLogEntry } from '../../../src/ports/cloud.ts';
import { diagnosisOf } from '../made/grade.ts';

type Entry = Readonly<Record<string, unknown>>;
const START = Date.UTC(2026, 1, 1, 7);
const times = (count: number, make: (index: number) => Entry): readonly Entry[] => Array.from({ length: count }, (_, index) => make(index));

/** `from` and `every` in seconds. */
const requests = (status: number, count: number, { from = 0, every = 2, revision = 'api-00001-abc' } = {}): readonly Entry[] =>
  times(count, (index) => ({
    insertId: `${revision}-${status}-${from}-${index}`,
    timestamp: new Date(START + (from + index * every) * 1_000).toISOString(),
    severity: status >= 500 ? 'ERROR' : 'INFO',
    logName: 'projects/p/logs/run.googleapis.com%2Frequests',
    resource: { type: 'cloud_run_revision', labels: { service_name: 'api', revision_name: revision } },
    httpRequest: { requestUrl: `https://shop.example/items/${index}`, status, userAgent: 'Mozilla/5.0', latency: '0.1s' },
  }));
const diagnosed = (...entries: readonly (readonly Entry[])[]) => diagnosisOf(JSON.stringify(entries.flat()));

describe('before and after', () => {
  test('trouble after which enough requests passed for long enough is over, and no step is taken against it', () => {
    const { isOver, because, steps } = diagnosed(requests(503, 30), requests(200, 60, { from: 70 }));
    expect(isOver).toBe(true);
    expect(because).toContain('over since 2026-02-01T07:00:58Z: 60 requests passed after the last failure');
    expect(steps.every(({ decision }) => decision === 'veto')).toBe(true);
  });

  test.each<[string, readonly Entry[]]>([
    ['nothing follows', requests(503, 30)],
    ['too few follow', [...requests(503, 30), ...requests(200, 4, { from: 90, every: 30 })]],
    ['they follow for less than a minute', [...requests(503, 30), ...requests(200, 20, { from: 60, every: 1 })]],
    [
      'failures are so rare that chance explains the pause',
      [...requests(200, 200), ...requests(503, 6, { every: 60 }), ...requests(200, 40, { from: 402, every: 3 })],
    ],
  ])('it is not called over where %s', (_what, entries) => {
    const { isOver, because } = diagnosed(entries);
    expect({ isOver, over: because.includes('over since') }).toEqual({ isOver: false, over: false });
  });
});

describe('old and new revision', () => {
  const old = requests(200, 40);
  const renewed = requests(503, 30, { revision: 'api-00002-def' });

  test('one that serves well beside one that fails is told with figures, and is where the traffic may go', () => {
    const { diagnosis, steps } = diagnosed(old, renewed);
    const told = diagnosis.causes[0]?.evidence.map(({ text }) => text).join('\n');
    expect(told).toContain('api-00001-abc answers well: 40 of 40 requests passed');
    expect(told).toContain('api-00002-def fails: 30 of 30 requests failed');
    expect(steps[1]).toMatchObject({ decision: 'open', reason: expect.stringContaining('api-00001-abc serves well beside it') });
  });

  test('where both fail, or the one that passes was hardly asked, nothing is contrasted', () => {
    for (const other of [requests(503, 40), requests(200, 4)]) {
      const { diagnosis, steps } = diagnosed(other, renewed);
      expect(JSON.stringify(diagnosis.causes)).not.toContain('answers well');
      expect(steps[1]?.reason).not.toContain('serves well');
    }
  });
});

describe('an export that is cut off proves no rate and no beginning', () => {
  const CUT = /the export seems to be cut off/;

  test.each<[string, readonly (readonly Entry[])[]]>([
    ['a round number of entries', [requests(200, 60), requests(503, 40)]],
    [
      'equally many of several severities',
      [requests(200, 100, { every: 3 }), requests(503, 100), requests(404, 7).map((each) => ({ ...each, severity: 'WARNING' }))],
    ],
  ])('seen by %s', (_what, entries) => {
    const { diagnosis } = diagnosed(...entries);
    expect(diagnosis.unknowns.join('\n')).toMatch(CUT);
    expect(diagnosis.whys.map(({ why }) => why)).not.toContain('What came before it?');
  });

  test('and not where the number is nobody’s limit', () => {
    expect(diagnosed(requests(200, 61), requests(503, 40)).diagnosis.unknowns.join('\n')).not.toMatch(CUT);
  });
});

describe('a line that a logger broke inside a quote', () => {
  const half = (text: string, at: number, instance: string | null = 'i1'): RawLogEntry => ({
    insertId: null,
    at,
    severity: 'ERROR',
    service: 'api',
    revision: 'api-00001-abc',
    instance,
    logName: 'projects/p/logs/run.googleapis.com%2Fstderr',
    text,
    http: null,
  });
  const FIRST = 'ERROR: relation "public.';
  const SECOND = 'orders" does not exist';
  const joined = (...entries: readonly RawLogEntry[]) => {
    const joiner = createQuoteJoiner();
    return entries.map((entry) => joiner.join(entry, entry.text)).at(-1);
  };

  test('is read whole, whichever half comes first in the export', () => {
    expect(joined(half(FIRST, 1_000), half(SECOND, 1_002))).toBe(`${FIRST} ${SECOND}`);
    expect(joined(half(SECOND, 1_002), half(FIRST, 1_000))).toBe(`${FIRST} ${SECOND}`);
  });

  test('is joined neither with another container’s, nor with a line much later, nor where a whole line lies between', () => {
    expect(joined(half(FIRST, 1_000), half(SECOND, 1_002, 'i2'))).toBe(SECOND);
    expect(joined(half(FIRST, 1_000), half(SECOND, 9_000))).toBe(SECOND);
    expect(joined(half(FIRST, 1_000), half('a whole line', 1_001), half(SECOND, 1_002))).toBe(SECOND);
    expect(joined(half(FIRST, 1_000, null), half(SECOND, 1_002, null))).toBe(SECOND);
  });
});
