import { expect, test } from 'vitest';
import { MINUTE } from '../../../src/core/duration.ts';
import { checkInTime } from '../../../src/controller/validating/in-time.ts';
import type { Validation } from '../../../src/controller/validating/options.ts';
import { BACKEND, BACKEND_REVISIONS, NEW_BACKEND, NOW, service, serviceState, SPEC, to, world } from '../../diagnosis/fixtures.ts';

const GOAL = SPEC.improvement.goals.p95Ms;
const state = serviceState(BACKEND, BACKEND_REVISIONS, [to(NEW_BACKEND, 100)]);
const checked = (p95Ms: number, total: number, servingSince: Record<string, number> = {}) =>
  checkInTime({
    options: { spec: SPEC } as Validation['options'],
    observation: world({ services: [service({ state, p95Ms, total })] }),
    facts: { servingSince, intended: {} },
  }).map(({ critical, verdict }) => ({ critical, outcome: verdict.outcome, because: verdict.because }));

test('a validation does not pass while users are surely answered later than the goal', () => {
  expect(checked(GOAL * 1.6, 600)).toEqual([
    { critical: true, outcome: 'fail', because: expect.stringContaining(`${BACKEND}: users' p95 is `) as string },
  ]);
});

test('near the goal, by too few requests, or in a window of before the last shift there is nothing to hold against it', () => {
  expect(checked(GOAL * 1.4, 600)).toEqual([]);
  expect(checked(GOAL * 3, SPEC.improvement.minSamples - 1)).toEqual([]);
  expect(checked(GOAL * 3, 600, { [BACKEND]: NOW - MINUTE })).toEqual([]);
});
