import { describe, expect, test } from 'vitest';
import { MINUTE } from '../../../src/core/duration.ts';
import { absent, aged, fresh } from '../../../src/core/model/measured.ts';
import type { Observation, ServiceObservation } from '../../../src/core/model/observation.ts';
import { awayWords, unreadIn } from '../../../src/diagnosis/witnesses/sources-away.ts';
import { NO_SERIES } from '../../../src/diagnosis/witnesses/request-evidence.ts';
import { BACKEND, BACKEND_REVISIONS, NEW_BACKEND, NOW, logGroup, probe, service, serviceState, to, world } from '../fixtures.ts';

const SOURCE = 'run.googleapis.com/request_count';

/** One service whose probe fails and of which failed requests are logged. */
function look(requests: ServiceObservation['requests'], more: Partial<Observation> = {}): Observation {
  const seen = service({ state: serviceState(BACKEND, BACKEND_REVISIONS, [to(NEW_BACKEND, 100)]), probes: [probe('bad-status')] });
  const minute = { sinceAt: NOW - 16 * MINUTE, untilAt: NOW - 15 * MINUTE, total: 600, serverErrors: 0, byRevision: {} };
  const byMinute = fresh([minute], NOW, SOURCE);
  const logs = [logGroup('server-error', BACKEND, NEW_BACKEND, 30)];
  return { ...world({ services: [{ ...seen, requests, byMinute }], logs }), ...more };
}

const witnessed = [4, 3, 2, 1].map((ago) => ({
  at: NOW - ago * MINUTE,
  services: {},
  ...(ago <= 2 ? { unread: ['Cloud Monitoring'] } : {}),
}));
const counted = { sinceAt: NOW - 2 * MINUTE, total: 600, serverErrors: 300, byRevision: {} };

describe('a source that is away', () => {
  test('is named with since when, what is not known because of it, and what the others tell', () => {
    const [words = '', ...others] = awayWords(look(absent(SOURCE, 'UNAVAILABLE: try later')), witnessed);
    expect(words).toContain('Cloud Monitoring could not be read since 02:58 (UNAVAILABLE): how many users of');
    expect(words).toContain(`30 failed requests of ${NEW_BACKEND} are logged since`);
    expect(words).toContain(`0 of 1 probes of ${BACKEND} are answered well now`);
    expect(others).toEqual([]);
  });

  test('is late by its own newest figure, and where requests were logged long after the last that is counted', () => {
    const late = aged(counted, NOW - 12 * MINUTE, { now: NOW, normalDelayMs: 5 * MINUTE, source: SOURCE });
    expect(awayWords(look(late))[0]).toContain('tells of nothing newer than 02:48, 12m ago');
    expect(awayWords(look(absent(SOURCE, NO_SERIES)))[0]).toContain('tells of nothing newer than 02:45, 15m ago');
  });

  test('is not known where no request is counted and none is logged: none may arrive', () => {
    expect(awayWords({ ...look(absent(SOURCE, NO_SERIES)), logs: fresh([], NOW, 'logs') })).toEqual([]);
  });

  test('is told of the log as well', () => {
    const [words] = awayWords(look(fresh(counted, NOW, SOURCE), { logs: absent('logs', 'UNAVAILABLE: 503') }));
    expect(words).toContain(`Cloud Logging could not be read since 03:00 (UNAVAILABLE): why ${BACKEND} fails, and whether containers die`);
  });

  test('is none where all are there, and nothing is told where nobody fails', () => {
    const all = look(fresh(counted, NOW, SOURCE));
    expect(awayWords(all)).toEqual([]);
    expect(unreadIn(all)).toEqual({});
    expect(
      awayWords(
        world({
          services: [
            service({
              state: serviceState(BACKEND, BACKEND_REVISIONS, [to(NEW_BACKEND, 100)]),
              requests: absent(SOURCE, 'UNAVAILABLE'),
            } as never),
          ],
        }),
      ),
    ).toEqual([]);
  });
});
