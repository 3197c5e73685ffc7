import { describe, expect, test } from 'vitest';
import { MINUTE } from '../../src/core/duration.ts';
import type { Progress, Trend } from '../../src/core/model/trend.ts';
import { emptyTrend, judgeTrend } from '../../src/diagnosis/improvement/judge.ts';
import type { TrendSample } from '../../src/diagnosis/improvement/judge.ts';
import { ratioInterval } from '../../src/diagnosis/improvement/proportions.ts';
import { binomial, BOUNDS, chance, falseRestarts, foundAfter, normal, poisson, sampleOf } from '../bench/improvement-curve.ts';

/** A look a minute; the trend goes through JSON each time, as it does in a run. */
function course(
  minutes: number,
  sample: (minute: number) => TrendSample,
  services = ['backend'],
): { trend: Trend; said: readonly Progress[] } {
  let trend = emptyTrend(services);
  const said = Array.from({ length: minutes }, (_, minute) => {
    const judged = judgeTrend(JSON.parse(JSON.stringify(trend)) as Trend, sample(minute), BOUNDS);
    trend = judged.trend;
    return judged.progress;
  });
  return { trend, said };
}

const improvedAt = (said: readonly Progress[]): readonly number[] => said.flatMap(({ improved }, minute) => (improved ? [minute] : []));
const lostAt = (said: readonly Progress[]): readonly number[] => said.flatMap(({ lost }, minute) => (lost === true ? [minute] : []));
const requests = (minute: number, perMinute: number, share: number, more: Partial<TrendSample> = {}): TrendSample =>
  sampleOf(minute, perMinute, Math.round(perMinute * share), more);

describe('noise', () => {
  test.each([
    [2, 0.5],
    [5, 0.5],
    [10, 0.5],
    [10, 0.1],
    [30, 0.3],
    [60, 0.1],
    [200, 0.1],
    [1_000, 0.05],
  ])(
    'restarts the window in less than one of a hundred runs of two hours: %s requests a minute, %s of them failing',
    (perMinute, share) => {
      expect(falseRestarts(perMinute, share, 250, 5)).toBeLessThan(0.01);
    },
  );

  test('of a slow burst is one event, not fifty: failures that come in clumps are not better between them', () => {
    const random = chance(3);
    let stated = 0;
    for (let run = 0; run < 40; run++) {
      const said = course(120, (minute) => {
        const burst = random() < 0.2;
        return sampleOf(minute, 60, binomial(random, 60, burst ? 0.6 : 0.05));
      }).said;
      stated += improvedAt(said).length > 0 ? 1 : 0;
    }
    expect(stated).toBeLessThanOrEqual(2);
  });

  test('of percentiles and of the connector moves nothing either', () => {
    const random = chance(4);
    let stated = 0;
    for (let run = 0; run < 60; run++) {
      const said = course(120, (minute) => {
        const total = poisson(random, 12);
        const p95 = { ms: 5_000 * Math.exp(0.3 * normal(random)), sinceAt: minute * MINUTE, samples: 60 };
        return sampleOf(minute, total, binomial(random, total, 0.1), {
          p95,
          connectorSaturation: 0.85 + 0.05 * normal(random),
          servicesUp: random() < 0.1 ? 1 : 0,
        });
      }).said;
      stated += improvedAt(said).length > 0 ? 1 : 0;
    }
    expect(stated).toBeLessThanOrEqual(1);
  });
});

describe('a real change', () => {
  test('a halving is found within ten minutes at ten requests a minute, and an end of all failures sooner', () => {
    const [halved] = foundAfter(10, 0.5, 0.25, 60);
    const [ended, endedLate] = foundAfter(10, 0.54, 0, 40);
    expect(halved).toBeLessThanOrEqual(10);
    expect(Math.max(ended, endedLate)).toBeLessThanOrEqual(8);
  });

  test('is told with its counts, its times, and the interval of the ratio', () => {
    const { said } = course(60, (minute) => requests(minute, 20, minute < 20 ? 0.5 : 0.2));
    const [at] = improvedAt(said);
    expect(said[at!]!.because).toMatch(
      /^better: error rate 50 % \(\d+\/\d+, 03:00–03:\d\d\) → \d+ % \(\d+\/\d+, 03:\d\d–03:\d\d\), 95 % interval of the ratio 0\.\d\d–0\.\d\d$/,
    );
    expect(improvedAt(said)).toHaveLength(1);
  });

  test('slow and steady is found: nineteen per cent better in each of ten steps', () => {
    const { said } = course(120, (minute) => requests(minute, 100, 0.8 * 0.81 ** Math.floor(minute / 12)));
    expect(improvedAt(said).length).toBeGreaterThanOrEqual(2);
    expect(lostAt(said)).toEqual([]);
  });

  test('a quiet system is judged over hours, and until then it is said that it cannot be told', () => {
    const { said } = course(600, (minute) =>
      sampleOf(minute, minute % 4 === 0 ? 1 : 0, minute % 4 === 0 && (minute < 300 || minute % 40 === 0) ? 1 : 0),
    );
    expect(said[30]!.because).toMatch(/^it cannot be told yet whether it gets better: 8 of 8 requests failed/);
    expect(improvedAt(said)).toHaveLength(1);
  });

  test('what was not measured at first is learnt later, for each indicator by itself', () => {
    const { said } = course(90, (minute) =>
      requests(minute, 10, 0.3, { connectorSaturation: minute < 20 ? null : minute < 50 ? 0.95 : 0.4 }),
    );
    expect(improvedAt(said)).toHaveLength(1);
    expect(said[improvedAt(said)[0]!]!.because).toContain('connector cpu 95 %');
  });

  test('a service that is no longer called, or has no series any more, makes nothing better', () => {
    const both = (minute: number): TrendSample => ({
      ...requests(minute, 0, 0),
      minutes: [
        {
          at: requests(minute, 0, 0).minutes[0]!.at,
          by: { frontend: { total: 100, failed: 0 }, ...(minute < 30 ? { backend: { total: 50, failed: 40 } } : {}) },
        },
      ],
    });
    expect(improvedAt(course(120, both, ['frontend', 'backend']).said)).toEqual([]);
  });
});

