import { describe, expect, test } from 'vitest';
import { connectionBudgets } from '../../../src/diagnosis/infrastructure/connection-budget.ts';
import { observerOver, scenarioLike } from './support/rig.ts';

const running = (version: string, tier = 'db-custom-2-7680') =>
  observerOver(
    scenarioLike(
      'issue-1278',
      `world: { databases: [{ name: staging-shared-postgres, version: ${version}, tier: ${tier}, flags: [] }] }\n`,
    ),
  );

describe('the connections of a database', () => {
  test('of MySQL are those that Cloud SQL counts for MySQL, against the limit of MySQL', async () => {
    const { look, spec } = await running('MYSQL_8_0');
    const seen = await look();
    expect(seen.databases['staging-shared-postgres']?.connections).toMatchObject({
      freshness: 'fresh',
      source: 'cloudsql.googleapis.com/database/network/connections',
    });
    expect(seen.databases['staging-shared-postgres']?.state.value).toMatchObject({ maxConnections: 4_000, maxConnectionsFrom: 'tier' });
    expect(connectionBudgets(seen, spec)[0]).toMatchObject({ reserved: 0, allowance: 4_000 });
  });

  test('of PostgreSQL are its backends, less what it keeps for itself', async () => {
    const { look, spec } = await running('POSTGRES_15');
    const seen = await look();
    expect(seen.databases['staging-shared-postgres']?.connections.source).toBe('cloudsql.googleapis.com/database/postgresql/num_backends');
    expect(connectionBudgets(seen, spec)[0]).toMatchObject({ reserved: 5, allowance: 395 });
  });

  test('of an engine that is not known here are absent, and so is their limit: nothing is measured as something else', async () => {
    const { look, spec } = await running('SQLSERVER_2019_STANDARD');
    const seen = await look();
    expect(seen.databases['staging-shared-postgres']?.connections).toMatchObject({
      value: null,
      problem: expect.stringContaining('SQLSERVER_2019_STANDARD'),
    });
    expect(connectionBudgets(seen, spec)[0]).toMatchObject({ maxConnections: null, allowance: null, utilization: null });
  });
});
