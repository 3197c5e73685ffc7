import { describe, expect, test } from 'vitest';
import type { IncidentContext } from '../../machines/incident/context.ts';
import { readWorldFacts } from '../../src/composition/world-facts.ts';
import type { Command, RunRecord } from '../../src/ports/store.ts';
import { contextOf, testTakeovers } from './records/goes-on.ts';
import { formerRuns, goOn } from './records/records.ts';
import type { FormerRun } from './records/records.ts';

const RUNS = formerRuns('0.1.0-115ca79');

/** The others are with the long tests. */
const SAMPLE = [
  'scalingConnector": "applying',
  'pinningTraffic": "requesting',
  'deploying": "starting',
  'stabilizing',
  'soaking',
  'puttingBack',
];

describe('a run saved by 0.1.0, which noted no version', () => {
  testTakeovers(RUNS.filter(({ state }) => SAMPLE.some((part) => state.includes(part))));
});

describe('a run saved by a version that nobody here knows', () => {
  const pinned = RUNS.find(({ state }) => state.includes('deploying": "starting'))!;
  const saved = (change: Partial<RunRecord>): FormerRun => ({
    ...pinned,
    record: { ...pinned.record, program: '9.0.0', machine: { ...pinned.record.machine, version: '9' }, ...change },
  });
  const order = (type: string): Command => ({ id: type, at: pinned.record.savedAt, by: 'ann', event: { type, reason: 'told so' } });

  test('is refused, with its version and the ways that are open, and nothing is written', async () => {
    const { failure, stage } = await goOn(saved({}));
    expect(failure).toMatchObject({ code: 'machine-changed', message: expect.stringContaining('saved by firebreak 9.0.0') });
    const { specHash: _specHash, ...record } = saved({}).record;
    expect(await stage.store.load()).toMatchObject(record);
    expect(stage.simulator.writes()).toHaveLength(pinned.writes.length);
  });

  test('is rolled back from the record alone: the traffic that it moved is where it was', async () => {
    const { end, failure, stage } = await goOn(saved({}), [order('ROLLBACK')]);
    expect([failure, end?.outcome]).toEqual([null, 'restored']);
    const before = new Map(
      contextOf(pinned).mutations.flatMap(({ before }) => (before.kind === 'traffic' ? [[before.service, before.traffic]] : [])),
    );
    const facts = await readWorldFacts(stage.simulator, 'netra-staging', 'us-central1');
    for (const [service, traffic] of before)
      expect(facts.traffic[service]).toEqual(traffic.map(({ revision, percent, tag }) => `${revision} ${percent} ${tag ?? '-'}`));
  });

  test('is aborted from the record alone: what it changed is said, and nothing more is written', async () => {
    const { end, stage } = await goOn(saved({}), [order('ABORT')]);
    expect(end?.outcome).toBe('aborted');
    expect((end!.snapshot.context as IncidentContext).mutations).toEqual(contextOf(pinned).mutations);
    expect(stage.simulator.writes().filter(({ method }) => method === 'PATCH')).toHaveLength(pinned.writes.length);
  });

  test('is refused even so where its changes cannot be read', async () => {
    const snapshot = { ...(pinned.record.snapshot as object), context: { ...contextOf(pinned), mutations: [{ key: 'k' }] } };
    const { failure } = await goOn(saved({ snapshot }), [order('ROLLBACK')]);
    expect(failure).toMatchObject({ code: 'machine-changed' });
  });
});
