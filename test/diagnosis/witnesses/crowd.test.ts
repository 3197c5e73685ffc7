import { describe, expect, test } from 'vitest';
import type { Trial } from '../../../src/core/model/trial.ts';
import { judgeTrial } from '../../../src/diagnosis/changes/after-write.ts';
import { outageOfCrowd } from '../../../src/diagnosis/witnesses/crowd.ts';
import { begunTrial } from '../trials.ts';

const CROWDED = { connector: 'way-in', hasTakenEffect: false };

/** Three looks, half a minute apart, in which the revision's own address fails. */
function judged(failed: number, over: Partial<Trial>): Trial {
  const before = { shop: { requests: { total: 100, failed }, dying: false, probes: 'ill' as const } };
  const first = begunTrial('shop', { stage: 'dark', before, ...over });
  return [30, 60, 90].reduce((trial, second) => judgeTrial(trial, second * 1_000, {}, 'ill'), first);
}

describe('a revision that is tried through the full connector', () => {
  test('gets the traffic that clears it, where most users fail anyway', () => {
    expect(judged(60, { crowded: CROWDED })).toMatchObject({
      conclusion: 'not-worse',
      because: expect.stringContaining('still passes way-in'),
    });
    expect(judged(60, { crowded: CROWDED, looks: [], stage: 'canary' }).conclusion).toBe('not-worse');
  });

  test('is judged like every other where most are served, and without a crowd', () => {
    expect(judged(40, { crowded: CROWDED }).conclusion).toBe('failing');
    expect(judged(60, {}).conclusion).toBe('failing');
    expect(judged(60, { crowded: null }).conclusion).toBe('failing');
  });

  test('is excused with all of the traffic until a figure can tell what that has left, and not before or after', () => {
    expect(outageOfCrowd(CROWDED, 5, 'all')).toMatchObject({ at: 5, what: expect.stringContaining('way-in') });
    expect(outageOfCrowd({ ...CROWDED, hasTakenEffect: true }, 5, 'all')).toBeNull();
    expect(outageOfCrowd(CROWDED, 5, 'dark')).toBeNull();
  });
});
