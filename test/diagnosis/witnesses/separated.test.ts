import { describe, expect, test } from 'vitest';
import { absent, fresh } from '../../../src/core/model/measured.ts';
import type { Observation, ServiceObservation } from '../../../src/core/model/observation.ts';
import { diagnose } from '../../../src/diagnosis/diagnose.ts';
import { separatedRevisions } from '../../../src/diagnosis/witnesses/separated.ts';
import { BACKEND, BACKEND_REVISIONS, believedWorld, NEW_BACKEND, NOW, OLD_BACKEND, service, serviceState, SPEC, to } from '../fixtures.ts';

type Counts = readonly [total: number, serverErrors: number];

function backend(newer: Counts, older: Counts): ServiceObservation {
  const byRevision = Object.fromEntries(
    [[NEW_BACKEND, newer] as const, [OLD_BACKEND, older] as const].map(([name, [total, serverErrors]]) => [name, { total, serverErrors }]),
  );
  const whole = { sinceAt: NOW - 300_000, total: newer[0] + older[0], serverErrors: newer[1] + older[1], byRevision };
  const seen = service({ state: serviceState(BACKEND, BACKEND_REVISIONS, [to(NEW_BACKEND, 70), to(OLD_BACKEND, 30)]) });
  // A full connector fails users slowly.
  return { ...seen, requests: fresh(whole, NOW - 60_000, 'requests'), p95Ms: fresh(7_000, NOW - 60_000, 'latencies') };
}

const seen = (each: ServiceObservation): Observation => {
  const full = believedWorld();
  return { ...full, services: { ...full.services, [BACKEND]: each } };
};
const separated = (newer: Counts, older: Counts) => separatedRevisions(seen(backend(newer, older)), BACKEND);

describe('revisions that their users tell apart', () => {
  test('one fails surely and many times more than the other in the same minutes, and both figures are said', () => {
    expect(separated([480, 302], [210, 0])).toEqual({
      revision: NEW_BACKEND,
      spared: [OLD_BACKEND],
      words: `${NEW_BACKEND} fails 302 of 480 requests (63 %) and ${OLD_BACKEND} 0 of 210`,
    });
    expect(separated([480, 302], [210, 20])?.revision).toBe(NEW_BACKEND);
  });

  test.each<[string, Counts, Counts]>([
    ['both fail alike', [480, 302], [210, 130]],
    ['the one fails half as much: they may meet the same', [480, 302], [210, 66]],
    ['too few requests of one', [480, 302], [12, 0]],
    ['neither fails', [480, 0], [210, 0]],
    ['chance may have brought it', [40, 3], [30, 0]],
  ])('not where %s', (_, newer, older) => {
    expect(separated(newer, older)).toBeNull();
  });

  test('is not known without request figures, or of a service that was not looked at', () => {
    expect(separatedRevisions(seen({ ...backend([480, 302], [210, 0]), requests: absent('requests') }), BACKEND)).toBeNull();
    expect(separatedRevisions(seen(backend([480, 302], [210, 0])), 'other')).toBeNull();
  });

  test('a connector that both ride explains nothing of it, and explains it where both fail', () => {
    const shareOf = (newer: Counts, older: Counts): number => {
      const { causes } = diagnose({ ...seen(backend(newer, older)), logs: fresh([], NOW, 'logs') }, SPEC);
      return causes.find(({ kind }) => kind === 'connector-saturation')?.share ?? 0;
    };
    expect(shareOf([4800, 3020], [2100, 0])).toBeLessThan(0.1);
    expect(shareOf([4800, 3020], [2100, 1300])).toBeGreaterThan(0.5);
  });
});
