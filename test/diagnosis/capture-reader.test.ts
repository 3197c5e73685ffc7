import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createCaptureReader } from '../../src/diagnosis/capture/capture.ts';
import type { Capture } from '../../src/diagnosis/capture/capture.ts';
import { createJsonSplitter } from '../../src/diagnosis/capture/json-splitter.ts';
import { toRawEntry } from '../../src/gcp/logging/raw-entry.ts';
import { entriesOf, INCIDENTS } from './synthetic-captures.ts';

interface Cut {
  readonly values: unknown[];
  readonly broken: { readonly offset: number; readonly why: string }[];
  readonly truncatedAt: number | null;
}

/** The values of a text, pushed in chunks of these sizes (the last one repeats). */
function cut(text: string, sizes: readonly number[] = [1 << 20], longest?: number): Cut {
  const values: unknown[] = [];
  const broken: { offset: number; why: string }[] = [];
  const sink = {
    value: (bytes: Buffer, offset: number) => {
      try {
        values.push(JSON.parse(bytes.toString('utf8')));
      } catch {
        broken.push({ offset, why: 'not JSON' });
      }
    },
    broken: (offset: number, why: string) => void broken.push({ offset, why }),
  };
  const splitter = createJsonSplitter(sink, longest);
  const bytes = Buffer.from(text);
  for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
    const size = sizes[Math.min(turn, sizes.length - 1)] ?? 1;
    splitter.push(bytes.subarray(at, at + size));
    at += size;
  }
  return { values, broken, truncatedAt: splitter.end() };
}

const WRITERS: Readonly<Record<string, (values: readonly unknown[]) => string>> = {
  'a pretty list': (values) => JSON.stringify(values, null, 2),
  'a list indented by tabs': (values) => JSON.stringify(values, null, '\t'),
  'a list on one line': (values) => JSON.stringify(values),
  'one object per line': (values) => values.map((value) => JSON.stringify(value)).join('\n'),
  'pretty objects after one another': (values) => values.map((value) => JSON.stringify(value, null, 1)).join('\n'),
  'several lists': (values) => `${JSON.stringify(values.slice(0, 2))}\n${JSON.stringify(values.slice(2), null, 2)}`,
  'objects with Windows line ends': (values) => values.map((value) => JSON.stringify(value, null, 2).replaceAll('\n', '\r\n')).join('\r\n'),
};

const object = fc.dictionary(fc.string({ maxLength: 6 }), fc.jsonValue({ maxDepth: 3 }), { maxKeys: 5 });

