import { describe, expect, test } from 'vitest';
import { MINUTE, SECOND } from '../../../src/core/duration.ts';
import { ILL } from '../../../src/core/evidence-asked.ts';
import type { LookTestimony, Statement, Testimony, Word } from '../../../src/core/model/testimony.ts';
import { agree } from '../../../src/diagnosis/witnesses/agreement.ts';
import { NOW } from '../fixtures.ts';

const TICK = 30 * SECOND;
const said = (word: Word, more: Partial<Statement> = {}): Statement => ({ word, because: word, samples: 1, ...more });

interface Seen {
  /** What the probe said in the looks before, oldest first, and in this one, which is the last. */
  readonly probes: readonly Word[];
  /** How long before this look the log holds its newest failed request; null: it holds none, or was not read. */
  readonly loggedAgo: number | null;
  readonly share?: number;
}

/** Figures are of three minutes ago: in each minute until then this share of a thousand users failed. */
function verdict({ probes, loggedAgo, share = 0.6 }: Seen): string {
  const looks = probes.slice(0, -1).map((word, index): LookTestimony => {
    const at = NOW - (probes.length - 1 - index) * TICK;
    const words = { probes: word, requests: 'ill', deaths: 'well', platform: 'well', logs: 'silent' } as const;
    return { at, services: { shop: words }, failedAt: { shop: [at - 3 * MINUTE, at - 4 * MINUTE] } };
  });
  const ends = [5, 4, 3].map((ago) => NOW - ago * MINUTE);
  const testimony: Testimony = {
    probes: said(probes.at(-1) ?? 'silent'),
    requests: said('ill', { samples: 1_000, failed: 1_000 * share, failedAt: NOW - 3 * MINUTE, minutes: ends }),
    deaths: said('well'),
    platform: said('well'),
    logs: said('silent', loggedAgo === null ? {} : { failedAt: NOW - loggedAgo }),
  };
  return agree('shop', { at: NOW, testimony, slow: false, witnessed: looks, since: null }, ILL).verdict;
}

const AFTER_A_BAD_ONE = ['ill', 'ill', 'ill', 'ill', 'well'] as const;

describe('one good probe where a part of the users fails', () => {
  test('clears nothing while the log goes on to tell of users who fail', () => {
    expect(verdict({ probes: AFTER_A_BAD_ONE, loggedAgo: 4 * SECOND })).toBe('ill');
    expect(verdict({ probes: ['ill', 'ill', 'ill', 'well', 'well'], loggedAgo: 4 * SECOND })).toBe('ill');
  });

  test.each([
    ['the log holds no failed request since the look before', { probes: AFTER_A_BAD_ONE, loggedAgo: 31 * SECOND }],
    ['the log was not read, or holds none', { probes: AFTER_A_BAD_ONE, loggedAgo: null }],
    ['nearly everybody failed: one answer is no chance', { probes: AFTER_A_BAD_ONE, loggedAgo: 4 * SECOND, share: 0.97 }],
    ['so many in a row are no chance', { probes: ['ill', 'ill', 'well', 'well', 'well', 'well'], loggedAgo: 4 * SECOND }],
  ] satisfies readonly [string, Seen][])('is the newest word where %s', (_, seen) => {
    expect(verdict(seen)).toBe('suspected');
  });
});
