import { describe, expect, test } from 'vitest';
import { absent, fresh } from '../../src/core/model/measured.ts';
import type { ServiceObservation } from '../../src/core/model/observation.ts';
import type { RevisionRecord, TrackRecord } from '../../src/core/model/testimony.ts';
import { BACKEND, logGroup, NEW_BACKEND, NOW, OLD_BACKEND, SPEC } from '../diagnosis/fixtures.ts';
import { ill, PIN, planFor, stepOf } from './planned.ts';

const served = (failed: number, total = 400): RevisionRecord => ({ lastServedAt: NOW, total, failed, deaths: 0, countedUntil: NOW });
const record = (own: number, left: number): TrackRecord => ({ [BACKEND]: { [NEW_BACKEND]: served(own), [OLD_BACKEND]: served(left) } });
const instances = (counts: Record<string, number>): Partial<ServiceObservation> => ({
  instances: fresh(counts, NOW, 'run.googleapis.com/container/instance_count'),
});
const WARM = instances({ [NEW_BACKEND]: 4, [OLD_BACKEND]: 4 });
const COLD = instances({ [OLD_BACKEND]: 4 });
const decided = (revisions: TrackRecord, backend: Partial<ServiceObservation> = WARM, seen = ill([], {}, backend)) =>
  stepOf(planFor(seen, SPEC, 12, revisions), PIN);

describe('a pin is no cure of its own', () => {
  test('an illness that both revisions share is no reason for it', () => {
    expect(decided(record(60, 60), COLD)).toMatchObject({ decision: 'skip', reason: expect.stringContaining('no instance up') });
    expect(decided(record(60, 60), WARM)).toMatchObject({
      decision: 'skip',
      reason: expect.stringMatching(/nothing says that .* would serve users better: .*60 of 400.*60 of 400/),
    });
  });

  test('a target that surely serves better is one', () => {
    expect(decided(record(0, 60))).toMatchObject({ decision: 'apply', change: { revision: NEW_BACKEND } });
  });

  test('a target without an instance up must serve better by ten points: its start loses requests', () => {
    expect(decided(record(0, 20), COLD)).toMatchObject({ decision: 'skip', reason: expect.stringContaining('no instance up') });
    expect(decided(record(0, 20), WARM).decision).toBe('apply');
    expect(decided(record(0, 100), COLD).decision).toBe('apply');
  });

  test('what dies of itself is left out, whatever the requests say', () => {
    const logs = [logGroup('missing-module', BACKEND, OLD_BACKEND, 20), logGroup('container-exit', BACKEND, OLD_BACKEND, 20)];
    expect(decided({}, WARM, ill(logs, {}, WARM))).toMatchObject({ decision: 'apply', change: { revision: NEW_BACKEND } });
  });

  test('two revisions that fail alike are brought down to one where the connector is at its limit, and not where it has room', () => {
    const timeouts = [logGroup('connect-timeout', BACKEND, NEW_BACKEND, 30)];
    expect(decided(record(60, 60), WARM, ill(timeouts, { cpu: 0.97 }, WARM))).toMatchObject({
      decision: 'apply',
      reason: expect.stringContaining('two revisions double the load'),
    });
    expect(decided(record(60, 60), WARM, ill([], { cpu: 0.2 }, WARM)).decision).toBe('skip');
  });

  test('two revisions that fail alike wait while it cannot be read whether what they share is at its limit', () => {
    const seen = ill([], { cpu: 0.2 }, WARM);
    const blind = { ...seen, database: { ...seen.database!, connections: absent<number>('num_backends') } };
    const plan = planFor(blind, SPEC, 12, record(60, 60));
    expect(stepOf(plan, PIN)).toMatchObject({ decision: 'skip', reason: expect.stringContaining('could not be read') });
    expect(plan.awaits).toContain(stepOf(plan, PIN).reason);
    expect(planFor(seen, SPEC, 12, record(60, 60)).awaits).toBeUndefined();
  });
});
