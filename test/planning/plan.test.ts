import { describe, expect, test } from 'vitest';
import { MINUTE } from '../../src/core/duration.ts';
import { absent } from '../../src/core/model/measured.ts';
import type { Observation, ServiceObservation } from '../../src/core/model/observation.ts';
import type { Plan, StepDecision } from '../../src/core/model/plan.ts';
import type { RemediationSpec } from '../../src/core/model/spec.ts';
import { diagnose } from '../../src/diagnosis/diagnose.ts';
import { makePlan } from '../../src/planning/plan.ts';
import { planHash } from '../../src/planning/plan-hash.ts';
import { renderPlan } from '../../src/report/render-plan.ts';
import { expectGolden } from '../golden/golden.ts';
import {
  AUTH,
  BACKEND,
  BACKEND_REVISIONS,
  believedWorld,
  blindWorld,
  FRONTEND,
  loggedWorld,
  logGroup,
  NEW_BACKEND,
  NOW,
  OLD_BACKEND,
  probe,
  revision,
  service,
  serviceState,
  SPEC,
  to,
  wellAuth,
  wellFrontend,
  wellWorld,
  world,
} from '../diagnosis/fixtures.ts';

const CONNECTOR = 'connector:staging-connector';
const PIN = `pin:${BACKEND}`;
const AUTH_DEPLOY = `deploy:${AUTH}`;
const BACKEND_DEPLOY = `deploy:${BACKEND}`;

const planFor = (observation: Observation, spec: RemediationSpec = SPEC, budgetLeft = 12): Plan =>
  makePlan({ diagnosis: diagnose(observation, spec), observation, spec, now: NOW, budgetLeft });
const decisions = (plan: Plan): Record<string, StepDecision> => Object.fromEntries(plan.steps.map((step) => [step.id, step.decision]));
const stepOf = (plan: Plan, id: string) => plan.steps.find((step) => step.id === id)!;

/** The document with another wish for one service. */
const wishing = (name: string, wish: Partial<RemediationSpec['services'][number]>): RemediationSpec => ({
  ...SPEC,
  services: SPEC.services.map((each) => (each.name === name ? { ...each, ...wish } : each)),
});

const ill = (
  logs: ReturnType<typeof logGroup>[],
  shape: Partial<Parameters<typeof world>[0]> = {},
  backend: Partial<ServiceObservation> = {},
) =>
  world({
    services: [
      wellAuth(),
      {
        ...service({
          state: serviceState(BACKEND, BACKEND_REVISIONS, [to(NEW_BACKEND, 50), to(OLD_BACKEND, 50)]),
          total: 100,
          errors: 60,
          probes: [probe('bad-status')],
        }),
        ...backend,
      },
      wellFrontend(),
    ],
    logs,
    ...shape,
  });

describe('the plan for the incident as its documents believe it', () => {
  const plan = planFor(believedWorld());

  test('applies the whole runbook in its order, with no question', () => {
    expect(plan.steps.map((step) => [step.id, step.decision])).toEqual([
      [CONNECTOR, 'apply'],
      [PIN, 'apply'],
      [AUTH_DEPLOY, 'apply'],
      [BACKEND_DEPLOY, 'apply'],
    ]);
    expect(plan.question).toBeNull();
  });

  test('cuts the wish for 15 instances to the legal 10 and says why', () => {
    expect(stepOf(plan, CONNECTOR)).toMatchObject({
      class: 'irreversible',
      change: { to: { minInstances: 3, maxInstances: 10, machineType: 'e2-standard-4' } },
    });
    expect(plan.notes.join()).toContain('maxInstances 15');
    expect(stepOf(plan, CONNECTOR).rollback).toContain('cannot be undone');
  });

  test('plans the deploy on the traffic that the pin leaves', () => {
    expect(stepOf(plan, BACKEND_DEPLOY).change).toMatchObject({ kind: 'deploy', from: [to(NEW_BACKEND, 100)] });
  });

  test('reads like this', () => expectGolden('plan-issue-1278.txt', renderPlan(plan)));
});

