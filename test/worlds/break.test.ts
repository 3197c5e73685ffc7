import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../src/core/errors.ts';
import { breaksOf, breakText, layBreak } from '../../src/worlds/break.ts';
import { BREAKS } from '../../src/worlds/breaks.ts';
import { loadWorld } from '../../src/worlds/load.ts';
import { readWorld } from './worlds.ts';

const worldOf = (name: string) =>
  loadWorld(readFileSync(new URL(`../../deploy/examples/${name}/world.yaml`, import.meta.url), 'utf8'), 'world.yaml').scenario;
const bakery = worldOf('bakery');
/** The same with what runs beside its services: something of every kind that can be broken. */
const { jobs, workerPools } = readWorld('beside-the-services').world;
const town = { ...bakery, world: { ...bakery.world, jobs, workerPools } };
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
    expect(new Set(breaksOf(town).map(({ kind }) => kind))).toEqual(new Set(Object.keys(BREAKS)));
  });

  it.each(breaksOf(town).map(breakText))('%s changes the world or what is around it, and leaves the given one as it was', (fault) => {
    const before = structuredClone(town);
    const { title: _title, cause: _cause, ...broken } = layBreak(town, fault);
    const { title: _was, cause: _because, ...whole } = town;
    expect(broken).not.toEqual(whole);
    expect(town).toEqual(before);
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
