import { describe, expect, test } from 'vitest';
import { MINUTE, SECOND } from '../../../src/core/duration.ts';
import { AFTER_WRITE } from '../../../src/core/evidence-asked.ts';
import type { LogGroup } from '../../../src/core/model/observation.ts';
import type { Word } from '../../../src/core/model/testimony.ts';
import type { Tallies, Trial } from '../../../src/core/model/trial.ts';
import { judgeTrial } from '../../../src/diagnosis/changes/after-write.ts';
import { outageBeside } from '../../../src/diagnosis/witnesses/outage-beside.ts';
import { AUTH, BACKEND, logGroup, NOW, wellAuth, wellBackend, world } from '../fixtures.ts';
import { begunTrial } from '../trials.ts';

const lines = (service: string, revision: string, signature: string, over: Partial<LogGroup> = {}): LogGroup =>
  logGroup(signature, service, revision, 5, { firstAt: NOW - MINUTE, lastAt: NOW - 20 * SECOND, ...over });
const look = (...logs: readonly LogGroup[]) => world({ services: [wellAuth(), wellBackend()], logs });
const said = (auth: Word, backend: Word): Tallies => ({
  [AUTH]: { requests: null, deaths: {}, probes: auth },
  [BACKEND]: { requests: null, deaths: {}, probes: backend },
});
const trial = (over: Partial<Trial> = {}): Trial => begunTrial(AUTH, { sinceAt: NOW - 3 * MINUTE, ...over });
const UNREACHABLE = 'database-unreachable';

describe('what a change is not blamed for', () => {
  test('a revision that has all users and says itself that the database is away', () => {
    const told = outageBeside(trial({ stage: 'all' }), look(lines(AUTH, 'new', UNREACHABLE)), said('ill', 'well'));
    expect(told).toMatchObject({ sinceAt: NOW - MINUTE, at: NOW, what: 'its own lines tell of a database that cannot be reached' });
  });

  test('a revision that nobody has tried yet is believed where what serves beside it is not well, or somebody else says the same', () => {
    const own = lines(AUTH, 'new', UNREACHABLE);
    expect(outageBeside(trial({ stage: 'dark' }), look(own), said('well', 'well'))).toBeNull();
    expect(outageBeside(trial({ stage: 'dark' }), look(own), said('ill', 'well'))).not.toBeNull();
    expect(
      outageBeside(trial({ stage: 'canary' }), look(own, lines(BACKEND, 'b', 'database-dropped')), said('well', 'well')),
    ).not.toBeNull();
    expect(outageBeside(trial({ stage: 'canary' }), look(own, lines(BACKEND, 'b', 'name-resolution')), said('well', 'well'))).toBeNull();
  });

  test('not lines of another revision, of before the change, of minutes ago, or of its own program', () => {
    const now = (...logs: readonly LogGroup[]) => outageBeside(trial({ stage: 'all' }), look(...logs), said('ill', 'ill'));
    expect(now(lines(AUTH, 'old', UNREACHABLE))).toBeNull();
    expect(now(lines(AUTH, 'new', UNREACHABLE, { lastAt: NOW - 4 * MINUTE }))).toBeNull();
    expect(now(lines(AUTH, 'new', UNREACHABLE, { lastAt: NOW - 2.5 * MINUTE }))).toBeNull();
    expect(now(lines(AUTH, 'new', 'connection-slots'))).toBeNull();
    expect(now(lines(AUTH, 'new', UNREACHABLE), lines(AUTH, 'new', 'missing-module'), lines(AUTH, 'new', 'container-exit'))).toBeNull();
  });

  test('a service that it depends on and that was well before the step is ill', () => {
    const backend = (needs: readonly string[]) => begunTrial(BACKEND, { stage: 'dark', sinceAt: NOW - MINUTE, needs });
    expect(outageBeside(backend([AUTH]), look(), said('ill', 'well'))).toMatchObject({ sinceAt: NOW });
    expect(outageBeside(backend([AUTH]), look(), said('silent', 'ill'))).toBeNull();
    expect(outageBeside(backend([]), look(), said('ill', 'ill'))).toBeNull();
  });

  test('one outage goes on over a look that says nothing of it, and begins anew after a longer time', () => {
    const since = (at: number) =>
      outageBeside(
        trial({ stage: 'all', outage: { sinceAt: NOW - 8 * MINUTE, at, what: '' } }),
        look(lines(AUTH, 'new', UNREACHABLE)),
        said('ill', 'ill'),
      )?.sinceAt;
    expect(since(NOW - MINUTE)).toBe(NOW - 8 * MINUTE);
    expect(since(NOW - 5 * MINUTE)).toBe(NOW - MINUTE);
  });
});

