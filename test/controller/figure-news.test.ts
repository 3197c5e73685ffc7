import { expect, test } from 'vitest';
import { FigureNews } from '../../src/controller/figure-news.ts';
import type { DetailFigures, Measures } from '../../src/core/model/figures.ts';
import { DetailReader } from '../../src/report/figures/figure-detail.ts';

const MEASURES = { parts: ['connector:c', 'service:a', 'service:b'] } as unknown as Measures;
const one: DetailFigures = { revisions: [null, null], byRevision: [null, null], logs: {} };
const two: DetailFigures = { revisions: [null, ['b-1', 'b-2']], byRevision: [null, [[9, 1, 2], [0, 0, 1]]], logs: { refused: 3 } }; // prettier-ignore
const LOOKS: readonly DetailFigures[] = [
  one,
  two,
  two,
  { ...two, logs: { refused: 3, timeout: 1 } },
  { ...two, byRevision: [null, [[9, 1, 2], [null, null, 1]]], logs: null }, // prettier-ignore
  { ...one, logs: { timeout: 2 } },
];

test('a look adds only what is not as in the row before: most add nothing', () => {
  const news = new FigureNews();
  expect(LOOKS.map((look) => Object.keys(news.of(look)))).toEqual([
    ['logs'],
    ['revisions', 'byRevision', 'logKinds', 'logs'],
    [],
    ['logKinds', 'logs'],
    ['byRevision', 'logs'],
    ['revisions', 'byRevision', 'logs'],
  ]);
});

test('what was written can be read back look by look, also where another process goes on', () => {
  const reader = new DetailReader();
  const read = [LOOKS, LOOKS.slice(3)].flatMap((looks, process) => {
    const news = new FigureNews();
    return looks.map((look, index) =>
      reader.read({ ...news.of(look), ...(process > 0 && index === 0 ? { measures: MEASURES } : {}) }, MEASURES),
    );
  });
  const figures = (b: object) => ({ b });
  const both = figures({ 'b-1': { requests: 9, failed: 1, instances: 2 }, 'b-2': { requests: 0, failed: 0, instances: 1 } });
  expect(read.map(({ revisions }) => revisions)).toEqual([
    {},
    both,
    both,
    both,
    figures({ 'b-1': { requests: 9, failed: 1, instances: 2 }, 'b-2': { instances: 1 } }),
    {},
    both,
    figures({ 'b-1': { requests: 9, failed: 1, instances: 2 }, 'b-2': { instances: 1 } }),
    {},
  ]);
  expect(read.map(({ logs }) => logs)).toEqual([
    {},
    { refused: 3 },
    { refused: 3 },
    { refused: 3, timeout: 1 },
    null,
    { refused: 0, timeout: 2 },
    { refused: 3, timeout: 1 },
    null,
    { refused: 0, timeout: 2 },
  ]);
});

test('what does not look like it is left out', () => {
  const stray = { revisions: [7, 'b'], byRevision: 'x', logKinds: [{}], logs: 'many' } as never;
  expect(new DetailReader().read(stray, MEASURES)).toEqual({ revisions: {}, logs: null });
});
