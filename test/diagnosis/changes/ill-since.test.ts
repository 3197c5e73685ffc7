import { describe, expect, test } from 'vitest';
import { MINUTE } from '../../../src/core/duration.ts';
import { absent } from '../../../src/core/model/measured.ts';
import type { Observation } from '../../../src/core/model/observation.ts';
import type { RevisionRecord, UsersBout } from '../../../src/core/model/testimony.ts';
import { illSince } from '../../../src/diagnosis/changes/ill-since.ts';
import { agreements } from '../../../src/diagnosis/witnesses/service-health.ts';
import { AUTH, BACKEND, NEW_BACKEND, NOW, OLD_BACKEND, SPEC, logGroup, splitBackend } from '../fixtures.ts';

const record = (total: number, failed: number, more: Partial<RevisionRecord> = {}): RevisionRecord => ({
  lastServedAt: NOW - 60 * MINUTE,
  total,
  failed,
  deaths: 0,
  countedUntil: NOW,
  ...more,
});
/** A minute of it, which ended so many minutes ago. */
const bout = (ago: number): UsersBout => ({
  from: NOW - (ago + 1) * MINUTE,
  until: NOW - ago * MINUTE,
  revisions: { [NEW_BACKEND]: { total: 1_200, failed: 360 }, [OLD_BACKEND]: { total: 0, failed: 0 } },
});
const THREE = [bout(24), bout(14), bout(4)];
const ago = (...minutes: readonly number[]): readonly number[] => minutes.map((each) => NOW - each * MINUTE);

/** Lines of each kind, of a few minutes ago. */
const withLines = (...signatures: readonly string[]): Observation => {
  const lines = signatures.map((each) => logGroup(each, BACKEND, NEW_BACKEND, 3, { firstAt: NOW - 5 * MINUTE, lastAt: NOW - 4 * MINUTE }));
  return { ...splitBackend(100), logs: { ...splitBackend(100).logs, value: lines } };
};

interface Given {
  readonly bouts?: readonly UsersBout[];
  readonly own?: RevisionRecord;
  readonly before?: RevisionRecord | null;
  readonly beside?: readonly UsersBout[];
  readonly seen?: Observation;
  readonly servingSince?: Readonly<Record<string, number>>;
}

function found({ bouts = THREE, own = record(30_000, 1_080), before = record(500_000, 40), beside = [], ...more }: Given = {}) {
  const { seen = splitBackend(100), servingSince = {} } = more;
  const revisions = { [BACKEND]: { [NEW_BACKEND]: own, ...(before === null ? {} : { [OLD_BACKEND]: before }) } };
  return illSince(seen, BACKEND, { servingSince, revisions, usersBouts: { [BACKEND]: bouts, [AUTH]: beside } });
}

describe('a revision that serves alone and fails its users again and again, as the one before it did not', () => {
  test('is known by the third time, with the figures of both', () => {
    expect(found()).toMatchObject({ revision: NEW_BACKEND, witness: 'requests' });
    expect(found()?.because).toContain(`${OLD_BACKEND}, which served before it, failed 40 of 500000 requests`);
    expect(found({ bouts: THREE.slice(1) })).toBeNull();
  });

  test.each<[string, Given]>([
    ['the one before it failed as large a share', { before: record(500_000, 16_000) }],
    ['the one before it failed as much as one of them: it may have had one as well', { before: record(500_000, 200) }],
    ['the one before it served too little to have met them', { before: record(9_000, 0) }],
    ['no other has served', { before: null }],
    ['another serves beside it', { seen: splitBackend(40) }],
    ['all of it lies within minutes', { bouts: [bout(10), bout(7), bout(4)] }],
    ['it has been well for more than twice the time between', { bouts: [bout(44), bout(34), bout(24)] }],
    ['it was before our last change', { servingSince: { [BACKEND]: NOW - 20 * MINUTE } }],
    ['another service failed in the same minutes', { beside: [bout(14)] }],
    ['the lines could not be read', { seen: { ...splitBackend(100), logs: absent<never>('logging', 'away') } }],
    ['a line names something outside', { seen: withLines('third-party') }],
  ])('is not found where %s', (_, given) => {
    expect(found(given)).toBeNull();
  });

  test('is one that dies of itself, by its own lines, and no other death', () => {
    const own = record(30_000, 1_080, { deaths: 3, died: ago(24, 14, 4) });
    expect(found({ own, bouts: [], seen: withLines('memory-limit') })).toMatchObject({ revision: NEW_BACKEND, witness: 'deaths' });
    expect(found({ own, bouts: [], seen: withLines('container-exit') })).toBeNull();
    expect(found({ own, bouts: THREE, seen: withLines('container-exit') })).toBeNull();
  });

  test('makes the service ill between two of them', () => {
    const revisions = { [BACKEND]: { [NEW_BACKEND]: record(30_000, 1_080), [OLD_BACKEND]: record(500_000, 40) } };
    const facts = { intended: {}, servingSince: {}, revisions, usersBouts: { [BACKEND]: THREE } };
    expect(agreements(splitBackend(100), SPEC, facts)[BACKEND]).toMatchObject({ verdict: 'ill', witnesses: ['requests'], looks: 3 });
  });
});
