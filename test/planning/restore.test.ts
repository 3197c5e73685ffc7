import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { TrafficTarget } from '../../src/core/model/observation.ts';
import { trafficToRestore } from '../../src/planning/restore.ts';
import { trafficInForce, sameTraffic, wholeTo } from '../../src/planning/traffic-split.ts';
import { BACKEND, BACKEND_REVISIONS, NEW_BACKEND, OLD_BACKEND, serviceState, to } from '../diagnosis/fixtures.ts';

const latest = (revision: string | null, tag: string | null = null): TrafficTarget => ({ latest: true, revision, percent: 100, tag });
const now = (latestReadyRevision: string, extra = {}) =>
  serviceState(BACKEND, BACKEND_REVISIONS, [to(NEW_BACKEND, 100)], { latestReadyRevision, ...extra });

describe('putting traffic back', () => {
  test('is exact, tags included', () => {
    const recorded = [to(NEW_BACKEND, 60, 'candidate'), to(OLD_BACKEND, 40), to(`${BACKEND}-00748-abc`, 0, 'previous')];
    expect(trafficToRestore(recorded, now(NEW_BACKEND))).toEqual({ traffic: recorded, exact: true, note: null });
  });

  test('LATEST stays LATEST while it stands for the same revision', () => {
    expect(trafficToRestore([latest(NEW_BACKEND)], now(NEW_BACKEND))).toEqual({ traffic: [latest(NEW_BACKEND)], exact: true, note: null });
  });

  test('a LATEST that has come to mean another revision is put back by name, and says so', () => {
    const restored = trafficToRestore([latest(OLD_BACKEND, 'live')], now(NEW_BACKEND));
    expect(restored).toMatchObject({ traffic: [to(OLD_BACKEND, 100, 'live')], exact: false });
    expect(restored.note).toContain(`LATEST stood for ${OLD_BACKEND} and now stands for ${NEW_BACKEND}`);
  });

  test('a LATEST that will mean another revision once that is ready is put back by name', () => {
    const coming = now(OLD_BACKEND, { latestCreatedRevision: NEW_BACKEND, reconciling: true });
    expect(trafficToRestore([latest(OLD_BACKEND)], coming)).toMatchObject({
      traffic: [to(OLD_BACKEND, 100)],
      note: `LATEST stood for ${OLD_BACKEND} and will stand for ${NEW_BACKEND} once that is ready: put back by name`,
    });
    const unseen = now(OLD_BACKEND, { generation: '8', observedGeneration: '7' });
    expect(trafficToRestore([latest(OLD_BACKEND)], unseen)).toMatchObject({ traffic: [to(OLD_BACKEND, 100)], exact: false });
    // One that has failed for good is not waited for.
    const failed = now(OLD_BACKEND, { latestCreatedRevision: NEW_BACKEND });
    expect(trafficToRestore([latest(OLD_BACKEND)], failed)).toMatchObject({ traffic: [latest(OLD_BACKEND)], exact: true });
  });

  test('does not call it exact when the meaning of LATEST was never known or a revision is gone', () => {
    expect(trafficToRestore([latest(null)], now(NEW_BACKEND)).exact).toBe(false);
    expect(trafficToRestore([], now(NEW_BACKEND)).exact).toBe(false);
    expect(trafficToRestore([to('gone-00001', 100)], now(NEW_BACKEND)).note).toContain('does not exist any more');
    expect(trafficToRestore([to('gone-00001', 100)], now(NEW_BACKEND, { revisions: [] })).exact).toBe(true);
  });
});

describe('traffic vectors', () => {
  test('the effective vector names what LATEST stands for and keeps tags', () => {
    const traffic = [latest(null), to(OLD_BACKEND, 0, 'previous')];
    expect(trafficInForce(now(NEW_BACKEND, { trafficStatuses: traffic }))).toEqual([to(NEW_BACKEND, 100), to(OLD_BACKEND, 0, 'previous')]);
    expect(trafficInForce(now(OLD_BACKEND, { traffic: [], trafficStatuses: [] }))).toEqual([to(OLD_BACKEND, 100)]);
  });

  test('order, empty entries and splitting do not matter; tags, names and LATEST do', () => {
    expect(sameTraffic([to('a', 60), to('b', 40)], [to('b', 40), to('a', 30), to('a', 30), to('c', 0)])).toBe(true);
    expect(sameTraffic([to('a', 100, 'x')], [to('a', 100), to('a', 0, 'x')])).toBe(true);
    expect(sameTraffic([to('a', 100)], [to('a', 100, 'x')])).toBe(false);
    expect(sameTraffic([to('a', 100)], [latest('a')])).toBe(false);
    expect(sameTraffic([latest('a')], [latest(null)])).toBe(true);
    expect(sameTraffic([latest('a')], [latest('b')])).toBe(false);
  });

  test('all traffic to one revision always sums to 100 and keeps every tag', () => {
    const target = fc.record({
      latest: fc.boolean(),
      revision: fc.constantFrom('a', 'b', 'c'),
      percent: fc.integer({ min: 0, max: 100 }),
      tag: fc.option(fc.string({ minLength: 1 })),
    });
    fc.assert(
      fc.property(fc.array(target, { maxLength: 5 }), (current) => {
        const vector = wholeTo('a', current);
        expect(vector.reduce((sum, { percent }) => sum + percent, 0)).toBe(100);
        expect(vector.map(({ tag }) => tag).filter((tag) => tag !== null)).toEqual(
          current.map(({ tag }) => tag).filter((tag) => tag !== null),
        );
      }),
    );
  });
});
