import { afterAll, describe, expect, it } from 'vitest';
import { KNOWN_WRONG } from './known-wrong.ts';
import { worldsTable } from './table.ts';
import { judgeWorld, readWorld, worldNames } from './worlds.ts';
import type { Verdict } from './worlds.ts';

const verdicts: Verdict[] = [];

afterAll(() => {
  process.stdout.write(`\n${worldsTable(verdicts, KNOWN_WRONG)}\n`);
});

describe('a world ends as a careful engineer would have it', () => {
  it.each(worldNames().map((name) => [name, readWorld(name).title] as const))('%s: %s', async (name) => {
    const verdict = await judgeWorld(name);
    verdicts.push(verdict);
    if (name in KNOWN_WRONG) expect(verdict.unmet, 'it ends as it should now: take it off the list').not.toEqual([]);
    else expect(verdict.unmet).toEqual([]);
  });
});
