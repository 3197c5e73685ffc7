import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MINUTE, SECOND } from '../../src/core/duration.ts';
import { absent, aged, fresh } from '../../src/core/model/measured.ts';
import type { Measured } from '../../src/core/model/measured.ts';
import type { Observation, ServiceObservation } from '../../src/core/model/observation.ts';
import type { RequestStats } from '../../src/core/model/request-stats.ts';
import type { LookTestimony } from '../../src/core/model/testimony.ts';
import type { Outcome } from '../../src/core/model/verdict.ts';
import type { JudgeInput } from '../../src/diagnosis/witnesses/judge-input.ts';
import { headline } from '../../src/diagnosis/headline.ts';
import { combine, judgeGates } from '../../src/diagnosis/verdicts.ts';
import {
  AUTH,
  BACKEND,
  BACKEND_REVISIONS,
  believedWorld,
  blindWorld,
  connectorOf,
  FRONTEND,
  logGroup,
  NEW_BACKEND,
  NOW,
  OLD_BACKEND,
  probe,
  service,
  serviceState,
  SPEC,
  to,
  wellAuth,
  wellBackend,
  wellFrontend,
  wellWorld,
  withConnector,
  world,
} from './fixtures.ts';

const GATE = 'connector:staging-connector';

const NOTHING: JudgeInput = { intended: {}, servingSince: {} };
const ILL_PROBES = { probes: 'ill', requests: 'silent', deaths: 'well', platform: 'well', logs: 'silent' } as const;
const gatesOf = (observation: Observation, facts = NOTHING) => judgeGates(observation, SPEC, facts);
const withBackend = (backend: ServiceObservation, shape: Partial<Parameters<typeof world>[0]> = {}) =>
  world({ services: [wellAuth(), backend, wellFrontend()], ...shape });
const backendState = (traffic = [to(NEW_BACKEND, 100)], extra = {}) => serviceState(BACKEND, BACKEND_REVISIONS, traffic, extra);
const metrics = (total: number, serverErrors: number, sinceAt: number) =>
  fresh({ sinceAt, total, serverErrors, byRevision: { [NEW_BACKEND]: { total, serverErrors } } }, NOW - MINUTE, 'request_count');

describe('gates', () => {
  test('a well world passes every gate', () => {
    expect(Object.values(gatesOf(wellWorld())).map((verdict) => verdict.outcome)).toEqual(Array(8).fill('pass'));
  });

  test('no gate passes when nothing could be seen', () => {
    for (const verdict of Object.values(gatesOf(blindWorld()))) expect(verdict.outcome).not.toBe('pass');
  });

  test('nothing passes on absent or late values, whatever is mixed', () => {
    const spoil = <T>(value: Measured<T>, kind: 'late' | 'absent'): Measured<T> =>
      kind === 'absent' || value.value === null
        ? absent<T>(value.source)
        : aged(value.value, NOW - 60 * MINUTE, { now: NOW, normalDelayMs: MINUTE, source: value.source });
    const kind = fc.constantFrom('late' as const, 'absent' as const);
    fc.assert(
      fc.property(fc.array(kind, { minLength: 16, maxLength: 16 }), (kinds) => {
        let next = 0;
        const any = () => kinds[next++ % kinds.length] ?? 'absent';
        const seen = wellWorld();
        const services = Object.fromEntries(
          Object.entries(seen.services).map(([name, each]) => [
            name,
            {
              ...each,
              state: spoil(each.state, any()),
              requests: spoil(each.requests, any()),
              p95Ms: spoil(each.p95Ms, any()),
              instances: spoil(each.instances, any()),
              probes: [],
            },
          ]),
        );
        const { state, cpuP99, instances, riders } = connectorOf(seen);
        const { connectors } = withConnector(seen, {
          state: spoil(state, any()),
          cpuP99: spoil(cpuP99, any()),
          instances: spoil(instances, any()),
          riders: spoil(riders, any()),
        });
        const spoiled = { ...seen, services, connectors, logs: spoil(seen.logs, any()) };
        for (const verdict of Object.values(gatesOf(spoiled))) expect(verdict.outcome).not.toBe('pass');
      }),
    );
  });

  test('one spoiled value that a gate stands on is enough to keep it from passing', () => {
    const seen = wellWorld();
    const spoiled: readonly (readonly [string, Observation])[] = [
      [GATE, withConnector(seen, { cpuP99: absent<number>('cpu') })],
      [GATE, withConnector(seen, { cpuP99: { ...connectorOf(seen).cpuP99, freshness: 'late' } })],
      [GATE, withConnector(seen, { state: { ...connectorOf(seen).state, freshness: 'late' } })],
      [`healthy:${BACKEND}`, { ...seen, logs: absent('entries:list') }],
      [`healthy:${BACKEND}`, { ...seen, logs: { ...seen.logs, freshness: 'late' } }],
      [`healthy:${BACKEND}`, withBackend({ ...wellBackend(), probes: [] })],
      [`healthy:${BACKEND}`, withBackend({ ...wellBackend(), state: absent('services') })],
      ['all', withBackend({ ...wellBackend(), requests: absent('request_count') })],
    ];
    for (const [gate, observation] of spoiled) {
      expect(gatesOf(observation)[gate]?.outcome, gate).not.toBe('pass');
      expect(gatesOf(observation)['all']?.outcome).not.toBe('pass');
    }
  });
});

