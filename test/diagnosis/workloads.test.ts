import { describe, expect, it } from 'vitest';
import { absent, fresh } from '../../src/core/model/measured.ts';
import type { ExecutionState, JobState, WorkerPoolState } from '../../src/core/model/workloads.ts';
import { diagnose } from '../../src/diagnosis/diagnose.ts';
import { judgeWorkload } from '../../src/diagnosis/workloads.ts';
import { SPEC, wellWorld } from './fixtures.ts';

const HOUR = 3_600_000;
const READY = { state: 'CONDITION_SUCCEEDED', reason: null, message: null };

/** Newest first, an hour apart. */
const executions = (...outcomes: readonly ExecutionState['outcome'][]): readonly ExecutionState[] =>
  outcomes.map((outcome, back) => ({
    name: `n-${outcomes.length - back}`,
    outcome,
    createdAt: (10 - back) * HOUR,
    completedAt: outcome === 'running' ? null : (10 - back) * HOUR + 60_000,
    reason: outcome === 'failed' ? 'NON_ZERO_EXIT_CODE' : null,
    message: null,
  }));

const job = (state: Partial<JobState>) =>
  judgeWorkload({ kind: 'job', name: 'nightly', state: fresh({ condition: READY, executions: [], ...state }, 0, 'test') });

describe('a job', () => {
  it.each<readonly [string, readonly ExecutionState['outcome'][], string]>([
    ['is well where its newest execution succeeded', ['succeeded', 'failed', 'failed'], 'pass'],
    ['is ill where its last two failed', ['failed', 'failed', 'succeeded'], 'fail'],
    ['is ill where all failed', ['failed', 'failed'], 'fail'],
    ['is not judged by one that failed', ['failed', 'succeeded'], 'inconclusive'],
    ['is not judged by a single one that failed', ['failed'], 'inconclusive'],
    ['is judged past one that runs', ['running', 'failed', 'failed'], 'fail'],
    ['is judged past one that somebody has cancelled', ['cancelled', 'succeeded'], 'pass'],
    ['is not judged where none is over', ['running'], 'inconclusive'],
    ['is not judged where there was none', [], 'inconclusive'],
  ])('%s', (_, outcomes, wanted) => {
    expect(job({ executions: executions(...outcomes) }).outcome).toBe(wanted);
  });

  it('says how many failed, since when, and why', () => {
    expect(job({ executions: executions('failed', 'failed', 'failed', 'succeeded') }).because).toBe(
      'job nightly: its last 3 executions failed, the first at 1970-01-01 08:01; n-4 failed at 1970-01-01 10:01 (NON_ZERO_EXIT_CODE)',
    );
  });

  it.each([
    [
      'is told beside services that are well',
      executions('failed', 'failed'),
      [expect.stringMatching(/^job nightly: its last 2 executions failed/)],
    ],
    ['is not told by one that failed', executions('failed', 'succeeded'), undefined],
  ])('%s', (_, of, noticed) => {
    const state = fresh({ condition: READY, executions: of }, 0, 'test');
    const found = diagnose({ ...wellWorld(), workloads: [{ kind: 'job', name: 'nightly', state }] }, SPEC);
    expect(found).toMatchObject({ healthy: true, causes: [] });
    expect(found.noticed).toEqual(noticed);
  });

  it('that could not be read, or was read long ago, is neither well nor ill', () => {
    expect(judgeWorkload({ kind: 'job', name: 'nightly', state: absent('test', 'denied') })).toEqual({
      outcome: 'error',
      because: 'job nightly could not be read (denied)',
    });
    const late = { ...fresh({ condition: READY, executions: executions('succeeded') }, 0, 'test'), freshness: 'late' as const };
    expect(judgeWorkload({ kind: 'job', name: 'nightly', state: late }).outcome).toBe('inconclusive');
  });
});

describe('a worker pool', () => {
  const pool = (state: Partial<WorkerPoolState>) =>
    judgeWorkload({
      kind: 'worker-pool',
      name: 'consumer',
      state: fresh({ condition: READY, latestReadyRevision: 'c-1', latestCreatedRevision: 'c-1', instances: 2, ...state }, 0, 'test'),
    });

  it.each<readonly [string, Partial<WorkerPoolState>, string]>([
    ['is well where it is ready', {}, 'pass'],
    ['is ill where Google says that it is not', { condition: { ...READY, state: 'CONDITION_FAILED' } }, 'fail'],
    ['is not judged while it is changed', { condition: { ...READY, state: 'CONDITION_RECONCILING' } }, 'inconclusive'],
    ['is not judged where it is set to keep no instance', { instances: 0 }, 'inconclusive'],
  ])('%s', (_, state, wanted) => {
    expect(pool(state).outcome).toBe(wanted);
  });
});
