import { describe, expect, test } from 'vitest';
import { MINUTE, SECOND } from '../../src/core/duration.ts';
import { writeFigures } from './support/cloud-storage.ts';
import { runOnCloudStorage } from './support/cloud-incident.ts';

/** How many kills are sampled around the store's own writes; the points lie in the thousands. */
const KILLS_SAMPLED = 5;

describe('issue 1278 with its memory in Cloud Storage', async () => {
  const undisturbed = await runOnCloudStorage({});

  test('recovers, and keeps a journal that is whole', () => {
    expect(undisturbed).toMatchObject({ outcome: 'recovered', boots: 1, reasons: [], journalOk: true });
    expect(new Set(undisturbed.writes).size).toBe(undisturbed.writes.length);
  });

  test('writes no object more than once a second, and is never refused for its rate', () => {
    const figures = writeFigures(undisturbed.ledger, undisturbed.uploads);
    expect(figures.refusedForRate).toBe(0);
    expect(figures.shortestGapMs).toBeGreaterThanOrEqual(1_000);
    // Record, journal and status for each step, the lease beside them; and looks at the inbox.
    expect(figures.writes).toBeLessThanOrEqual(3 * undisturbed.steps + undisturbed.virtualMs / (19 * SECOND));
  });

  const every = Math.floor(undisturbed.points.length / KILLS_SAMPLED);
  const sampled = Array.from({ length: KILLS_SAMPLED }, (_, index) => 7 + index * every);

  test.each(sampled)('ends the same when killed at point %i of the store', { timeout: 300_000 }, async (number) => {
    const survived = await runOnCloudStorage({ kills: new Set([number]) });
    expect(survived).toMatchObject({ outcome: 'recovered', journalOk: true });
    expect(survived.boots).toBeGreaterThanOrEqual(2);
    expect(survived.writes).toEqual(undisturbed.writes);
    expect(survived.traffic).toEqual(undisturbed.traffic);
  });

  test('ends the same when killed twelve times in one run', { timeout: 300_000 }, async () => {
    const kills = new Set(Array.from({ length: 12 }, (_, index) => 11 + index * 97));
    const survived = await runOnCloudStorage({ kills });
    expect(survived).toMatchObject({ outcome: 'recovered', journalOk: true });
    expect(survived.boots).toBeGreaterThan(12);
    expect(survived.writes).toEqual(undisturbed.writes);
    expect(survived.traffic).toEqual(undisturbed.traffic);
  });

  test.each([
    ['503 for three minutes', { status: 503 }, 3 * MINUTE],
    ['silence for forty seconds', { hang: true }, 40 * SECOND],
    ['lost answers for five minutes', { lostAfterCommit: true }, 5 * MINUTE],
  ] as const)('ends the same when the store fails in the middle: %s', { timeout: 300_000 }, async (_name, answer, forMs) => {
    const fault = { id: 'store', match: { path: '/upload/**' }, from: 20 * MINUTE, for: forMs, answer };
    const survived = await runOnCloudStorage({ faults: [fault] });
    expect(survived).toMatchObject({ outcome: 'recovered', journalOk: true, unconsumed: [] });
    expect(survived.writes).toEqual(undisturbed.writes);
    expect(survived.traffic).toEqual(undisturbed.traffic);
  });
});
