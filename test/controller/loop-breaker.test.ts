import { describe, expect, test } from 'vitest';
import { historyLines, judgeHistory, rememberRuns } from '../../src/controller/loop-breaker.ts';
import { DAY, HOUR } from '../../src/core/duration.ts';
import type { EarlierRun, RunRecord } from '../../src/ports/store.ts';

const NOW = Date.parse('2026-01-05T12:00:00Z');

const earlier = (outcome: string, hoursAgo: number, applied: readonly string[] = []): EarlierRun => ({
  runId: `run-${hoursAgo}`,
  startedAt: NOW - (hoursAgo + 1) * HOUR,
  endedAt: NOW - hoursAgo * HOUR,
  outcome,
  applied,
});

describe('another run is refused', () => {
  test.each(['escalated', 'restored', 'aborted'])('after three that ended %s within a day, whatever they had in common', (outcome) => {
    const broken = judgeHistory([earlier(outcome, 9), earlier('escalated', 5), earlier('restored', 1)], NOW);
    expect(broken?.why).toBe('3 runs within 1d ended without recovery');
    expect(historyLines(broken!)).toHaveLength(3);
  });

  test('when the same step was applied three times, though each run recovered', () => {
    const broken = judgeHistory(
      [9, 5, 1].map((hours) => earlier('recovered', hours, ['deploy:auth', `pin:${hours}`])),
      NOW,
    );
    expect(broken?.why).toBe('deploy:auth was applied 3 times within 1d, and is needed again');
  });
});

describe('another run may begin', () => {
  test.each([
    ['when nothing is known', []],
    ['after two that did not recover', [earlier('escalated', 5), earlier('aborted', 1)]],
    ['when what failed is older than a day', [earlier('escalated', 30), earlier('escalated', 26), earlier('escalated', 1)]],
    ['when runs were refused before they began', [earlier('refused', 3), earlier('refused', 2), earlier('refused', 1)]],
    [
      'when runs recovered by different steps',
      [earlier('recovered', 3, ['pin:a']), earlier('recovered', 2, ['pin:b']), earlier('recovered', 1, ['pin:a'])],
    ],
  ])('%s', (_when, history) => {
    expect(judgeHistory(history, NOW)).toBeNull();
  });
});

describe('the history', () => {
  const record = (over: Partial<RunRecord>): RunRecord =>
    ({
      runId: 'run-9',
      savedAt: NOW,
      ended: { at: NOW, outcome: 'escalated' },
      snapshot: {
        context: {
          startedAt: NOW - HOUR,
          mutations: [
            { stepId: 'connector:c', outcome: 'applied' },
            { stepId: 'deploy:a', outcome: 'already' },
            { stepId: 'pin:b', outcome: 'applied' },
            { stepId: 'restore:b', outcome: 'applied' },
          ],
        },
      },
      ...over,
    }) as unknown as RunRecord;

  test('takes in the run that has ended: its outcome and the steps it applied, but not what it put back or found done', () => {
    expect(rememberRuns(record({ history: [earlier('aborted', 3)] }))).toEqual([
      earlier('aborted', 3),
      { runId: 'run-9', startedAt: NOW - HOUR, endedAt: NOW, outcome: 'escalated', applied: ['connector:c', 'pin:b'] },
    ]);
  });

  test('forgets what is too old to count, and never grows beyond thirty', () => {
    const old = { ...earlier('escalated', 0), endedAt: NOW - 3 * DAY };
    const many = Array.from({ length: 50 }, (_, index) => earlier('escalated', index / 10));
    expect(rememberRuns(record({ history: [old] }))).toHaveLength(1);
    expect(rememberRuns(record({ history: many }))).toHaveLength(30);
  });
});
