import { describe, expect, test } from 'vitest';
import { MINUTE } from '../../src/core/duration.ts';
import { absent, fresh } from '../../src/core/model/measured.ts';
import type { LogGroup } from '../../src/core/model/observation.ts';
import type { Plan } from '../../src/core/model/plan.ts';
import { diagnose } from '../../src/diagnosis/diagnose.ts';
import { makePlan } from '../../src/planning/plan.ts';
import { planHash } from '../../src/planning/plan-hash.ts';
import { renderPlan } from '../../src/report/render/render-plan.ts';
import { expectGolden } from '../golden/golden.ts';
import { AUTH_DEPLOY, BACKEND_DEPLOY, CONNECTOR, decisions, ill, PIN, planFor, stepOf, wishing } from './planned.ts';
import {
  BACKEND,
  BACKEND_REVISIONS,
  believedWorld,
  blindWorld,
  databaseOf,
  FRONTEND,
  logGroup,
  loggedWorld,
  NEW_BACKEND,
  NOW,
  OLD_BACKEND,
  probe,
  service,
  serviceState,
  SPEC,
  to,
  wellWorld,
  withDatabase,
} from '../diagnosis/fixtures.ts';

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

describe('what could not be seen', () => {
  test('is never written to: no step is applied in a blind world, and a human is asked', () => {
    const plan = planFor(blindWorld());
    expect(Object.values(decisions(plan))).not.toContain('apply');
    expect(plan.question).not.toBeNull();
  });

  test('a service whose health could not be told is not deployed', () => {
    const plan = planFor({ ...believedWorld(), logs: absent('entries:list') });
    const open = planFor({ ...ill([], {}, { probes: [], requests: absent('request_count') }) });
    expect(decisions(open)[BACKEND_DEPLOY]).toBe('skip');
    expect(open.awaits).toMatch(/whether .* is ill is not known/);
    expect(stepOf(plan, BACKEND_DEPLOY)).toMatchObject({ decision: 'skip', reason: expect.stringContaining(`${CONNECTOR} comes first`) });
  });

  test('of log lines is no word on them: a saturated connector waits for them, what rides it waits for the connector', () => {
    const unread = { ...believedWorld(), logs: absent<readonly LogGroup[]>('entries:list') };
    const plan = planFor(unread);
    expect(JSON.stringify(diagnose(unread, SPEC).causes)).not.toContain('no client has logged');
    expect(stepOf(plan, CONNECTOR).reason).toContain('could not be read');
    expect(plan.awaits).toContain('whether its clients time out could not be read');
    expect(Object.values(decisions(plan))).not.toContain('apply');
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
  test('more changes than the budget allows are a question: a deploy counts three times', () => {
    expect(planFor(believedWorld(), SPEC, 8).question).toBeNull();
    expect(planFor(believedWorld(), SPEC, 7).question).toMatchObject({
      id: 'budget',
      text: expect.stringMatching(
        /^30 of 100 requests to netra-auth-service fail \(30 %.*\); 90 of 300 requests .*: staging-connector is saturated .*\. Asked: the plan needs 8 changes, the budget has 7 left: go on\?$/,
      ),
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
      databases: withDatabase(seen, { state: { ...databaseOf(seen).state, value: { ...databaseOf(seen).state.value!, stopped: true } } })
        .databases,
    };
    const plan = planFor(stopped);
    expect(decisions(plan)[BACKEND_DEPLOY]).toBe('veto');
    expect(plan.question).toMatchObject({ id: 'no-remedy' });
    expect(plan.question?.text).toContain('is stopped');
    expect(plan.question?.text).toMatch(/ Left out: .*Deploy .*: a new revision cannot mend that.* What shall be done\?$/);
  });

  test('a bad release that the document gives no pin for is asked about with the pin that would help, and only where it would', () => {
    const unpinned = { ...SPEC, services: SPEC.services.map((each) => ({ ...each, pin: null, deploy: null })) };
    const dying = [logGroup('missing-module', BACKEND, NEW_BACKEND, 20), logGroup('container-exit', BACKEND, NEW_BACKEND, 20)];
    const state = serviceState(BACKEND, BACKEND_REVISIONS, [to(NEW_BACKEND, 100)]);
    const seen = ill(dying, {}, service({ state, errors: 100, probes: [probe('bad-status')] }));
    const plan = planFor(seen, unpinned);
    expect(plan.steps.filter(({ decision }) => decision === 'apply')).toEqual([]);
    expect(plan.question?.text).toMatch(
      new RegExp(
        `Not in the document, but the evidence speaks for it: Pin 100 % of ${BACKEND} to ${OLD_BACKEND} .*: gcloud run services update-traffic`,
      ),
    );
    expect(planFor(seen, unpinned, 12, {}).question?.text).not.toContain('Not in the document');
  });

  test('users who do not get in are asked about at once, though every service is well', () => {
    const balanced = { ...SPEC, loadBalancer: { urlMap: 'lb', domains: ['shop.example'], deprecatedDomains: [] } };
    const certificate = { name: 'c', source: 'compute' as const, domains: ['shop.example'], status: 'ACTIVE', domainStatus: {} };
    const until = (expiresAt: number) => ({
      ...wellWorld(),
      loadBalancer: { chain: fresh([], NOW, 'urlMaps/lb'), certificates: fresh([{ ...certificate, expiresAt }], NOW, 'certs') },
    });
    expect(planFor(until(NOW - MINUTE), balanced).question?.text).toMatch(
      /^users do not get in, and no step of the document helps: lb: no certificate in force covers shop\.example: c ACTIVE, expired .*\. What shall be done\?$/,
    );
    expect(planFor(until(NOW + MINUTE), balanced).question).toBeNull();
    const further = { ...balanced, loadBalancer: { ...balanced.loadBalancer, domains: ['shop.example', 'www.shop.example'] } };
    expect(planFor(until(NOW + MINUTE), further).question?.text).toMatch(/^users of www\.shop\.example do not get in, /);
    expect(planFor(until(NOW - MINUTE), further).question?.text).toMatch(/^users do not get in, /);
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