describe('the gate of a connector', () => {
  test('fails while the cpu is at or above its goal or the connector is in error, and is open while it is updated', () => {
    const outcome = (shape: Partial<Parameters<typeof world>[0]>): Outcome | undefined =>
      gatesOf(world({ services: [wellAuth(), wellBackend(), wellFrontend()], ...shape }))[GATE]?.outcome;
    expect(outcome({ cpu: 0.7 })).toBe('fail');
    expect(outcome({ cpu: 0.69 })).toBe('pass');
    expect(outcome({ connector: { lifecycle: 'ERROR' } })).toBe('fail');
    expect(outcome({ connector: { lifecycle: 'UPDATING' } })).toBe('inconclusive');
  });

  test('in error it keeps nobody from being well whom it is not seen to harm', () => {
    const inError = (cpu: number) =>
      gatesOf(world({ services: [wellAuth(), wellBackend(), wellFrontend()], connector: { lifecycle: 'ERROR' }, cpu }))['all'];
    expect(inError(0.3)).toMatchObject({
      outcome: 'pass',
      because: expect.stringMatching(/healthy by their witnesses, although .* is ERROR$/),
    });
    expect(inError(0.9)?.outcome).toBe('fail');
  });

  test('does not pass on a cpu figure from before its change', () => {
    const before = gatesOf(wellWorld(), { intended: {}, servingSince: { [GATE]: NOW - 30 * SECOND } });
    expect(before[GATE]?.outcome).toBe('inconclusive');
    const after = gatesOf(wellWorld(), { intended: {}, servingSince: { [GATE]: NOW - 5 * MINUTE } });
    expect(after[GATE]?.outcome).toBe('pass');
  });
});

describe('the one-revision gate', () => {
  const outcome = (state: ReturnType<typeof backendState>, intended = {}): Outcome | undefined =>
    gatesOf(withBackend(service({ state })), { intended, servingSince: {} })[`one-revision:${BACKEND}`]?.outcome;

  test('passes with one revision at 100 %, by name or by LATEST, and tags at 0 % beside it', () => {
    expect(outcome(backendState())).toBe('pass');
    expect(outcome(backendState([{ latest: true, revision: NEW_BACKEND, percent: 100, tag: null }]))).toBe('pass');
    expect(outcome(backendState([to(NEW_BACKEND, 100), to(OLD_BACKEND, 0, 'previous')]))).toBe('pass');
  });

  test('fails for a split and for another revision than the intended one', () => {
    expect(outcome(backendState([to(NEW_BACKEND, 99), to(OLD_BACKEND, 1)]))).toBe('fail');
    expect(outcome(backendState(), { [BACKEND]: OLD_BACKEND })).toBe('fail');
  });

  test('is judged by what is in force, not by what was asked for, and is open while the service is being changed', () => {
    const asked = [to(OLD_BACKEND, 100)];
    const inForce = [to(NEW_BACKEND, 50), to(OLD_BACKEND, 50)];
    expect(outcome(backendState(asked, { trafficStatuses: inForce }))).toBe('fail');
    expect(outcome(backendState([to(NEW_BACKEND, 100)], { reconciling: true }))).toBe('inconclusive');
  });

  test('a failed condition that is stale does not matter', () => {
    expect(
      outcome(backendState([to(NEW_BACKEND, 100)], { terminal: { state: 'CONDITION_FAILED', reason: 'REVISION_FAILED', message: 'x' } })),
    ).toBe('pass');
  });
});

