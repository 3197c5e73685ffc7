import { describe, expect, it } from 'vitest';
import { KNOWN_WRONG } from './known-wrong.ts';
import { worldsTable } from './table.ts';
import { judgeWorld, readWorld, worldNames } from './worlds.ts';

/** The quickest of each kind; all of them are played by `npm run test:long`. */
const FEW = ['drift-human-aborts', 'own-shop-healthy', 'own-shop-bad-canary', 'quiet-nobody', 'thin-bad-minute-past'];

describe('a world ends as a careful engineer would have it', () => {
  it.each(FEW)('%s', async (name) => {
    expect((await judgeWorld(name)).unmet).toEqual([]);
  });
});

describe('the worlds', () => {
  it('can all be read, and are named as their files are', () => {
    expect(worldNames().map((name) => readWorld(name).name)).toEqual(worldNames());
  });

  it('that are listed as wrong exist, each with the reason in words', () => {
    expect(worldNames()).toEqual(expect.arrayContaining(Object.keys(KNOWN_WRONG)));
    expect(Object.values(KNOWN_WRONG).filter((reason) => reason.split(' ').length < 5)).toEqual([]);
  });

  it('stand in a table with what is right, what was done and what was said, and the totals below', () => {
    const met = {
      world: 'calm',
      right: 'recovered, 0 steps',
      done: 'recovered, no write',
      said: `ended | recovered\n${'x'.repeat(200)}`,
      unmet: [],
    };
    const table = worldsTable([met, { ...met, world: 'storm', unmet: ['expected the outcome recovered; found restored'] }], {});
    const [, calm, storm, , totals] = table.split('\n');
    expect(calm).toMatch(/^calm \| recovered, 0 steps \| recovered, no write \| ended \/ recovered x+… \| right$/);
    expect(storm).toMatch(/\| WRONG: expected the outcome recovered; found restored$/);
    expect(totals).toBe('2 worlds: 1 end as they should, 1 do not');
  });
});
