import { describe, expect, it } from 'vitest';
import { readScenario } from '../../../src/simulator/scenario.ts';
import type { Scenario } from '../../../src/simulator/scenario.ts';
import { mergeDeeply } from '../../../src/simulator/world/merge.ts';
import { BACKEND, HOUR, MINUTE, OLDER, PINNED, Rig } from './rig.ts';

const COUNT = 'run.googleapis.com/container/instance_count';
const BACKENDS = 'cloudsql.googleapis.com/database/postgresql/num_backends';

function changed(name: string, patch: unknown): Rig {
  const scenario = readScenario(name);
  return new Rig({ ...scenario, world: mergeDeeply(scenario.world, patch) as Scenario['world'] });
}

function bound(rig: Rig, since: number, minInstances: number, maxInstances: number | null): Rig {
  rig.goto(since).world.services.setBounds(BACKEND, { minInstances, maxInstances }, rig.at(since));
  return rig;
}

describe('the bounds of a service', () => {
  it('end the instances above the maximum, and with them their connections', () => {
    const rig = new Rig(readScenario('already-healthy')).goto(10 * MINUTE);
    const [before, open] = [rig.gauge(COUNT, { revision_name: PINNED }), rig.gauge(BACKENDS)];
    bound(rig, 10 * MINUTE, 0, 3).goto(20 * MINUTE);
    expect(before).toBe(8);
    expect(rig.gauge(COUNT, { revision_name: PINNED })).toBe(3);
    expect(rig.gauge(BACKENDS)).toBe((open ?? 0) - 5 * 7);
  });

  it('are divided by the traffic of the revisions', () => {
    const rig = bound(new Rig(readScenario('connection-exhaustion')), MINUTE, 0, 10).goto(10 * MINUTE);
    expect([OLDER, PINNED].map((name) => rig.gauge(COUNT, { revision_name: name }))).toEqual([5, 5]);
  });

  it('keep instances warm that nobody asks for, at once and without a new revision', () => {
    const rig = bound(new Rig(readScenario('already-healthy')), MINUTE, 12, null).goto(10 * MINUTE);
    expect(rig.gauge(COUNT, { revision_name: PINNED })).toBe(12);
  });

  it('turn users away with 429 where the load needs more', () => {
    const load = { requestsPerSecond: 150 };
    const free = changed('already-healthy', { services: [{ name: BACKEND, load }] }).goto(HOUR);
    expect(free.turnedAway(BACKEND, 20 * MINUTE, 50 * MINUTE)).toBe(0);
    const rig = bound(changed('already-healthy', { services: [{ name: BACKEND, load }] }), MINUTE, 0, 1).goto(HOUR);
    expect(rig.turnedAway(BACKEND, 20 * MINUTE, 50 * MINUTE)).toBeGreaterThan(1_000);
  });

  it('never raise what a revision allows itself', () => {
    const rig = changed('already-healthy', { services: [{ name: BACKEND, minInstances: 60, maxInstances: 90 }] }).goto(10 * MINUTE);
    expect(rig.gauge(COUNT, { revision_name: PINNED })).toBe(40);
  });
});

describe('egress', () => {
  it('by another way than the network is not let in by who knows only its address', () => {
    const rig = changed('already-healthy', { services: [{ name: BACKEND, application: { fixedAddressShare: 0.3 } }] }).goto(0);
    expect(rig.requests(BACKEND, -30 * MINUTE, 0)['5xx']).toBeUndefined();
    const moved = rig.deploy(BACKEND, MINUTE, { egress: 'PRIVATE_RANGES_ONLY' });
    rig.shift(BACKEND, moved, 3 * MINUTE).goto(40 * MINUTE);
    const { '2xx': well = 0, '5xx': failed = 0 } = rig.requests(BACKEND, 10 * MINUTE, 35 * MINUTE);
    expect(failed / (well + failed)).toBeGreaterThan(0.2);
  });

  it('shows in what a service receives, by kind of network', () => {
    const rig = new Rig(readScenario('already-healthy')).goto(10 * MINUTE);
    const bytes = (kind: string): number =>
      rig.world.metrics
        .query('run.googleapis.com/container/network/received_bytes_count', rig.at(0), rig.at(10 * MINUTE))
        .filter(({ resourceLabels, metricLabels }) => resourceLabels['revision_name'] === PINNED && metricLabels['kind'] === kind)
        .reduce((sum, { points }) => sum + Number(points.at(-1)?.value), 0);
    expect(bytes('internet') / (bytes('internet') + bytes('private'))).toBeCloseTo(0.3, 2);
  });

  it('by an interface of its own rides no connector', () => {
    const rig = new Rig(readScenario('issue-1278'));
    const direct = rig.deploy(BACKEND, MINUTE, { connector: null, egress: 'PRIVATE_RANGES_ONLY' });
    rig.goto(3 * MINUTE);
    expect(rig.state(BACKEND, direct)).toBe('ready');
  });
});
