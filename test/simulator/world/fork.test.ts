import { describe, expect, it } from 'vitest';
import { readScenario } from '../../../src/simulator/scenario.ts';
import type { World } from '../../../src/simulator/world/contract.ts';
import { AUTH, BACKEND, HOUR, LARGE, MINUTE, PINNED, Rig } from './rig.ts';

function share(world: World, service: string): number {
  const { asked, well } = world.answered()[service] ?? { asked: 0, well: 0 };
  return well / asked;
}

describe('a forked world', () => {
  it('goes on exactly as the one it was made from', () => {
    const rig = new Rig(readScenario('issue-1278')).scale(5 * MINUTE).goto(10 * MINUTE);
    const fork = rig.world.fork();
    fork.advanceTo(rig.at(2 * HOUR));
    rig.goto(2 * HOUR);
    expect(fork.answered()).toEqual(rig.world.answered());
  });

  it('and the one it was made from know nothing of each other', () => {
    const make = (): Rig => new Rig(readScenario('issue-1278')).goto(10 * MINUTE);
    const [rig, alone] = [make(), make()];
    const fork = rig.world.fork();
    fork.connectors.apply('staging-connector', LARGE);
    fork.services.setTraffic(BACKEND, [{ revision: PINNED, percent: 100 }], rig.at(10 * MINUTE));
    fork.advanceTo(rig.at(HOUR));
    expect(rig.goto(HOUR).world.answered()).toEqual(alone.goto(HOUR).world.answered());
    expect(rig.world.connectors.configuration('staging-connector').machineType).toBe('e2-micro');
  });

  it('with a turn of its own has other chances', () => {
    const rig = new Rig(readScenario('issue-1278')).scale(5 * MINUTE).goto(5 * MINUTE);
    rig.deploy(AUTH, 5 * MINUTE);
    const [same, other] = [rig.world.fork(), rig.world.fork(1)];
    const logs = (world: World): unknown => {
      world.advanceTo(rig.at(HOUR));
      return world.logs.entries(rig.at(0), rig.at(HOUR)).map(({ timestamp }) => timestamp);
    };
    expect(logs(other)).not.toEqual(logs(same));
  });
});

describe('the share of good answers', () => {
  it('is all of them while everything is well, and falls with the service that fails', () => {
    expect(share(new Rig(readScenario('already-healthy')).goto(HOUR).world, BACKEND)).toBe(1);
    expect(share(new Rig(readScenario('issue-1278')).goto(HOUR).world, BACKEND)).toBeLessThan(0.01);
  });

  it('is known of a service that nobody calls', () => {
    const scenario = readScenario('already-healthy');
    const services = scenario.world.services.map((one) => ({ ...one, load: { requestsPerSecond: 0, changes: [] } }));
    const { world } = new Rig({ ...scenario, world: { ...scenario.world, services } }).goto(HOUR);
    expect(share(world, AUTH)).toBe(1);
  });
});
