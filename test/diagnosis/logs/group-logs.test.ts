import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { groupLogs } from '../../../src/diagnosis/logs/group-logs.ts';
import type { RawLogEntry } from '../../../src/ports/cloud.ts';
import { captureExists, readCapture } from '../captures.ts';

const entry = (text: string, extra: Partial<RawLogEntry> = {}): RawLogEntry => ({
  insertId: 'a',
  at: 1_000,
  severity: 'WARNING',
  service: 'shop',
  revision: 'shop-00002-abc',
  instance: null,
  logName: '',
  text,
  http: null,
  ...extra,
});

describe('grouping log lines', () => {
  test('groups by mechanism, service and revision, counts, and keeps the newest line as the sample', () => {
    const groups = groupLogs([
      entry('Container called exit(3).', { at: 3_000, insertId: 'newest' }),
      entry('Container called exit(3).', { at: 1_000, insertId: 'oldest' }),
      entry('Container called exit(1).', { at: 2_000, revision: 'shop-00001-xyz' }),
      entry(''),
    ]);
    expect(groups.map(({ signature, revision, count }) => [signature, revision, count])).toEqual([
      ['container-exit', 'shop-00002-abc', 2],
      ['container-exit', 'shop-00001-xyz', 1],
      ['unrecognised', 'shop-00002-abc', 1],
    ]);
    expect(groups[0]).toMatchObject({ firstAt: 1_000, lastAt: 3_000, insertId: 'newest', facts: { exit: '3' } });
  });

  test('the sample of a multi-line traceback is the line that names the reason', () => {
    const frames = Array.from({ length: 400 }, (_, index) => `  File "/app/x.py", line ${index}, in f`).join('\n');
    const [group] = groupLogs([entry(`Traceback (most recent call last):\n${frames}\nModuleNotFoundError: No module named 'shop.cart'`)]);
    expect(group).toMatchObject({ signature: 'missing-module', sample: "ModuleNotFoundError: No module named 'shop.cart'" });
  });

  test('samples are at most 420 characters and hold no secret', () => {
    const secrets = ['hunter2hunter2', 'abcdefgh12345678', 'eyJhbGciOiJIUzI1.eyJzdWIi'];
    const text = `ECONNREFUSED password=${secrets[0]} Bearer ${secrets[1]} postgres://app:${secrets[0]}@db/x ${secrets[2]} ${'y'.repeat(900)}`;
    const sample = groupLogs([entry(text)])[0]?.sample ?? '';
    expect(sample.length).toBeLessThanOrEqual(420);
    for (const secret of secrets) expect(sample).not.toContain(secret);
  });

  test('does not depend on the order in which lines were read', () => {
    const line = fc.record({
      at: fc.integer({ min: 0, max: 5 }),
      text: fc.constantFrom('Container called exit(3).', 'ECONNREFUSED', '', "No module named 'a'"),
    });
    fc.assert(
      fc.property(fc.uniqueArray(line, { selector: ({ at }) => at, maxLength: 6 }), (lines) => {
        const entries = lines.map(({ at, text }) => entry(text, { at, insertId: String(at) }));
        expect(groupLogs(entries.toReversed())).toEqual(groupLogs(entries));
      }),
    );
  });

  test.skipIf(!captureExists('1750-import-error.json'))('reads the real capture of the import error', () => {
    const groups = groupLogs(readCapture('1750-import-error.json'));
    const counts = Object.fromEntries(groups.map((group) => [group.signature, group.count]));
    expect(counts).toMatchObject({ 'missing-module': 75, 'container-exit': 15 });
    expect(groups.find((group) => group.signature === 'missing-module')?.facts).toEqual({
      module: 'netra_backend.app.services.monitoring',
    });
  });

  test.skipIf(!captureExists('1303-database-timeout.json'))('reads the 25 s limit out of the real capture of the database timeout', () => {
    const groups = groupLogs(readCapture('1303-database-timeout.json'));
    expect(groups.find((group) => group.signature === 'database-init-timeout')?.facts).toEqual({ seconds: '25.0' });
    expect(groups.find((group) => group.signature === 'malformed-response')?.count).toBe(38);
  });
});
