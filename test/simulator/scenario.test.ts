import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../src/core/errors.ts';
import { listScenarios, loadScenario, readScenario } from '../../src/simulator/scenario.ts';
import { mergeDeeply } from '../../src/simulator/world/merge.ts';

const FOLDER = new URL('../../src/simulator/scenarios/', import.meta.url);
const textOf = (name: string): string => readFileSync(new URL(`${name}.yaml`, FOLDER), 'utf8');
const broken = (name: string, change: (text: string) => string): UserError => {
  try {
    loadScenario(change(textOf(name)), `${name}.yaml`);
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error('the scenario was accepted');
};

/** Worlds of their own, not the one of #1278 laid over. */
const OWN_WORLDS = ['traffic-by-steps', 'plain-service', 'internal-service'];

describe('scenario documents', () => {
  it('lists every document of the folder under its file name, with a title', () => {
    const files = readdirSync(FOLDER).map((file) => file.replace('.yaml', ''));
    expect(listScenarios().map((one) => one.name)).toEqual(files.toSorted());
    expect(listScenarios().every((one) => one.title.length > 10)).toBe(true);
  });

  it.each(listScenarios().map((one) => one.name))('%s loads, and is named as its file', (name) => {
    const scenario = readScenario(name);
    expect(scenario.name).toBe(name);
    if (OWN_WORLDS.includes(name)) return expect(scenario.world).toMatchObject({ connectors: [], databases: [], loadBalancers: [] });
    expect(scenario.world.project).toBe('netra-staging');
    expect(scenario.world.services.map((one) => one.name).toSorted()).toEqual([
      'netra-auth-service',
      'netra-backend-staging',
      'netra-frontend-staging',
    ]);
  });

  it('holds all scenarios that the rehearsal promises', () => {
    const promised = [
      'issue-1278',
      'issue-1278-as-logged',
      'no-improvement',
      'regional-shortage',
      'auth-never-stable',
      'already-healthy',
      'bad-deploy',
    ];
    promised.push('permission-denied', 'connector-busy', 'lost-answer', 'api-brownout');
    expect(listScenarios().map((one) => one.name)).toEqual(expect.arrayContaining(promised));
  });

  it('takes world and start from its base, but never faults, people or expectations', () => {
    const [base, brownout] = [readScenario('issue-1278'), readScenario('api-brownout')];
    expect(brownout.world).toEqual(base.world);
    expect(brownout.startAt).toBe(base.startAt);
    expect(base.faults).toEqual([]);
    expect(readScenario('regional-shortage').expect.order).toBeUndefined();
  });

  it('reads durations and instants as milliseconds', () => {
    const scenario = readScenario('connector-busy');
    expect(scenario.world.connectors[0]?.busyFor).toBe(360_000);
    expect(scenario.startAt).toBe(Date.parse('2025-09-15T20:03:00Z'));
  });
});

describe('mistakes in a scenario document', () => {
  it('names an unknown key with file, line and column, and the key that was meant', () => {
    const error = broken('issue-1278', (text) => text.replace('machineType: e2-micro', 'machinType: e2-micro'));
    expect(error.code).toBe('scenario-invalid');
    const unknown = error.message.split('\n').find((line) => line.includes('unknown key'));
    expect(unknown).toMatch(/^issue-1278\.yaml:\d+:\d+ world\.connectors\.0\.machinType: unknown key; did you mean "machineType"\?$/);
    const lines = textOf('issue-1278').split('\n');
    const wanted = lines.findIndex((line) => line.includes('machineType: e2-micro')) + 1;
    expect(Number(/yaml:(\d+):/.exec(unknown ?? '')?.[1])).toBe(wanted);
  });

  it('says of a required key that it is missing', () => {
    expect(broken('issue-1278', (text) => text.replace(/^seed: .*\n/m, '')).message).toMatch(/ seed: is missing$/);
  });

  it('refuses a duration that is none, with the value', () => {
    expect(broken('connector-busy', (text) => text.replace('6m', 'soon')).message).toContain('"soon" is not a duration');
  });

  it('refuses a traffic vector that does not sum to 100', () => {
    expect(broken('issue-1278', (text) => text.replace('percent: 50 }', 'percent: 40 }')).message).toContain('percents sum to 90');
  });

  it('refuses traffic to a revision that does not exist', () => {
    const error = broken('issue-1278', (text) =>
      text.replace('revision: netra-backend-staging-00749-6tr, percent', 'revision: netra-backend-staging-00001-abc, percent'),
    );
    expect(error.message).toContain('no revision netra-backend-staging-00001-abc');
  });

  it('says where the YAML itself is broken', () => {
    expect(broken('issue-1278', (text) => text.replace('seed: 1278', 'seed: [1278')).message).toMatch(/^issue-1278\.yaml:\d+:\d+ /);
  });

  it('answers an unknown name with the nearest one', () => {
    expect(() => readScenario('issue-1287')).toThrowError(UserError);
    try {
      readScenario('isue-1278');
    } catch (error) {
      expect((error as UserError).fix).toContain('Did you mean issue-1278?');
    }
  });
});

describe('laying one document over another', () => {
  it('merges named things by name, replaces unnamed lists, and changes neither', () => {
    const base = {
      list: [
        { name: 'a', x: 1 },
        { name: 'b', x: 2 },
      ],
      plain: [1, 2],
      kept: true,
    };
    const before = structuredClone(base);
    const merged = mergeDeeply(base, { list: [{ name: 'b', x: 3 }, { name: 'c' }], plain: [9] });
    expect(merged).toEqual({ list: [{ name: 'a', x: 1 }, { name: 'b', x: 3 }, { name: 'c' }], plain: [9], kept: true });
    expect(base).toEqual(before);
  });
});
