import { describe, expect, test } from 'vitest';
import { MINUTE } from '../../../src/core/duration.ts';
import { fresh } from '../../../src/core/model/measured.ts';
import type { RequestStats } from '../../../src/core/model/request-stats.ts';
import type { Counted, Tallies, Trial } from '../../../src/core/model/trial.ts';
import { judgeTrial } from '../../../src/diagnosis/changes/after-write.ts';
import { talliesOf } from '../../../src/diagnosis/changes/tallies.ts';
import { testify } from '../../../src/diagnosis/witnesses/testimony.ts';
import { BACKEND, logGroup, NEW_BACKEND, NOW, OLD_BACKEND, SPEC, wellBackend, world } from '../fixtures.ts';
import { begunTrial } from '../trials.ts';

const TICK = 30_000;
const of = (total: number, turnedAway: number, failed = 0): Counted => ({ total, failed, turnedAway });
/** Nobody was turned away before, or three in ten by the application's own rule. */
const NONE = of(3_000, 0);
const USUAL = of(3_000, 900);

function trial(stage: Trial['stage'], before: Counted): Trial {
  const shop = { requests: before, dying: false, probes: 'well' } as const;
  return begunTrial('shop', { stage, isNew: stage === 'canary', tag: null, before: { shop } });
}

interface Seen {
  readonly own: Counted;
  readonly beside?: Counted;
  /** What Cloud Run's log says of instances; null: it could not be read. */
  readonly refuses?: boolean | null;
}

/** Windows of five minutes, all after the change, until something is concluded. */
function watch(from: Trial, looks: number, { own, beside = of(0, 0), refuses = false }: Seen): Trial {
  let now = from;
  for (let look = 1; look <= looks && now.conclusion === 'waiting'; look += 1) {
    const at = 8 * MINUTE + look * TICK;
    const window = { sinceAt: at - 5 * MINUTE, untilAt: at, byRevision: { new: own, old: beside } };
    const noInstance = refuses === null ? null : refuses ? { new: at - 1_000 } : {};
    const tallies: Tallies = { shop: { requests: window, deaths: refuses === null ? null : {}, noInstance, probes: 'well' } };
    now = judgeTrial(now, at, tallies, null);
  }
  return now;
}

describe('turned away is failed', () => {
  test('a canary that turns users away whom the revision beside it serves is worse, though it fails nobody with 5xx', () => {
    const seen = watch(trial('canary', NONE), 12, { own: of(100, 40), beside: of(900, 0), refuses: true });
    expect(seen.conclusion).toBe('worse');
    expect(seen.because).toContain('0 of 100 requests failed, 40 were turned away (429)');
    expect(seen.because).toContain("turned away by request_count; Cloud Run's log: no instance was available");
  });

  test('in the same minutes it is the revision that counts, whoever sends the 429: a limit set wrongly is its fault', () => {
    expect(watch(trial('canary', NONE), 12, { own: of(100, 40), beside: of(900, 0) }).conclusion).toBe('worse');
    expect(watch(trial('canary', NONE), 12, { own: of(100, 40), beside: of(900, 0), refuses: null }).conclusion).toBe('worse');
  });

  test('an application that limits its clients on both revisions alike blocks no canary, however many it turns away', () => {
    for (const share of [0.1, 0.3, 0.9]) {
      const alike = { own: of(100, 100 * share), beside: of(900, 900 * share) };
      expect(watch(trial('canary', of(3_000, 3_000 * share)), 24, alike).conclusion).toBe('not-worse');
      expect(watch(trial('canary', of(3_000, 3_000 * share)), 24, { ...alike, refuses: null }).conclusion).toBe('not-worse');
    }
  });

  test.each(['bounds', 'traffic', 'all'] as const)('after %s it counts where Cloud Run says that it had no instance', (stage) => {
    expect(watch(trial(stage, NONE), 12, { own: of(1_000, 300), refuses: true }).conclusion).toBe('worse');
    expect(watch(trial(stage, USUAL), 12, { own: of(1_000, 700), refuses: true }).conclusion).toBe('worse');
    expect(watch(trial(stage, USUAL), 12, { own: of(1_000, 300), refuses: true }).conclusion).toBe('not-worse');
  });

  test.each(['traffic', 'all'] as const)('after a %s it does not where the application limits more of its clients than before', (stage) => {
    const seen = watch(trial(stage, USUAL), 12, { own: of(1_000, 700) });
    expect(seen.conclusion).toBe('not-worse');
    expect(seen.because).toContain("Cloud Run's log does not say that it lacked an instance");
  });

  test('whose it is cannot be told without the log: then it counts, unless it was usual before', () => {
    expect(watch(trial('traffic', NONE), 12, { own: of(1_000, 300), refuses: null }).conclusion).toBe('worse');
    expect(watch(trial('traffic', USUAL), 12, { own: of(1_000, 700), refuses: null }).conclusion).not.toBe('worse');
  });

  test('one look of it undoes nothing, and ends no watch either', () => {
    const pin = trial('traffic', NONE);
    const first = watch({ ...pin, looks: [1, 2, 3].map((look) => ({ at: look * TICK, probes: 'well', deaths: 'well' })) }, 1, {
      own: of(1_000, 300),
      refuses: true,
    });
    expect(first).toMatchObject({ worseLooks: 1, conclusion: 'waiting' });
  });
});

