import { describe, expect, test } from 'vitest';
import { MINUTE } from '../../../src/core/duration.ts';
import { absent, fresh } from '../../../src/core/model/measured.ts';
import type { Cause } from '../../../src/core/model/diagnosis.ts';
import type { AdminChange, Observation } from '../../../src/core/model/observation.ts';
import type { RequestStats } from '../../../src/core/model/request-stats.ts';
import type { TrackRecord } from '../../../src/core/model/testimony.ts';
import { diagnose } from '../../../src/diagnosis/diagnose.ts';
import { makePlan } from '../../../src/planning/plan.ts';
import {
  AUTH,
  BACKEND,
  BACKEND_REVISIONS,
  OLD_BACKEND,
  NOW,
  NEW_BACKEND,
  serviceState,
  to,
  withDatabase,
} from '../../diagnosis/fixtures.ts';
import { ill, PIN, stepOf, wishing } from '../../planning/planned.ts';

const PINNED = wishing(BACKEND, { pin: { revision: 'lastHealthy' } });

type Counts = Readonly<Record<string, readonly [total: number, failed: number]>>;

const stats = (fromMinutes: number, toMinutes: number, counts: Counts): RequestStats => {
  const byRevision = Object.fromEntries(Object.entries(counts).map(([name, [total, serverErrors]]) => [name, { total, serverErrors }]));
  const sum = (at: 0 | 1): number => Object.values(counts).reduce((all, each) => all + each[at], 0);
  const [sinceAt, untilAt] = [NOW - fromMinutes * MINUTE, NOW - toMinutes * MINUTE];
  return { sinceAt, untilAt, total: sum(0), serverErrors: sum(1), byRevision };
};
/** All traffic went from the target to the other one a quarter of an hour ago. */
const DAY: readonly RequestStats[] = [
  stats(20, 15, { [OLD_BACKEND]: [300, 1] }),
  stats(15, 10, { [OLD_BACKEND]: [60, 0], [NEW_BACKEND]: [240, 240] }),
  stats(10, 5, { [NEW_BACKEND]: [300, 300] }),
];

function seen(day: readonly RequestStats[], lately: Counts = { [NEW_BACKEND]: [120, 120] }): Observation {
  const shares = Object.keys(lately).map((name) => to(name, 100 / Object.keys(lately).length));
  return ill(
    [],
    {},
    {
      state: fresh(serviceState(BACKEND, BACKEND_REVISIONS, shares), NOW, 'services'),
      requests: fresh(stats(2, 0, lately), NOW, 'requests'),
      day: fresh(day, NOW, 'requests'),
    },
  );
}

/** By lines alone: a permission that the account lacks. */
function decided(observation: Observation, about: Partial<Cause> = {}): string {
  const cause: Cause = {
    kind: 'configuration',
    subject: BACKEND,
    confidence: 0.85,
    share: 1,
    summary: 'a permission is lacking',
    evidence: [],
    cures: ['account'],
    ...about,
  };
  const served = (total: number, failed: number) => ({ lastServedAt: NOW - 10 * MINUTE, total, failed, deaths: 0, countedUntil: NOW });
  const revisions: TrackRecord = { [BACKEND]: { [OLD_BACKEND]: served(400, 1), [NEW_BACKEND]: served(600, 600) } };
  const diagnosis = { ...diagnose(observation, PINNED), healthy: false, causes: [cause] };
  return stepOf(makePlan({ diagnosis, observation, spec: PINNED, now: NOW, budgetLeft: 12, facts: { servingSince: {}, revisions } }), PIN)
    .decision;
}

const changed = (observation: Observation, minutesAgo: number, about: Partial<AdminChange>): Observation => {
  const change = {
    at: NOW - minutesAgo * MINUTE,
    actor: 'ann',
    method: 'Services.UpdateService',
    resource: `services/${BACKEND}`,
    ...about,
  };
  return { ...observation, changes: fresh([change], NOW, 'changes') };
};

describe('what lines name is met by all revisions only where none is seen to be spared', () => {
  test('the one that served well until the traffic went to what has failed ever since', () => {
    expect(decided(seen(DAY))).toBe('apply');
    expect(decided(changed(seen(DAY), 15, {}))).toBe('apply');
    expect(decided(changed(seen(DAY), 60, { method: 'Connectors.Patch', resource: 'connectors/one' }))).toBe('apply');
  });

  test('by the steps of the hour where they reach back to it', () => {
    const day = [stats(60, 0, { [OLD_BACKEND]: [3000, 3], [NEW_BACKEND]: [900, 880] })];
    const within = (hour: readonly RequestStats[]): string => {
      const look = seen(day);
      const backend = { ...look.services[BACKEND]!, hour: fresh(hour, NOW, 'requests') };
      return decided({ ...look, services: { ...look.services, [BACKEND]: backend } });
    };
    expect(within(DAY)).toBe('apply');
    expect(within(DAY.slice(2))).toBe('apply');
    expect(within([...DAY.slice(0, 1), stats(15, 10, { [OLD_BACKEND]: [60, 0], [NEW_BACKEND]: [240, 180] }), ...DAY.slice(2)])).toBe(
      'veto',
    );
  });

  test('the one that serves well beside it in the same minutes', () => {
    expect(decided(seen(DAY, { [NEW_BACKEND]: [120, 120], [OLD_BACKEND]: [120, 0] }))).toBe('apply');
    expect(decided(seen(DAY, { [NEW_BACKEND]: [120, 120], [OLD_BACKEND]: [120, 110] }))).toBe('veto');
  });

  test.each<[string, Observation]>([
    ['what serves now served well at first', seen([...DAY.slice(0, 1), stats(15, 10, { [NEW_BACKEND]: [300, 120] }), ...DAY.slice(2)])],
    ['the target failed when it served last', seen([stats(20, 15, { [OLD_BACKEND]: [300, 200] }), ...DAY.slice(2)])],
    ['the target served long before', seen([stats(600, 540, { [OLD_BACKEND]: [300, 0] }), ...DAY.slice(2)])],
    ['nothing is known of the day', seen([])],
    ['a secret was changed', changed(seen(DAY), 60, { method: 'SecretManagerService.DisableSecretVersion', resource: 'versions/4' })],
    ['a role was changed', changed(seen(DAY), 3, { method: 'SetIamPolicy', resource: 'projects/p' })],
    ['a connector was changed since', changed(seen(DAY), 3, { method: 'Connectors.Patch', resource: 'connectors/one' })],
    ['who changed what is not known', { ...seen(DAY), changes: absent('changes') }],
    ['the connections to the database are not seen', withDatabase(seen(DAY), { connections: absent('num_backends') })],
    ['nobody is connected to the database', withDatabase(seen(DAY), { connections: fresh(0, NOW, 'num_backends') })],
  ])('and not where %s', (_what, observation) => {
    expect(decided(observation)).toBe('veto');
  });

  test('nor where another service is ill, nor against what is measured', () => {
    const { services, ...rest } = seen(DAY);
    const other = { ...services, [AUTH]: { ...services[AUTH]!, ...services[BACKEND]!, name: AUTH } };
    expect(decided({ ...rest, services: other })).toBe('veto');
    expect(decided(seen(DAY), { kind: 'provider-incident', cures: ['google'] })).toBe('veto');
  });
});
