import { describe, expect, test } from 'vitest';
import { completed } from '../../src/core/commands.ts';
import { plain, plainLine, printed } from '../../src/core/outside/plain.ts';
import { redact, redactNamed } from '../../src/core/outside/redact.ts';
import { sayValue } from '../../src/core/service/say-value.ts';
import { isSecretName } from '../../src/core/outside/secret-names.ts';
import { classify, isNoise } from '../../src/diagnosis/logs/classify.ts';
import { namesIt } from '../../src/diagnosis/capture/named-callee.ts';
import { groupLogs } from '../../src/diagnosis/logs/group-logs.ts';
import { createLineShapes } from '../../src/diagnosis/logs/line-shapes.ts';
import { HINT } from '../../src/diagnosis/signatures/hint.ts';
import { NOISE } from '../../src/diagnosis/signatures/noise.ts';
import { SIGNATURES } from '../../src/diagnosis/signatures.ts';
import { readFailure } from '../../src/google/failure.ts';
import { toRawEntry } from '../../src/gcp/logging/raw-entry.ts';
import { asWords } from '../../src/notify/message-parts.ts';
import { FIXED, filesWithBuiltPatterns, hostileTexts, literalPatterns, repeat } from './patterns.ts';

/** The longest that one pattern may take for one line of 8 kB, of this processor. */
const LIMIT_MS = 20;
const TRIES = 5;

const literals = literalPatterns();
const table = [
  ...literals,
  ...SIGNATURES.flatMap(({ id, text }) => text.map((pattern, index) => ({ where: `signature ${id} ${index}`, pattern }))),
  ...NOISE.map((pattern, index) => ({ where: `noise ${index}`, pattern })),
  { where: 'hint', pattern: HINT },
];

/** Patterns put together from texts, and the functions that stand for them in the table below. */
const BUILT: Readonly<Record<string, string>> = {
  'src/core/commands.ts': 'completed',
  'src/core/outside/plain.ts': 'plain, plainLine, printed',
  'src/core/outside/secret-names.ts': 'isSecretName',
  'src/core/outside/secret-shapes.ts': 'redact',
  'src/core/service/say-value.ts': 'sayValue',
  'src/diagnosis/signatures/database.ts': 'SIGNATURES',
  'src/diagnosis/signatures/network.ts': 'SIGNATURES',
  'src/diagnosis/signatures/egress-and-third-parties.ts': 'SIGNATURES',
  'src/diagnosis/signatures/limits.ts': 'SIGNATURES',
  'src/diagnosis/capture/named-callee.ts': 'namesIt',
};

const FUNCTIONS: Readonly<Record<string, (text: string) => unknown>> = {
  redact,
  redactNamed,
  plain,
  plainLine,
  printed: (text) => printed(text, true),
  isSecretName,
  sayValue: (text) => sayValue(text, 'x', {}),
  isNoise,
  completed: (text) => completed(`${text} firebreak why ${text}`, { state: 'elsewhere', target: 'p/r/n' }),
  asWords,
  'classify and sample': (text) => groupLogs([{ ...toRawEntry({ textPayload: text }), at: 1 }]),
  namesIt: (text) => namesIt(groupLogs([{ ...toRawEntry({ textPayload: text }), at: 1 }]), 'core'),
  classify: (text) => classify({ text, http: null }),
  'line shapes': (text) => createLineShapes().add(text),
  'the words of an error': (text) => readFailure(new Error(text), 0),
};

test('the scan finds the patterns, also those of the table of signatures', () => {
  expect(literals.length).toBeGreaterThan(250);
  expect(literals.some(({ where }) => where.includes('signatures/application.ts'))).toBe(true);
});

test('every file that builds a pattern from texts is listed with what stands for it in this table', () => {
  const unlisted = filesWithBuiltPatterns().filter((path) => BUILT[path] === undefined);
  expect(unlisted, 'add the function that uses it to FUNCTIONS, and the file to BUILT').toEqual([]);
});

test.each(table.map(({ where, pattern }) => [where, pattern] as const))(
  '%s takes less than 20 ms for any hostile line of 8 kB',
  (_, pattern) => {
    expect(slowest((text) => run(pattern, text), hostileTexts(pattern))).toBeNull();
  },
);

describe.each(Object.entries(FUNCTIONS))('%s', (_, work) => {
  test('takes less than 20 ms for any hostile line of 8 kB', () => {
    const mixed = FIXED.flatMap((text) => [
      text,
      `Error -3 connecting to h:1 ${text}`.slice(0, 8_192),
      `${text.slice(0, 8_000)} No module named 'x'`,
    ]);
    expect(
      slowest(work, [
        ...mixed,
        ...['password', 'secret', 'token'].flatMap((word) => ['=', ':', '-', '_', ' "'].map((sign) => repeat(word + sign))),
      ]),
    ).toBeNull();
  });
});

test('a page of a thousand hostile lines is grouped within six seconds of this processor, however busy it is', () => {
  const lines = Array.from({ length: 1_000 }, (_, at) => `error ${at} ${FIXED[at % FIXED.length]!}`.slice(0, 8_192));
  const took = Math.min(
    ...[1, 2].map((round) => cpuMs(() => groupLogs(lines.map((text, at) => ({ ...toRawEntry({ textPayload: `${round} ${text}` }), at }))))),
  );
  expect(took).toBeLessThan(6_000);
});

function run(pattern: RegExp, text: string): unknown {
  if (!pattern.global) return pattern.exec(text);
  let count = 0;
  for (const _ of text.matchAll(pattern)) count += 1;
  return count;
}

/** The first text that took too long in every one of several tries: a busy machine slows one try, a bad pattern all. */
function slowest(work: (text: string) => unknown, texts: readonly string[]): string | null {
  for (const text of texts) {
    let best = Number.POSITIVE_INFINITY;
    for (let attempt = 0; attempt < TRIES && best >= LIMIT_MS; attempt += 1)
      best = Math.min(
        best,
        cpuMs(() => work(text)),
      );
    if (best >= LIMIT_MS) return `${Math.round(best)} ms: ${JSON.stringify(text.slice(0, 60))}`;
  }
  return null;
}

function cpuMs(work: () => unknown): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}
