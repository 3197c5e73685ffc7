import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../src/core/errors.ts';
import { breaksOf, breakText, layBreak } from '../../src/worlds/break.ts';
import { BREAKS } from '../../src/worlds/breaks.ts';
import { loadWorld } from '../../src/worlds/load.ts';

const worldOf = (name: string) =>
  loadWorld(readFileSync(new URL(`../../deploy/examples/${name}/world.yaml`, import.meta.url), 'utf8'), 'world.yaml').scenario;
const bakery = worldOf('bakery');
const refusal = (wanted: string): string => {
  try {
    layBreak(worldOf('notes'), wanted);
  } catch (error) {
    if (error instanceof UserError) return `${error.message} → ${error.fix}`;
    throw error;
  }
  throw new Error('it was laid');
};

describe('a fault laid over a world', () => {
  it('is one of those that the world can meet: where there is no connector, none is saturated', () => {
    expect(breaksOf(worldOf('notes')).map(breakText)).toEqual([
      'revision:notes',
      'missing-module:notes',
      'memory:notes',
      'permission',
      'quota',
      'provider',
      'dns',
    ]);
    expect(new Set(breaksOf(bakery).map(({ kind }) => kind))).toEqual(new Set(Object.keys(BREAKS)));
  });

  it.each(breaksOf(bakery).map(breakText))('%s changes the world or what is around it, and leaves the given one as it was', (fault) => {
    const before = structuredClone(bakery);
    const { title: _title, cause: _cause, ...broken } = layBreak(bakery, fault);
    const { title: _was, cause: _because, ...whole } = bakery;
    expect(broken).not.toEqual(whole);
    expect(bakery).toEqual(before);
  });

  it('breaks the first that can be broken so where nothing is named', () => {
    expect(layBreak(bakery, 'connector')).toEqual(layBreak(bakery, 'connector:orders-connector'));
  });

  it.each([
    ['revison', /^there is no fault revison; known: revision, missing-module, .* → write revision; /],
    ['constructor', /^there is no fault constructor/],
    ['revision:note', /^--break revision: the world has no note for it; known: notes → write notes; /],
    ['connector', /^--break connector: the world has nothing that it could break → `firebreak rehearse --break list` shows them$/],
  ])('%s is refused with what is known', (wanted, said) => {
    expect(refusal(wanted)).toMatch(said);
  });
});