describe('a revision that a pin has given all users', () => {
  const OWN = { total: 200, failed: 0 };
  const HALF = { total: 700, failed: 300 };
  const before = (over: object = {}) => ({ [AUTH]: { requests: HALF, own: OWN, dying: false, probes: 'ill' as const, ...over } });
  const pinned = (over: Partial<Trial> = {}) => trial({ stage: 'traffic', isNew: false, before: before(), ...over });
  const failing = { sinceAt: NOW - 2 * MINUTE, untilAt: NOW, byRevision: { new: { total: 100, failed: 70 } } };
  const tally = (over: object = {}): Tallies => ({ [AUTH]: { requests: failing, deaths: {}, noInstance: {}, probes: 'well', ...over } });
  const told = (one: Trial, tallies: Tallies) => outageBeside(one, look(), tallies) !== null;

  test('is not blamed at once for errors that it did not have with its share, where what was left failed many', () => {
    expect(outageBeside(pinned(), look(), tally())).toMatchObject({ sinceAt: NOW, unexplainedUntilAt: NOW + 10 * MINUTE });
    expect(told(pinned(), tally({ requests: null, probes: 'ill' }))).toBe(true);
    expect(told(pinned(), tally({ requests: null }))).toBe(false);
  });

  test.each<[string, Partial<Trial>, object]>([
    ['that failed with its share already', { before: before({ own: { total: 200, failed: 9 } }) }, {}],
    ['of which too few requests were known', { before: before({ own: { total: 19, failed: 0 } }) }, {}],
    ['that had none', { before: before({ own: undefined }) }, {}],
    ['where what was left failed few', { before: before({ requests: { total: 700, failed: 100 } }) }, {}],
    ['that turns users away', {}, { requests: { ...failing, byRevision: { new: { total: 100, failed: 60, turnedAway: 5 } } } }],
    ['that has no instance for them', {}, { noInstance: { new: NOW } }],
    ['that dies', {}, { deaths: { new: NOW } }],
    ['whose deaths could not be read', {}, { deaths: null }],
    ['that is new', { stage: 'all' }, {}],
  ])('is judged at once: one %s', (_, over, seen) => {
    expect(told(pinned(over), tally(seen))).toBe(false);
  });

  test('is waited for ten minutes, also where what was left failed a third, and then neither found well nor left unjudged', () => {
    let now = pinned({ sinceAt: NOW, before: before({ probes: 'well' }) });
    const seen: (string | boolean)[] = [];
    for (let at = NOW; at <= NOW + 15 * MINUTE; at += 30 * SECOND) {
      const tallies = tally({ requests: null, probes: 'ill' });
      const outage = outageBeside(now, { ...look(), at }, tallies);
      now = judgeTrial({ ...now, outage }, at, tallies, null);
      seen.push(now.looks.at(-1)?.excused === true ? true : now.conclusion);
    }
    expect(seen.slice(0, 20)).toEqual(Array.from({ length: 20 }, () => true));
    expect(seen).not.toContain('not-worse');
    expect(seen).toContain('worse');
  });
});

describe('a trial during an outage', () => {
  const ILL: Tallies = { [AUTH]: { requests: null, deaths: {}, probes: 'ill' } };
  const watched = (looks: number, outageFrom: number): Trial => {
    let now = begunTrial(AUTH, { stage: 'dark' });
    for (let n = 1; n <= looks && now.conclusion === 'waiting'; n += 1) {
      const at = n * 30 * SECOND;
      now = judgeTrial({ ...now, outage: { ...now.outage, sinceAt: outageFrom, at, what: 'its own lines tell of it' } }, at, ILL, 'ill');
    }
    return now;
  };

  test('concludes nothing for ten minutes, and is judged by its looks afterwards', () => {
    const within = AFTER_WRITE.outageWithinMs / (30 * SECOND);
    expect(watched(within - 1, 30 * SECOND)).toMatchObject({ conclusion: 'waiting' });
    const judged = watched(within + AFTER_WRITE.illLooks + 1, 30 * SECOND);
    expect(judged).toMatchObject({ conclusion: 'failing' });
    // Said at twelve: the looks after ten past are what it was judged by.
    expect(judged.because).toContain('what failed until 00:10 is not held against the change');
  });

  test('is not called shared for one look in which another misses it', () => {
    const at = (now: number, trialNow: Trial, ...logs: readonly LogGroup[]) =>
      outageBeside(trialNow, { ...look(...logs), at: now }, said('ill', 'ill'));
    const [own, other] = [lines(AUTH, 'new', UNREACHABLE), lines(BACKEND, 'b', UNREACHABLE)];
    const begun = trial({ stage: 'all' });
    const first = at(NOW, begun, own, other);
    const second = at(NOW + 30 * SECOND, { ...begun, outage: first }, own);
    const third = at(NOW + 60 * SECOND, { ...begun, outage: second }, own, other);
    expect([first, second, third].map((outage) => outage?.sharedLooks)).toEqual([1, 1, 2]);
  });

  test('is waited for much longer where others miss it too, or what served before failed a third of its users itself', () => {
    const excusedAt = (minutes: number, over: Partial<Trial>, isShared: boolean): boolean => {
      const outage = { sinceAt: 0, at: minutes * MINUTE, what: '', sharedLooks: isShared ? AFTER_WRITE.sharedLooks : 1 };
      return judgeTrial(begunTrial(AUTH, { stage: 'all', outage, ...over }), minutes * MINUTE, ILL, 'ill').looks.at(-1)?.excused === true;
    };
    const failing = { before: { [AUTH]: { requests: { total: 100, failed: 40 }, dying: false, probes: 'well' as const } } };
    expect(excusedAt(11, {}, false)).toBe(false);
    expect(excusedAt(90, {}, true)).toBe(true);
    expect(excusedAt(90, failing, false)).toBe(true);
    expect(excusedAt(121, failing, true)).toBe(false);
  });

  test('says what it does not count', () => {
    expect(watched(3, 30 * SECOND).because).toContain(
      'since 00:00 its own lines tell of it; what failed until 00:01 is not held against the change',
    );
  });

  test('goes no further while it lasts, however well it was before', () => {
    const well = { at: 0, probes: 'well', deaths: 'well' } as const;
    const begun = begunTrial(AUTH, {
      stage: 'dark',
      looks: [well, well, well],
      outage: { sinceAt: 30 * SECOND, at: 30 * SECOND, what: '' },
    });
    expect(judgeTrial(begun, 30 * SECOND, ILL, 'ill').conclusion).toBe('waiting');
  });
});
