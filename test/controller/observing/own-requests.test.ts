import { beforeEach, describe, expect, test } from 'vitest';
import { OwnRequests } from '../../../src/controller/observing/own-requests.ts';
import { VirtualClock } from '../../../src/clocks/virtual-clock.ts';
import { HOUR, MINUTE, SECOND } from '../../../src/core/duration.ts';
import { absent, fresh } from '../../../src/core/model/measured.ts';
import type { RequestStats } from '../../../src/core/model/request-stats.ts';
import type { ProbesPort } from '../../../src/ports/probes.ts';

const START = Date.parse('2026-01-05T03:00:00Z');
const AUTH = 'https://auth.run.app';
const TAGGED = 'https://firebreak---auth.run.app';
const never = new AbortController().signal;

describe('requests of our own', () => {
  let clock: VirtualClock;
  let own: OwnRequests;
  let status: number | null;
  let latencyMs: number;
  const unasked = () => Promise.reject(new Error('is not asked'));
  const peer: ProbesPort = {
    database: unasked,
    webSocket: unasked,
    grpcHealth: unasked,
    tcp: unasked,
    http: () => Promise.resolve({ status, latencyMs, body: '', headers: {}, problem: status === null ? 'deadline' : null }),
  };
  const ask = async (url: string, times = 1): Promise<void> => {
    for (let time = 0; time < times; time += 1) await own.counting(peer).http({ url, method: 'GET', deadlineMs: SECOND, signal: never });
  };
  const pass = (ms: number) => clock.run(clock.sleepUntil(clock.now() + ms));
  const window = (byRevision: RequestStats['byRevision'], sinceAt = START - MINUTE, untilAt = START + HOUR): RequestStats => {
    const sum = (of: 'total' | 'serverErrors') => Object.values(byRevision).reduce((all, each) => all + each[of], 0);
    return { sinceAt, untilAt, total: sum('total'), serverErrors: sum('serverErrors'), byRevision };
  };
  const left = (stats: RequestStats) => own.without(fresh(stats, START, 'request_count'), { all: [AUTH], byTag: { new: TAGGED } }).value;

  beforeEach(() => {
    clock = new VirtualClock(START);
    own = new OwnRequests(clock);
    status = 200;
    latencyMs = 20;
  });

  test('are taken out of what the metrics say of users, and told', async () => {
    await ask(`${AUTH}/health`, 10);
    expect(left(window({ a: { total: 14, serverErrors: 0 } }))).toMatchObject({ total: 4, serverErrors: 0, ours: 10 });
  });

  test('that all there was leave a service that nobody calls', async () => {
    await ask(`${AUTH}/health`, 10);
    expect(left(window({ a: { total: 10, serverErrors: 0 } }))).toMatchObject({
      total: 0,
      byRevision: { a: { total: 0, serverErrors: 0 } },
    });
  });

  test.each([503, null])('that failed with %s are taken out of the failed ones, those that went well out of the well ones', async (how) => {
    await ask(`${AUTH}/health`, 3);
    status = how;
    await ask(`${AUTH}/health`, 2);
    expect(left(window({ a: { total: 10, serverErrors: 4 } }))).toMatchObject({ total: 5, serverErrors: 2 });
  });

  test('that were turned away with 429 are taken out of those, and never out of the users who were', async () => {
    await ask(`${AUTH}/health`, 3);
    status = 429;
    await ask(`${AUTH}/health`, 2);
    const stats = left(window({ old: { total: 90, serverErrors: 0 }, new: { total: 10, serverErrors: 1, turnedAway: 6 } }));
    expect(stats).toMatchObject({
      total: 95,
      serverErrors: 1,
      turnedAway: 4,
      byRevision: { new: { total: 8, serverErrors: 1, turnedAway: 4 } },
    });
  });

  test('by a tag are taken out of the revision that it stands for: a canary that no user has met yet has no requests', async () => {
    await ask(`${AUTH}/health`, 10);
    await ask(`${TAGGED}/health`, 6);
    const stats = left(window({ old: { total: 100, serverErrors: 40 }, new: { total: 6, serverErrors: 0 } }));
    expect(stats).toMatchObject({ total: 90, ours: 16, byRevision: { old: { total: 90, serverErrors: 40 }, new: { total: 0 } } });
  });

  test('are taken out of their own minute too: at night nothing gets better by our probes', async () => {
    await ask(`${AUTH}/health`, 2);
    await pass(MINUTE);
    status = 503;
    await ask(`${AUTH}/health`, 1);
    const minutes = [
      { at: START, total: 12, serverErrors: 10, turnedAway: 0 },
      { at: START + MINUTE, total: 3, serverErrors: 3, turnedAway: 0 },
      { at: START + 2 * MINUTE, total: 5, serverErrors: 0, turnedAway: 0 },
    ];
    expect(left({ ...window({ a: { total: 20, serverErrors: 13 } }), minutes })?.minutes).toEqual([
      { at: START, total: 10, serverErrors: 10, turnedAway: 0 },
      { at: START + MINUTE, total: 2, serverErrors: 2, turnedAway: 0 },
      { at: START + 2 * MINUTE, total: 5, serverErrors: 0, turnedAway: 0 },
    ]);
  });

  test('are never taken out twice, nor below nothing, over revisions', async () => {
    await ask(`${AUTH}/health`, 10);
    const stats = left(window({ a: { total: 6, serverErrors: 1 }, b: { total: 3, serverErrors: 0 } }));
    expect(stats).toMatchObject({ total: 1, serverErrors: 1, byRevision: { a: { total: 1, serverErrors: 1 }, b: { total: 0 } } });
  });

  test('to another service, or outside of the window, are none of these', async () => {
    await ask('https://auth.run.app.example.com/health');
    await ask('https://backend.run.app/health');
    await ask(`${AUTH}/health`);
    await pass(HOUR);
    const stats = window({ a: { total: 9, serverErrors: 0 } }, START + MINUTE);
    expect(left(stats)).toEqual(stats);
  });

  test('of an earlier process of the run are counted by its looks', () => {
    own.remember(
      [`${AUTH}/health`],
      [
        { at: START, failed: false },
        { at: START + MINUTE, failed: true },
      ],
    );
    expect(left(window({ a: { total: 5, serverErrors: 2 } }))).toMatchObject({ total: 3, serverErrors: 1, ours: 2 });
  });

  test('are told with the slowest of them, because no percentile can be corrected', async () => {
    await ask(`${AUTH}/health`);
    latencyMs = 7_000;
    await ask(`${AUTH}/health`);
    expect(left(window({ a: { total: 5, serverErrors: 0 } }))).toMatchObject({ oursSlowestMs: 7_000 });
  });

  test('that were late are taken out of the late ones of their minute, and no others are', async () => {
    latencyMs = 7_000;
    await ask(`${AUTH}/health`, 2);
    const late = [
      { at: START, count: 5 },
      { at: START + MINUTE, count: 3 },
    ];
    const stats = { ...window({ a: { total: 40, serverErrors: 0, late }, b: { total: 9, serverErrors: 0 } }), lateFromMs: 4_000 };
    const { a, b } = left(stats)?.byRevision ?? {};
    expect(a?.late).toEqual([{ at: START, count: 3 }, late[1]]);
    expect(b).not.toHaveProperty('late');
  });

  test('make nothing of figures that were not measured', () => {
    const unread = absent<RequestStats>('request_count', 'HTTP 503');
    expect(own.without(unread, { all: [AUTH] })).toBe(unread);
  });
});
