import { describe, expect, test } from 'vitest';
import { MINUTE, SECOND } from '../../src/core/duration.ts';
import { everyNth, spread } from '../spread.ts';
import { ANN, AUTH, BACKEND, LATER, REGION, held, holds, inState, inStep, perform } from './theatre.ts';
import type { Cue, Performance } from './theatre.ts';

/** What the plan of issue 1278 wants; the connector is 2–10 × e2-micro before. */
const OURS = { minInstances: 3, maxInstances: 10, machineType: 'e2-standard-4' };
/** A tick, the look itself, and the wait between two looks at a connector that is busy. */
const WITHIN_A_TICK = 75 * SECOND;

const abort: Cue = { when: held, act: (hands) => hands.say({ type: 'ABORT', reason: 'I take over' }) };

describe('a connector has no etag: a human updates it between our last look at it and our own update, which is refused', () => {
  test.each([
    ['less than we wanted', { ...OURS, machineType: 'e2-micro' }, '+ minInstances: 3'],
    ['more than we wanted', { ...OURS, minInstances: 4 }, '+ minInstances: 4'],
  ])(
    'to %s: held with their diff once it is in force; it is never counted as ours, and stays',
    { timeout: 300_000 },
    async (_what, theirs, diff) => {
      const run = await perform({
        inTheGap: { write: 'connectors/staging-connector', act: (hands) => hands.scaleConnector(theirs) },
        people: [abort],
      });
      const [hold] = holds(run.shown);
      const inForceAt = run.lines.findLast(({ kind, at }) => kind === 'tick' && at < hold!.from)!.at;
      expect(hold!.from - inForceAt).toBeLessThanOrEqual(WITHIN_A_TICK);
      const asking = run.shown.find(({ at, status }) => at >= hold!.from && status.asks != null)!;
      expect(asking.at).toBe(hold!.from);
      expect(asking.status.asks!.question).toContain(diff);
      expect(asking.status.whyNot).toContain('ann@example.com');
      expect(run.context.mutations).toEqual([]);
      expect(run.ours).toEqual([]);
      expect(run.outcome).toBe('aborted');
    },
  );

  test('to just what we wanted: there is nothing to hold for, and nothing is sent again', { timeout: 300_000 }, async () => {
    const run = await perform({
      inTheGap: { write: 'connectors/staging-connector', act: (hands) => hands.scaleConnector(OURS) },
      people: [],
    });
    expect(holds(run.shown)).toEqual([]);
    expect(run.ours.filter(({ path }) => path.includes('/connectors/'))).toEqual([]);
    expect(run.outcome).toBe('recovered');
  });
});

test(
  'resumed while our connector update is in flight, it does not take that update for somebody else’s',
  { timeout: 300_000 },
  async () => {
    const run = await perform({
      people: [
        { when: inState('scalingConnector.applying'), afterMs: 2 * SECOND, act: (hands) => hands.changeTemplate('netra-frontend-staging') },
        { when: held, afterMs: MINUTE, act: (hands) => hands.say({ type: 'RESUME' }) },
      ],
    });
    const resumedAt = run.shown.find(({ at }) => at >= run.actedAt[1]!)!;
    expect(resumedAt.status.states.some((state) => state.endsWith('scalingConnector.applying'))).toBe(true);
    expect(holds(run.shown)).toHaveLength(1);
    expect(run.ours.filter(({ path }) => path.includes('/connectors/'))).toHaveLength(1);
    expect(run.outcome).toBe('recovered');
  },
);

/** Every second phase; all of them in connector-by-hand.long.ts. */
const PHASES = [
  ['traffic is pinned', inState('pinningTraffic.applying')],
  ['capacity settles', inState('capacity.settling')],
  ['auth starts', inStep(`deploy:${AUTH}`, 'deploying.starting')],
  ['the traffic of auth is shifted', inStep(`deploy:${AUTH}`, 'shiftingTraffic.requesting')],
  ['auth is becoming stable', inStep(`deploy:${AUTH}`, 'stabilizing')],
  ['the backend starts', inStep(`deploy:${BACKEND}`, 'deploying.starting')],
  ['the backend is becoming stable', inStep(`deploy:${BACKEND}`, 'stabilizing')],
  ['it is being validated', inState('proving.validating')],
  ['it soaks', inState('proving.soaking')],
] as const;

/** Google shows the old bounds until an update is done, minutes later: it is a change from then on. */
describe('a human changes the connector', () => {
  test.each(spread(PHASES, everyNth(2), everyNth(6)))(
    'while %s: held with the diff within a tick of its taking effect; resumed, it is left as it is',
    { timeout: 300_000 },
    async (_when, when) => {
      const resume: Cue = { when: held, afterMs: LATER, act: (hands) => hands.say({ type: 'RESUME' }) };
      const reject: Cue = {
        when: inState('awaitingApproval'),
        afterMs: MINUTE,
        act: (hands) => hands.say({ type: 'REJECT', reason: 'mine' }),
      };
      const run = await perform({
        people: [{ when, afterMs: 2 * SECOND, act: (hands) => hands.changeConnector('e2-micro') }, resume, reject],
      });
      const [hold, ...more] = holds(run.shown);
      expect(more).toEqual([]);
      expect(hold!.from - (await lastUpdateEnd(run))).toBeLessThanOrEqual(45 * SECOND);
      const during = run.shown.filter(({ at }) => at >= hold!.from && at < hold!.until!).map(({ status }) => status);
      expect(during[0]!.asks!.question).toContain('- machineType: e2-standard-4 + machineType: e2-micro');
      expect(during.at(-1)!.whyNot).toContain(`held by ${ANN}`);
      expect(run.ours.filter(({ at, path }) => at > hold!.from && (at < hold!.until! || path.includes('/connectors/')))).toEqual([]);
    },
  );
});

async function lastUpdateEnd({ stage }: Performance): Promise<number> {
  const { body } = await stage.simulator.handle({ method: 'GET', path: `/v1${REGION}/operations`, headers: {}, body: '' });
  const { operations = [] } = JSON.parse(body) as { readonly operations?: readonly { readonly metadata: { readonly endTime?: string } }[] };
  return Math.max(...operations.map(({ metadata }) => Date.parse(metadata.endTime ?? '1970-01-01T00:00:00Z')));
}
