import { describe, expect, test } from 'vitest';
import { MINUTE } from '../../src/core/duration.ts';
import { fresh } from '../../src/core/model/measured.ts';
import type { Observation } from '../../src/core/model/observation.ts';
import type { RequestStats } from '../../src/core/model/request-stats.ts';
import { diagnose } from '../../src/diagnosis/diagnose.ts';
import { agreements } from '../../src/diagnosis/witnesses/service-health.ts';
import { agreedFor } from '../../src/planning/evidence-asked.ts';
import { releaseFirst } from '../../src/planning/release-first.ts';
import { apply, wait } from '../../src/planning/step-decisions.ts';
import type { Decided, PlanScope } from '../../src/planning/step-decisions.ts';
import {
  AUTH,
  BACKEND,
  believedWorld,
  NEW_BACKEND,
  NOW,
  probe,
  SPEC,
  wellAuth,
  wellBackend,
  withConnector,
} from '../diagnosis/fixtures.ts';
import { CONNECTOR, PIN, planFor, SERVED, stepOf } from './planned.ts';

const SPEC_BACK = {
  ...SPEC,
  services: SPEC.services.map((one) => (one.name === BACKEND ? { ...one, dependsOn: [], pin: { revision: 'lastHealthy' } } : one)),
};

interface Seen {
  /** Of a thousand requests to the service that rides beside the release; null: nobody calls it. */
  readonly others?: number | null;
  readonly riders?: readonly string[];
  readonly leftOut?: readonly string[];
}

const counted = (by: string, total: number, failed: number) =>
  fresh<RequestStats>(
    { sinceAt: NOW - 3 * MINUTE, total, serverErrors: failed, byRevision: { [by]: { total, serverErrors: failed } } },
    NOW - MINUTE,
    'request_count',
  );

function look({ others = 0, riders = [AUTH, BACKEND] }: Seen): Observation {
  const auth = wellAuth();
  const [served = ''] = Object.keys(auth.requests.value?.byRevision ?? {});
  const backend = { ...wellBackend(), requests: counted(NEW_BACKEND, 1_000, 900), probes: [probe('bad-status', { status: 503 })] };
  const on = riders.map((service) => ({ service, egress: 'ALL_TRAFFIC' }));
  const all = withConnector(believedWorld(), { cpuP99: fresh(0.84, NOW, 'cpu'), riders: fresh(on, NOW, 'services') });
  const beside = others === null ? counted(served, 0, 0) : counted(served, 1_000, others);
  return { ...all, services: { ...all.services, [AUTH]: { ...auth, requests: beside }, [BACKEND]: backend } };
}

function become(seen: Seen, make: (step: Decided['step']) => Decided = (step) => apply(step, 'it is full', [])): readonly Decided[] {
  const observation = look(seen);
  const facts = { servingSince: {}, intended: {} };
  const scope: PlanScope = {
    diagnosis: diagnose(observation, SPEC_BACK),
    observation,
    spec: SPEC_BACK,
    gates: {},
    agreed: agreedFor((asked) => agreements(observation, SPEC_BACK, facts, asked)),
    revisions: {
      [BACKEND]: { ...SERVED[BACKEND], [NEW_BACKEND]: { lastServedAt: NOW, total: 9_000, failed: 8_100, deaths: 0, countedUntil: NOW } },
    },
    illAlone: {},
    connectorCpu: null,
    changedAt: 0,
    leftOut: seen.leftOut ?? [],
  };
  return releaseFirst(scope, [make({ ...stepOf(planFor(believedWorld()), CONNECTOR) })]);
}

describe('a connector that is to be enlarged while a release fails behind it', () => {
  test('waits for the release to go back, where who rides it beside that fails many times less', () => {
    const [held] = become({ others: 90 });
    expect(held?.step).toMatchObject({ id: CONNECTOR, decision: 'skip' });
    expect(held?.step.reason).toContain(`${PIN} goes first, which can be undone`);
    expect(held?.step.reason).toContain(`${BACKEND} fails 900 of 1000 requests (90 %), and of the others`);
    expect(held?.step.reason).toContain(`${AUTH} fails 90 of 1000 requests (9 %)`);
  });

  test('does so as well while more looks must tell of it: what goes first need not wait for them', () => {
    expect(become({}, (step) => wait(step, 'cpu at its goal in 1 of 3 looks'))).toMatchObject([{ step: { decision: 'skip' } }]);
  });

  test.each([
    ['others that ride it fail as well', { others: 400 }],
    ['nobody else rides it: nothing tells the two apart', { riders: [BACKEND] }],
    ['nobody calls what rides it beside the release', { others: null }],
    ['the release does not ride it', { riders: [AUTH] }],
    ['the way back was tried and undone, or people have left it out', { leftOut: [PIN] }],
  ] satisfies readonly [string, Seen][])('goes first where %s', (_, seen) => {
    expect(become(seen)).toEqual([]);
  });
});
