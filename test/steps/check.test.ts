import { describe, expect, test } from 'vitest';
import type { ConnectorState } from '../../src/core/model/observation.ts';
import type { StepChange } from '../../src/core/model/plan.ts';
import { checkConnector } from '../../src/steps/connector/check.ts';
import { checkDeploy } from '../../src/steps/deploy/check.ts';
import { checkInstances } from '../../src/steps/instances/check.ts';
import { checkTraffic, sharedBy } from '../../src/steps/pin/check.ts';
import { BACKEND, BACKEND_REVISIONS, NEW_BACKEND, OLD_BACKEND, serviceState, to } from '../diagnosis/fixtures.ts';

const SCALE: Extract<StepChange, { kind: 'connector' }> = {
  kind: 'connector',
  connector: 'c',
  from: { minInstances: 2, maxInstances: 10, machineType: 'e2-micro' },
  to: { minInstances: 3, maxInstances: 10, machineType: 'e2-standard-4' },
};
const connector = (extra: Partial<ConnectorState> = {}): ConnectorState => ({ name: 'c', lifecycle: 'READY', ...SCALE.from, ...extra });

describe('the connector at the instant of its write', () => {
  test.each([
    ['as planned', connector(), 'go'],
    ['already as wanted', connector({ ...SCALE.to }), 'already'],
    ['already more than wanted', connector({ ...SCALE.to, minInstances: 5 }), 'already'],
    ['under somebody’s update', connector({ lifecycle: 'UPDATING' }), 'busy'],
    ['in error', connector({ lifecycle: 'ERROR' }), 'stale'],
    ['changed by somebody', connector({ maxInstances: 9 }), 'stale'],
    ['of another machine type now', connector({ machineType: 'f1-micro' }), 'stale'],
  ])('%s', (_what, state, kind) => {
    expect(checkConnector(SCALE, state).kind).toBe(kind);
  });
});

describe('the instances at the instant of their write', () => {
  const from = { minInstances: 0, maxInstances: 20 };
  const bound: Extract<StepChange, { kind: 'instances' }> = {
    kind: 'instances',
    service: BACKEND,
    from,
    to: { minInstances: 2, maxInstances: 8 },
  };

  test.each([
    ['as planned', { bounds: from }, 'go'],
    ['already as wanted', { bounds: bound.to }, 'already'],
    ['bounded by somebody else', { bounds: { minInstances: 0, maxInstances: 30 } }, 'stale'],
    ['not bounded any more', {}, 'stale'],
    ['of a number that a human has fixed', { bounds: 'manual' as const }, 'stale'],
    ['under somebody’s change', { bounds: from, reconciling: true }, 'busy'],
  ])('%s', (_what, extra, kind) => {
    expect(checkInstances(bound, serviceState(BACKEND, BACKEND_REVISIONS, [to(NEW_BACKEND, 100)], extra)).kind).toBe(kind);
  });
});

