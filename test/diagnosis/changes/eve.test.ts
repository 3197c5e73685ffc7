import { describe, expect, test } from 'vitest';
import { MINUTE } from '../../../src/core/duration.ts';
import type { Trial } from '../../../src/core/model/trial.ts';
import { eveAfter } from '../../../src/diagnosis/changes/eve.ts';
import { judgeTrial } from '../../../src/diagnosis/changes/after-write.ts';
import { fresh } from '../../../src/core/model/measured.ts';
import { BACKEND, NOW, wellWorld } from '../fixtures.ts';
import { begunTrial } from '../trials.ts';

/** Written down a quarter of an hour ago when six in ten failed, in force five minutes later; since then nearly all fail. */
const NOTED = NOW - 15 * MINUTE;
const begun = begunTrial(BACKEND, {
  stage: 'in-place',
  stepId: 'connector:c',
  revision: null,
  isNew: false,
  tag: null,
  notedAt: NOTED,
  sinceAt: NOW - 10 * MINUTE,
  before: { [BACKEND]: { requests: { total: 400, failed: 240 }, dying: false, probes: 'ill' } },
});

/** Minute by minute of the time before, the newest last: how many of two hundred failed; the last one ends `lateMs` before it was written down. */
const minutesOf = (failed: readonly number[], lateMs = 10_000) => {
  const value = failed.map((serverErrors, index) => {
    const untilAt = NOTED - lateMs - (failed.length - 1 - index) * MINUTE;
    return { sinceAt: untilAt - MINUTE, untilAt, total: 200, serverErrors, byRevision: {} };
  });
  const seen = wellWorld();
  return { services: { [BACKEND]: { ...seen.services[BACKEND]!, byMinute: fresh(value, NOW, 'minutes') } } };
};

/** Three looks since, in windows of their own, in each of which nearly everybody failed. */
const judged = (trial: Trial): Trial =>
  [6, 4, 2].reduce((so, ago) => {
    const untilAt = NOW - ago * MINUTE;
    const requests = { sinceAt: untilAt - 2 * MINUTE, untilAt, byRevision: { old: { total: 400, failed: 400 } } };
    return judgeTrial(so, untilAt, { [BACKEND]: { requests, deaths: {}, probes: 'ill' } }, null);
  }, trial);

describe('the last minutes before a change', () => {
  test('are what it is held against where it was growing by itself until then', () => {
    const trial = { ...begun, ...eveAfter(begun, minutesOf([0, 60, 120, 192, 196])) };
    expect(trial.eve?.[BACKEND]?.requests).toMatchObject({ total: 400, failed: 388 });
    const after = judged(trial);
    expect(after.conclusion).not.toBe('worse');
    expect(after.because).toContain('before 240 of 400 requests failed and in the last minutes before it 388 of 400 requests failed');
  });

  test('excuse nothing where they were as before: what jumps at the change is its own', () => {
    const flat = judged({ ...begun, ...eveAfter(begun, minutesOf([120, 120, 118, 121, 120])) });
    expect(flat.conclusion).toBe('worse');
    expect(flat.because).not.toContain('last minutes');
  });

  test('are not told by figures that have not come as far, nor by one minute, nor for a change of which it is not known when it was sent', () => {
    expect(eveAfter(begun, minutesOf([196, 200], 90_000))).toEqual({});
    expect(eveAfter(begun, minutesOf([200]))).toEqual({});
    const { notedAt: _unknown, ...old } = begun;
    expect(eveAfter(old, minutesOf([196, 200]))).toEqual({});
  });
});
