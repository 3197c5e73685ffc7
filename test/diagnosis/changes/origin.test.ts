import { describe, expect, test } from 'vitest';
import { HOUR, MINUTE } from '../../../src/core/duration.ts';
import { absent, fresh } from '../../../src/core/model/measured.ts';
import type { AdminChange, Observation } from '../../../src/core/model/observation.ts';
import { originsOf } from '../../../src/diagnosis/changes/origin.ts';
import { BACKEND, BACKEND_REVISIONS, NEW_BACKEND, NOW, OLD_BACKEND, SPEC, service, serviceState, to, world } from '../fixtures.ts';

/** One minute of the last hour, by how long ago it began: how many came and failed, on which revision. */
interface Minute {
  readonly total?: number;
  readonly share: number;
  readonly on: string;
}

interface Told {
  readonly course: (ago: number) => Minute;
  readonly changes?: readonly AdminChange[] | null;
  readonly serving?: readonly (readonly [string, number])[];
  readonly wroteAt?: Readonly<Record<string, number>>;
}

function hourOf(course: Told['course']) {
  return Array.from({ length: 57 }, (_, index) => 60 - index).map((ago) => {
    const { total = 600, share, on } = course(ago);
    const serverErrors = Math.round(total * share);
    const sinceAt = NOW - ago * MINUTE;
    return { sinceAt, untilAt: sinceAt + MINUTE, total, serverErrors, byRevision: { [on]: { total, serverErrors } } };
  });
}

function told({ course, changes = [], serving = [[NEW_BACKEND, 100]], wroteAt = {} }: Told): readonly string[] {
  const hour = hourOf(course);
  const newest = hour.slice(-2);
  const sum = (of: 'total' | 'serverErrors'): number => newest.reduce((all, minute) => all + minute[of], 0);
  const seen = service({
    state: serviceState(
      BACKEND,
      BACKEND_REVISIONS,
      serving.map(([name, percent]) => to(name, percent)),
    ),
    total: sum('total'),
    errors: sum('serverErrors'),
  });
  const look: Observation = {
    ...world({ services: [{ ...seen, byMinute: fresh(hour, NOW, 'request_count') }] }),
    changes: changes === null ? absent('admin log', 'PERMISSION_DENIED') : fresh(changes, NOW, 'admin log'),
  };
  return originsOf(look, SPEC, { servingSince: {}, unseen: { since: NOW - 30 * MINUTE, sentTo: [], wroteAt } });
}

const change = (ago: number, more: Partial<AdminChange> = {}): AdminChange => ({
  at: NOW - ago * MINUTE,
  actor: 'ci@netra.iam',
  method: 'Services.UpdateService',
  resource: `services/${BACKEND}`,
  ...more,
});
/** The older revision served until then, and the newer one since. */
const since = (shiftedAgo: number, illAgo: number, share: number) => (ago: number) => ({
  on: ago > shiftedAgo ? OLD_BACKEND : NEW_BACKEND,
  share: ago > illAgo ? 0 : share,
});

describe('since when users fail, and what came right before', () => {
  test('is the revision that got the traffic in that minute, who gave it, both figures, and no cause', () => {
    const [words] = told({ course: since(20, 20, 0.5), changes: [change(20.5)] });
    expect(words).toBe(
      `users of ${BACKEND} fail since 02:40 (5100 of 10200 requests (50 %) until 02:57, 0 of 24000 in the 40m before); at the same time ` +
        `${NEW_BACKEND} began at 02:40 to get all of the traffic, until then ${OLD_BACKEND} had it (a change by ci@netra.iam at 02:39:30): ` +
        'that they fail because of it is not shown by that',
    );
  });

  test('is no release of long before: that none is seen, and how much earlier the last one was', () => {
    const [words = ''] = told({ course: since(50, 10, 0.3), changes: [change(50)] });
    expect(words).not.toContain('at the same time');
    expect(words).toContain('no change of it, or of what it needs, is seen in the 5m before; the last known before it, 40m earlier:');
  });

  test('is a secret that it names, a database of its own and a role, and nothing of services that it does not need', () => {
    const origin = (resource: string, method: string): string =>
      told({ course: since(61, 10, 0.3), changes: [change(12, { resource, method })] })[0] ?? '';
    expect(origin('instances/staging-shared-postgres', 'instances.update')).toContain('at the same time ci@netra.iam changed instances/');
    expect(origin('projects/netra-staging', 'Projects.SetIamPolicy')).toContain('at the same time ci@netra.iam changed projects/');
    expect(origin('services/somebody-elses', 'Services.UpdateService')).not.toContain('at the same time');
    expect(origin('secrets/somebody-elses/versions/3', 'SecretManagerService.DisableSecretVersion')).not.toContain('at the same time');
  });

  test('does not say that nothing was changed where the admin log could not be read', () => {
    const [words = ''] = told({ course: since(61, 10, 0.3), changes: null });
    expect(words).toContain('what was changed then is not known: the admin log was not read for it');
    expect(words).not.toContain('no change');
  });

  test('calls a change of this run its own', () => {
    const course = since(10, 10, 0.5);
    const wroteAt = { [`service:${BACKEND}`]: NOW - 10 * MINUTE };
    expect(told({ course, changes: [change(10, { actor: 'firebreak@netra.iam' })], wroteAt })[0]).not.toContain('a change by firebreak');
  });

  test('counts a minute in which it began by the part of it that was well', () => {
    const [words] = told({ course: (ago) => ({ on: NEW_BACKEND, share: ago > 11 ? 0 : ago === 11 ? 0.1 : 0.5 }) });
    expect(words).toContain('since 02:50 (2100 of 4200 requests');
  });

  test('says more where some failed before', () => {
    const [words] = told({ course: (ago) => ({ on: NEW_BACKEND, share: ago > 20 ? 0.1 : 0.6 }) });
    expect(words).toContain(
      `users of ${BACKEND} fail more since 02:40 (6120 of 10200 requests (60 %) until 02:57, 2400 of 24000 in the 40m before)`,
    );
  });

  test.each([
    ['which is as old as what was read', () => ({ on: NEW_BACKEND, share: 0.5 })],
    ['which grew too slowly to have a begin', (ago: number) => ({ on: NEW_BACKEND, share: 0.6 - ago / 100 })],
    ['of too few requests to tell', (ago: number) => ({ on: NEW_BACKEND, total: ago % 10 === 0 ? 1 : 0, share: ago > 20 ? 0 : 1 })],
    ['that is none', () => ({ on: NEW_BACKEND, share: 0 })],
  ])('is not told of a trouble %s', (_, course) => {
    expect(told({ course })).toEqual([]);
  });

  test('is told of the last of two troubles, with what lies between them as before', () => {
    const [words] = told({ course: (ago) => ({ on: NEW_BACKEND, share: ago > 40 ? 0.5 : ago > 12 ? 0 : 0.4 }) });
    expect(words).toContain('since 02:48 (2160 of 5400 requests (40 %) until 02:57, 0 of 16800 in the 28m before)');
  });

  test('says of a revision that serves in part how the one beside it fares', () => {
    const course = (ago: number): Minute => ({ on: ago > 20 ? OLD_BACKEND : NEW_BACKEND, share: ago > 20 ? 0 : 0.5 });
    const serving = [
      [NEW_BACKEND, 50],
      [OLD_BACKEND, 50],
    ] as const;
    expect(told({ course, serving })[0]).toContain(`${NEW_BACKEND} began at 02:40`);
    expect(BACKEND_REVISIONS[0]?.createdAt).toBe(NOW - HOUR);
  });
});