describe('the plan for the incident as its logs show it', () => {
  const plan = planFor(loggedWorld());

  test('vetoes the connector, pins the last healthy revision, leaves auth alone and does not deploy the image that dies', () => {
    expect(decisions(plan)).toEqual({ [CONNECTOR]: 'veto', [PIN]: 'apply', [AUTH_DEPLOY]: 'skip', [BACKEND_DEPLOY]: 'veto' });
    expect(stepOf(plan, PIN).change).toMatchObject({ revision: OLD_BACKEND, to: [to(OLD_BACKEND, 100)] });
    expect(plan.question).toBeNull();
  });

  test('every veto carries evidence that can be opened', () => {
    for (const step of plan.steps.filter(({ decision }) => decision === 'veto')) {
      expect(step.evidence.length, step.id).toBeGreaterThan(0);
      expect(step.evidence[0]?.source).toContain('insertId=');
    }
    expect(stepOf(plan, CONNECTOR).reason).toContain('shop.payments');
  });

  test('a mended image lets the deploy through; naming the same image does not', () => {
    const deploy = (image: string) => planFor(loggedWorld(), wishing(BACKEND, { deploy: { like: null, image, env: {} } }));
    expect(decisions(deploy('gcr.io/x/backend@sha256:mended'))[BACKEND_DEPLOY]).toBe('apply');
    expect(decisions(deploy(BACKEND_REVISIONS[0]!.image))[BACKEND_DEPLOY]).toBe('veto');
  });

  test('reads like this', () => expectGolden('plan-issue-1278-as-logged.txt', renderPlan(plan)));
});

describe('a well world', () => {
  test('is left alone: every step is skipped, with figures, and nothing is asked', () => {
    const plan = planFor(wellWorld());
    expect(new Set(Object.values(decisions(plan)))).toEqual(new Set(['skip']));
    expect(plan.question).toBeNull();
    expect(stepOf(plan, AUTH_DEPLOY).reason).toContain('0 of 200 requests failed');
  });

  test('a frontend without pin and deploy gets no step at all', () => {
    expect(planFor(believedWorld()).steps.some((step) => step.id.includes(FRONTEND))).toBe(false);
  });
});

describe('the connector step', () => {
  test('is skipped when the connector is not saturated, with the figure', () => {
    expect(stepOf(planFor(ill([])), CONNECTOR)).toMatchObject({ decision: 'skip', reason: 'not saturated: cpu p99 35 %, goal below 70 %' });
  });

  test('is skipped when the wish is already met', () => {
    const plan = planFor(ill([], { cpu: 0.95, connector: { min: 3, max: 10, type: 'e2-standard-4' } }));
    expect(stepOf(plan, CONNECTOR)).toMatchObject({ decision: 'skip' });
    expect(stepOf(plan, CONNECTOR).reason).toContain('already');
  });

  test('is vetoed by a crash of the revision to be pinned, even when that has no traffic', () => {
    const alone = service({
      state: serviceState(BACKEND, BACKEND_REVISIONS, [to(OLD_BACKEND, 100)]),
      errors: 100,
      probes: [probe('bad-status')],
    });
    const crash = [logGroup('missing-module', BACKEND, NEW_BACKEND, 20), logGroup('container-exit', BACKEND, NEW_BACKEND, 20)];
    expect(stepOf(planFor(ill(crash, { cpu: 0.3 }, alone)), CONNECTOR)).toMatchObject({ decision: 'veto' });
  });

  test('is applied beside a crash when saturation is proven by itself, and still tells of the crash', () => {
    const crash = [
      logGroup('missing-module', BACKEND, NEW_BACKEND, 20),
      logGroup('container-exit', BACKEND, NEW_BACKEND, 20),
      logGroup('connect-timeout', BACKEND, OLD_BACKEND, 30),
    ];
    const step = stepOf(planFor(ill(crash, { cpu: 0.97 })), CONNECTOR);
    expect(step.decision).toBe('apply');
    expect(step.reason).toContain('although');
  });

  test('an update under way is no veto, an error is a question', () => {
    const timeouts = [logGroup('connect-timeout', BACKEND, NEW_BACKEND, 30)];
    expect(decisions(planFor(ill(timeouts, { cpu: 0.97, connector: { lifecycle: 'UPDATING' } })))[CONNECTOR]).toBe('apply');
    const broken = planFor(ill(timeouts, { cpu: 0.97, connector: { lifecycle: 'ERROR' } }));
    expect(decisions(broken)[CONNECTOR]).toBe('veto');
    expect(broken.question?.text).toContain('ERROR');
  });

  test('without a fresh cpu figure it is never applied: a question when clients time out, a veto when they do not', () => {
    const unmeasured = (logs: ReturnType<typeof logGroup>[], freshness: 'late' | 'absent') => {
      const seen = ill(logs, { cpu: 0.97, connectorInstances: 10 });
      const cpuP99 = freshness === 'absent' ? absent<number>('cpu') : { ...seen.connector!.cpuP99, freshness };
      return planFor({ ...seen, connector: { ...seen.connector!, cpuP99 } });
    };
    for (const freshness of ['late', 'absent'] as const) {
      const asked = unmeasured([logGroup('connect-timeout', BACKEND, NEW_BACKEND, 30)], freshness);
      expect(decisions(asked)[CONNECTOR]).toBe('veto');
      expect(asked.question?.text).toContain('cannot be undone');
      expect(decisions(unmeasured([], freshness))[CONNECTOR]).toBe('veto');
    }
  });
});

