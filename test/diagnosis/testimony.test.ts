import { describe, expect, test } from 'vitest';
import { MINUTE, SECOND } from '../../src/core/duration.ts';
import { absent, fresh } from '../../src/core/model/measured.ts';
import type { Observation, RequestStats, ServiceObservation } from '../../src/core/model/observation.ts';
import type { LookTestimony, Witness, Word } from '../../src/core/model/testimony.ts';
import { agreements } from '../../src/diagnosis/service-health.ts';
import { testify } from '../../src/diagnosis/testimony.ts';
import {
  AUTH,
  BACKEND,
  FRONTEND,
  logGroup,
  NEW_BACKEND,
  NOW,
  probe,
  SPEC,
  wellAuth,
  wellBackend,
  wellFrontend,
  world,
} from './fixtures.ts';

const FACTS = { intended: {}, servingSince: {} };
const NO_TRAFFIC = { requests: absent<RequestStats>('request_count', 'no series') };
const seenWith = (backend: Partial<ServiceObservation>, logs = [] as ReturnType<typeof logGroup>[]): Observation =>
  world({ services: [wellAuth(), { ...wellBackend(), ...backend }, wellFrontend()], logs });
const said = (observation: Observation) => testify(observation, SPEC, FACTS)[BACKEND]!;
const looksOf = (words: Partial<Record<Witness, Word>>, count: number): readonly LookTestimony[] =>
  Array.from({ length: count }, (_, index) => ({
    at: NOW - (count - index) * 30 * SECOND,
    services: { [BACKEND]: { probes: 'well', requests: 'silent', deaths: 'well', platform: 'well', logs: 'silent', ...words } },
  }));
const agreed = (observation: Observation, witnessed: readonly LookTestimony[] = []) =>
  agreements(observation, SPEC, { ...FACTS, witnessed })[BACKEND]!;
const requests = (total: number, serverErrors: number) => ({
  requests: fresh(
    { sinceAt: NOW - 5 * MINUTE, total, serverErrors, byRevision: { [NEW_BACKEND]: { total, serverErrors } } },
    NOW - MINUTE,
    'request_count',
  ),
});
const BAD = probe('bad-status', { status: 503 });

describe('one look', () => {
  test('with one failing probe is a suspicion, whether users are served well or nobody calls', () => {
    expect(agreed(seenWith({ probes: [BAD], ...requests(300, 0) })).verdict).toBe('suspected');
    expect(agreed(seenWith({ probes: [BAD], ...NO_TRAFFIC })).verdict).toBe('suspected');
  });

  test('in which probes and users agree is enough', () => {
    expect(agreed(seenWith({ probes: [BAD], ...requests(300, 200) }))).toMatchObject({ verdict: 'ill', witnesses: ['probes', 'requests'] });
  });

  test('in which metrics and request log say the same is one source, not two', () => {
    const logs = [logGroup('no-available-instance', BACKEND, NEW_BACKEND, 200)];
    expect(agreed(seenWith(requests(300, 200), logs)).verdict).toBe('suspected');
  });

  test('without traffic is well by probes, deaths and readiness, and says so', () => {
    const { verdict, because } = agreed(seenWith(NO_TRAFFIC));
    expect(verdict).toBe('well');
    expect(because).toContain('no user request arrives');
  });

  test('in which every target was slow or unanswered is the observer’s own, unless somebody else speaks against a service', () => {
    const slow = [probe('slow')];
    const services = [wellAuth(), wellBackend(), wellFrontend()].map((each) => ({ ...each, probes: slow }));
    for (const name of [AUTH, BACKEND, FRONTEND]) expect(testify(world({ services }), SPEC, FACTS)[name]?.probes.silence).toBe('observer');
    const dying = world({ services, logs: [logGroup('container-exit', BACKEND, NEW_BACKEND, 3)] });
    expect(testify(dying, SPEC, FACTS)[AUTH]?.probes.silence).not.toBe('observer');
  });
});

describe('several looks', () => {
  test('a probe that fails in three of five is enough, unless users are served well', () => {
    const before = looksOf({ probes: 'ill' }, 2);
    expect(agreed(seenWith({ probes: [BAD], ...NO_TRAFFIC }), before).verdict).toBe('ill');
    expect(agreed(seenWith({ probes: [BAD], ...requests(300, 0) }), before).verdict).toBe('suspected');
  });

  test('of before the present revision served do not count', () => {
    const before = looksOf({ probes: 'ill' }, 4);
    const since = { ...FACTS, servingSince: { [BACKEND]: NOW - 10 * SECOND }, witnessed: before };
    const now = seenWith({ probes: [probe('bad-status', { status: 503, at: NOW })], ...NO_TRAFFIC });
    expect(agreements(now, SPEC, since)[BACKEND]?.verdict).toBe('suspected');
  });

  test('slow answers count when twelve on end were slow', () => {
    const slow = seenWith({ probes: [probe('slow')], ...NO_TRAFFIC });
    const looks = looksOf({ probes: 'silent' }, 11).map((look) => ({ ...look, slow: [BACKEND] }));
    expect(agreed(slow, looks.slice(1)).verdict).toBe('suspected');
    expect(agreed(slow, looks).verdict).toBe('ill');
  });
});

describe('a probe turned away at the door', () => {
  const state = wellBackend().state;
  const own = (status: number) => probe('bad-status', { status, url: `${state.value?.uri}/health` });
  const withIngress = (ingress: string): Partial<ServiceObservation> => ({
    state: { ...state, value: { ...state.value!, template: { ...state.value!.template, ingress } } },
  });

  test.each([401, 403, 404])('with %i is silent, and users who are served well vouch for the service', (status) => {
    const seen = seenWith({ probes: [own(status)], ...requests(300, 0) });
    expect(said(seen).probes).toMatchObject({
      word: 'silent',
      silence: 'unreached',
      because: expect.stringContaining('not reachable from here'),
    });
    expect(agreed(seen).verdict).toBe('well');
  });

  test('by internal ingress leaves it to deaths and readiness where nobody calls', () => {
    const seen = seenWith({ ...withIngress('INGRESS_TRAFFIC_INTERNAL_ONLY'), probes: [own(404)], ...NO_TRAFFIC });
    expect(agreed(seen).verdict).toBe('well');
  });

  test('is never ill, however often', () => {
    const seen = seenWith({ probes: [own(403)], ...NO_TRAFFIC });
    expect(agreed(seen, looksOf({ probes: 'ill' }, 4)).verdict).not.toBe('ill');
  });

  test('of a load balancer’s address has met what users meet', () => {
    const seen = seenWith({ probes: [probe('bad-status', { status: 404, url: 'https://www.example.com/health' })], ...NO_TRAFFIC });
    expect(said(seen).probes.word).toBe('ill');
  });
});
