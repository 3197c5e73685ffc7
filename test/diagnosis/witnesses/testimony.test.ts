import { describe, expect, test } from 'vitest';
import type { IncidentContext } from '../../../machines/incident/context.ts';
import { disagreement } from '../../../machines/incident/health/evidence.ts';
import { MINUTE, SECOND } from '../../../src/core/duration.ts';
import { absent, fresh } from '../../../src/core/model/measured.ts';
import type { Observation, ServiceObservation } from '../../../src/core/model/observation.ts';
import type { RequestStats } from '../../../src/core/model/request-stats.ts';
import type { LookTestimony, Witness, Word } from '../../../src/core/model/testimony.ts';
import { diagnose } from '../../../src/diagnosis/diagnose.ts';
import { agreements } from '../../../src/diagnosis/witnesses/service-health.ts';
import { testify } from '../../../src/diagnosis/witnesses/testimony.ts';
import { fittingTimeouts } from '../../../src/diagnosis/infrastructure/timeouts.ts';
import { renderDiagnosis } from '../../../src/report/render/render-diagnosis.ts';
import {
  AUTH,
  BACKEND,
  connectorOf,
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
} from '../fixtures.ts';

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

test('in a look in which no target of several answers us, users of one who are served well prove it our own, also for a service that is ill', () => {
  const unanswered = { probes: [probe('error', { status: null, problem: 'timeout' })] };
  const auth = { ...wellAuth(), ...unanswered };
  const backend = { ...wellBackend(), ...unanswered, ...requests(300, 200) };
  const told = (frontend: Partial<ServiceObservation>) =>
    testify(world({ services: [auth, backend, { ...wellFrontend(), ...unanswered, ...frontend }] }), SPEC, FACTS);
  for (const name of [AUTH, BACKEND, FRONTEND]) expect(told({})[name]?.probes.silence).toBe('observer');
  expect(told({ probes: [BAD] })[AUTH]?.probes.silence).not.toBe('observer');
});

