import { describe, expect, test } from 'vitest';
import { MINUTE } from '../../../src/core/duration.ts';
import { judgeRate } from '../../../src/diagnosis/witnesses/request-evidence.ts';
import { judgeConnectionHeadroom } from '../../../src/diagnosis/infrastructure/connection-headroom.ts';
import { AUTH, believedWorld, blindWorld, databaseOf, NOW, SPEC, withDatabase } from '../fixtures.ts';

describe('room in the database for a second revision', () => {
  const withUse = (used: number) => {
    const seen = believedWorld();
    return withDatabase(seen, { connections: { ...databaseOf(seen).connections, value: used } });
  };
  const most = databaseOf(believedWorld()).state.value!.maxConnections!;

  test('is missing when it would hold more than is free, by fresh figures', () => {
    expect(judgeConnectionHeadroom(withUse(most), SPEC, AUTH)).toMatchObject({
      outcome: 'fail',
      because: expect.stringContaining('are free'),
    });
    expect(judgeConnectionHeadroom(withUse(1), SPEC, AUTH)).toBeNull();
  });

  test('is asked for as many instances as the new revision starts with', () => {
    const seen = withUse(most / 2);
    const state = seen.services[AUTH]!.state;
    const starting = (minInstances: number) => {
      const template = { ...state.value!.template, minInstances };
      const service = { ...seen.services[AUTH]!, state: { ...state, value: { ...state.value!, template } } };
      return judgeConnectionHeadroom({ ...seen, services: { ...seen.services, [AUTH]: service } }, SPEC, AUTH);
    };
    expect(starting(0)).toBeNull();
    expect(starting(400)).toMatchObject({ outcome: 'fail' });
  });

  test('is asked for no more than the pool of an instance allows: what others hold is not its own', () => {
    const spec = { ...SPEC, services: SPEC.services.map((each) => ({ ...each, pool: { size: 2, overflow: 0 } })) };
    const running = Object.values(believedWorld().services[AUTH]!.instances.value!).reduce((sum, count) => sum + count, 0);
    expect(judgeConnectionHeadroom(withUse(most - 5), spec, AUTH)).toMatchObject({
      because: expect.stringContaining(`about ${2 * running} `),
    });
    expect(judgeConnectionHeadroom(withUse(most - 6 - 2 * running), spec, AUTH)).toBeNull();
  });

  test('is not said to be missing on absent or late figures', () => {
    expect(judgeConnectionHeadroom(blindWorld(), SPEC, AUTH)).toBeNull();
    const seen = withUse(most);
    const late = withDatabase(seen, { connections: { ...databaseOf(seen).connections, freshness: 'late' } });
    expect(judgeConnectionHeadroom(late, SPEC, AUTH)).toBeNull();
  });
});

describe('failures that are over', () => {
  const judged = (failed: number, agoMs: number, wellSince: number) =>
    judgeRate({ total: 33, failed, sinceAt: NOW - 20 * MINUTE, lastFailedAt: NOW - agoMs, wellSince }, 0.01, NOW);

  test('speak against a service no longer than five minutes, once requests have been answered well since', () => {
    expect(judged(4, 4 * MINUTE, 8).word).toBe('ill');
    expect(judged(4, 6 * MINUTE, 8)).toMatchObject({ word: 'silent', silence: 'unsure' });
    expect(judged(4, 6 * MINUTE, 0).word).toBe('ill');
  });

  test('one or two of them leave it to the probes then, as few requests do', () => {
    expect(judged(1, 6 * MINUTE, 8)).toMatchObject({ word: 'silent', silence: 'few' });
    expect(judged(1, 6 * MINUTE, 0)).toMatchObject({ word: 'silent', silence: 'unsure' });
    expect(judged(1, 2 * MINUTE, 8)).toMatchObject({ word: 'silent', silence: 'unsure' });
  });
});