describe('cutting bytes into objects', () => {
  test.each(Object.entries(WRITERS))('gives back every object of %s, however the bytes are chunked', (_name, write) => {
    fc.assert(
      fc.property(
        fc.array(object, { maxLength: 6 }),
        fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 }),
        (values, sizes) => {
          const { values: seen, broken, truncatedAt } = cut(write(values), sizes);
          expect({ seen, broken, truncatedAt }).toEqual({ seen: JSON.parse(JSON.stringify(values)), broken: [], truncatedAt: null });
        },
      ),
      { numRuns: 150 },
    );
  });

  test('quotes, brackets and backslashes inside of texts end nothing', () => {
    const values = [{ a: '}]{["\\', b: '\\\\"' }, { c: 'é漢🙂 \u2028' }];
    for (const size of [1, 2, 3, 7]) expect(cut(JSON.stringify(values), [size]).values).toEqual(values);
  });

  test('a broken line costs one entry, named by its place, and the next are read', () => {
    const text = ['{"n":1}', '{"n":"never closed', '{"n":3}', '{"n":{"open":4}', '{"n":5}', '{"n":6}'].join('\n');
    for (const size of [1, 5, 1_000]) {
      const { values, broken } = cut(text, [size]);
      expect(values).toEqual([{ n: 1 }, { n: 3 }, { n: 5 }, { n: 6 }]);
      expect(broken.map(({ offset }) => offset)).toEqual([8, 35]);
    }
  });

  test('a broken entry of a pretty list costs one entry', () => {
    const entries = [1, 2, 3, 4].map((n) => ({ n, resource: { labels: { a: 'x' } }, list: [{ b: 1 }] }));
    const text = JSON.stringify(entries, null, 2).replace('"n": 3,', '"n": "3,');
    const { values, broken, truncatedAt } = cut(text);
    expect(values).toEqual([entries[0], entries[1], entries[3]]);
    expect(broken).toHaveLength(1);
    expect(truncatedAt).toBeNull();
  });

  test('a value that is too long is left out, in bounded memory, and the next are read', () => {
    const text = ['{"n":1}', `{"n":"${'x'.repeat(5_000)}"}`, '{"n":3}'].join('\n');
    const { values, broken } = cut(text, [100], 1_000);
    expect(values).toEqual([{ n: 1 }, { n: 3 }]);
    expect(broken).toEqual([{ offset: 8, why: 'longer than 1000 bytes' }]);
  });

  test('a file that is cut off says where what it ends in began', () => {
    expect(cut('[{"n":1},\n{"n":').truncatedAt).toBe(10);
    expect(cut('[{"n":1},\n').truncatedAt).toBe(0);
    expect(cut('{"n":1}\n').truncatedAt).toBeNull();
  });

  test('never throws and never loses the entries after rubbish', () => {
    const rubbish = fc.string({ unit: fc.constantFrom('"', '{', '}', '[', ']', '\\', '\n', ' ', 'a', ':', ','), maxLength: 60 });
    fc.assert(
      fc.property(rubbish, fc.integer({ min: 1, max: 20 }), (text, size) => {
        const { values } = cut(`{"first":1}\n${text}\n{"last":1}\n{"last":2}\n`, [size]);
        expect(values[0]).toEqual({ first: 1 });
        expect(values).toContainEqual({ last: 2 });
      }),
      { numRuns: 500 },
    );
  });
});

function read(text: string | Buffer): Capture {
  const reader = createCaptureReader('capture.json', toRawEntry);
  reader.push(Buffer.from(text));
  return reader.end();
}

const PANIC = INCIDENTS.find(({ what }) => what.startsWith('Go: write'))!;

