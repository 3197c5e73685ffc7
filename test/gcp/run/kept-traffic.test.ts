import { describe, expect, test } from 'vitest';
import { keptTraffic } from '../../../src/gcp/run/kept-traffic.ts';

describe('traffic kept at a deploy', () => {
  const target = (revision: string | null, percent: number, tag: string | null = null, latest = false) => ({
    revision,
    percent,
    tag,
    latest,
  });

  test('is written down by revision name, so that the next revision gets none', () => {
    expect(keptTraffic([target('a', 100, null, true)])).toEqual([target('a', 100)]);
  });

  test('adds up what stands for one revision, and keeps tags without traffic', () => {
    expect(keptTraffic([target('a', 60), target('a', 40, null, true), target('b', 0, 'old'), target('c', 0)])).toEqual([
      target('a', 100),
      target('b', 0, 'old'),
    ]);
  });

  test.each([
    ['the latest is not known', [target(null, 100, null, true)]],
    ['it does not sum to 100', [target('a', 90)]],
    ['there is none', []],
  ])('is refused when %s', (_why, targets) => {
    expect(() => keptTraffic(targets)).toThrow(expect.objectContaining({ kind: 'invariant' }));
  });
});
