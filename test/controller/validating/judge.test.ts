import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { validationTable } from '../../../src/controller/validating/table.ts';
import type { Outcome, ValidationCheck } from '../../../src/core/model/verdict.ts';
import { judgeValidation } from '../../../src/diagnosis/validation.ts';

const check = (outcome: Outcome, critical = false): ValidationCheck => ({
  category: 'c',
  name: outcome,
  critical,
  verdict: { outcome, because: 'said' },
});
const judged = (checks: readonly ValidationCheck[], rate = 0.8): Outcome => judgeValidation(checks, rate, 0).verdict.outcome;
const many = (count: number, outcome: Outcome): readonly ValidationCheck[] => Array.from({ length: count }, () => check(outcome));

describe('the validation as a whole', () => {
  it.each<readonly [string, readonly ValidationCheck[], Outcome]>([
    ['nothing to check', [], 'inconclusive'],
    ['all pass', many(5, 'pass'), 'pass'],
    ['the rate is just reached', [...many(4, 'pass'), check('fail')], 'pass'],
    ['the rate is missed by failures', [...many(3, 'pass'), ...many(2, 'fail')], 'fail'],
    ['the rate is missed only by what could not be measured', [...many(3, 'pass'), ...many(2, 'inconclusive')], 'inconclusive'],
    ['… or could not be asked', [...many(3, 'pass'), check('error'), check('inconclusive')], 'error'],
    ['what could not be measured cannot excuse failures enough', [...many(7, 'pass'), ...many(3, 'fail'), check('error')], 'fail'],
    ['one failure in a critical category', [...many(99, 'pass'), check('fail', true)], 'fail'],
    ['one unknown in a critical category', [...many(99, 'pass'), check('inconclusive', true)], 'inconclusive'],
    ['a critical failure beside a critical unknown', [...many(99, 'pass'), check('error', true), check('fail', true)], 'fail'],
  ])('%s', (_what, checks, expected) => {
    expect(judged(checks)).toBe(expected);
  });

  it('passes only when the rate is reached by passes, and every critical check is one of them (property)', () => {
    const outcome = fc.constantFrom<Outcome>('pass', 'fail', 'error', 'inconclusive');
    const checks = fc.array(fc.tuple(outcome, fc.boolean()), { maxLength: 12 });
    fc.assert(
      fc.property(checks, fc.double({ min: 0.01, max: 1, noNaN: true }), (drawn, rate) => {
        const made = drawn.map(([one, critical]) => check(one, critical));
        const passes = drawn.filter(([one]) => one === 'pass').length;
        const whole = drawn.every(([one, critical]) => !critical || one === 'pass');
        expect(judged(made, rate) === 'pass').toBe(drawn.length > 0 && whole && passes / drawn.length >= rate);
      }),
    );
  });

  it('is shown as a table: critical categories marked, results that are no pass in capitals', () => {
    const report = judgeValidation([check('pass', true), check('inconclusive')], 0.5, 0);
    expect(validationTable(report)).toEqual([
      'Category  Check         Result        Because',
      'c *       pass          pass          said',
      'c         inconclusive  INCONCLUSIVE  said',
      '',
      'Validation: PASS: 50 % of 2 checks pass (wanted 50 %)',
      '* critical: every check of the category must pass',
    ]);
  });
});
