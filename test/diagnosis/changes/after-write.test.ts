import { describe, expect, test } from 'vitest';
import { seededRandom } from '../../../src/composition/seeded-random.ts';
import { MINUTE } from '../../../src/core/duration.ts';
import { AFTER_WRITE } from '../../../src/core/evidence-asked.ts';
import type { Word } from '../../../src/core/model/testimony.ts';
import type { Counted, Tallies, Trial } from '../../../src/core/model/trial.ts';
import { judgeTrial } from '../../../src/diagnosis/changes/after-write.ts';
import { chanceOfWorse } from '../../../src/diagnosis/figures/two-proportions.ts';
import { begunTrial } from '../trials.ts';

const TICK = 30_000;
const WELL: Counted = { total: 300, failed: 3 };

function trial(over: Partial<Trial> = {}): Trial {
  return begunTrial('auth', { before: { auth: { requests: WELL, dying: false, probes: 'well' } }, ...over });
}

interface Seen {
  readonly probes?: Word | 'unreachable';
  /** Whether a container of the new revision has just died; null: the lines could not be read. */
  readonly dies?: boolean | null;
  /** The request figures could not be read. */
  readonly unread?: boolean;
  readonly requests?: { readonly own: Counted; readonly beside?: Counted } | null;
}

/** One look after the other; `seen(n)` is what look n shows. */
function watch(from: Trial, looks: number, seen: (look: number) => Seen): Trial {
  let now = from;
  let diedAt = 0;
  for (let look = 1; look <= looks && now.conclusion === 'waiting'; look += 1) {
    const at = look * TICK;
    const { probes = 'well', dies = false, requests = null, unread = false } = seen(look);
    if (dies === true) diedAt = at - 1_000;
    const counted = requests && {
      sinceAt: at - 5 * MINUTE,
      untilAt: at,
      byRevision: { new: requests.own, old: requests.beside ?? { total: 0, failed: 0 } },
    };
    const tallies: Tallies = {
      auth: {
        requests: counted,
        measured: !unread,
        deaths: dies === null ? null : diedAt === 0 ? {} : { new: diedAt },
        probes: probes === 'unreachable' ? 'silent' : probes,
      },
    };
    now = judgeTrial(now, at, tallies, from.tag === null ? null : probes);
  }
  return now;
}