describe('reading a capture', () => {
  test.each([
    ['nothing at all', '', 'it is empty'],
    ['an empty list', '[]', 'no entry in it'],
    ['a text', 'Sep 15 19:24 ERROR something\n', 'byte 0: text that is no JSON'],
    ['YAML, as gcloud prints it without a format', '---\ninsertId: a\n', 'byte 0: it is YAML'],
    ['another JSON', '{"name":"firebreak","version":"1"}', 'none is a log entry'],
    ['a list of other things', '[{"a":1},{"b":2}]', '2 JSON objects, and none is a log entry'],
    ['half an entry', '[{"insertId":"a","timest', 'byte 1: it ends before the first entry does'],
    ['a compressed file', Buffer.from([0x1f, 0x8b, 8, 0]), 'compressed'],
    ['UTF-16', Buffer.from('\ufeff[{}]', 'utf16le'), 'UTF-16'],
  ])('%s is no capture: one clear error with the place', (_what, text, said) => {
    expect(() => read(text)).toThrow(said);
    expect(() => read(text)).toThrow('capture.json is no capture of Cloud Logging');
  });

  test('what a byte order mark precedes is read', () => {
    expect(read(`\ufeff${JSON.stringify(entriesOf(PANIC))}`).entries).toBe(entriesOf(PANIC).length);
  });

  test('a capture that is cut off is read up to there', () => {
    const text = JSON.stringify(entriesOf(PANIC), null, 2);
    const whole = read(text);
    const half = read(text.slice(0, Math.floor(text.length / 2)));
    expect(half.entries).toBeGreaterThan(whole.entries / 3);
    expect(half.truncatedAt).not.toBeNull();
    expect(half.groups.map(({ signature }) => signature)).toContain('unhandled-crash');
  });

  test('an entry that is in it twice, as in exports that overlap, counts once; the same words at another time count again', () => {
    const own = entriesOf(PANIC);
    const [last] = own;
    const doubled = read(JSON.stringify([...own, ...own.slice(0, 5)]));
    expect(doubled).toMatchObject({ entries: own.length, repeated: 5, groups: read(JSON.stringify(own)).groups });
    expect(read(JSON.stringify([...own, Object.assign({}, last, { timestamp: '2026-01-01T00:00:00Z' })]))).toMatchObject({
      entries: own.length + 1,
      repeated: 0,
    });
  });

  test('of a long line and of a traceback the words that tell what failed are quoted', () => {
    const said = (textPayload: string) =>
      read(
        JSON.stringify([
          {
            insertId: 'a',
            timestamp: '2026-01-01T00:00:00Z',
            severity: 'ERROR',
            textPayload,
            logName: 'projects/p/logs/run.googleapis.com%2Fstderr',
          },
        ]),
      ).unrecognised[0]?.sample;
    expect(said(`{"rows":[${'{"v":"xxxx"},'.repeat(5_000)}]} ValidationError: row 1499 has no sku`)).toContain('ValidationError: row 1499');
    expect(
      said(
        'ERROR:    Exception in ASGI application\nTraceback (most recent call last):\n  File "/app/main.py", line 4\nshop.errors.LedgerError: out of step\n(Background on this error at: https://x.example)',
      ),
    ).toBe('shop.errors.LedgerError: out of step');
    expect(said('ledger out of step; the reason is unknown')).toBe('ledger out of step; the reason is unknown');
  });

  test('counts requests by service and revision, severities, and lines of errors that match nothing by their shape', () => {
    const strange = (n: number) => ({ text: `ledger ${n} out of step with ${n * 7}`, severity: 'ERROR' });
    const capture = read(
      JSON.stringify(
        entriesOf({
          what: 'x',
          cause: 'unknown',
          rounds: 3,
          lines: [strange(1), strange(2)],
          requests: [{ status: 200, count: 2 }, { status: 500 }],
        }),
      ),
    );
    expect(capture.requests['checkout-api']).toMatchObject({
      total: 9,
      serverErrors: 3,
      byRevision: { 'checkout-api-00042-bex': { total: 9, serverErrors: 3 } },
    });
    expect(capture.severities).toMatchObject({ NOTICE: 3 });
    expect(capture.unexplainedShapes).toContainEqual(expect.objectContaining({ count: 6, sample: 'ledger 1 out of step with 7' }));
  });

  test('memory does not grow with the number of lines: groups and shapes are bounded', () => {
    const reader = createCaptureReader('many', toRawEntry);
    for (let n = 0; n < 6_000; n += 1)
      reader.push(
        Buffer.from(
          `${JSON.stringify({ insertId: `${n}`, timestamp: '2026-01-01T00:00:00Z', severity: 'ERROR', textPayload: `${String.fromCodePoint(97 + (n % 26))}-${'xyz'[n % 3]} odd`, resource: { labels: { service_name: `s${n}`, revision_name: `r${n}` } } })}\n`,
        ),
      );
    const capture = reader.end();
    expect(capture).toMatchObject({ entries: 6_000, overflow: 1_000 });
    expect(capture.groups).toHaveLength(5_000);
  });

  test('lines of other resources than Cloud Run are known by their container or log', () => {
    const line = { insertId: 'a', timestamp: '2026-01-01T00:00:00Z', textPayload: 'panic: boom', logName: 'projects/p/logs/stderr' };
    const capture = read(
      `${JSON.stringify({ ...line, resource: { type: 'k8s_container', labels: { container_name: 'worker' } } })}\n${JSON.stringify({ ...line, resource: { type: 'global', labels: {} } })}`,
    );
    expect(capture.groups.map(({ service }) => service).toSorted()).toEqual(['stderr', 'worker']);
  });
});