describe('several looks', () => {
  test('a probe that fails in three of five is enough, unless users are served well', () => {
    const before = looksOf({ probes: 'ill' }, 2);
    expect(agreed(seenWith({ probes: [BAD], ...NO_TRAFFIC }), before).verdict).toBe('ill');
    expect(agreed(seenWith({ probes: [BAD], ...requests(300, 0) }), before).verdict).toBe('suspected');
  });

  test('that were ill before one in which a probe is well say what users meet, unless they are served well', () => {
    const before = looksOf({ probes: 'ill' }, 4);
    const { verdict, because } = agreed(seenWith(NO_TRAFFIC), before);
    expect(verdict).toBe('suspected');
    expect(because).toMatch(/^ill in looks before, and not surely in this one: .*; users: no user request arrives/);
    expect(agreed(seenWith(requests(300, 0)), before).because).not.toContain('; users: ');
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

describe('users’ figures, which come minutes late,', () => {
  const minutes = (...failed: readonly number[]): Partial<ServiceObservation> => {
    const sinceAt = NOW - (failed.length + 1) * MINUTE;
    const told = failed.map((serverErrors, index) => ({ at: sinceAt + index * MINUTE, total: 60, serverErrors }));
    const [total, serverErrors] = [60 * failed.length, failed.reduce((sum, each) => sum + each, 0)];
    const stats = { sinceAt, total, serverErrors, byRevision: { [NEW_BACKEND]: { total, serverErrors } }, minutes: told };
    return { requests: fresh<RequestStats>(stats, NOW - MINUTE, 'request_count') };
  };
  const ill = { probes: 'well', requests: 'ill' } as const;

  test('are of before when no failure is as new as the first look that met it well; newer ones count, by minutes and not by looks', () => {
    expect(agreed(seenWith(minutes(30, 30, 30, 30)), looksOf(ill, 2)).verdict).toBe('suspected');
    expect(agreed(seenWith(minutes(30, 30, 30, 30)), looksOf(ill, 5)).verdict, 'two minutes').toBe('suspected');
    expect(agreed(seenWith(minutes(30, 30, 30, 30)), looksOf(ill, 7)).verdict, 'three minutes').toBe('ill');
    expect(agreed(seenWith({ ...minutes(30, 30, 30, 30), probes: [BAD] }), looksOf(ill, 2)).verdict).toBe('ill');
  });

  test('count with the minutes that earlier looks have kept, each once', () => {
    const kept = (...ago: readonly number[]) =>
      looksOf(ill, 12).map((look) => ({ ...look, failedAt: { [BACKEND]: ago.map((back) => NOW - back * MINUTE) } }));
    expect(agreed(seenWith(minutes(30, 30)), kept(2)).verdict).toBe('suspected');
    expect(agreed(seenWith(minutes(30, 30)), kept(3)).verdict).toBe('ill');
    expect(agreed(seenWith(minutes(30, 30)), kept(8)).verdict, 'from before its probes answered well').toBe('suspected');
  });

  test('are of before when the request log is quiet since, which would have held several failures at its own pace', () => {
    const logged = (count: number, ago: number) => [
      logGroup('server-error', BACKEND, NEW_BACKEND, count, { firstAt: NOW - 14 * MINUTE, lastAt: NOW - ago * MINUTE }),
    ];
    const told = [6, 5, 4, 3].map((ago) => ({ at: NOW - ago * MINUTE, total: 60, serverErrors: 30 }));
    const stats = {
      sinceAt: NOW - 6 * MINUTE,
      total: 240,
      serverErrors: 120,
      byRevision: { [NEW_BACKEND]: { total: 240, serverErrors: 120 } },
    };
    const late = { requests: fresh<RequestStats>({ ...stats, minutes: told }, NOW - 2 * MINUTE, 'request_count') };
    const met = looksOf(ill, 20);
    expect(agreed(seenWith(late, logged(30, 2.5)), met)).toMatchObject({
      verdict: 'suspected',
      because: expect.stringContaining('request log'),
    });
    expect(agreed(seenWith(late, logged(4, 2.5)), met).verdict, 'too few lines to miss one').toBe('ill');
    expect(agreed(seenWith(late, logged(30, 1)), met).verdict, 'a line of this minute').toBe('ill');
    expect(agreed(seenWith(late), met).verdict, 'no line at all').toBe('ill');
  });

  test('outrank a probe that fails and the log lines of its own requests, in however many looks', () => {
    const lines = [logGroup('server-error', BACKEND, NEW_BACKEND, 4)];
    const both = { probes: 'ill', logs: 'ill', requests: 'well' } as const;
    expect(agreed(seenWith({ probes: [BAD], ...requests(590, 0) }, lines), looksOf(both, 4)).verdict).toBe('suspected');
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

describe('a diagnosis', () => {
  const { uri } = wellBackend().state.value!;
  const turnedAway = { probes: [probe('bad-status', { status: 404, url: `${uri}/health` })] };
  const causesAbout = (observation: Observation) => diagnose(observation, SPEC).causes.filter(({ subject }) => subject === BACKEND);

  test('makes no cause of a door that is closed to us while users are served', () => {
    const missed = { p95Ms: fresh(3_000, NOW - MINUTE, 'request_latencies') };
    expect(causesAbout(seenWith({ ...turnedAway, ...missed, ...requests(300, 0) }))).toEqual([]);
    expect(causesAbout(seenWith({ ...turnedAway, ...requests(300, 200) }))).not.toEqual([]);
  });

  test('of what only one look says is told as suspected, and no longer once it is agreed', () => {
    const once = seenWith({ probes: [BAD], ...requests(300, 0) });
    expect(diagnose(once, SPEC).suspected).toEqual([expect.stringContaining(`${BACKEND}: suspected: `)]);
    expect(renderDiagnosis(diagnose(once, SPEC))).toMatch(/^Not known to be healthy at .*suspected, and not agreed/);
    const agreedOn = seenWith({ probes: [BAD], ...requests(300, 200) });
    expect(diagnose(agreedOn, SPEC).suspected).toBeUndefined();
    expect(renderDiagnosis(diagnose(agreedOn, SPEC))).toMatch(/^Not healthy at /);
  });
});

describe('time-outs that the connector can be the reason of', () => {
  const sample = (text: string, signature = 'connect-timeout', name = BACKEND) =>
    logGroup(signature, name, NEW_BACKEND, 5, { sample: text });
  const fits = (group: ReturnType<typeof logGroup>) =>
    fittingTimeouts(seenWith({}, [group]), connectorOf(seenWith({}, [group]))).length > 0;

  test('are towards private addresses, or tell no address, or are the database’s own', () => {
    expect(fits(sample('connect to 10.8.0.3:5432 timed out'))).toBe(true);
    expect(fits(sample('connect timed out'))).toBe(true);
    expect(fits(sample('api.openai.com:443', 'database-init-timeout'))).toBe(true);
  });

  test('are none towards a public host alone, nor of a service that does not ride it', () => {
    expect(fits(sample('connect to api.openai.com:443 timed out'))).toBe(false);
    expect(fits(sample('connect to 10.8.0.3:5432 timed out', 'connect-timeout', 'somebody-elses-service'))).toBe(false);
  });
});

describe('the evidence again, at the instant of a write', () => {
  const plan = {
    observedAt: NOW,
    steps: ['pin', 'deploy'].map((kind) => ({ id: `${kind}:${BACKEND}`, change: { kind, service: BACKEND } })),
  };
  const against = (step: string, outcome: string, at = NOW + MINUTE) => {
    const look = { at, gates: { [`healthy:${BACKEND}`]: { outcome, because: 'as seen' } } };
    return disagreement({ look, plan, revision: null } as unknown as IncidentContext, `${step}:${BACKEND}`);
  };

  test('must still hold for a pin, and must not be gone for a deploy', () => {
    expect(against('pin', 'fail')).toBeNull();
    for (const outcome of ['pass', 'inconclusive', 'error']) expect(against('pin', outcome)).toBe('as seen');
    for (const outcome of ['fail', 'inconclusive', 'error']) expect(against('deploy', outcome)).toBeNull();
    expect(against('deploy', 'pass')).toBe('as seen');
  });

  test('is that of a look newer than the plan’s', () => {
    expect(against('pin', 'pass', NOW)).toBeNull();
  });
});
