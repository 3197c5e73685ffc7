import { describe, expect, test } from 'vitest';
import { absent, fresh } from '../../../src/core/model/measured.ts';
import type { GatewayFacts, Observation } from '../../../src/core/model/observation.ts';
import type { Plan, PlanStep } from '../../../src/core/model/plan.ts';
import type { DesiredNetwork } from '../../../src/core/model/spec.ts';
import { AUTH, BACKEND, believedWorld, NOW, wellAuth, wellBackend, wellFrontend, withConnector, world } from '../../diagnosis/fixtures.ts';
import { CONNECTOR, planFor, wishing } from '../../planning/planned.ts';

const STEP = `egress:${BACKEND}`;
const PRIVATE: DesiredNetwork = { to: 'private-ranges-only' };
const DIRECT: DesiredNetwork = { to: 'direct', network: 'staging-vpc', subnet: 'run-egress' };
const MBIT = 1_000_000;

interface Shape {
  /** Mbit/s that the backend receives; null: not measured. */
  readonly received?: { readonly internet: number; readonly all: number } | null;
  /** Mbit/s through the connector. */
  readonly carried?: number | null;
  /** null: not read; words: why it could not be. */
  readonly gateways?: readonly GatewayFacts[] | string | null;
  readonly egress?: string | null;
  readonly connector?: string | null;
}

const GATEWAY: GatewayFacts = { name: 'nat', network: 'staging-vpc', addresses: 'fixed', allSubnets: true };

/** The incident, and what the backend sends through the saturated connector. */
function seen(shape: Shape = {}, look: Observation = believedWorld()): Observation {
  const {
    received = { internet: 50, all: 60 },
    carried = 100,
    gateways = [],
    egress = 'ALL_TRAFFIC',
    connector = 'staging-connector',
  } = shape;
  const backend = look.services[BACKEND]!;
  const state = { ...backend.state.value!, template: { ...backend.state.value!.template, egress, connector } };
  const measured = { internet: (received?.internet ?? 0) * MBIT, all: (received?.all ?? 0) * MBIT };
  return {
    ...look,
    connectors: withConnector(look, { throughput: carried === null ? absent('bytes') : fresh(carried * MBIT, NOW, 'bytes') }).connectors,
    gateways: gateways === null || typeof gateways === 'string' ? absent('routers', gateways ?? 'denied') : fresh(gateways, NOW, 'routers'),
    services: {
      ...look.services,
      [BACKEND]: {
        ...backend,
        state: { ...backend.state, value: state },
        received: received === null ? absent('received') : fresh(measured, NOW, 'received'),
      },
    },
  };
}

function planned(shape: Shape = {}, wish: DesiredNetwork = PRIVATE): Plan {
  return planFor(seen(shape), wishing(BACKEND, { egress: wish }));
}

function step(plan: Plan, id = STEP): PlanStep {
  return plan.steps.find((each) => each.id === id)!;
}

