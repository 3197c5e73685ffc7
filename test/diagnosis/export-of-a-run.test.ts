import { describe, expect, test } from 'vitest';
import { listScenarios, readScenario } from '../../src/simulator/scenario.ts';
import { firstLook } from './confusion-matrix.ts';
import { diagnosisOf } from './made/grade.ts';

/** Causes that figures and settings show, and lines alone cannot: where lines name another, theirs must be hedged. */
const CONFIDENT = 0.7;

describe('a look at a world and its exported log', () => {
  test.each(listScenarios().map(({ name }) => name))('%s: the export is never sure of another cause than the look', async (name) => {
    const { said, exported } = await firstLook(readScenario(name));
    if (exported.length === 0) return;
    const [first] = diagnosisOf(JSON.stringify(exported)).diagnosis.causes;
    if (first === undefined || first.kind === 'unknown' || first.confidence < CONFIDENT) return;
    expect(first.kind).toBe(said);
  });
});
