import { describe, expect, test } from 'vitest';
import { MINUTE } from '../../src/core/duration.ts';
import type { Counted, CountedInWindow, Tallies, Trial } from '../../src/core/model/trial.ts';
import { judgeTrial } from '../../src/diagnosis/changes/after-write.ts';
import { begunTrial } from './trials.ts';

const TICK = 30_000;
const trial = (over: Partial<Trial>): Trial => begunTrial('auth', over);

interface Seen {
  readonly requests: { readonly own: CountedInWindow; readonly beside?: CountedInWindow };
}

/** One look after the other, each with probes that are well and a window of five minutes. */
function watch(from: Trial, looks: number, seen: (look: number) => Seen): Trial {
  let now = from;
  for (let look = 1; look <= looks && now.conclusion === 'waiting'; look += 1) {
    const at = look * TICK;
    const { own, beside } = seen(look).requests;
    const byRevision = { new: own, old: beside ?? { total: 0, failed: 0 } };
    const requests = { sinceAt: at - 5 * MINUTE, untilAt: at, byRevision };
    now = judgeTrial(now, at, { auth: { requests, measured: true, deaths: {}, probes: 'well' } }, from.tag === null ? null : 'well');
  }
  return now;
}

describe('answers that come late after a change', () => {
  /** Each minute since the change so many of 60 were late, from `from` on; the window reaches five minutes back. */
  const minutes = (look: number, late: number, from = 0): CountedInWindow => {
    const full = Math.floor((look * TICK) / MINUTE);
    const lateIn = Array.from({ length: full }, (_, minute) => ({ at: minute * MINUTE, count: minute * MINUTE >= from ? late : 0 }));
    return { total: 60 * full, failed: 0, late: lateIn.reduce((sum, { count }) => sum + count, 0), lateIn };
  };
  const before = (requests: Counted): Partial<Trial> => ({ before: { auth: { requests, dying: false, probes: 'well' } } });
  const pinned = trial({ stage: 'traffic', tag: null, ...before({ total: 300, failed: 30, late: 2 }) });

  test('are worse where what was before was in time, even where it failed some', () => {
    const seen = watch(pinned, 20, (look) => ({ requests: { own: minutes(look, 50) } }));
    expect(seen.conclusion).toBe('worse');
  });

  test('of the first minute may be those of a start: they are waited out, and decide nothing', () => {
    const starting = (look: number): CountedInWindow => {
      const all = minutes(look, 0);
      return { ...all, late: 50, lateIn: (all.lateIn ?? []).map(({ at }) => ({ at, count: at === 0 ? 50 : 0 })) };
    };
    expect(watch(pinned, 5, (look) => ({ requests: { own: starting(look) } })).conclusion).toBe('waiting');
    const seen = watch(pinned, 24, (look) => ({ requests: { own: starting(look) } }));
    expect(seen.conclusion).toBe('not-worse');
    // Two minutes in time outweigh one that was late; the percentile of all would go on being late for a quarter of an hour.
    expect(seen.looks).toHaveLength(6);
  });

  test.each<[string, Counted]>([
    ['what was before was as late', { total: 300, failed: 0, late: 200 }],
    ['how late what was before was is not known', { total: 300, failed: 0 }],
    ['what was before failed more than are late', { total: 300, failed: 290, late: 2 }],
  ])('are not worse where %s', (_, requests) => {
    const whole = trial({ stage: 'traffic', tag: null, ...before(requests) });
    expect(watch(whole, 24, (look) => ({ requests: { own: minutes(look, 45) } })).conclusion).toBe('not-worse');
  });

  test('are told with what counts as late', () => {
    const tallies: Tallies = {
      auth: {
        requests: { sinceAt: -MINUTE, untilAt: 4 * MINUTE, lateFromMs: 4_000, byRevision: { new: minutes(8, 50) } },
        deaths: {},
        probes: 'well',
      },
    };
    expect(judgeTrial(pinned, 4 * MINUTE, tallies, null).because).toContain('0 of 240 requests failed, 150 took longer than 4s');
  });

  test('of a canary are held against what serves beside it', () => {
    const canary = (beside: number) =>
      watch(trial({}), 20, (look) => ({ requests: { own: minutes(look, 50), beside: minutes(look, beside) } }));
    expect(canary(0).conclusion).toBe('worse');
    expect(canary(48).conclusion).toBe('not-worse');
  });
});
