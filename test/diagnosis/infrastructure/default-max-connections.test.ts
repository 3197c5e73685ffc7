import { describe, expect, test } from 'vitest';
import { defaultMaxConnections } from '../../../src/diagnosis/infrastructure/default-max-connections.ts';

describe('the connections that an instance allows without the flag', () => {
  test.each([
    ['db-f1-micro', 'POSTGRES_15', 25],
    ['db-custom-2-7680', 'POSTGRES_15', 400],
    ['db-custom-1-2048', 'POSTGRES_15', null],
    ['db-f1-micro', 'MYSQL_8_0_31', 250],
    ['db-g1-small', 'MYSQL_8_0', 1_000],
    ['db-custom-2-7680', 'MYSQL_8_0', 4_000],
    ['db-n1-standard-1', 'MYSQL_5_7', 4_000],
    ['db-custom-2-7680', 'SQLSERVER_2019_STANDARD', null],
    ['db-custom-2-7680', 'unknown', null],
  ])('of tier %s on %s are %s', (tier, version, allowed) => {
    expect(defaultMaxConnections(tier, version)).toBe(allowed);
  });
});
