import { describe, expect, test } from 'vitest';
import { absent, fresh } from '../../../src/core/model/measured.ts';
import type { Observation, ServiceBounds, ServiceObservation } from '../../../src/core/model/observation.ts';
import type { PlanStep } from '../../../src/core/model/plan.ts';
import {
  AUTH,
  BACKEND,
  BACKEND_REVISIONS,
  logGroup,
  NEW_BACKEND,
  NOW,
  probe,
  service,
  serviceState,
  to,
  wellAuth,
  wellFrontend,
  withDatabase,
  world,
} from '../../diagnosis/fixtures.ts';
import { planFor, wishing } from '../../planning/planned.ts';

const STEP = `instances:${BACKEND}`;
const REFUSED = [logGroup('connection-slots', BACKEND, NEW_BACKEND, 60)];
const AWAY = [logGroup('no-available-instance', BACKEND, NEW_BACKEND, 40)];

interface Shape {
  readonly bounds?: ServiceBounds | 'manual';
  readonly template?: Partial<NonNullable<ServiceObservation['state']['value']>['template']>;
  readonly running?: number | null;
  readonly requests?: number | null;
  readonly used?: number | null;
  readonly logs?: ReturnType<typeof logGroup>[];
}

/** A backend that is ill, with one revision; 400 connections are allowed, and each instance may open 25. */
function seen({ bounds, template = {}, running = 15, requests = 100, used = 390, logs = REFUSED }: Shape = {}): Observation {
  const bare = serviceState(BACKEND, BACKEND_REVISIONS, [to(NEW_BACKEND, 100)], bounds === undefined ? {} : { bounds });
  const state = { ...bare, template: { ...bare.template, minInstances: null, maxInstances: 40, ...template } };
  const backend = {
    ...service({ state, total: requests ?? 100, errors: requests ?? 60, probes: [probe('bad-status')] }),
    instances: running === null ? absent<Record<string, number>>('m') : fresh({ [NEW_BACKEND]: running }, NOW, 'm'),
  };
  const counted = requests === null ? { ...backend, requests: absent<never>('m') } : backend;
  const look = world({ services: [wellAuth(), counted, wellFrontend()], logs });
  return withDatabase(look, { connections: used === null ? absent<number>('m') : fresh(used, NOW, 'm') });
}

function decided(shape: Shape, wish: { readonly min?: number; readonly max?: number }): PlanStep {
  const spec = wishing(BACKEND, { instances: { min: wish.min ?? null, max: wish.max ?? null } });
  return planFor(seen(shape), spec).steps.find(({ id }) => id === STEP)!;
}

describe('fewer instances', () => {
  test('are asked for where the connections run short and more run than the bound, with the way back', () => {
    const step = decided({}, { max: 8 });
    expect(step).toMatchObject({
      decision: 'apply',
      class: 'reversible',
      change: {
        kind: 'instances',
        service: BACKEND,
        from: { minInstances: 0, maxInstances: null },
        to: { minInstances: 0, maxInstances: 8 },
      },
      diff: ['- service maxInstances: none', '+ service maxInstances: 8'],
    });
    expect(step.reason).toContain('15 instances');
    expect(step.commands).toEqual([`gcloud run services update ${BACKEND} --project=netra-staging --region=us-central1 --min=0 --max=8`]);
    expect(step.rollback).toContain('--max=default');
  });

  test.each<[string, Shape, { readonly max: number }, 'skip' | 'veto', string]>([
    ['is vetoed where the requests in flight need more', { requests: 6_000_000 }, { max: 5 }, 'veto', 'turned away (429)'],
    [
      'is vetoed where users are turned away at the maximum already',
      { running: 40, logs: [...REFUSED, ...AWAY] },
      { max: 8 },
      'veto',
      'already',
    ],
    ['waits where the requests could not be counted', { requests: null }, { max: 8 }, 'skip', 'could not be counted'],
    ['waits where the instances could not be counted', { running: null }, { max: 8 }, 'skip', 'could not be counted'],
    ['waits where the connections could not be read', { used: null }, { max: 8 }, 'skip', 'could not be read'],
    ['is skipped where it would take none away', { running: 6 }, { max: 8 }, 'skip', 'takes none away'],
    ['is skipped where it is so already', { bounds: { minInstances: 0, maxInstances: 8 } }, { max: 8 }, 'skip', 'already so'],
    ['is skipped where nothing says that connections run short', { used: 100, logs: [] }, { max: 8 }, 'skip', 'nothing says'],
  ])('%s', (_what, shape, wish, decision, said) => {
    const step = decided(shape, wish);
    expect([step.decision, step.reason]).toEqual([decision, expect.stringContaining(said)]);
  });

  test('are neither made nor asked about where others hold so much that none of ours would be few enough', () => {
    const shape: Shape = { running: 2, template: { minInstances: 12 } };
    const wished = wishing(BACKEND, { instances: { min: null, max: 1 } });
    const plan = planFor(seen(shape), {
      ...wished,
      services: wished.services.map((each) => ({ ...each, pool: { size: 2, overflow: 0 } })),
    });
    const step = plan.steps.find(({ id }) => id === STEP)!;
    expect([step.decision, step.reason]).toEqual([
      'veto',
      expect.stringMatching(/^3\d\d of 400 connections .* held by others .*pg_stat_activity/),
    ]);
    expect(plan.question?.id ?? '').not.toContain(STEP);
  });

  test('are neither made nor asked about where what may end holds too little of what is full', () => {
    const plan = planFor(seen({ used: 410, template: { minInstances: 15 } }), wishing(BACKEND, { instances: { min: null, max: 14 } }));
    const step = plan.steps.find(({ id }) => id === STEP)!;
    expect([step.decision, step.reason]).toEqual(['veto', expect.stringContaining('at least 385 of 400 stay in use: too few to help')]);
    expect(plan.question?.id ?? '').not.toContain(STEP);
  });

  test('are no question where the service is well and no database of its own is short, whoever else fails', () => {
    const ill = seen();
    const wished = wishing(AUTH, { instances: { min: null, max: 1 }, databases: [] });
    const state = ill.services[AUTH]!.state;
    const fixed = { ...ill.services[AUTH]!, state: { ...state, value: { ...state.value!, bounds: 'manual' as const } } };
    const plan = planFor({ ...ill, services: { ...ill.services, [AUTH]: fixed } }, wished);
    expect(plan.steps.find(({ id }) => id === `instances:${AUTH}`)).toMatchObject({ decision: 'skip' });
    expect(plan.question?.id ?? '').not.toContain(`instances:${AUTH}`);
  });

  test.each<[string, Shape, { readonly min?: number; readonly max: number }]>([
    ['a human has fixed their number', { bounds: 'manual' }, { max: 8 }],
    ['each revision keeps more than the bound', { template: { minInstances: 12 } }, { max: 8 }],
    ['more are kept than the bound allows', { bounds: { minInstances: 9, maxInstances: null } }, { max: 8 }],
  ])('are a question where %s', (_what, shape, wish) => {
    const spec = wishing(BACKEND, { instances: { min: wish.min ?? null, max: wish.max } });
    const plan = planFor(seen(shape), spec);
    expect(plan.steps.find(({ id }) => id === STEP)?.decision).toBe('veto');
    expect(plan.question?.id).toContain(`${STEP}:evidence`);
  });
});