describe('traffic at the instant of its write', () => {
  const from = [to(NEW_BACKEND, 50), to(OLD_BACKEND, 50, 'stable')];
  const pin: Extract<StepChange, { kind: 'pin' }> = {
    kind: 'pin',
    service: BACKEND,
    revision: OLD_BACKEND,
    from,
    to: [to(OLD_BACKEND, 100), to(OLD_BACKEND, 0, 'stable')],
  };
  const state = (traffic = from, extra = {}) => serviceState(BACKEND, BACKEND_REVISIONS, traffic, extra);

  test('goes ahead only from the vector it was planned from, however that is ordered', () => {
    expect(checkTraffic(pin, state(), 100).kind).toBe('go');
    expect(checkTraffic(pin, state([from[1]!, from[0]!]), 100).kind).toBe('go');
    expect(checkTraffic(pin, state([to(NEW_BACKEND, 60), to(OLD_BACKEND, 40, 'stable')]), 100).kind).toBe('stale');
    expect(checkTraffic(pin, state([to(NEW_BACKEND, 50), to(OLD_BACKEND, 50)]), 100).kind).toBe('stale');
  });

  test('is already so, busy, or stale when the target is not ready any more', () => {
    expect(checkTraffic(pin, state([to(OLD_BACKEND, 100, 'stable')]), 100).kind).toBe('already');
    expect(checkTraffic(pin, state(from, { reconciling: true }), 100).kind).toBe('busy');
    const broken = state(from, { revisions: BACKEND_REVISIONS.map((each) => ({ ...each, ready: 'no' })) });
    expect(checkTraffic(pin, broken, 100).kind).toBe('stale');
    expect(checkTraffic(pin, { ...state(), revisions: [] }, 100).kind).toBe('go');
  });

  test('by shares goes ahead from what it was planned from, or from a smaller share of its own, and from no other', () => {
    const byShares = { ...pin, from: [to(NEW_BACKEND, 100), to(OLD_BACKEND, 0, 'stable')], shift: [10, 50, 100] };
    const at = (share: number) => [to(NEW_BACKEND, 100 - share), to(OLD_BACKEND, share, 'firebreak'), to(OLD_BACKEND, 0, 'stable')];
    expect(sharedBy(byShares, 10)).toEqual(expect.arrayContaining([to(OLD_BACKEND, 10, 'firebreak'), to(NEW_BACKEND, 90)]));
    expect(checkTraffic(byShares, state(byShares.from), 10).kind).toBe('go');
    expect(checkTraffic(byShares, state(at(10)), 10).kind).toBe('already');
    expect(checkTraffic(byShares, state(at(10)), 50).kind).toBe('go');
    expect(checkTraffic(byShares, state(at(50)), 100).kind).toBe('go');
    expect(checkTraffic(byShares, state(at(50)), 10).kind).toBe('stale');
    expect(checkTraffic(byShares, state(at(30)), 50).kind).toBe('stale');
  });

  test('a LATEST that has come to stand for another revision is stale', () => {
    const latest = (revision: string | null) => [{ latest: true, revision, percent: 100, tag: null }];
    const planned = { ...pin, from: latest(OLD_BACKEND) };
    expect(checkTraffic(planned, state(latest(OLD_BACKEND)), 100).kind).toBe('go');
    expect(checkTraffic(planned, state(latest(null)), 100).kind).toBe('go');
    expect(checkTraffic(planned, state(latest(NEW_BACKEND)), 100).kind).toBe('stale');
  });
});

describe('a deploy at the instant of its write', () => {
  const change = (from: ReturnType<typeof to>[]): Extract<StepChange, { kind: 'deploy' }> => ({
    kind: 'deploy',
    service: BACKEND,
    deploy: { like: null, image: null, env: {} },
    from,
  });
  const state = (traffic: ReturnType<typeof to>[], extra = {}) => serviceState(BACKEND, BACKEND_REVISIONS, traffic, extra);

  test('goes ahead with one serving revision or the planned split', () => {
    const split = [to(NEW_BACKEND, 50), to(OLD_BACKEND, 50)];
    expect(checkDeploy(change([to(NEW_BACKEND, 100)]), state([to(OLD_BACKEND, 100)])).kind).toBe('go');
    expect(checkDeploy(change(split), state(split)).kind).toBe('go');
    expect(
      checkDeploy(change([{ latest: true, revision: NEW_BACKEND, percent: 100, tag: null }]), state([to(NEW_BACKEND, 100)])).kind,
    ).toBe('go');
  });

  test('waits while the service is being changed, and wants a new plan for a split it does not know', () => {
    expect(checkDeploy(change([to(NEW_BACKEND, 100)]), state([to(NEW_BACKEND, 100)], { reconciling: true })).kind).toBe('busy');
    expect(checkDeploy(change([to(NEW_BACKEND, 100)]), state([to(NEW_BACKEND, 30), to(OLD_BACKEND, 70)])).kind).toBe('stale');
    expect(checkDeploy(change([]), state([], { latestReadyRevision: null })).kind).toBe('stale');
  });
});
