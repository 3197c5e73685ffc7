import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { MUTANTS, mutated } from './mutants.ts';
import { runSuite } from './run.ts';

const ROOT = new URL('../../', import.meta.url).pathname;

describe('a rule that is given up turns a named suite red', () => {
  test('there are at least twelve, each by its own name, and each still fits its source', () => {
    expect(new Set(MUTANTS.map(({ name }) => name)).size).toBe(MUTANTS.length);
    expect(MUTANTS.length).toBeGreaterThanOrEqual(12);
    for (const mutant of MUTANTS)
      expect(mutated(mutant, `${ROOT}${mutant.file}`, readFileSync(`${ROOT}${mutant.file}`, 'utf8'))).toContain(mutant.to);
  });

  test.each(MUTANTS.filter(({ sample }) => sample === true))('$name: $what', { timeout: 300_000 }, async (mutant) => {
    const { red, said } = await runSuite(mutant.suites[0]!, mutant);
    expect(red, `${mutant.suites[0]} slept through it:\n${said}`).toBe(true);
  });
});
