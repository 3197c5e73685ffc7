import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { entriesOf } from './made/generator.ts';
import { gradeOf } from './made/grade.ts';
import type { Expected } from './made/grade.ts';
import { isHeldOut, MADE } from './made/made.ts';

const SHARED = new URL('../../../shared/captures/', import.meta.url);

interface Written {
  readonly healthy?: boolean;
  readonly accept?: readonly string[];
  readonly must?: readonly string[];
  readonly mustNot?: readonly string[];
  readonly wrongIf?: readonly string[];
}

/** Captures that stand beside the project, where they are there. */
function shared(): readonly { readonly name: string; readonly text: string; readonly expected: Expected }[] {
  if (!existsSync(SHARED)) return [];
  const all = JSON.parse(readFileSync(new URL('expect.json', SHARED), 'utf8')) as Readonly<Record<string, Written>>;
  return readdirSync(SHARED)
    .filter((file) => file.endsWith('.json') && Object.hasOwn(all, file.slice(0, -5)))
    .map((file) => {
      const { healthy, accept = [], must, mustNot, wrongIf } = all[file.slice(0, -5)] ?? {};
      const patterns = (list: readonly string[] = []): readonly RegExp[] => list.map((pattern) => new RegExp(pattern));
      const expected = { must: patterns(must), mustNot: patterns(mustNot), wrongIf: patterns(wrongIf) };
      return { name: file, text: readFileSync(new URL(file, SHARED), 'utf8'), expected: healthy === true ? {} : { ...expected, accept } };
    });
}

const MADE_HERE = MADE.map((made) => ({ name: made.name, text: JSON.stringify(entriesOf(made)), expected: made }));

describe('captures in the words of people who run Cloud Run', () => {
  test('there are at least forty of our own, ten of them well, each with its source and its truth', () => {
    expect(MADE.length).toBeGreaterThanOrEqual(40);
    expect(MADE.filter(({ accept }) => accept === undefined).length).toBeGreaterThanOrEqual(10);
    expect(new Set(MADE.map(({ name }) => name)).size).toBe(MADE.length);
    for (const { source, truth } of MADE) expect([source.startsWith('https://'), truth !== '']).toEqual([true, true]);
  });

  test.each([...MADE_HERE, ...shared()])('$name: nothing confidently wrong, no wolf, no false words', ({ text, expected }) => {
    const { grade, false: wrong } = gradeOf(text, expected);
    expect(['confidently wrong', 'cries wolf', 'missed']).not.toContain(grade);
    expect(wrong).toEqual([]);
  });

  test('nearly all are right, those that nothing was tuned on too', () => {
    const rate = (held: boolean): number => {
      const part = MADE.filter((made) => isHeldOut(made) === held);
      return part.filter((made) => gradeOf(JSON.stringify(entriesOf(made)), made).grade === 'right').length / part.length;
    };
    expect(rate(false)).toBeGreaterThanOrEqual(0.9);
    expect(rate(true)).toBeGreaterThanOrEqual(0.8);
  });

  test('an answer at 0.9 or more is right at least nine times of ten', () => {
    const sure = [...MADE_HERE, ...shared()]
      .map(({ text, expected }) => gradeOf(text, expected))
      .filter(({ confidence }) => confidence >= 0.9);
    expect(sure.length).toBeGreaterThan(5);
    expect(sure.filter(({ grade }) => grade === 'right').length / sure.length).toBeGreaterThanOrEqual(0.9);
  });
});