describe('after a change of ours', () => {
  test('one failing look decides nothing; three of five do, and a revision that has no users yet gets none', () => {
    const dark = trial({ stage: 'dark' });
    expect(watch(dark, 4, (look) => ({ probes: look === 2 ? 'ill' : 'well' })).conclusion).toBe('not-worse');
    expect(watch(dark, 3, () => ({ probes: 'ill' })).conclusion).toBe('failing');
    expect(watch(dark, 2, () => ({ probes: 'ill' })).conclusion).toBe('waiting');
  });

  test('deaths seen in two looks speak against a new revision, whatever its probes say', () => {
    expect(watch(trial(), 10, (look) => ({ dies: look === 2 || look === 4 })).conclusion).toBe('failing');
    expect(watch(trial(), 3, (look) => ({ dies: look === 2 })).conclusion).toBe('waiting');
  });

  test('probes that fail while enough of its own requests are well are the probe’s own trouble', () => {
    const whole = trial({ stage: 'all', tag: null });
    const answered = { own: { total: 200, failed: 0 } };
    expect(watch(whole, 12, () => ({ probes: 'ill', requests: answered })).conclusion).toBe('not-worse');
    expect(watch(whole, 12, () => ({ probes: 'ill' })).conclusion).toBe('worse');
  });

  test('what could not be seen is neither: without a word from anybody nothing is concluded', () => {
    for (const stage of ['canary', 'traffic', 'all'] as const)
      expect(watch(trial({ stage }), 60, () => ({ probes: 'silent', dies: null })).conclusion).toBe('waiting');
  });

  test('a tag that cannot be reached from here speaks neither way: a small share will tell', () => {
    expect(watch(trial({ stage: 'dark' }), 5, () => ({ probes: 'unreachable' })).conclusion).toBe('unreachable');
  });

  /** A tenth of what arrives, counted three minutes late. */
  const lagged =
    (perMinute: number, failing = 0) =>
    (look: number): Seen => {
      const total = Math.floor(Math.max(0, look / 2 - 3) * perMinute);
      return { requests: { own: { total, failed: Math.round(total * failing) }, beside: { total: 9 * total, failed: 9 * total } } };
    };

  test('a canary takes five minutes, and one where nearly everything fails that serves now only until its first figures; it is never skipped', () => {
    const lost = trial({ before: { auth: { requests: { total: 200, failed: 200 }, dying: false, probes: 'ill' } } });
    const uncalled = trial({ before: { auth: { requests: { total: 0, failed: 0 }, dying: false, probes: 'well' } } });
    const seen = watch(lost, 60, lagged(20));
    expect(seen.conclusion).toBe('not-worse');
    expect(seen.looks.at(-1)?.at).toBeLessThan(AFTER_WRITE.canaryMs);
    expect(seen.after['auth']?.requests.total).toBeGreaterThanOrEqual(10);
    expect(watch(uncalled, 60, () => ({})).looks.at(-1)?.at).toBe(AFTER_WRITE.canaryMs);
  });

  test('a canary gets no more on silence where users call, however long its probes are well', () => {
    for (const failed of [0, 300]) {
      const called = trial({ before: { auth: { requests: { total: 300, failed }, dying: false, probes: 'well' } } });
      expect(watch(called, 120, () => ({})).conclusion).toBe('waiting');
    }
  });

  test('where so few call that chance may bring a canary none, its figures are awaited for ten minutes, and while they can be read', () => {
    const few = trial({ before: { auth: { requests: { total: 2, failed: 0 }, dying: false, probes: 'well' } } });
    expect(watch(few, 60, () => ({})).looks.at(-1)?.at).toBe(AFTER_WRITE.figuresWithinMs);
    expect(watch(few, 120, () => ({ unread: true })).conclusion).toBe('waiting');
  });

  describe('a share that the document names', () => {
    const before = { auth: { requests: { total: 300, failed: 3 }, dying: false, probes: 'well' } } as const;
    const asked = (over: Partial<Trial> = {}): Trial => trial({ before, asked: true, share: 50, ...over });
    const own = (total: number, failed = 0): Seen => ({ requests: { own: { total, failed }, beside: { total: 300, failed: 3 } } });

    test('is never judged by silence, nor by fewer than twenty requests of its own, however few call', () => {
      const quiet = { auth: { requests: { total: 2, failed: 0 }, dying: false, probes: 'well' } } as const;
      const nobody = { auth: { requests: { total: 0, failed: 0 }, dying: false, probes: 'well' } } as const;
      for (const then of [before, quiet, nobody]) {
        expect(watch(asked({ before: then }), 120, () => ({})).conclusion).toBe('waiting');
        expect(watch(asked({ before: then, isNew: false }), 120, (look) => (look === 40 ? own(19) : {})).conclusion).toBe('waiting');
      }
      expect(watch(asked(), 60, () => own(20)).conclusion).toBe('not-worse');
    });

    test('after a smaller one is judged by windows that began with it: what reaches back may warn, and is no proof', () => {
      const later = asked({ later: true });
      const seen = watch(later, 60, () => own(200));
      expect(seen.conclusion).toBe('not-worse');
      expect(seen.looks.at(-1)?.at).toBe(5 * MINUTE);
      expect(seen.after['auth']?.requests.total, 'of the window that began with it, and no more').toBe(200);
      expect(watch(later, 9, () => own(200)).conclusion).toBe('waiting');
      expect(watch(later, 4, () => own(200, 40)).conclusion).toBe('worse');
    });

    test('of a revision that has served before is told apart from what serves beside it', () => {
      const pinned = asked({ isNew: false, revision: 'new' });
      const seen = watch(pinned, 60, () => own(40));
      expect(seen.after['auth']).toMatchObject({ requests: { total: 40 }, beside: { total: 300 } });
      expect(watch(pinned, 60, () => own(40, 20)).conclusion).toBe('worse');
    });
  });

  test('a canary that fails its users no less than what serves beside it mends nothing, whatever its health path says', () => {
    const before = { auth: { requests: { total: 300, failed: 150 }, dying: false, probes: 'well' } } as const;
    const beside = (failing: number) => () => ({
      requests: { own: { total: 60, failed: 60 * failing }, beside: { total: 540, failed: 270 } },
    });
    expect(watch(trial({ before }), 60, beside(0.5)).conclusion).toBe('failing');
    expect(watch(trial({ before }), 60, beside(0.1)).conclusion).toBe('not-worse');
  });

  test('a probe is one request: where users failed before, as many failing probes are not worse, and more of them are', () => {
    const pin = (failed: number) =>
      trial({ stage: 'traffic', tag: null, before: { auth: { requests: { total: 700, failed }, dying: false, probes: 'well' } } });
    const threeOfFive = (look: number) => ({ probes: look % 5 < 2 ? ('well' as const) : ('ill' as const) });
    expect(watch(pin(300), 5, threeOfFive).conclusion).not.toBe('worse');
    expect(watch(pin(14), 5, threeOfFive).conclusion).toBe('worse');
    expect(watch(pin(300), 8, () => ({ probes: 'ill' })).conclusion).toBe('worse');
  });

  test('failing probes are not worse either where the users since are surely served better than before', () => {
    const before = { auth: { requests: { total: 700, failed: 300 }, dying: false, probes: 'well' } } as const;
    const pin = trial({ stage: 'traffic', tag: null, before });
    // Its figures come with the sixth look that tells.
    const since = (failed: number) => (look: number) => ({
      probes: look <= 4 ? ('unreachable' as const) : ('ill' as const),
      ...(look < 10 ? {} : { requests: { own: { total: 400, failed } } }),
    });
    expect(watch(pin, 30, since(60)).conclusion).not.toBe('worse');
    expect(watch(pin, 30, since(170)).conclusion).toBe('worse');
  });

  test('the few users that a canary had before nobody called any more tell enough, where surely too many of them failed', () => {
    const before = { auth: { requests: { total: 300, failed: 150 }, dying: false, probes: 'well' } } as const;
    const none = { total: 0, failed: 0 };
    const few = (failed: number) => (look: number) => ({
      requests: look < 10 ? { own: { total: 14, failed }, beside: { total: 195, failed: 110 } } : { own: none, beside: none },
    });
    const seen = watch(trial({ before }), 40, few(12));
    expect([seen.conclusion, seen.looks.at(-1)?.at]).toEqual(['failing', AFTER_WRITE.figuresWithinMs + TICK]);
    expect(watch(trial({ before }), 40, few(2)).conclusion).toBe('waiting');
  });

  test('what was ill before may be ill still: that is not worse', () => {
    const pin = trial({
      stage: 'traffic',
      tag: null,
      before: { auth: { requests: { total: 200, failed: 200 }, dying: true, probes: 'ill' } },
    });
    expect(watch(pin, 5, () => ({ probes: 'ill', dies: true })).conclusion).toBe('not-worse');
  });

  test('windows that overlap are not added up, and those that reach back before the change say nothing of an old revision', () => {
    const pin = trial({ stage: 'traffic', tag: null, isNew: false });
    const seen = watch({ ...pin, before: { auth: { requests: { total: 5_000, failed: 0 }, dying: false, probes: 'well' } } }, 19, () => ({
      requests: { own: { total: 10, failed: 0 } },
    }));
    expect(seen.after['auth']?.requests.total).toBe(10);
  });
});