describe('the healthy gate', () => {
  const since = NOW - 3 * MINUTE;
  const shifted: JudgeInput = { intended: { [BACKEND]: NEW_BACKEND }, servingSince: { [BACKEND]: since } };
  const judge = (backend: ServiceObservation, logs = [] as ReturnType<typeof logGroup>[], facts = shifted) =>
    gatesOf(withBackend(backend, { logs }), facts)[`healthy:${BACKEND}`];

  test('passes on probes and quiet logs while the metrics still lag', () => {
    expect(judge({ ...service({ state: backendState() }), requests: absent('request_count'), p95Ms: absent('latency') })?.outcome).toBe(
      'pass',
    );
  });

  test.each(['bad-status', 'error'] as const)('a probe that is %s in one look is a suspicion; in three looks it fails', (outcome) => {
    const quiet = { requests: absent<RequestStats>('request_count', 'no series') };
    const bad = { ...service({ state: backendState(), probes: [probe('ok'), probe(outcome, { problem: 'deadline' })] }), ...quiet };
    expect(judge(bad)).toMatchObject({ outcome: 'inconclusive', because: expect.stringContaining('suspected') });
    const before = [1, 2].map((looks) => ({ at: NOW - looks * 30 * SECOND, services: { [BACKEND]: ILL_PROBES } }));
    expect(judge(bad, [], { ...shifted, witnessed: before })?.outcome).toBe('fail');
  });

  test('a slow answer is no failure beside users who are served well and in time', () => {
    const slow = { ...service({ state: backendState(), probes: [probe('ok'), probe('slow')] }), requests: metrics(400, 0, since + SECOND) };
    expect(judge(slow)?.outcome).toBe('pass');
    expect(judge({ ...slow, requests: absent<RequestStats>('request_count', 'no series') })?.outcome).toBe('inconclusive');
  });

  test('does not pass on probes that were sent before the revision had the traffic', () => {
    const early = service({ state: backendState(), probes: [probe('ok', { at: since - SECOND })] });
    expect(judge(early)?.outcome).toBe('inconclusive');
  });

  test('fails when another revision serves than the intended one, or beside it', () => {
    expect(judge(service({ state: backendState([to(OLD_BACKEND, 100)]) }))?.outcome).toBe('fail');
    expect(judge(service({ state: backendState([to(NEW_BACKEND, 90), to(OLD_BACKEND, 10)]) }))?.outcome).toBe('fail');
  });

  test('fails when the serving revision dies now; deaths of before the shift, of others, or of no one do not count', () => {
    const well = service({ state: backendState() });
    const unproven = { ...well, requests: absent<RequestStats>('request_count', 'no series') };
    expect(judge(unproven, [logGroup('container-exit', BACKEND, NEW_BACKEND, 1)])?.outcome).toBe('inconclusive');
    expect(judge(unproven, [logGroup('container-exit', BACKEND, NEW_BACKEND, 3)])?.outcome).toBe('fail');
    expect(judge(well, [logGroup('container-exit', BACKEND, NEW_BACKEND, 9, { lastAt: since - SECOND })])?.outcome).toBe('pass');
    expect(judge(well, [logGroup('container-exit', BACKEND, OLD_BACKEND, 9)])?.outcome).toBe('pass');
    expect(judge(well, [logGroup('missing-module', BACKEND, NEW_BACKEND, 9)])?.outcome).toBe('pass');
  });

  test('errors from before the shift are not held against the new revision, errors since are', () => {
    const withMetrics = (sinceAt: number, errors: number): ServiceObservation => ({
      ...service({ state: backendState() }),
      requests: metrics(100, errors, sinceAt),
    });
    expect(judge(withMetrics(since - MINUTE, 60))?.outcome).toBe('pass');
    expect(judge(withMetrics(since + SECOND, 60))?.outcome).toBe('inconclusive');
    const before = failingBesideWell(6);
    expect(judge(withMetrics(since + SECOND, 60), [], { ...shifted, witnessed: before })?.outcome).toBe('fail');
    expect(judge(withMetrics(since + SECOND, 1))?.outcome).toBe('pass');
  });

  test('a few failed requests are too few to fail it and enough not to pass it; without probes, few and well requests leave it to readiness and deaths, and unmeasured ones vouch for nothing', () => {
    expect(judge({ ...service({ state: backendState() }), requests: metrics(2, 2, since + SECOND) })?.outcome).toBe('inconclusive');
    const unprobed = { ...SPEC, services: SPEC.services.map((each) => ({ ...each, health: [] })) };
    const noProbes = (requests: ServiceObservation['requests']): Outcome | undefined =>
      judgeGates(withBackend({ ...service({ state: backendState() }), requests, probes: [] }), unprobed, shifted)[`healthy:${BACKEND}`]
        ?.outcome;
    expect(noProbes(metrics(100, 0, since + SECOND))).toBe('pass');
    expect(noProbes(metrics(3, 0, since + SECOND))).toBe('pass');
    expect(noProbes(metrics(3, 1, since + SECOND))).toBe('inconclusive');
    expect(noProbes(metrics(0, 0, since + SECOND))).toBe('pass');
    expect(noProbes(absent('request_count'))).toBe('inconclusive');
  });
});

