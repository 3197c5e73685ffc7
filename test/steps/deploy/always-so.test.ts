import { describe, expect, test } from 'vitest';
import { HOUR, MINUTE } from '../../../src/core/duration.ts';
import { absent, fresh } from '../../../src/core/model/measured.ts';
import type { RequestStats } from '../../../src/core/model/request-stats.ts';
import type { DeploySpec } from '../../../src/core/model/spec.ts';
import { agreedFor } from '../../../src/planning/evidence-asked.ts';
import type { PlanScope } from '../../../src/planning/step-decisions.ts';
import { alwaysSo } from '../../../src/steps/deploy/always-so.ts';
import { BACKEND, BACKEND_REVISIONS, NEW_BACKEND, NOW, serviceState, SPEC, to } from '../../diagnosis/fixtures.ts';
import { ill } from '../../planning/planned.ts';

const STATE = serviceState(BACKEND, BACKEND_REVISIONS, [to(NEW_BACKEND, 100)]);
const SAME: DeploySpec = { ...SPEC.services.find(({ deploy }) => deploy !== null)!.deploy!, image: null, env: {}, like: null };
const step = (total: number, serverErrors: number, sinceAt: number, untilAt: number): RequestStats => ({
  sinceAt,
  untilAt,
  total,
  serverErrors,
  byRevision: { [NEW_BACKEND]: { total, serverErrors } },
});

/** `before` of ten thousand in the hours before, `lately` of four hundred in these five minutes. */
function why(before: number, lately: number, { deploy = SAME, hours = 3, read = true, best = 1 } = {}): string | null {
  const requests = fresh(step(400, lately, NOW - 5 * MINUTE, NOW), NOW, 'request_count');
  const day = fresh([step(10_000, before, NOW - hours * HOUR, NOW - 35 * MINUTE)], NOW, 'request_count');
  const seen = { requests: read ? requests : absent<RequestStats>('request_count', 'not read'), day };
  const record = { lastServedAt: NOW, total: 10_000, failed: before, deaths: 0, countedUntil: NOW };
  const scope: PlanScope = {
    diagnosis: { at: NOW, healthy: false, causes: [], whys: [], unknowns: [] },
    observation: ill([], {}, seen),
    spec: SPEC,
    gates: {},
    agreed: agreedFor(() => ({})),
    revisions: {
      [BACKEND]: { [NEW_BACKEND]: { ...record, best: { total: 3_000, failed: 0, timed: false, upper: best, untilAt: NOW - HOUR } } },
    },
    illAlone: {},
    connectorCpu: null,
    changedAt: 0,
  };
  return alwaysSo(scope, STATE, deploy);
}

describe('a new revision of what serves already', () => {
  test('would serve as it does where that has failed the same share of its users for hours', () => {
    expect(why(300, 12)).toMatch(/has served so for 3h at least \(300 of 10000 requests failed \(3 %\) before, 12 of 400/);
    expect(why(300, 20), 'five minutes vary').not.toBeNull();
  });

  test.each<readonly [string, string | null]>([
    ['it surely fails more lately', why(300, 60)],
    ['it surely fails less lately', why(3_000, 40)],
    ['it failed all of them before', why(10_000, 190)],
    ['it met its goal before', why(30, 12)],
    ['most of its users fail, as where instances hang', why(6_000, 240)],
    ['it was once far better', why(1_200, 60, { best: 0.002 })],
    ['it is not known for an hour', why(300, 12, { hours: 0.9 })],
    ['what is lately is not known', why(300, 12, { read: false })],
    ['the deploy brings another image', why(300, 12, { deploy: { ...SAME, image: 'another' } })],
    ['the deploy brings a setting', why(300, 12, { deploy: { ...SAME, env: { POOL: '5' } } })],
  ])('may help where %s', (_, found) => expect(found).toBeNull());
});