describe('the comparison of counts', () => {
  test('is Fisher’s exact test: the lady tasting tea', () => {
    expect(chanceOfWorse({ total: 4, failed: 1 }, { total: 4, failed: 3 })).toBeCloseTo(17 / 70, 9);
    expect(chanceOfWorse({ total: 4, failed: 0 }, { total: 4, failed: 4 })).toBeCloseTo(1 / 70, 9);
    expect(chanceOfWorse({ total: 0, failed: 0 }, { total: 9, failed: 9 })).toBe(1);
  });

  /** A canary of a tenth beside the rest, over 20 minutes of looks; rates in requests a minute and shares that fail. */
  function canary(seed: number, perMinute: number, was: number, is: number): { readonly conclusion: string; readonly minutes: number } {
    const random = seededRandom(seed);
    const draw = (total: number, share: number): Counted => ({
      total,
      failed: Array.from({ length: total }).filter(() => random.next() < share).length,
    });
    const before = draw(perMinute * 5, was);
    let own: Counted = { total: 0, failed: 0 };
    let beside: Counted = before;
    const now = watch(trial({ stage: 'canary', before: { auth: { requests: before, dying: false, probes: 'well' } } }), 40, () => {
      const [a, b] = [draw(Math.round(perMinute / 20), is), draw(Math.round((perMinute * 9) / 20), was)];
      own = { total: own.total + a.total, failed: own.failed + a.failed };
      beside = { total: beside.total + b.total, failed: beside.failed + b.failed };
      return { requests: { own, beside } };
    });
    return { conclusion: now.conclusion, minutes: (now.looks.at(-1)?.at ?? 0) / MINUTE };
  }

  test.each([60, 600])('calls fewer than one in a hundred equal revisions worse, at %i requests a minute', (perMinute) => {
    for (const share of [0, 0.01, 0.1, 0.5]) {
      const worse = Array.from({ length: 200 }, (_, seed) => canary(seed, perMinute, share, share)).filter(
        ({ conclusion }) => conclusion === 'worse',
      );
      expect(worse.length).toBeLessThan(2);
    }
  });

  test.each([
    { perMinute: 60, is: 0.9, within: 3 },
    { perMinute: 600, is: 0.3, within: 3 },
    { perMinute: 600, is: 0.1, within: 5 },
  ])(
    'finds a canary that fails $is of $perMinute requests a minute within $within minutes, nine times of ten',
    ({ perMinute, is, within }) => {
      const found = Array.from({ length: 100 }, (_, seed) => canary(seed, perMinute, 0.01, is)).filter(
        ({ conclusion, minutes }) => conclusion === 'worse' && minutes <= within,
      );
      expect(found.length).toBeGreaterThanOrEqual(90);
    },
  );
});

describe('what is said of the looks since a change', () => {
  test('is that nothing was told where nothing was, and never that nothing failed', () => {
    const blind = watch(trial(), 4, () => ({ probes: 'silent', dies: null }));
    expect(blind.because).toContain('probes told nothing, whether containers died could not be read');
    const half = watch(trial(), 4, (look) => ({ probes: look % 2 === 0 ? 'ill' : 'silent' }));
    expect(half.because).toContain('probes failed in 2 of 2 that told, containers died in 0');
  });
});
