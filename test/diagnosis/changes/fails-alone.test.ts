import { describe, expect, test } from 'vitest';
import { MINUTE } from '../../../src/core/duration.ts';
import type { UsersBout } from '../../../src/core/model/testimony.ts';
import { failsAlone } from '../../../src/diagnosis/changes/fails-alone.ts';
import { agreements } from '../../../src/diagnosis/witnesses/service-health.ts';
import { BACKEND, NEW_BACKEND, NOW, OLD_BACKEND, SPEC, splitBackend } from '../fixtures.ts';

/** Two minutes of it, which ended so many minutes ago. */
const bout = (ago: number, own: number, beside = 0): UsersBout => ({
  from: NOW - (ago + 2) * MINUTE,
  until: NOW - ago * MINUTE,
  revisions: { [NEW_BACKEND]: { total: 400, failed: own }, [OLD_BACKEND]: { total: 600, failed: beside } },
});
const found = (bouts: readonly UsersBout[], own = 40, more = {}) =>
  failsAlone(splitBackend(own), BACKEND, { servingSince: {}, usersBouts: { [BACKEND]: bouts }, ...more })?.revision ?? null;

describe('a revision that fails its users again and again while the ones beside it do not', () => {
  test('is known by the second time', () => {
    expect(found([bout(13, 300), bout(3, 280)])).toBe(NEW_BACKEND);
    expect(found([bout(3, 280)])).toBeNull();
  });

  test.each<[string, string | null]>([
    ['the other fails alike', found([bout(13, 300, 440), bout(3, 280, 420)])],
    ['the other fails in one of the bouts more', found([bout(13, 380, 10), bout(3, 10, 40)])],
    ['what failed may be chance', found([bout(13, 3), bout(3, 3)])],
    ['it has been well for more than twice the time between', found([bout(33, 300), bout(21, 280)])],
    ['no other serves', found([bout(13, 300), bout(3, 280)], 100)],
    [
      'it was before our last change of the service',
      found([bout(13, 300), bout(3, 280)], 40, { servingSince: { [BACKEND]: NOW - 6 * MINUTE } }),
    ],
    [
      'a container died in each: so many deaths, and no more',
      found([bout(13, 300), bout(3, 280)], 40, {
        revisions: {
          [BACKEND]: {
            [NEW_BACKEND]: {
              lastServedAt: NOW,
              total: 1,
              failed: 0,
              deaths: 2,
              died: [NOW - 14 * MINUTE, NOW - 4 * MINUTE],
              countedUntil: NOW,
            },
          },
        },
      }),
    ],
  ])('is not found where %s', (_, revision) => {
    expect(revision).toBeNull();
  });

  test('makes the service ill between two bouts, and says when, how many and beside whom', () => {
    const facts = { intended: {}, servingSince: {}, usersBouts: { [BACKEND]: [bout(13, 300), bout(3, 280)] } };
    const agreed = agreements(splitBackend(40), SPEC, facts)[BACKEND];
    expect(agreed).toMatchObject({ verdict: 'ill', witnesses: ['requests'], looks: 2 });
    expect(agreed?.because).toContain(`by revision: ${NEW_BACKEND} 580 of 800, ${OLD_BACKEND} 0 of 1200`);
  });
});
