import { describe, expect, test } from 'vitest';
import { MUTANTS } from './mutants.ts';
import { runSuite } from './run.ts';

const SUITES = [...new Set(MUTANTS.flatMap(({ suites }) => suites))];

describe('without a mutant every named suite is green', () => {
  test.each(SUITES)('%s', { timeout: 600_000 }, async (suite) => {
    const { red, said } = await runSuite(suite, null);
    expect(red, said).toBe(false);
  });
});

describe('a rule that is given up turns each named suite red', () => {
  test.each(MUTANTS.flatMap((mutant) => mutant.suites.map((suite) => ({ name: mutant.name, what: mutant.what, suite, mutant }))))(
    '$name in $suite: $what',
    { timeout: 600_000 },
    async ({ mutant, suite }) => {
      const { red, said } = await runSuite(suite, mutant);
      expect(red, `${suite} slept through it:\n${said}`).toBe(true);
    },
  );
});
