import { describe, expect, test } from 'vitest';
import { cloudOver } from '../support/cloud-over.ts';
import { startPeer } from '../support/peer.ts';
import { SkippingClock } from '../support/skipping-clock.ts';

const EXECUTIONS = 'projects/p/locations/r/jobs/nightly/executions';
const READY = { type: 'Ready', state: 'CONDITION_SUCCEEDED' };

const execution = (name: string, createTime: string, completed: object, completionTime?: string): object => ({
  name: `${EXECUTIONS}/${name}`,
  createTime,
  ...(completionTime === undefined ? {} : { completionTime }),
  conditions: [
    { type: 'Started', state: 'CONDITION_SUCCEEDED' },
    { type: 'Completed', ...completed },
  ],
});

const FAILED = { state: 'CONDITION_FAILED', executionReason: 'NON_ZERO_EXIT_CODE', message: 'Task failed.' };

describe('a job', () => {
  test('is told with its executions over all pages, newest first whatever their order, each with how it ended', async () => {
    const pages = [
      {
        executions: [
          execution('n-2', '2025-01-02T00:00:00Z', FAILED, '2025-01-02T00:05:00Z'),
          execution('n-4', '2025-01-04T00:00:00Z', { state: 'CONDITION_RECONCILING' }),
        ],
        nextPageToken: 'more',
      },
      {
        executions: [
          execution('n-1', '2025-01-01T00:00:00Z', { state: 'CONDITION_SUCCEEDED' }, '2025-01-01T00:05:00Z'),
          execution('n-3', '2025-01-03T00:00:00Z', { state: 'CONDITION_FAILED', executionReason: 'CANCELLED' }, '2025-01-03T00:01:00Z'),
        ],
      },
    ];
    await using peer = await startPeer(({ path }) => ({
      body: path.includes('/executions') ? pages[path.includes('pageToken') ? 1 : 0]! : { terminalCondition: READY },
    }));
    const { condition, executions } = await cloudOver(peer.url, new SkippingClock()).workloads.getJob('nightly');
    expect(condition.state).toBe('CONDITION_SUCCEEDED');
    expect(executions.map(({ name, outcome }) => [name, outcome])).toEqual([
      ['n-4', 'running'],
      ['n-3', 'cancelled'],
      ['n-2', 'failed'],
      ['n-1', 'succeeded'],
    ]);
    expect(executions[2]).toMatchObject({ reason: 'NON_ZERO_EXIT_CODE', message: 'Task failed.', completedAt: Date.UTC(2025, 0, 2, 0, 5) });
  });

  test('of another region is asked for there', async () => {
    const asked: string[] = [];
    await using peer = await startPeer(({ path }) => (asked.push(path), { body: { terminalCondition: READY } }));
    await cloudOver(peer.url, new SkippingClock()).workloads.getJob('nightly@europe-west4');
    expect(asked.every((path) => path.includes('/locations/europe-west4/jobs/nightly'))).toBe(true);
  });
});

describe('a worker pool', () => {
  test('is told with its revisions, the instances that it keeps, and why it is not ready', async () => {
    const body = {
      latestCreatedRevision: 'projects/p/locations/r/workerPools/consumer/revisions/consumer-2',
      latestReadyRevision: 'projects/p/locations/r/workerPools/consumer/revisions/consumer-1',
      scaling: { manualInstanceCount: 3 },
      terminalCondition: { type: 'Ready', state: 'CONDITION_FAILED', revisionReason: 'HEALTH_CHECK_CONTAINER_ERROR', message: 'No start.' },
    };
    await using peer = await startPeer(() => ({ body }));
    expect(await cloudOver(peer.url, new SkippingClock()).workloads.getWorkerPool('consumer')).toEqual({
      condition: { state: 'CONDITION_FAILED', reason: 'HEALTH_CHECK_CONTAINER_ERROR', message: 'No start.' },
      latestCreatedRevision: 'consumer-2',
      latestReadyRevision: 'consumer-1',
      instances: 3,
    });
  });
});
