import { describe, expect, test } from 'vitest';
import { MINUTE } from '../../../src/core/duration.ts';
import type { RevisionRecord } from '../../../src/core/model/testimony.ts';
import { diesAlone } from '../../../src/diagnosis/changes/dies-alone.ts';
import { agreements } from '../../../src/diagnosis/witnesses/service-health.ts';
import { absent } from '../../../src/core/model/measured.ts';
import { lastHealthy } from '../../../src/steps/pin/last-healthy.ts';
import { BACKEND, NEW_BACKEND, NOW, OLD_BACKEND, SPEC, splitBackend } from '../fixtures.ts';

/** Died so many minutes ago. */
const record = (...ago: readonly number[]): RevisionRecord => ({
  lastServedAt: NOW,
  total: 400,
  failed: 0,
  deaths: ago.length,
  died: ago.map((minutes) => NOW - minutes * MINUTE),
  countedUntil: NOW,
});
const of = (dying: RevisionRecord, other: RevisionRecord, servingSince = {}) => ({
  servingSince,
  revisions: { [BACKEND]: { [NEW_BACKEND]: dying, [OLD_BACKEND]: other } },
});
const found = (own: number, dying: RevisionRecord, other = record(), since = {}) =>
  diesAlone(splitBackend(own), BACKEND, of(dying, other, since))?.revision ?? null;

describe('a revision that dies again and again while the ones beside it never do', () => {
  test('of half the users four deaths, of few users three', () => {
    expect(found(50, record(80, 55, 30, 5))).toBe(NEW_BACKEND);
    expect(found(50, record(55, 30, 5))).toBeNull();
    expect(found(5, record(55, 30, 5))).toBe(NEW_BACKEND);
    expect(found(5, record(30, 5))).toBeNull();
  });

  test.each<[string, string | null]>([
    ['the other died as well', found(50, record(80, 55, 30, 5), record(40))],
    ['it serves nearly all, and the other would hardly have died by chance', found(90, record(80, 55, 30, 5))],
    ['all of it lies within minutes: that is the illness of now', found(5, record(18, 12, 6))],
    ['it has not died for twice as long as ever before', found(50, record(160, 135, 110, 85))],
    ['it died before our last change of the service', found(50, record(80, 55, 30, 5), record(), { [BACKEND]: NOW - 40 * MINUTE })],
    [
      'it died before our last change of the connector',
      found(50, record(80, 55, 30, 5), record(), { 'connector:staging-connector': NOW - 40 * MINUTE }),
    ],
    ['no other serves', found(100, record(80, 55, 30, 5))],
  ])('is not found where %s', (_, revision) => {
    expect(revision).toBeNull();
  });

  test('is not judged by a look that could not read the lines', () => {
    const blind = { ...splitBackend(50), logs: absent<never>('logging', 'away') };
    expect(diesAlone(blind, BACKEND, of(record(80, 55, 30, 5), record()))).toBeNull();
  });

  test('makes the service ill between two deaths, and says when and beside whom', () => {
    const agreed = agreements(splitBackend(50), SPEC, { intended: {}, ...of(record(80, 55, 30, 5), record()) })[BACKEND];
    expect(agreed).toMatchObject({ verdict: 'ill', witnesses: ['deaths'], looks: 4 });
    expect(agreed?.because).toContain(`${OLD_BACKEND}, serving 50 %, did not die at all`);
  });

  test('is no revision to go back to, however well it served between', () => {
    const observation = splitBackend(50);
    const { revisions } = of({ ...record(80, 55, 30, 5), total: 4_000 }, { ...record(), lastServedAt: NOW - MINUTE });
    const illAlone = { [BACKEND]: diesAlone(observation, BACKEND, of(record(80, 55, 30, 5), record()))! };
    expect(lastHealthy({ observation, spec: SPEC, revisions, illAlone: {} }, BACKEND)?.revision).toBe(NEW_BACKEND);
    expect(lastHealthy({ observation, spec: SPEC, revisions, illAlone }, BACKEND)?.revision).toBe(OLD_BACKEND);
  });
});
