import { describe, expect, test } from 'vitest';
import { absent, fresh } from '../../../src/core/model/measured.ts';
import type { DatabaseObservation, LogGroup, Observation } from '../../../src/core/model/observation.ts';
import { believedWorld, logGroup, NOW } from '../../diagnosis/fixtures.ts';
import { BACKEND, NEW_BACKEND } from '../../diagnosis/fixtures.ts';
import { CONNECTOR, planFor, stepOf } from '../../planning/planned.ts';

const FULL = believedWorld();
const [[INSTANCE, DATABASE]] = Object.entries(FULL.databases) as [[string, DatabaseObservation]];
const scaling = (observation: Observation) => {
  const plan = planFor(observation);
  return { ...stepOf(plan, CONNECTOR), question: plan.question, awaits: plan.awaits };
};
const withDatabase = (shape: Partial<DatabaseObservation>): Observation => ({
  ...FULL,
  databases: { ...FULL.databases, [INSTANCE]: { ...DATABASE, ...shape } },
});
const names = (count: number): LogGroup => ({
  ...logGroup('name-resolution', BACKEND, NEW_BACKEND, count),
  facts: { host: 'orders.acme.internal' },
  sample: 'getaddrinfo EAI_AGAIN orders.acme.internal',
});
const withLines = (...groups: readonly LogGroup[]): Observation => ({
  ...FULL,
  logs: fresh([...(FULL.logs.value ?? []), ...groups], NOW, 'entries:list'),
});

describe('before the one-way door', () => {
  test('a full connector with its database seen alive is scaled', () => {
    expect(scaling(FULL).decision).toBe('apply');
  });

  test('a database that tells nothing is waited for, then asked about', () => {
    const since = NOW - 600_000;
    for (const connections of [
      absent<number>('num_backends', 'no points in the window'),
      { value: 102, measuredAt: since, freshness: 'late' as const, source: 'num_backends' },
    ]) {
      const step = scaling(withDatabase({ connections }));
      expect(step.decision).not.toBe('apply');
      expect(step.awaits).toContain('is not seen');
      expect(step.question?.text).toContain('is not seen');
    }
  });

  test('a database without a connection left, or one that does not run, keeps it shut', () => {
    expect(scaling(withDatabase({ connections: fresh(400, NOW - 60_000, 'num_backends') }))).toMatchObject({
      decision: 'veto',
      reason: expect.stringContaining('no connection left (400 of 400 in use)'),
    });
    const state = fresh({ ...DATABASE.state.value!, lifecycle: 'MAINTENANCE' }, NOW, 'instance');
    expect(scaling(withDatabase({ state }))).toMatchObject({ decision: 'veto', reason: expect.stringContaining('is MAINTENANCE') });
  });

  test('a name that hardly ever resolves keeps it shut; a few lost look-ups in a full connector are its own', () => {
    expect(scaling(withLines(names(5000)))).toMatchObject({
      decision: 'veto',
      reason: expect.stringContaining('orders.acme.internal cannot be resolved'),
    });
    expect(scaling(withLines(names(2))).decision).toBe('apply');
  });
});