describe('the pin step', () => {
  const crash = (name: string) => [logGroup('missing-module', BACKEND, name, 20), logGroup('container-exit', BACKEND, name, 20)];

  test('keeps tags and gives all traffic to the one revision', () => {
    const tagged = service({
      state: serviceState(BACKEND, BACKEND_REVISIONS, [to(NEW_BACKEND, 50), to(OLD_BACKEND, 50, 'stable')]),
      errors: 100,
      probes: [probe('bad-status')],
    });
    expect(stepOf(planFor(ill([], {}, tagged)), PIN).change).toMatchObject({ to: [to(NEW_BACKEND, 100), to(OLD_BACKEND, 0, 'stable')] });
  });

  test('is skipped when the revision already has everything', () => {
    const whole = service({
      state: serviceState(BACKEND, BACKEND_REVISIONS, [to(NEW_BACKEND, 100)]),
      errors: 100,
      probes: [probe('bad-status')],
    });
    expect(stepOf(planFor(ill([], {}, whole)), PIN)).toMatchObject({ decision: 'skip', reason: expect.stringContaining('already so') });
  });

  test('goes to the proven revision rather than to a newer one that nobody saw serving', () => {
    const seen = ill(
      crash(NEW_BACKEND),
      {},
      {
        requests: {
          ...ill([]).services[BACKEND]!.requests,
          value: {
            sinceAt: NOW - 5 * MINUTE,
            total: 200,
            serverErrors: 100,
            byRevision: { [`${BACKEND}-00748-abc`]: { total: 90, serverErrors: 0 } },
          },
        },
      },
    );
    expect(stepOf(planFor(seen), PIN).change).toMatchObject({ revision: `${BACKEND}-00748-abc` });
  });

  test('never goes to a revision of the very image that dies', () => {
    const sibling = { ...BACKEND_REVISIONS[0]!, name: OLD_BACKEND };
    const state = serviceState(BACKEND, [BACKEND_REVISIONS[0]!, sibling, BACKEND_REVISIONS[2]!], [to(NEW_BACKEND, 100)]);
    const seen = ill(crash(NEW_BACKEND), {}, service({ state, errors: 100, probes: [probe('bad-status')] }));
    expect(stepOf(planFor(seen), PIN).change).toMatchObject({ revision: `${BACKEND}-00748-abc` });
  });

  test('asks when no revision is known to be healthy, or when the one named does not exist', () => {
    const state = serviceState(
      BACKEND,
      [BACKEND_REVISIONS[0]!, revision(OLD_BACKEND, 60 * MINUTE, { ready: 'no', reason: 'HEALTH_CHECK_CONTAINER_ERROR' })],
      [to(NEW_BACKEND, 100)],
    );
    const none = planFor(ill(crash(NEW_BACKEND), {}, service({ state, errors: 100, probes: [probe('bad-status')] })));
    expect(decisions(none)[PIN]).toBe('veto');
    expect(none.question?.text).toContain('which one shall serve?');
    const absentOne = planFor(ill([]), wishing(BACKEND, { pin: { revision: `${BACKEND}-00001-zzz` } }));
    expect(absentOne.question?.text).toContain('does not exist');
  });

  test('lastHealthy passes over what dies and what is not ready', () => {
    expect(stepOf(planFor(ill(crash(NEW_BACKEND)), wishing(BACKEND, { pin: { revision: 'lastHealthy' } })), PIN).change).toMatchObject({
      revision: OLD_BACKEND,
    });
  });

  test('deaths that come from the database do not speak against the revision', () => {
    const logs = [logGroup('database-init-timeout', BACKEND, NEW_BACKEND, 9), logGroup('container-exit', BACKEND, NEW_BACKEND, 9)];
    expect(stepOf(planFor(ill(logs, { cpu: 0.97 })), PIN)).toMatchObject({ decision: 'apply', change: { revision: NEW_BACKEND } });
  });
});