describe('what a service sends through a saturated connector', () => {
  test('is taken off where the public part of it is shown to be enough, with the way back, and before the one-way door', () => {
    const plan = planned();
    expect(step(plan)).toMatchObject({
      decision: 'apply',
      class: 'reversible',
      diff: expect.arrayContaining(['+ egress: PRIVATE_RANGES_ONLY']),
    });
    expect(step(plan).reason).toContain('50 Mbit/s from public addresses, of 100 Mbit/s');
    expect(step(plan).commands[0]).toContain('--vpc-egress=private-ranges-only');
    expect(step(plan).rollback).toContain('gcloud run services update-traffic');
    expect(step(plan, CONNECTOR)).toMatchObject({ decision: 'skip', reason: expect.stringContaining(`${STEP} goes first`) });
  });

  test('is taken off whole by an interface of its own, which counts all that it receives', () => {
    const plan = planned({ received: { internet: 5, all: 60 }, egress: 'PRIVATE_RANGES_ONLY' }, DIRECT);
    expect(step(plan)).toMatchObject({ decision: 'apply', change: { to: DIRECT } });
    expect(step(plan).commands[0]).toContain('--clear-vpc-connector --network=staging-vpc --subnet=run-egress');
  });

  test.each<[string, Shape, DesiredNetwork, 'skip' | 'veto', string]>([
    [
      'is left where it is not enough, and the connector is scaled',
      { received: { internet: 10, all: 60 } },
      PRIVATE,
      'skip',
      'still be about 87 %',
    ],
    ['is left where it is so already', { egress: 'PRIVATE_RANGES_ONLY' }, PRIVATE, 'skip', 'already so'],
    ['is left where it rides another connector', { connector: 'another' }, PRIVATE, 'skip', 'does not ride'],
    [
      'is vetoed where somebody outside may let in only its fixed address',
      { gateways: [GATEWAY] },
      PRIVATE,
      'veto',
      'fixed addresses (nat of staging-vpc)',
    ],
    [
      'is vetoed where its subnet may leave by another gateway',
      { gateways: [{ ...GATEWAY, allSubnets: false }] },
      DIRECT,
      'veto',
      'would leave from others',
    ],
  ])('%s', (_what, shape, wish, decision, said) => {
    const plan = planned(shape, wish);
    expect([step(plan).decision, step(plan).reason]).toEqual([decision, expect.stringContaining(said)]);
    expect(step(plan, CONNECTOR).reason).not.toContain('goes first');
  });

  test.each<[string, Shape, DesiredNetwork]>([
    ['its addresses come and go', { gateways: [{ ...GATEWAY, addresses: 'changing' }] }, PRIVATE],
    ['its own interface leaves by the same gateway', { gateways: [GATEWAY] }, DIRECT],
    ['no public call leaves the network', { gateways: [GATEWAY], egress: 'PRIVATE_RANGES_ONLY' }, DIRECT],
  ])('no address is lost where %s', (_what, shape, wish) => {
    expect(step(planned(shape, wish)).decision).toBe('apply');
  });

  test.each<[string, Shape, string]>([
    ['what it receives was not measured', { received: null }, 'was not measured'],
    ['what the connector carries was not measured', { carried: null }, 'carries was not measured'],
    ['whether it leaves by a fixed address is not known', { gateways: null }, 'is not known (denied)'],
  ])('is a question where %s: nothing is assumed', (_what, shape, said) => {
    const plan = planned(shape);
    expect(step(plan).decision).toBe('veto');
    expect(plan.question?.id).toContain(`${STEP}:evidence`);
    expect(plan.question?.text).toContain(said);
  });

  test('is vetoed by itself, and asks nothing, where the right to list the gateways is missing', () => {
    const plan = planned({ gateways: 'PERMISSION_DENIED: compute.routers.list us-central1: 403' });
    expect([step(plan).decision, step(plan).reason]).toEqual(['veto', expect.stringContaining('it is left on the connector')]);
    expect(plan.question?.id ?? '').not.toContain(`${STEP}:evidence`);
    expect(step(plan, CONNECTOR).decision).toBe('apply');
  });

  test('is left alone where the connector has room, and where everything is well', () => {
    const calm = withConnector(believedWorld(), { cpuP99: fresh(0.4, NOW, 'cpu') });
    const wish = wishing(BACKEND, { egress: PRIVATE });
    expect(step(planFor(seen({}, calm), wish))).toMatchObject({ decision: 'skip', reason: expect.stringContaining('not saturated') });
    const well = world({ services: [wellAuth(), wellBackend(), wellFrontend()] });
    expect(step(planFor(seen({}, well), wish))).toMatchObject({ decision: 'skip', reason: expect.stringContaining('healthy') });
  });

  test('of several services counts together', () => {
    const look = seen({ received: { internet: 15, all: 20 } });
    const both = {
      ...look,
      services: {
        ...look.services,
        [AUTH]: { ...look.services[AUTH]!, received: fresh({ internet: 20 * MBIT, all: 20 * MBIT }, NOW, 'received') },
      },
    };
    const spec = wishing(BACKEND, { egress: PRIVATE });
    expect(step(planFor(both, spec)).decision).toBe('skip');
    const wished = { ...spec, services: spec.services.map((each) => (each.name === AUTH ? { ...each, egress: PRIVATE } : each)) };
    const plan = planFor(both, wished);
    expect([step(plan).decision, step(plan, `egress:${AUTH}`).decision]).toEqual(['apply', 'apply']);
  });
});
