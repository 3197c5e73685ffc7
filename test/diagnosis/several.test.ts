import { describe, expect, test } from 'vitest';
import { absent, fresh } from '../../src/core/model/measured.ts';
import type { Observation } from '../../src/core/model/observation.ts';
import type { RemediationSpec } from '../../src/core/model/spec.ts';
import { databaseUnreachable } from '../../src/diagnosis/causes/database.ts';
import { connectorSaturation } from '../../src/diagnosis/causes/connector-saturation.ts';
import { indicatorsOf } from '../../src/diagnosis/figures/indicators.ts';
import { AUTH, BACKEND, believedWorld, connectorOf, databaseOf, logGroup, NEW_BACKEND, NOW, SPEC, wellWorld } from './fixtures.ts';

const TWO: RemediationSpec = {
  ...SPEC,
  connectors: [...SPEC.connectors, { ...SPEC.connectors[0]!, name: 'second' }],
  databases: [...SPEC.databases, { ...SPEC.databases[0]!, instance: 'ledger' }],
  services: SPEC.services.map((service) => ({
    ...service,
    databases: service.name === AUTH ? ['staging-shared-postgres'] : service.name === BACKEND ? ['ledger'] : [],
  })),
};

/** AUTH rides the first connector and uses the first database, BACKEND the second of both. */
function apart(seen: Observation, cpu: number | null): Observation {
  const rides = (service: string) => ({ riders: fresh([{ service, egress: 'ALL_TRAFFIC' }], NOW, 'services') });
  const second = { ...connectorOf(seen), ...rides(BACKEND), cpuP99: cpu === null ? absent<number>('cpu') : fresh(cpu, NOW, 'cpu') };
  return {
    ...seen,
    connectors: { 'staging-connector': { ...connectorOf(seen), ...rides(AUTH) }, second },
    databases: { ...seen.databases, ledger: databaseOf(seen) },
  };
}

const harm = (service: string) => ({ service, revision: '', amount: 1 }) as never;

describe('of two connectors', () => {
  test('the one that is full is named, for those who ride it', () => {
    const found = connectorSaturation(apart(wellWorld(), 0.97), TWO);
    expect(found.map(({ subject }) => subject)).toEqual(['second']);
    expect([found[0]?.covers(harm(BACKEND)), found[0]?.covers(harm(AUTH))]).toEqual([true, false]);
  });

  test('the highest cpu is the figure; where one is not measured it is no figure, unless the other is at its goal', () => {
    const cpuOf = (seen: Observation) => indicatorsOf(seen, TWO, {}).connectorSaturation;
    expect(cpuOf(apart(wellWorld(), 0.5))).toBe(0.5);
    expect(cpuOf(apart(wellWorld(), null))).toBeNull();
    expect(cpuOf(apart(believedWorld(), null))).toBe(0.97);
  });
});

describe('of two databases', () => {
  const stopped = (seen: Observation): Observation => {
    const { state, ...rest } = databaseOf(seen);
    return {
      ...seen,
      databases: { ...seen.databases, ledger: { ...rest, state: { ...state, value: { ...state.value!, stopped: true } } } },
    };
  };

  test('the one that is stopped is the cause, for those who use it', () => {
    const found = databaseUnreachable(stopped(apart(wellWorld(), 0.2)), TWO);
    expect(found.map(({ subject }) => subject)).toEqual(['ledger']);
    expect([found[0]?.covers(harm(BACKEND)), found[0]?.covers(harm(AUTH))]).toEqual([true, false]);
  });

  test('a line counts for the one that it names, else for the one that its service uses', () => {
    const said = (sample: string) => {
      const logs = fresh([logGroup('database-unreachable', BACKEND, NEW_BACKEND, 5, { sample })], NOW, 'entries:list');
      return databaseUnreachable({ ...apart(wellWorld(), 0.2), logs }, TWO).map(({ subject }) => subject);
    };
    expect(said('Can’t reach database server')).toEqual(['ledger']);
    expect(said('dial /cloudsql/p:r:staging-shared-postgres: timeout')).toEqual(['staging-shared-postgres']);
  });
});
