import { describe, expect, test } from 'vitest';
import { MINUTE, SECOND } from '../../src/core/duration.ts';
import { faultKind, faultOf } from '../../src/simulator/fault-library.ts';
import { AUTH, BACKEND, held, inState, inStep, perform } from './theatre.ts';
import type { Cue, PlayOptions } from './theatre.ts';

/**
 * A write is prepared by reads, which take seven seconds here. A word that is heard in that time comes before the write: nothing
 * is sent any more once it has been taken.
 */
const slowly: NonNullable<PlayOptions['change']> = (scenario) => ({
  ...scenario,
  faults: ['run-slow', 'connector-slow'].map((kind) => faultOf(faultKind(kind), { from: 0, for: 24 * 60 * MINUTE })),
});
const deploying = inStep(`deploy:${AUTH}`, 'deploying.requesting');
const shifting = inStep(`deploy:${AUTH}`, 'shiftingTraffic.requesting');
const PLACES: readonly (readonly [string, Cue['when']])[] = [
  ['the connector is scaled', inState('scalingConnector.requesting')],
  ['traffic is pinned', inState('pinningTraffic.requesting')],
  ['a service is deployed', deploying],
  ['traffic is shifted', shifting],
];
const say = (type: string, when: Cue['when'], afterMs: number): Cue => ({
  when,
  afterMs,
  act: (hands) => hands.say({ type, reason: 'as the test says' }),
});

describe.each(PLACES)('said while the write is prepared by which %s', (_what, when) => {
  test.each(['HOLD', 'ABORT'])('%s comes before the write', { timeout: 300_000 }, async (type) => {
    const end = say('ABORT', held, 10 * MINUTE);
    const people = [say(type, when, 3 * SECOND), ...(type === 'HOLD' ? [end] : [])];
    const { lines, ours, actedAt, outcome } = await perform({ change: slowly, people });
    expect(lines.find(({ event }) => event === type)!.at - actedAt[0]!).toBeLessThan(SECOND);
    expect(ours.filter(({ at }) => at >= actedAt[0]!)).toEqual([]);
    expect(outcome).toBe('aborted');
  });
});

test.each([
  ['deployed', deploying, [BACKEND]],
  // Its dark revision carries our tag by then, which is taken off again.
  ['given the traffic', shifting, ['netra-auth-service', BACKEND]],
])(
  'a ROLLBACK said while a service is about to be %s leaves that out, and puts back what was moved',
  { timeout: 300_000 },
  async (_what, when, putBack) => {
    const { ours, actedAt, outcome } = await perform({ change: slowly, people: [say('ROLLBACK', when, 3 * SECOND)] });
    const later = ours.filter(({ at }) => at >= actedAt[0]!).map(({ path }) => path.replace(/\?.*|.*\/services\//g, ''));
    expect(later).toEqual(putBack);
    expect(outcome).toBe('restored');
  },
);
