import { describe, expect, test } from 'vitest';
import { classify, isNoise } from '../../src/diagnosis/logs/classify.ts';
import { SIGNATURES, UNRECOGNISED } from '../../src/diagnosis/signatures.ts';
import { NOISE } from './noise-lines.ts';
import { LINES as MECHANISM_LINES } from './mechanism-lines.ts';
import { NEAR_NOISE, NEAR_RUNTIME_LINES, RUNTIME_LINES } from './runtime-lines.ts';
import { STATE_LINES } from './state-lines.ts';

const LINES = [...MECHANISM_LINES, ...STATE_LINES, ...RUNTIME_LINES];

describe('the table of mechanisms', () => {
  test.each(LINES)('reads $id out of: $text', ({ id, text, facts }) => {
    const match = classify({ text, http: null });
    expect(match.signature).toBe(id);
    expect(match.facts).toMatchObject(facts ?? {});
  });

  test.each([...NOISE, ...NEAR_RUNTIME_LINES])('does not take noise for a mechanism: %s', (text) => {
    expect(classify({ text, http: null }).signature).toBe(UNRECOGNISED);
  });

  test.each(NEAR_NOISE)('does not take for noise what may harm somebody: %s', (text) => {
    expect(isNoise(text)).toBe(false);
  });

  test('every entry that reads text is shown by a line above, has words and a source', () => {
    const shown = new Set(LINES.map((row) => row.id));
    for (const signature of SIGNATURES) {
      expect(signature.says).not.toBe('');
      expect(signature.source).not.toBe('');
      if (signature.text.length > 0) expect(shown).toContain(signature.id);
    }
    expect(new Set(SIGNATURES.map((signature) => signature.id)).size).toBe(SIGNATURES.length);
  });

  test('a consequence or a death never names a cause, and whatever names one says what cures it', () => {
    for (const { role, cause, cures } of SIGNATURES) {
      const names = role === 'reason' || role === 'effect';
      expect(cause !== null).toBe(names);
      expect(cures.length > 0).toBe(names);
    }
  });

  test('an ending of a container is believed only where the platform itself says it', () => {
    const text = 'Container called exit(3).';
    expect(classify({ text, http: null, logName: 'projects/p/logs/run.googleapis.com%2Fvarlog%2Fsystem' }).signature).toBe(
      'container-exit',
    );
    for (const log of ['stderr', 'stdout', 'varlog%2Fsystem-like'])
      expect(classify({ text, http: null, logName: `projects/p/logs/run.googleapis.com%2F${log}` }).signature).toBe(UNRECOGNISED);
  });

  test('what a program itself calls information names no reason, and neither does a line in the shape of an access log', () => {
    const stdout = 'projects/p/logs/run.googleapis.com%2Fstdout';
    expect(classify({ text: "No module named 'cart'", http: null, severity: 'INFO', logName: stdout }).signature).toBe(UNRECOGNISED);
    expect(classify({ text: "[2026-01-01 00:00:00 +0000] [7] [INFO] No module named 'cart'", http: null, logName: stdout }).signature).toBe(
      UNRECOGNISED,
    );
    const asked = '203.0.113.9 - - [12/May/2026:09:02:11 +0000] "GET /?q=ModuleNotFoundError:+No+module+named+x HTTP/1.1" 404 153';
    expect(classify({ text: asked.replaceAll('+', ' '), http: null, logName: stdout }).signature).toBe(UNRECOGNISED);
  });

  test('of a chain of exceptions the innermost cause is read', () => {
    const text =
      'X: Unable to acquire JDBC Connection\nCaused by: HikariPool-1 - Connection is not available, request timed out after 30000ms.\nCaused by: org.postgresql.util.PSQLException: FATAL: password authentication failed for user "app"';
    expect(classify({ text, http: null }).signature).toBe('access-refused');
  });

  test('a request that failed without a text is known by its status, a good one is not', () => {
    const http = { status: 503, latencyMs: 40, url: 'https://x/' };
    expect(classify({ text: '', http }).signature).toBe('server-error');
    expect(classify({ text: '', http: { ...http, status: 200 } }).signature).toBe(UNRECOGNISED);
  });

  test('stays fast on a long hostile line', () => {
    const text = `database ${'timeout '.repeat(20_000)}`;
    const began = performance.now();
    classify({ text, http: null });
    expect(performance.now() - began).toBeLessThan(200);
  });
});