describe('what could not be seen', () => {
  test('is never written to: no step is applied in a blind world, and a human is asked', () => {
    const plan = planFor(blindWorld());
    expect(Object.values(decisions(plan))).not.toContain('apply');
    expect(plan.question).not.toBeNull();
  });

  test('a service whose health could not be told is not deployed', () => {
    const plan = planFor({ ...believedWorld(), logs: absent('entries:list') });
    const open = planFor({ ...ill([], {}, { probes: [], requests: absent('request_count') }) });
    expect(decisions(open)[BACKEND_DEPLOY]).toBe('veto');
    expect(open.question).not.toBeNull();
    expect(decisions(plan)[BACKEND_DEPLOY]).toBe('apply');
  });

  test('settings are not taken over from a service that could not be read', () => {
    const seen = believedWorld();
    const plan = planFor({
      ...seen,
      services: { ...seen.services, [FRONTEND]: { ...seen.services[FRONTEND]!, state: absent('services') } },
    });
    expect(decisions(plan)[BACKEND_DEPLOY]).toBe('veto');
    expect(plan.question?.text).toContain(FRONTEND);
  });
});

describe('limits of the plan', () => {
  test('more changes than the budget allows are a question: a deploy counts twice', () => {
    expect(planFor(believedWorld(), SPEC, 6).question).toBeNull();
    expect(planFor(believedWorld(), SPEC, 5).question).toMatchObject({
      id: 'budget',
      text: 'the plan needs 6 changes, the budget has 5 left: go on?',
    });
  });

  test('a stopped database vetoes deploys and asks, because nothing in the document helps', () => {
    const seen = ill(
      [],
      {},
      service({ state: serviceState(BACKEND, BACKEND_REVISIONS, [to(NEW_BACKEND, 100)]), errors: 100, probes: [probe('bad-status')] }),
    );
    const stopped = {
      ...seen,
      database: { ...seen.database!, state: { ...seen.database!.state, value: { ...seen.database!.state.value!, stopped: true } } },
    };
    const plan = planFor(stopped);
    expect(decisions(plan)[BACKEND_DEPLOY]).toBe('veto');
    expect(plan.question).toMatchObject({ id: 'no-remedy' });
    expect(plan.question?.text).toContain('is stopped');
  });

  test('the hash names decisions and changes, not times and words', () => {
    const plan = planFor(believedWorld());
    const later = makePlan({
      diagnosis: diagnose(believedWorld(), SPEC),
      observation: believedWorld(),
      spec: SPEC,
      now: NOW + 60 * MINUTE,
      budgetLeft: 12,
    });
    expect(later.hash).toBe(plan.hash);
    expect(planHash(JSON.parse(JSON.stringify(plan.steps)) as Plan['steps'])).toBe(plan.hash);
    expect(planFor(loggedWorld()).hash).not.toBe(plan.hash);
    expect(planHash(plan.steps.map((step) => (step.id === PIN ? { ...step, decision: 'skip' as const } : step)))).not.toBe(plan.hash);
  });
});
