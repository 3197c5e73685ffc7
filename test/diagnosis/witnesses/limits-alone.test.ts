import { describe, expect, test } from 'vitest';
import { fresh } from '../../../src/core/model/measured.ts';
import type { RequestStats } from '../../../src/core/model/request-stats.ts';
import { MINUTE } from '../../../src/core/duration.ts';
import { limitsAlone } from '../../../src/diagnosis/witnesses/limits-alone.ts';
import { NEW_BACKEND, NOW, OLD_BACKEND, wellBackend } from '../fixtures.ts';

interface Served {
  readonly total: number;
  readonly away: number;
}

/** A step of five minutes that ends so many minutes ago. */
function step(endedAgo: number, by: Readonly<Record<string, Served>>): RequestStats & { readonly untilAt: number } {
  const parts = Object.entries(by).map(([name, { total, away }]) => [name, { total, serverErrors: 0, turnedAway: away }] as const);
  return {
    sinceAt: NOW - (endedAgo + 5) * MINUTE,
    untilAt: NOW - endedAgo * MINUTE,
    total: parts.reduce((sum, [, { total }]) => sum + total, 0),
    serverErrors: 0,
    byRevision: Object.fromEntries(parts),
  };
}

const NOBODY: Served = { total: 1_000, away: 0 };
const MANY: Served = { total: 1_000, away: 400 };

/** Two steps of the old revision, then two and the newest figures of the new one, which begin `overlap` minutes before those end. */
function seen({
  old = [NOBODY, NOBODY],
  own = [MANY, MANY, MANY],
  overlap = 0,
}: { readonly old?: readonly Served[]; readonly own?: readonly Served[]; readonly overlap?: number } = {}): string | null {
  const last = 3 - overlap;
  const [newest = MANY, ...before] = own.toReversed();
  const steps = [
    ...old.map((served, index) => step(last + 5 * (before.length + old.length - index), { [OLD_BACKEND]: served })),
    ...before.toReversed().map((served, index) => step(last + 5 * (before.length - index), { [NEW_BACKEND]: served })),
  ];
  const service = {
    ...wellBackend(),
    hour: fresh(steps, NOW, 'request_count'),
    requests: fresh(step(3, { [NEW_BACKEND]: newest }), NOW - 3 * MINUTE, 'request_count'),
  };
  return limitsAlone(service, [NEW_BACKEND], 0.01);
}

describe('answers of 429 that came with what serves', () => {
  test('are told with the figures of both, where the one before it answered everybody under the same load', () => {
    expect(seen()).toBe(
      `1200 of 3000 requests to ${NEW_BACKEND} are answered 429 since it serves (40 %), and of ${OLD_BACKEND}, which served before it under the same load, 0 of 2000`,
    );
  });

  test('no request is counted twice, where the newest minutes lie within the last step as well', () => {
    expect(seen({ overlap: 2 })).toContain('800 of 2000 requests to');
  });

  test.each([
    ['the one before it limited them as well', { old: [MANY, MANY] }],
    ['it did so only in its busiest minutes', { old: [NOBODY, NOBODY, { total: 1_100, away: 300 }] }],
    [
      'it never carried such a load',
      {
        old: [
          { total: 400, away: 0 },
          { total: 500, away: 0 },
        ],
      },
    ],
    ['nothing is known of one before it', { old: [] }],
    ['they came minutes after the release', { own: [NOBODY, MANY, MANY] }],
    ['they are over', { own: [MANY, MANY, NOBODY] }],
    ['one or two of a thousand were', { own: [1, 2, 2].map((away) => ({ total: 1_000, away })) }],
  ] satisfies readonly [string, Parameters<typeof seen>[0]][])('are no illness where %s', (_, world) => {
    expect(seen(world)).toBeNull();
  });
});