describe('better', () => {
  test('is nothing while something else may be worse, nor when each falls by a fifth in turn and all rises', () => {
    const rise = (minute: number, turn: number): number => {
      const step = Math.floor(minute / 12);
      return 1.1 ** step * (step % 3 === turn ? 0.8 : 1);
    };
    const { said } = course(120, (minute) =>
      requests(minute, 1_000, Math.min(0.95, 0.2 * rise(minute, 0)), {
        p95: { ms: 4_000 * rise(minute, 1), sinceAt: minute * MINUTE, samples: 5_000 },
        connectorSaturation: 0.71 * rise(minute, 2),
      }),
    );
    expect(improvedAt(said)).toEqual([]);
    expect(said.at(-1)!.because).toMatch(/^worse: /);
  });

  test('inside its goal nothing gets better or worse', () => {
    const { said } = course(120, (minute) => requests(minute, 10_000, minute < 60 ? 0.009 : 0.001, { goals: 'met' }));
    expect(improvedAt(said)).toEqual([]);
    expect(said.at(-1)!.because).toBe('every goal is met in this look');
  });

  test('what is lost again is said, and the window is no longer counted from it', () => {
    const { said } = course(100, (minute) => requests(minute, 60, minute < 20 || minute >= 50 ? 0.5 : 0.2));
    const [gained] = improvedAt(said);
    const [lost] = lostAt(said);
    expect(said[gained!]!.windowFrom).not.toBeNull();
    expect(lost).toBeGreaterThan(50);
    expect(said[lost!]!).toMatchObject({ windowFrom: null, because: expect.stringMatching(/^lost again: error rate 50 %/) as string });
  });

  test('flapping is better once: what was reached before is the best so far', () => {
    const { said } = course(240, (minute) => requests(minute, 60, Math.floor(minute / 20) % 2 === 0 ? 0.3 : 0.05));
    expect(improvedAt(said).length).toBeLessThanOrEqual(1);
    const last = said.flatMap(({ windowFrom }) => (windowFrom == null ? [] : [windowFrom]));
    expect(new Set(last).size).toBeLessThanOrEqual(1);
  });

  test('what is remembered stays small over a day', () => {
    const { trend } = course(24 * 60, (minute) => requests(minute, 60, 0.3, { connectorSaturation: 0.9 }));
    expect(JSON.stringify(trend).length).toBeLessThan(20_000);
  });
});

describe('rest', () => {
  const restsAfter = (goals: (minute: number) => TrendSample['goals'], minutes: number): boolean =>
    course(minutes, (minute) => requests(minute, 10, 0, { goals: goals(minute) })).said.at(-1)!.rests === true;

  test.each<[string, (minute: number) => TrendSample['goals'], boolean]>([
    ['begins after two windows without a miss', () => 'met', true],
    ['does not begin by one look', (minute) => (minute === 19 ? 'met' : 'missed'), false],
    ['does not begin while nothing can be told', () => 'unknown', false],
    ['is not ended by one look that misses', (minute) => (minute === 18 ? 'missed' : 'met'), true],
    ['is not ended by looks that cannot tell', (minute) => (minute < 12 ? 'met' : 'unknown'), true],
  ])('%s', (_what, goals, expected) => {
    expect(restsAfter(goals, 20)).toBe(expected);
  });

  test('ends after two windows in which a goal is missed', () => {
    expect(restsAfter((minute) => (minute < 20 ? 'met' : 'missed'), 40)).toBe(false);
  });
});

test('the interval of a ratio is that of the textbook: 123 of 246 against 60 of 250', () => {
  const [low, high] = ratioInterval([[246, 123]], [[250, 60]])!;
  expect([low.toFixed(2), high.toFixed(2)]).toEqual(['0.37', '0.62']);
});
