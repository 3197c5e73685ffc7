import { describe, expect, test } from 'vitest';
import { MINUTE, SECOND } from '../../src/core/duration.ts';
import { readScenario } from '../../src/simulator/scenario.ts';
import { AUTH, BACKEND, LATER, held, holds, inState, inStep, perform } from './theatre.ts';
import type { Cue, Hands } from './theatre.ts';

const OLD_AUTH = `${AUTH}-00181-h4z`;
const ON_OLD_AUTH = [`${OLD_AUTH} 100 -`];

const say = (when: Cue['when'], type: string, more: object = {}, afterMs = LATER): Cue => ({
  when,
  afterMs,
  act: (hands: Hands) => hands.say({ type, reason: 'as the test says', ...more }),
});
const approve: Cue = {
  when: inState('awaitingApproval'),
  afterMs: MINUTE,
  act: (hands) => hands.say({ type: 'APPROVE', plan: hands.status.asks?.plan ?? '' }),
};

describe('traffic that a human has moved during the run', () => {
  const moved: Cue = {
    when: inStep(`deploy:${AUTH}`, 'stabilizing'),
    afterMs: MINUTE,
    act: (hands) => hands.moveTraffic(AUTH, OLD_AUTH),
  };

  test('is theirs: adopted, it is moved again only with a yes to the plan that says so', { timeout: 300_000 }, async () => {
    const run = await perform({ people: [moved, say(held, 'ADOPT'), approve] });
    expect(
      run.shown.some(({ status }) =>
        status.asks?.question.includes(`A human has changed since what would be changed again: Deploy ${AUTH}`),
      ),
    ).toBe(true);
    expect(run.ours.filter(({ at }) => at > run.actedAt[0]! && at < run.actedAt[2]!)).toEqual([]);
    expect(run.outcome).toBe('recovered');
  });

  test('stays where they put it when nobody says yes: people get it, with nothing more changed', { timeout: 300_000 }, async () => {
    const run = await perform({ people: [moved, say(held, 'ADOPT')] });
    expect(run.outcome).toBe('escalated');
    expect(run.traffic[AUTH]).toEqual(ON_OLD_AUTH);
    expect(run.ours.filter(({ at, path }) => at > run.actedAt[0]! && !path.includes('/cases'))).toEqual([]);
  });

  test('is not judged as a failure of the deploy, however long the hold lasts', { timeout: 300_000 }, async () => {
    const run = await perform({ people: [moved, say(held, 'RESUME', {}, 45 * MINUTE), approve] });
    expect(run.lines.some(({ event }) => event === 'restoreTraffic.done')).toBe(false);
    expect(run.outcome).toBe('recovered');
  });
});

test('a connector that a human has changed holds the run, and is changed again only with a yes', { timeout: 300_000 }, async () => {
  const changed: Cue = { when: inStep(`deploy:${AUTH}`, 'stabilizing'), act: (hands) => hands.changeConnector('e2-micro') };
  const run = await perform({ people: [changed, say(held, 'ADOPT'), approve] });
  const [hold] = holds(run.shown);
  const asked = run.shown.find(({ at, status }) => at >= hold!.from && status.asks !== undefined)!.status.asks!;
  expect(asked.question).toContain('- machineType: e2-standard-4 + machineType: e2-micro');
  const writes = run.ours.filter(({ at, path }) => at > run.actedAt[0]! && path.includes('/connectors/'));
  expect(writes.every(({ at }) => run.actedAt[2] !== null && at >= run.actedAt[2]!)).toBe(true);
});

describe('while traffic is being put back', () => {
  const RESTORING = 'auth-never-stable';

  test.each([
    ['before it is seen in force', 'restoring.settlingBack'],
    ['while it is written', 'restoring.puttingBack'],
  ])('traffic that a human moves %s holds the run and stays theirs', { timeout: 300_000 }, async (_when, state) => {
    const moved: Cue = { when: inState(state), act: (hands) => hands.moveTraffic(AUTH, `${AUTH}-00182-gtn`) };
    const named: Cue = {
      ...moved,
      act: async (hands) => {
        const made = hands.status.changes
          ?.map(({ title }) => /to (netra-auth-service-\S+)/.exec(title)?.[1])
          .find((name) => name !== undefined);
        await hands.moveTraffic(AUTH, made!);
      },
    };
    const run = await perform({ scenario: RESTORING, people: [named, say(held, 'RESUME')] });
    expect(run.outcome).toBe('restored');
    expect(holds(run.shown)).toHaveLength(1);
    expect(run.traffic[AUTH]?.[0]).toMatch(/netra-auth-service-00182-\S+ 100 /);
    expect(run.ours.filter(({ at, path }) => at > run.actedAt[0]! && path.includes(AUTH))).toEqual([]);
    expect(run.traffic[BACKEND]).toHaveLength(2);
  });
});

describe('a conflict in the middle of a write', () => {
  test.each([
    ['the pin', `/v2/**/services/${BACKEND}`],
    ['a deploy', `/v2/**/services/${AUTH}`],
  ])('%s: it looks and plans again, sends nothing twice, and takes nobody for a stranger', { timeout: 300_000 }, async (_what, path) => {
    const fault = {
      id: 'conflict',
      match: { method: 'PATCH', path },
      times: 2,
      answer: { status: 409, statusText: 'ABORTED', message: 'Conflict' },
    };
    const run = await perform({ people: [], change: (scenario) => ({ ...scenario, faults: [fault] }) });
    expect(run.outcome).toBe('recovered');
    expect(holds(run.shown)).toEqual([]);
    const sent = run.stage.simulator.writes().map(({ path: to, body }) => JSON.stringify([to, { ...(body as object), etag: '' }]));
    expect(new Set(sent).size).toBe(sent.length);
    expect(run.stage.simulator.faults.unconsumed()).toEqual([]);
  });
});

test('with Google called in, a change by others is noted and told, and holds nothing', { timeout: 300_000 }, async () => {
  const changed: Cue = { when: inState('escalation.escalated'), afterMs: 5 * MINUTE, act: (hands) => hands.changeTemplate(BACKEND) };
  const run = await perform({ scenario: 'regional-shortage', people: [changed] });
  expect(holds(run.shown)).toEqual([]);
  expect(run.outcome).toBe('escalated');
  expect(run.told.filter((text) => text.includes(`service:${BACKEND} was changed, not by this run (by ann@example.com)`))).toHaveLength(1);
});

test(
  'a human who holds the run is not forgotten when something is changed meanwhile: both are shown, and both are accepted',
  { timeout: 300_000 },
  async () => {
    const run = await perform({
      people: [
        say(inState('capacity.settling'), 'HOLD', { reason: 'let me look' }, SECOND),
        { when: held, afterMs: 2 * MINUTE, act: (hands) => hands.changeTemplate(BACKEND) },
        say(held, 'RESUME', {}, 5 * MINUTE),
      ],
    });
    const reason = run.shown.map(({ status }) => status.whyNot).find((text) => text.includes('Since then'));
    expect(reason).toMatch(/held by ann@example.com: let me look\. Since then service:netra-backend-staging was changed/);
    expect(holds(run.shown)).toHaveLength(1);
    expect(run.outcome).toBe('recovered');
  },
);

test('the scenario that these tests restore in is the one they think it is', () => {
  expect(readScenario('auth-never-stable').expect.outcome).toBe('restored');
});
