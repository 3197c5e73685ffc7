import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { redact, redactNamed } from '../../../src/core/outside/redact.ts';
import { HARMLESS_LINES, SECRET_SHAPES } from './secret-corpus.ts';

/** The longest piece of a secret that may stand anywhere. */
const LONGEST_PIECE = 7;

const ALPHABET = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
const secrets = fc.string({ unit: fc.constantFrom(...ALPHABET.split('')), minLength: 12, maxLength: 40 });

test('the corpus holds at least 80 shapes and 40 harmless lines', () => {
  expect(SECRET_SHAPES.length).toBeGreaterThanOrEqual(80);
  expect(HARMLESS_LINES.length).toBeGreaterThanOrEqual(40);
});

describe.each(SECRET_SHAPES.map(([name, line, knownBy = 'beginning']) => ({ name, line, knownBy })))('$name', ({ line, knownBy }) => {
  test('shows no piece of eight characters of the secret, wherever the line is cut', () => {
    fc.assert(
      fc.property(secrets, fc.nat(), (secret, place) => {
        const whole = line(secret);
        expect(leaked(whole, secret)).toBeNull();
        if (knownBy !== 'end') expect(leaked(whole.slice(0, place % (whole.length + 1)), secret)).toBeNull();
      }),
      { numRuns: 60 },
    );
  });

  test('shows nothing of a secret of small letters alone either, nor in our own records', () => {
    const secret = 'correcthorsebattery';
    const whole = line(secret);
    expect(leaked(whole, secret)).toBeNull();
    expect(pieces(secret).find((piece) => redactNamed(whole).includes(piece)) ?? null).toBeNull();
  });
});

test.each(HARMLESS_LINES)('leaves as it is: %s', (line) => {
  expect(redact(line)).toBe(line);
});

test('a long run without a name is hidden, hosts and digests beside it stay', () => {
  expect(redact('answer Zk3vQ9xT1bLw8RmYp5Nc2HsJ from db-1.internal.example')).toBe('answer *** from db-1.internal.example');
});

test('what is redacted stays so: a second pass changes nothing', () => {
  for (const [, line] of SECRET_SHAPES) {
    const once = redact(line('Zk3vQ9xT1bLw8RmY'));
    expect(redact(once)).toBe(once);
  }
});

function leaked(line: string, secret: string): string | null {
  const shown = redact(line).toLowerCase();
  return pieces(secret.toLowerCase()).some((piece) => shown.includes(piece)) ? `${line} → ${redact(line)}` : null;
}

function pieces(secret: string): readonly string[] {
  const size = LONGEST_PIECE + 1;
  return Array.from({ length: secret.length - size + 1 }, (_, at) => secret.slice(at, at + size));
}
