import { describe, expect, test } from 'vitest';
import type { Indicators } from '../../src/core/model/verdict.ts';
import { buildReport } from '../../src/report/build-report.ts';
import { indicatorRows } from '../../src/report/formatting.ts';
import { NOW } from '../diagnosis/fixtures.ts';
import { tick } from './journal.ts';

const MINUTE = 60_000;
const figures = (turnedAway?: Indicators['turnedAway']): Indicators => ({
  at: NOW,
  servicesUp: 1,
  servicesTotal: 1,
  errorRate: 0,
  p95Ms: 300,
  connectorSaturation: null,
  samples: 1_000,
  ...(turnedAway === undefined ? {} : { turnedAway }),
});
const away = (count: number) => ({ count, of: 1_000, sinceAt: NOW - 5 * MINUTE, untilAt: NOW - MINUTE });
const rowOf = (...looks: readonly Indicators[]) => {
  const report = buildReport(looks.map((indicators, minutes) => tick(minutes, 'soaking', true, { indicators })));
  return indicatorRows(report).find(([name]) => name === 'answered 429');
};

describe('users turned away', () => {
  test('have a row of their own beside server errors, with how many of how many, and when', () => {
    const [, before, after] = rowOf(figures(), figures(away(250))) ?? [];
    expect(before).toBe('0 of 1000 requests');
    expect(after).toMatch(/^250 of 1000 requests, 25 % \(\d\d:\d\d:\d\d–\d\d:\d\d:\d\d\)$/);
  });

  test('between the first look and the newest are not left out', () => {
    const [, before, after] = rowOf(figures(), figures(away(100)), figures(away(700)), figures()) ?? [];
    expect(before).toBe('0 of 1000 requests');
    expect(after).toMatch(/^0 of 1000 requests; the most: 700 of 1000 requests, 70 %/);
  });

  test('are not spoken of where there were none, and never said to be none where nothing was measured', () => {
    expect(rowOf(figures(), figures())).toBeUndefined();
    expect(rowOf({ ...figures(), errorRate: null }, figures(away(250)))?.[1]).toBe('not measured');
  });
});
