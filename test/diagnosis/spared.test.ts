import { describe, expect, test } from 'vitest';
import { HOUR, MINUTE } from '../../src/core/duration.ts';
import { fresh } from '../../src/core/model/measured.ts';
import { diagnose } from '../../src/diagnosis/diagnose.ts';
import { during, incident } from './provider-incidents.ts';
import { BACKEND, BACKEND_REVISIONS, NEW_BACKEND, NOW, OLD_BACKEND, revision, service, serviceState, SPEC, to, world } from './fixtures.ts';

describe('what an incident of Google’s cannot explain', () => {
  test('what every revision meets is the incident’s, what one fails beyond that is its own, and both are said', () => {
    const run = incident({ products: ['Cloud Run'] });
    const split = (one: number, other: number, shares: readonly [number, number] = [50, 50]) =>
      diagnose(
        during(
          world({
            services: [
              service({
                state: serviceState(BACKEND, BACKEND_REVISIONS, [to(NEW_BACKEND, shares[0]), to(OLD_BACKEND, shares[1])]),
                total: 400,
                errors: one + other,
                byRevision: { [NEW_BACKEND]: { total: 200, serverErrors: one }, [OLD_BACKEND]: { total: 200, serverErrors: other } },
              }),
            ],
            logs: [],
          }),
          run,
        ),
        SPEC,
      ).causes.find(({ kind }) => kind === 'provider-incident');
    expect(split(116, 60)).toMatchObject({ confidence: 0.96, notOf: [BACKEND] });
    expect(split(116, 60)?.summary).toContain(
      `it does not explain why ${NEW_BACKEND} fails 116 of 200 requests and ${OLD_BACKEND} 60 of 200`,
    );
    expect(split(66, 60)?.notOf).toBeUndefined();
    // What has lost its traffic tells of before.
    expect(split(116, 60, [0, 100])?.notOf).toBeUndefined();
  });

  test('two other services that agree tell as much as one that fails three times less', () => {
    const run = incident({ products: ['Cloud Run'] });
    const at = (name: string, errors: number) =>
      service({ state: serviceState(name, [revision(`${name}-1`, HOUR)], [to(`${name}-1`, 100)]), total: 200, errors });
    const notOf = (...errors: readonly number[]) =>
      diagnose(during(world({ services: errors.map((count, index) => at(`s${index}`, count)), logs: [] }), run), SPEC).causes.find(
        ({ kind }) => kind === 'provider-incident',
      )?.notOf;
    expect(notOf(150, 60, 62)).toEqual(['s0']);
    expect(notOf(150, 60)).toBeUndefined();
    expect(notOf(150, 60, 140)).toBeUndefined();
  });

  test('what served before a release, in the same incident, tells how much of it is the incident’s', () => {
    const run = (startedAgo: number) => incident({ products: ['Cloud Run'], startedAt: NOW - startedAgo });
    const step = (ago: number, counts: Readonly<Record<string, readonly [number, number]>>) => {
      const all = Object.entries(counts).map(([name, [total, serverErrors]]) => [name, { total, serverErrors }] as const);
      const sum = (of: 0 | 1) => Object.values(counts).reduce((so, each) => so + each[of], 0);
      const sinceAt = NOW - ago * MINUTE;
      return { sinceAt, untilAt: sinceAt + 5 * MINUTE, total: sum(0), serverErrors: sum(1), byRevision: Object.fromEntries(all) };
    };
    const google = (startedAgo: number, ...steps: readonly ReturnType<typeof step>[]) => {
      const alone = service({ state: serviceState(BACKEND, BACKEND_REVISIONS, [to(NEW_BACKEND, 100)]), total: 400, errors: 260 });
      const seen = world({ services: [{ ...alone, hour: fresh(steps, NOW, 'request_count') }], logs: [] });
      const { causes } = diagnose(during(seen, run(startedAgo)), SPEC);
      return causes.find(({ kind }) => kind === 'provider-incident');
    };
    const before = step(30, { [OLD_BACKEND]: [400, 40] });
    const told = google(HOUR, before, step(20, { [NEW_BACKEND]: [400, 260] }));
    expect(told).toMatchObject({ notOf: [BACKEND], summary: expect.stringContaining('it does not explain why') });
    expect(told?.share, 'a tenth of all is a small part of 65 in a hundred').toBeCloseTo(0.1 / 0.65, 2);
    expect(google(25 * MINUTE, before, step(20, { [NEW_BACKEND]: [400, 260] }))?.notOf, 'it began with the incident').toBeUndefined();
    expect(google(HOUR, before, step(20, { [NEW_BACKEND]: [400, 40] }))?.notOf, 'it was as well at first').toBeUndefined();
    expect(
      google(HOUR, step(30, { [OLD_BACKEND]: [400, 140] }), step(20, { [NEW_BACKEND]: [400, 260] }))?.notOf,
      'not far less',
    ).toBeUndefined();
    expect(google(HOUR, before, step(20, { [NEW_BACKEND]: [3, 2] }))?.notOf, 'too few at first').toBeUndefined();
  });
});
