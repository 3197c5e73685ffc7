import { describe, expect, it } from 'vitest';
import { judgeDoors, turnedAwayBy } from '../../../src/controller/validating/rejected-probes.ts';
import type { AskedCheck } from '../../../src/controller/validating/rejected-probes.ts';
import { FIRST_LOOK } from '../../../src/controller/validating/suite.ts';
import { unmeetable } from '../../../src/controller/validating/unmeetable.ts';
import type { Observation, ServiceObservation } from '../../../src/core/model/observation.ts';
import type { ValidationCheck } from '../../../src/core/model/verdict.ts';
import { judgeValidation } from '../../../src/diagnosis/validation.ts';
import { rehearsed } from '../../capacity/support/rehearsed.ts';
import { createServices } from './support/real-services.ts';
import { becauseOf, never, validated } from './support/validated.ts';

const BACKEND = 'netra-backend-staging';
const world = await rehearsed('already-healthy');
const well = await world.go(world.observer.observe(never));
const INTERNAL = 'INGRESS_TRAFFIC_INTERNAL_ONLY';

const but = (change: (service: ServiceObservation) => ServiceObservation): Observation => ({
  ...well,
  services: { ...well.services, [BACKEND]: change(well.services[BACKEND]!) },
});
const refused = (service: ServiceObservation, status: number): ServiceObservation => ({
  ...service,
  probes: service.probes.map((probe) => ({ ...probe, outcome: 'bad-status', status })),
});
const internal = (service: ServiceObservation): ServiceObservation => {
  const value = service.state.value!;
  return { ...refused(service, 404), state: { ...service.state, value: { ...value, template: { ...value.template, ingress: INTERNAL } } } };
};
const unread = (service: ServiceObservation): ServiceObservation => ({
  ...refused(service, 401),
  requests: { ...service.requests, value: null, freshness: 'absent' },
  hour: { ...service.requests, value: null, freshness: 'absent' },
});

function judged(observation: Observation, status: number, category = 'connectivity', more: readonly AskedCheck[] = []) {
  const service = observation.services[BACKEND]!;
  const url = `${service.state.value?.uri ?? ''}/asked`;
  const verdict = { outcome: 'fail', because: `HTTP ${status}` } as const;
  const turnedAway = turnedAwayBy(service, { url, status, expectStatus: 200 });
  const check: AskedCheck = { category, name: 'asked', critical: true, service: BACKEND, verdict, turnedAway };
  const options = { ...world, cloud: world.cloud };
  return judgeDoors([check, ...more], { options, observation, facts: FIRST_LOOK, uriOf: () => null, signal: never })[0]!;
}

const beside: ValidationCheck = { category: 'services', name: 'it', critical: true, verdict: { outcome: 'pass', because: 'well' } };

describe('a check that was turned away at the door of its service', () => {
  it.each([401, 403, 404])('by %s counts neither way while users are served', (status) => {
    const check = judged(
      but((service) => refused(service, status)),
      status,
    );
    expect(check.verdict.because).toMatch(/^not reachable from here: .*; not counted, for users of netra-backend-staging are served: /);
    expect([check.verdict.outcome, check.counts]).toEqual(['inconclusive', false]);
  });

  it.each([400, 405, 410, 500, 503])('is none when the service itself said %s: it fails', (status) => {
    expect(judged(well, status).verdict.outcome).toBe('fail');
  });

  it('stays unknown where nothing says that users are served, and names what a human must mend', () => {
    const check = judged(but(unread), 401);
    expect([check.verdict.outcome, check.counts]).toEqual(['inconclusive', undefined]);
    expect(check.mend).toBe(`give our account the right to invoke ${BACKEND}, or name a path that asks for no login`);
    expect(judgeValidation([check, beside], 0.5, 0).verdict.outcome).toBe('inconclusive');
  });

  it('stays a failure where users are not served', () => {
    const failing = but((service) => {
      const stats = service.requests.value!;
      const all = Object.fromEntries(Object.entries(stats.byRevision).map(([name, { total }]) => [name, { total, serverErrors: total }]));
      return {
        ...refused(service, 401),
        requests: { ...service.requests, value: { ...stats, serverErrors: stats.total, byRevision: all } },
      };
    });
    expect(judged(failing, 401).verdict.outcome).toBe('fail');
  });

  it('is left out of the rate, and the other checks decide', () => {
    const check = judged(but(internal), 404);
    expect(judgeValidation([check, check, check, beside], 0.8, 0).verdict).toEqual({
      outcome: 'pass',
      because: '100 % of 1 checks pass (wanted 80 %); 3 more not reachable from here and not counted, while their services are well',
    });
    expect(judgeValidation([check], 0.8, 0).verdict.outcome).toBe('inconclusive');
  });

  it('is told by `validate` and `plan` as what it is', () => {
    const out = judged(but(internal), 404);
    expect(unmeetable([out], world.spec)).toEqual([expect.stringMatching(/^check "asked" says nothing of a run: not reachable from here/)]);
    expect(unmeetable([judged(but(unread), 401)], world.spec)).toEqual([expect.stringMatching(/^check "asked" cannot pass from here: /)]);
  });
});

describe('where users walk', () => {
  it('internal ingress is a door', () => {
    expect(judged(but(internal), 404, 'golden path').counts).toBe(false);
    const met: AskedCheck = { ...beside, service: BACKEND, turnedAway: null };
    expect(judged(but(internal), 404, 'golden path', [met]).counts, 'by its own setting, whatever else got past it').toBe(false);
  });

  it('a refusal is the door only when nothing of ours got past it', () => {
    const closed = but((service) => refused(service, 403));
    expect(judged(closed, 403, 'golden path').counts).toBe(false);
    expect(judged(well, 403, 'golden path').verdict.outcome).toBe('fail');
    const met: AskedCheck = { ...beside, service: BACKEND, turnedAway: null };
    expect(judged(closed, 403, 'golden path', [met]).verdict.outcome).toBe('fail');
  });

  it('a 404 of a service that is open to all is its own answer, and fails', () => {
    const lost = but((service) => refused(service, 404));
    expect(judged(lost, 404, 'golden path').verdict.outcome).toBe('fail');
    expect(judged(lost, 404, 'agent events').verdict.outcome).toBe('fail');
  });
});

it('a health path that the service does not have does not keep a validation from passing', async () => {
  const report = await validated({ services: createServices({ status: ['/health/ready', 404] }) });
  expect(becauseOf(report, `${BACKEND} /health/ready`)).toMatch(/^inconclusive: not reachable from here: .*answered 404; not counted/);
  expect(report.verdict.outcome).toBe('pass');
});