/** Looks before this one in which users' requests failed while probes were well, the last time just before it. */
function failingBesideWell(looks: number): readonly LookTestimony[] {
  return Array.from({ length: looks }, (_, index) => ({
    at: NOW - (looks - index) * 30 * SECOND,
    services: { [BACKEND]: { ...ILL_PROBES, probes: 'well', requests: 'ill' } },
    failedAt: { [BACKEND]: [NOW - (looks - index) * 30 * SECOND] },
  }));
}

describe('the gate of the soak', () => {
  const all = (backend: ServiceObservation, facts = NOTHING): Outcome | undefined => gatesOf(withBackend(backend), facts)['all']?.outcome;

  test('one failed request of three thousand is within its budget; what exceeds the goal stops it, and breaks it once three minutes have failed beside probes that are well', () => {
    expect(all({ ...wellBackend(), requests: metrics(3_000, 1, NOW - 5 * MINUTE) })).toBe('pass');
    const beyond = { ...wellBackend(), requests: metrics(500, 40, NOW - 5 * MINUTE) };
    expect(all(beyond)).toBe('inconclusive');
    const before = failingBesideWell(6);
    expect(all(beyond, { ...NOTHING, witnessed: before })).toBe('fail');
  });

  test('errors of a window that reaches back before the shift are not held against what serves since', () => {
    const facts = { intended: {}, servingSince: { [BACKEND]: NOW - 3 * MINUTE } };
    expect(all({ ...wellBackend(), requests: metrics(500, 100, NOW - 5 * MINUTE) }, facts)).toBe('pass');
  });

  test('without traffic it passes by probes, deaths and readiness, and says so; far too slow a service does not pass it', () => {
    const idle = { ...wellBackend(), requests: metrics(0, 0, NOW - 5 * MINUTE) };
    expect(all(idle)).toBe('pass');
    expect(gatesOf(withBackend(idle))[`healthy:${BACKEND}`]?.because).toMatch(
      /probes well.*no container died.*ready.*no user request arrives/,
    );
    expect(all({ ...wellBackend(), p95Ms: fresh(9_000, NOW - MINUTE, 'latency') })).toBe('inconclusive');
  });
});

describe('the headline', () => {
  test('says the worst of a service first and how much more there is', () => {
    const seen = believedWorld();
    expect(headline(seen, gatesOf(seen))).toMatch(/netra-auth-service.*answered 503.*and 4 more/);
    expect(headline(wellWorld(), gatesOf(wellWorld()))).toBe('3 services healthy, connector well');
    expect(headline(blindWorld(), gatesOf(blindWorld()))).toContain('could not be read');
  });

  test('a failure beats what could not be measured, and that beats too little data', () => {
    const verdict = (outcome: Outcome) => ({ outcome, because: outcome });
    expect(combine([verdict('inconclusive'), verdict('error'), verdict('fail')], 'well').because).toBe('fail');
    expect(combine([verdict('inconclusive'), verdict('error')], 'well').because).toBe('error');
    expect(combine([verdict('pass'), verdict('inconclusive')], 'well').because).toBe('inconclusive');
    expect(combine([verdict('pass')], 'well')).toEqual({ outcome: 'pass', because: 'well' });
  });

  test('names the services of the document', () => {
    expect(Object.keys(gatesOf(wellWorld())).filter((gate) => gate.startsWith('healthy:'))).toEqual(
      [AUTH, BACKEND, FRONTEND].map((name) => `healthy:${name}`),
    );
  });
});
