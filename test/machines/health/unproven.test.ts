import { describe, expect, it } from 'vitest';
import { initialContext } from '../../../machines/incident/initial-context.ts';
import type { IncidentContext } from '../../../machines/incident/context.ts';
import { overdueWords, recordValidation, unprovenWords } from '../../../machines/incident/health/unproven.ts';
import { progressWords } from '../../../machines/incident/people/messages.ts';
import type { ValidationCheck, ValidationReport } from '../../../src/core/model/verdict.ts';
import { judgeValidation } from '../../../src/diagnosis/validation.ts';
import { INPUT } from '../incident-samples.ts';

const BEGAN = Date.parse('2026-01-05T20:04:00Z');
const MINUTE = 60_000;

const check = (name: string, outcome: ValidationCheck['verdict']['outcome'], because: string, more = {}): ValidationCheck => ({
  category: 'catalogue',
  name,
  critical: true,
  verdict: { outcome, because },
  ...more,
});
const answer = check('catalogue', 'fail', 'answers 404');
const well = check('catalogue', 'pass', 'HTTP 200');

function after(reports: readonly (readonly ValidationCheck[])[], from: IncidentContext = begun()): IncidentContext {
  return reports.reduce((context, checks, index) => {
    const output: ValidationReport = judgeValidation(checks, 0.8, BEGAN + index * MINUTE);
    return { ...context, ...recordValidation({ context }, output) };
  }, from);
}
const begun = (): IncidentContext => initialContext({ ...INPUT, target: 'shop', startedAt: BEGAN });
const times = <T>(count: number, of: T): readonly T[] => Array.from({ length: count }, () => of);

describe('what is said of a validation that does not pass', () => {
  it('names the checks, since when and how often', () => {
    expect(overdueWords(after(times(598, [answer])))).toBe(
      'validation did not pass within 4 h: catalogue: answers 404, 598 times since 2026-01-05T20:04:00Z',
    );
  });

  it('counts a check anew after it passed', () => {
    expect(unprovenWords(after([[answer], [answer], [well], [answer]]))).toBe('catalogue: answers 404, once, at 2026-01-05T20:07:00Z');
  });

  it('is nothing when it passes, and of a check that does not count', () => {
    expect(unprovenWords(after([[answer], [well]]))).toBe('');
    const shut = check('shut', 'inconclusive', 'not reachable from here', { counts: false });
    expect(unprovenWords(after([[shut, answer]]))).not.toContain('shut');
  });

  it('names three checks at most, the critical first', () => {
    const many = ['a', 'b', 'c', 'd'].map((name) => check(name, 'fail', 'slow', { critical: name === 'd' }));
    expect(unprovenWords(after([many, many]))).toMatch(/^d: slow, 2 times since [^;]*; a: .*; b: .*; and 1 more$/);
  });

  it('is said in progress messages with its instant', () => {
    expect(progressWords(after([[answer]]))).toContain('Validation did not pass at 2026-01-05T20:04:00Z: catalogue: answers 404, once');
    expect(progressWords(after([[well]]))).not.toContain('alidation');
  });

  it('never reads as a validation that passed: a soak that was not whole is said as that', () => {
    expect(overdueWords(after([[well]]))).toBe('validation passed at 2026-01-05T20:04:00Z, but the soak after it was not whole within 4 h');
    expect(overdueWords(begun())).toBe('no validation could be carried out within 4 h');
  });
});

describe('a validation that nothing from here can prove', () => {
  const shut = check('catalogue', 'inconclusive', 'not reachable from here', { mend: 'name a path that shop has' });

  it('is told to a human by its second validation, once, with what to mend', () => {
    expect(after([[shut]]).outbox).toEqual([]);
    expect(after(times(20, [shut])).outbox).toEqual([
      'shop: validation cannot pass from here: catalogue did not reach the service in 2 validations in a row, and nothing else says that users are served. A human is needed: name a path that shop has.',
    ]);
  });

  it('is not told where others speak for the service', () => {
    expect(after(times(5, [check('catalogue', 'inconclusive', 'not reachable from here', { counts: false }), well])).outbox).toEqual([]);
  });
});
