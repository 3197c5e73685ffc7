import { describe, expect, test } from 'vitest';
import { MINUTE } from '../../../src/core/duration.ts';
import type { RevisionRecord } from '../../../src/core/model/testimony.ts';
import { lastHealthy, servedWorse } from '../../../src/steps/pin/last-healthy.ts';
import { BACKEND, NEW_BACKEND, NOW, OLD_BACKEND, SPEC, splitBackend, wellWorld } from '../../diagnosis/fixtures.ts';

const served = (total: number, failed: number): RevisionRecord => ({
  lastServedAt: total > failed ? NOW - MINUTE : null,
  total,
  failed,
  deaths: 0,
  countedUntil: NOW,
});
const choose = (records: Record<string, RevisionRecord>, observation = wellWorld()) =>
  lastHealthy({ observation, spec: SPEC, revisions: { [BACKEND]: records }, illAlone: {} }, BACKEND)?.revision ?? null;
const both = splitBackend(50);

describe('the last healthy revision', () => {
  test('has served users: one without a record is never chosen', () => {
    expect(choose({})).toBeNull();
    expect(choose({ [OLD_BACKEND]: served(0, 0) })).toBeNull();
  });

  test('is one that served within the goal, and says how well and when', () => {
    const found = lastHealthy(
      { observation: wellWorld(), spec: SPEC, revisions: { [BACKEND]: { [OLD_BACKEND]: served(400, 1) } }, illAlone: {} },
      BACKEND,
    );
    expect(found).toMatchObject({
      revision: OLD_BACKEND,
      because: expect.stringMatching(/1 of 400 requests failed .*, the last of them before 02:59/),
      isHealthy: true,
    });
  });

  test('is rather one that turned nobody away than a newer one that did; where all did, an application may limit its clients', () => {
    const turning = { ...served(400, 0), turnedAway: 190, lastServedAt: NOW };
    expect(choose({ [OLD_BACKEND]: served(100, 0), [NEW_BACKEND]: turning })).toBe(OLD_BACKEND);
    expect(choose({ [OLD_BACKEND]: { ...served(100, 0), turnedAway: 40 }, [NEW_BACKEND]: turning }, both)).toBe(NEW_BACKEND);
  });

  test('is not what has all the traffic already, however well it once served: the one before it may be', () => {
    const records = { [OLD_BACKEND]: { ...served(400, 0), lastServedAt: NOW - 60 * MINUTE }, [NEW_BACKEND]: served(40_000, 300) };
    expect(choose(records)).toBe(OLD_BACKEND);
    expect(choose(records, both)).toBe(NEW_BACKEND);
    expect(choose({ [NEW_BACKEND]: served(40_000, 300) })).toBeNull();
  });

  test('may have failed some where what serves now surely fails more, and not where it is no better', () => {
    const records = { [OLD_BACKEND]: served(300, 60), [NEW_BACKEND]: served(300, 290) };
    expect(choose(records)).toBe(OLD_BACKEND);
    // Better is not healthy.
    const found = lastHealthy({ observation: wellWorld(), spec: SPEC, revisions: { [BACKEND]: records }, illAlone: {} }, BACKEND);
    expect(found).toMatchObject({ revision: OLD_BACKEND, isHealthy: false });
    expect(choose({ [OLD_BACKEND]: served(300, 290), [NEW_BACKEND]: served(300, 290) })).toBeNull();
  });

  test('is not what served users surely worse than what serves now', () => {
    const state = wellWorld().services[BACKEND]!.state.value!;
    const scope = { spec: SPEC, revisions: { [BACKEND]: { [OLD_BACKEND]: served(300, 290), [NEW_BACKEND]: served(300, 30) } } };
    expect(servedWorse(scope, state, OLD_BACKEND)).toContain('290 of 300');
    expect(servedWorse(scope, state, NEW_BACKEND)).toBeNull();
  });

  test('is not one whose answers came late, and may be where how long they took is not known', () => {
    const late = (of: number) => ({ ...served(400, 0), late: of, lastServedAt: NOW });
    expect(choose({ [OLD_BACKEND]: { ...served(100, 0), late: 1 }, [NEW_BACKEND]: late(120) })).toBe(OLD_BACKEND);
    expect(choose({ [OLD_BACKEND]: { ...served(100, 0), late: 1 }, [NEW_BACKEND]: late(12) }, both)).toBe(NEW_BACKEND);
    expect(choose({ [OLD_BACKEND]: served(100, 0), [NEW_BACKEND]: late(120) })).toBe(OLD_BACKEND);
    expect(choose({ [OLD_BACKEND]: { ...served(100, 0), late: 40 }, [NEW_BACKEND]: late(160) })).toBeNull();
  });

  test('is not one that is late where what serves now fails, nor the other way round: that is a choice for people', () => {
    const state = wellWorld().services[BACKEND]!.state.value!;
    const records = { [OLD_BACKEND]: { ...served(300, 0), late: 280 }, [NEW_BACKEND]: { ...served(300, 30), late: 0 } };
    expect(choose(records)).toBeNull();
    const scope = { spec: SPEC, revisions: { [BACKEND]: records } };
    expect(servedWorse(scope, state, OLD_BACKEND)).toMatch(
      /280 of the 300 answered took longer than 4s \(93 %\) against 30 of 300 requests failed/,
    );
  });
});
