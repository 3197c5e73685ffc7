import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson, chainLine, redact, REDACTED, verifyJournal } from '../../src/durable/journal.ts';
import type { JournalLine } from '../../src/ports/store.ts';

function journalOf(...texts: string[]): JournalLine[] {
  const lines: JournalLine[] = [];
  for (const text of texts) {
    const tail = lines.at(-1);
    lines.push(
      chainLine(
        { seq: tail?.seq ?? 0, head: tail?.hash ?? '' },
        { at: 1, kind: 'decision', event: text, states: ['a'], data: { b: 1, a: undefined } },
      ),
    );
  }
  return lines;
}

describe('a chained journal', () => {
  it('begins with nothing before it and counts without gaps', () => {
    const [first, second] = journalOf('one', 'two');
    expect(first).toMatchObject({ seq: 1, previous: '' });
    expect(second).toMatchObject({ seq: 2, previous: first!.hash });
    expect(first!.hash).toMatch(/^[0-9a-f]{64}$/);
  });

  it('is whole when nothing was done to it, also after it was read back', () => {
    const lines = journalOf('one', 'two', 'three');
    expect(verifyJournal(lines)).toEqual({ ok: true, head: lines[2]!.hash });
    expect(verifyJournal(JSON.parse(JSON.stringify(lines)) as JournalLine[])).toEqual({ ok: true, head: lines[2]!.hash });
    expect(verifyJournal([])).toEqual({ ok: true, head: '' });
  });

  it.each<[string, (lines: JournalLine[]) => JournalLine[], number]>([
    ['changed', ([a, b, c]) => [a!, { ...b!, event: 'TWO' }, c!], 2],
    ['changed together with its hash', ([a, b, c]) => [a!, { ...b!, event: 'TWO', hash: c!.hash }, c!], 2],
    ['taken out', ([a, , c]) => [a!, c!], 3],
    ['moved', ([a, b, c]) => [a!, c!, b!], 3],
    ['put in', ([a, b, c]) => [a!, a!, b!, c!], 1],
    ['replaced by one of another journal', ([a, , c]) => [a!, journalOf('x', 'y')[1]!, c!], 2],
    ['cut off at the beginning', ([, b, c]) => [b!, c!], 2],
  ])('shows a line that was %s', (_how, spoil, badSeq) => {
    expect(verifyJournal(spoil(journalOf('one', 'two', 'three')))).toMatchObject({ ok: false, badSeq });
  });
});

describe('canonical JSON', () => {
  it('does not depend on the order of keys, and means the same as JSON', () => {
    expect(canonicalJson({ b: [1, undefined, { d: null, c: 'ü"' }], a: new Date(0), x: undefined })).toBe(
      '{"a":"1970-01-01T00:00:00.000Z","b":[1,null,{"c":"ü\\"","d":null}]}',
    );
  });

  it('says of any value what it says of the value read back', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
        expect(canonicalJson(JSON.parse(JSON.stringify(value)))).toBe(canonicalJson(value));
      }),
    );
  });
});

describe('redaction', () => {
  it.each([
    [{ Authorization: 'Bearer abcdefghijkl' }],
    [{ headers: { 'x-api-key': 'k' } }],
    [{ db: [{ password: 'hunter2' }] }],
    [{ accessToken: 'ya29.x' }],
    [{ clientSecret: { value: 'x' } }],
    [{ cookie: 'a=b' }],
    [{ private_key: '-----BEGIN' }],
  ])('hides what stands under a key that sounds like a secret: %j', (value) => {
    const text = JSON.stringify(redact(value));
    expect(text).toContain(REDACTED);
    for (const secret of ['abcdefghijkl', 'hunter2', 'ya29.x', '"x"', '"k"', 'a=b', 'BEGIN']) expect(text).not.toContain(secret);
  });

  it.each([
    ['curl -H "Authorization: Bearer ya29.a0AfH6SMBx"', 'ya29'],
    ['postgres://app:s3cret@10.0.0.3:5432/db refused', 's3cret'],
    ['token eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0.c2ln expired', 'eyJ'],
    ['-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY----- end', 'MIIE'],
  ])('hides a secret inside of a text: %s', (text, secret) => {
    expect(redact({ message: text })).not.toEqual({ message: text });
    expect(JSON.stringify(redact([text]))).not.toContain(secret);
  });

  it('leaves everything else as the very same object', () => {
    const value = { tokens: 5, hasPassword: true, list: [{ name: 'basic plan', url: 'https://a.example/x' }], nothing: null, token: null };
    expect(redact(value)).toBe(value);
  });
});
