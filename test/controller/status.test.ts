import { beforeAll, describe, expect, test } from 'vitest';
import type { RunStatus } from '../../src/ports/store.ts';
import { AUTH, BACKEND, perform } from '../people/theatre.ts';
import type { Performance } from '../people/theatre.ts';

const isIn = (status: RunStatus, state: string): boolean => status.states.some((path) => path.split('.').includes(state));
const first = ({ shown }: Performance, when: (status: RunStatus) => boolean): RunStatus => shown.find(({ status }) => when(status))!.status;

describe('what a run shows of its question', () => {
  let play: Performance;
  beforeAll(async () => {
    play = await perform({
      spec: (spec) => ({ ...spec, policy: { ...spec.policy, approve: ['irreversible'] } }),
      people: [],
    });
  });

  test('is every step that a yes lets happen, with its diff, its way back, and why it waits for one', () => {
    const { asks, plan } = first(play, (status) => isIn(status, 'awaitingApproval'));
    expect(asks).toMatchObject({ about: 'plan', plan: plan!.hash, otherwise: expect.stringContaining('handed to people') });
    expect(asks!.steps!.map(({ id }) => id)).toEqual(plan!.steps.filter(({ state }) => state === 'to do').map(({ id }) => id));
    expect(asks!.steps![0]).toMatchObject({
      irreversible: true,
      needsYes: 'policy.approve names irreversible changes',
      diff: expect.arrayContaining(['+ minInstances: 3']),
      undo: expect.stringContaining('cannot be undone'),
    });
    expect(asks!.steps!.slice(1).map(({ needsYes, irreversible }) => [needsYes, irreversible])).toEqual(
      asks!.steps!.slice(1).map(() => [null, false]),
    );
  });

  test('holds what is said to follow when nobody answers: it did', () => {
    const { asks } = first(play, (status) => isIn(status, 'awaitingApproval'));
    expect(play.outcome).toBe('escalated');
    expect(Date.parse(asks!.until!)).toBeLessThanOrEqual(play.endedAt);
    // Nothing but the case, when the window had passed as well.
    expect(play.ours.filter(({ path }) => !path.includes('/cases'))).toEqual([]);
  });

  test('is among what leads out of the state, with its deadline; a run that has ended is left by nothing', () => {
    const { asks, leaves } = first(play, (status) => isIn(status, 'awaitingApproval'));
    expect(leaves).toContainEqual(expect.objectContaining({ when: 'a human says reject', until: null, to: 'The run ends: aborted' }));
    const deadlines = leaves!.filter(({ until }) => until !== null);
    expect(deadlines.map(({ until }) => until)).toEqual(deadlines.map(() => asks!.until));
    expect(deadlines.length).toBeGreaterThan(0);
    expect(play.shown.at(-1)!.status.leaves).toBeUndefined();
  });

  test('at the end gives way to the reason of the end', () => {
    const { status } = play.shown.at(-1)!;
    expect(status).toMatchObject({ outcome: 'escalated', why: 'nobody answered in time' });
    expect(status.asks).toBeUndefined();
  });
});

describe('what a run shows of a rollback', () => {
  let play: Performance;
  beforeAll(async () => {
    play = await perform({
      people: [
        { when: (status) => isIn(status, 'soaking'), act: (hands) => hands.moveTraffic(BACKEND, `${BACKEND}-00749-6tr`) },
        { when: (status) => status.asks?.about === 'change', act: (hands) => hands.say({ type: 'ROLLBACK', reason: 'worse' }) },
      ],
    });
  });

  test('is each service once, with the vector that it will have', () => {
    const { rollback } = first(play, (status) => isIn(status, 'soaking'));
    expect(rollback!.back.map(({ service }) => service)).toEqual([AUTH, BACKEND]);
    expect(rollback!.back[1]!.traffic).toContain(`${BACKEND}-00749-6tr 50 %, ${BACKEND}-00750-69k 50 %`);
    expect(rollback!.left).toEqual([]);
  });

  test('leaves out what a human has changed, also while that still holds the run; and so does the rollback', () => {
    const { rollback } = first(play, (status) => status.asks?.about === 'change');
    expect(rollback!.back.map(({ service }) => service)).toEqual([AUTH]);
    expect(rollback!.left).toMatchObject([{ service: BACKEND }]);
    const restored = play.lines.filter(({ event }) => event === 'restoreTraffic.done').map(({ data }) => JSON.stringify(data));
    expect(restored).toHaveLength(1);
    expect(restored[0]).toContain(AUTH);
    expect(play.traffic[BACKEND]!.join()).toContain(`${BACKEND}-00749-6tr 100`);
  });
});