const window = (turnedAway: number, minutes?: RequestStats['minutes']) => ({
  requests: fresh<RequestStats>(
    {
      sinceAt: NOW - 5 * MINUTE,
      total: 1_000,
      serverErrors: 0,
      turnedAway,
      ...(minutes === undefined ? {} : { minutes }),
      byRevision: { [NEW_BACKEND]: { total: 1_000, serverErrors: 0, turnedAway } },
    },
    NOW - MINUTE,
    'request_count',
  ),
});
const seen = (turnedAway: number, lines: number, { minutes, lastAt }: Told = {}) =>
  world({
    services: [{ ...wellBackend(), ...window(turnedAway, minutes) }],
    logs:
      lines === 0
        ? []
        : [{ ...logGroup('no-available-instance', BACKEND, NEW_BACKEND, lines), ...(lastAt === undefined ? {} : { lastAt }) }],
  });
const usersIn = (turnedAway: number, lines: number, { servingSince, ...told }: Told & { readonly servingSince?: number } = {}) =>
  testify(seen(turnedAway, lines, told), SPEC, {
    intended: {},
    servingSince: servingSince === undefined ? {} : { [BACKEND]: servingSince },
  })[BACKEND]!.requests;

interface Told {
  readonly minutes?: NonNullable<RequestStats['minutes']>;
  /** Of Cloud Run's newest line. */
  readonly lastAt?: number;
}

/** So many of two hundred in each of the minutes until the newest figure were turned away. */
const minutes = (...turnedAway: readonly number[]): NonNullable<RequestStats['minutes']> =>
  turnedAway.map((away, index) => ({ at: NOW - (turnedAway.length + 1 - index) * MINUTE, total: 200, serverErrors: 0, turnedAway: away }));

describe('a look', () => {
  test('tallies who was turned away by revision, and when Cloud Run last said that it had no instance', () => {
    const observation = seen(40, 8);
    const tally = talliesOf(observation, {})[BACKEND];
    expect(tally?.requests?.byRevision).toEqual({ [NEW_BACKEND]: { total: 1_000, failed: 0, turnedAway: 40 } });
    expect(Object.keys(tally?.noInstance ?? {})).toEqual([NEW_BACKEND]);
    expect(tally?.noInstance).not.toHaveProperty(OLD_BACKEND);
  });

  test('finds users ill whom Cloud Run turns away, though nobody got an error', () => {
    expect(usersIn(300, 8)).toMatchObject({ word: 'ill', samples: 1_000 });
    expect(usersIn(300, 8).because).toContain('300 of 1000 requests were turned away with 429 (30 % by request_count)');
    expect(usersIn(300, 8, { minutes: minutes(75, 75, 75, 75) })).toMatchObject({
      word: 'ill',
      minutes: { length: 4 },
      failedAt: NOW - MINUTE,
    });
  });

  test.each<[string, Parameters<typeof usersIn>[2]]>([
    ['Cloud Run’s lines are of minutes ago: whose the 429 of now are is not known', { lastAt: NOW - 4 * MINUTE }],
    ['the window reaches back before the present revision served', { servingSince: NOW - 3 * MINUTE }],
    ['all were turned away within one minute: one sample', { minutes: minutes(0, 200, 0, 0) }],
    ['nobody has been for minutes', { minutes: minutes(150, 150, 0, 0) }],
  ])('vouches for nothing, and finds nobody ill, where %s', (_, told) => {
    expect(usersIn(300, 8, told)).toMatchObject({ word: 'silent', silence: 'unsure' });
  });

  test('says so where fewer are turned away in the newest minute than in the one before', () => {
    expect(usersIn(300, 8, { minutes: minutes(150, 150, 150, 20) })).toMatchObject({ word: 'silent', silence: 'falling' });
  });

  test('calls them well where the application limits its clients, or so few were turned away that the goal is met', () => {
    expect(usersIn(300, 0).word).toBe('well');
    expect(usersIn(300, 2).word).toBe('well');
    expect(usersIn(5, 8).word).toBe('well');
  });
});
