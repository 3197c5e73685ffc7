import { expect, test } from 'vitest';
import { detailCharts } from '../../../src/report/html/detail-charts.ts';
import type { Figures, SeenLook } from '../../../src/report/figures/figures.ts';

const T = Date.UTC(2025, 8, 15, 20);
const look = (minute: number, detail: Partial<SeenLook['detail']>): SeenLook => ({
  at: T + minute * 60_000,
  writtenAt: T,
  facts: {} as SeenLook['facts'],
  parts: { 'service:a': { ageS: 60 } },
  late: [],
  detail: { revisions: {}, logs: null, ...detail },
});
const figures = (looks: readonly SeenLook[]): Figures => ({ measures: null, looks, seen: [], before: [] });
const both = { a: { 'a-1': { requests: 10, failed: 5, instances: 2 }, 'a-2': { requests: 0, failed: 0, instances: 1 } } };

test('nothing is drawn where one revision served and no log line told of a failure', () => {
  expect(detailCharts(figures([look(0, { logs: {} }), look(1, { logs: {} })]))).toEqual([]);
});

test('each revision is a line at the time that its figures are of, and ends where the other is left alone', () => {
  const [errors] = detailCharts(figures([look(0, { revisions: both }), look(1, { revisions: both }), look(2, {})]));
  expect(errors?.lines.map(({ name }) => name)).toEqual(['1', '2']);
  expect(errors?.lines[0]?.points).toEqual([
    { at: T - 60_000, value: 0.5 },
    { at: T, value: 0.5 },
  ]);
  expect(
    errors?.lines[1]?.points.map(({ value }) => value),
    'no share of no requests',
  ).toEqual([null, null]);
});

test('of many kinds of log lines the most frequent are drawn and the others named; logs that were not read interrupt the line', () => {
  const many = { 'kind-a': 9, 'kind-b': 8, 'kind-c': 7, 'kind-d': 6, 'kind-e': 1 };
  const [logs] = detailCharts(figures([look(0, { logs: many }), look(1, {})]));
  expect(logs?.lines.map(({ name, points }) => [name, points.map(({ value }) => value)])[0]).toEqual(['kind a', [9, null]]);
  expect(logs?.lines).toHaveLength(4);
  expect(logs?.note).toContain('Not drawn: kind-e (at most 1).');
});