describe('more instances', () => {
  const limited = { bounds: { minInstances: 0, maxInstances: 4 }, running: 4, used: 100, logs: AWAY };

  test('are asked for where Cloud Run turns requests away at the own maximum', () => {
    expect(decided(limited, { max: 10 })).toMatchObject({ decision: 'apply', reason: expect.stringContaining('no instance') });
  });

  test('are as many as the database has room for, by what everybody holds', () => {
    // 380 of 400 until it counts as full, 125 held by strangers, 50 of other services: 205 are left, eight times 25 and not nine.
    expect(decided({ ...limited, used: 275 }, { max: 20 })).toMatchObject({
      decision: 'apply',
      change: { to: { minInstances: 0, maxInstances: 8 } },
      commands: [expect.stringContaining('--max=8')],
      reason: expect.stringMatching(
        /20 instances may open 500 connections, .* leaves it 205 of 380 \(125 are held by others .*: 8 of them fit/,
      ),
    });
    expect(decided({ ...limited, used: 275 }, { max: 8 })).toMatchObject({
      change: { to: { maxInstances: 8 } },
      reason: expect.not.stringContaining('fit'),
    });
  });

  test('are vetoed where not one more fits, with the figures', () => {
    const full = decided({ ...limited, used: 385 }, { max: 20 });
    expect([full.decision, full.reason]).toEqual(['veto', expect.stringMatching(/500 connections, .* leaves it 95 of 380 \(235 are held/)]);
    expect(decided({ ...limited, logs: [] }, { min: 20 })).toMatchObject({ decision: 'veto' });
    expect(decided({ ...limited, used: 275 }, { min: 9, max: 20 })).toMatchObject({ decision: 'veto' });
  });

  test('wait where what others hold could not be read', () => {
    expect(decided({ ...limited, used: null }, { max: 10 })).toMatchObject({
      decision: 'skip',
      reason: expect.stringContaining('not known'),
    });
  });

  test('are not asked for where the revision’s own maximum is the lower one, and that is said', () => {
    const own = { template: { maxInstances: 1 }, running: 1, used: 30, logs: AWAY };
    expect(decided(own, { max: 5 })).toMatchObject({
      decision: 'skip',
      reason: expect.stringContaining('has 1 instance at most by its own setting'),
    });
    expect(decided({ ...own, template: { maxInstances: 5 } }, { max: 5 }).reason).not.toContain('by its own setting');
  });

  test('are not asked for where nothing is turned away', () => {
    expect(decided({ ...limited, logs: [] }, { max: 10 })).toMatchObject({ decision: 'skip' });
  });
});
