import { describe, expect, test } from 'vitest';
import { MINUTE, SECOND } from '../../src/core/duration.ts';
import { spread } from '../spread.ts';
import { ANN, AUTH, BACKEND, LATER, REGION, held, holds, inState, inStep, perform } from './theatre.ts';
import type { Cue, Hands, Performance } from './theatre.ts';

/** A tick, and what a look itself takes when services answer slowly. */
const WITHIN_A_TICK = 45 * SECOND;
const FRONTEND = 'netra-frontend-staging';

interface Phase {
  readonly phase: string;
  readonly scenario?: string;
  readonly when: Cue['when'];
  readonly change: (hands: Hands) => Promise<void>;
  readonly service: string;
}

const PHASES: readonly Phase[] = [
  {
    phase: 'the connector is being scaled',
    when: inState('scalingConnector.applying'),
    change: (hands) => hands.changeTemplate(FRONTEND),
    service: FRONTEND,
  },
  {
    phase: 'traffic is being pinned',
    when: inState('pinningTraffic.applying'),
    change: (hands) => hands.changeTemplate(BACKEND),
    service: BACKEND,
  },
  { phase: 'capacity settles', when: inState('capacity.settling'), change: (hands) => hands.changeTemplate(BACKEND), service: BACKEND },
  {
    phase: 'auth is being deployed',
    when: inStep(`deploy:${AUTH}`, 'deploying.starting'),
    change: (hands) => hands.changeTemplate(AUTH),
    service: AUTH,
  },
  {
    phase: 'auth is becoming stable',
    when: inStep(`deploy:${AUTH}`, 'stabilizing'),
    change: (hands) => hands.changeTemplate(AUTH),
    service: AUTH,
  },
  {
    phase: 'the backend is being deployed',
    when: inStep(`deploy:${BACKEND}`, 'deploying.starting'),
    change: (hands) => hands.changeTemplate(BACKEND),
    service: BACKEND,
  },
  {
    phase: 'it is being validated',
    when: inState('proving.validating'),
    change: (hands) => hands.changeTemplate(BACKEND),
    service: BACKEND,
  },
  { phase: 'it soaks', when: inState('proving.soaking'), change: (hands) => hands.changeTemplate(AUTH), service: AUTH },
];

const resume: Cue = { when: held, afterMs: LATER, act: (hands) => hands.say({ type: 'RESUME' }) };
const adopt: Cue = { when: held, afterMs: LATER, act: (hands) => hands.say({ type: 'ADOPT' }) };

/** Yes to whatever plan is shown, as often as one is. */
const approveAll = (times: number): readonly Cue[] =>
  Array.from({ length: times }, (_, index) => ({
    when: inState('awaitingApproval'),
    afterMs: (index + 1) * SECOND,
    act: (hands: Hands) => hands.say({ type: 'APPROVE', plan: hands.status.asks?.plan ?? '' }),
  }));

async function labelOf({ stage }: Performance, service: string): Promise<unknown> {
  const answer = await stage.simulator.handle({ method: 'GET', path: `/v2${REGION}/services/${service}`, headers: {}, body: '' });
  return (JSON.parse(answer.body) as { template: { labels?: Record<string, unknown> } }).template.labels?.['changedby'];
}

/** What a human says to the hold, by turns; each phase with every word in foreign-change.long.ts. Held and resumed in every phase: every-phase. */
const WORDS = ['ADOPT', 'RESUME', 'ADOPT', 'ABORT'] as const;
const phasesFor = (word: (typeof WORDS)[number]): readonly Phase[] =>
  spread(PHASES, (_phase, index) => WORDS[index % WORDS.length] === word);

const play = ({ scenario, when, change }: Phase, ...people: readonly Cue[]): Promise<Performance> => {
  const changed: Cue = { when, afterMs: 2 * SECOND, act: change };
  return perform({ ...(scenario === undefined ? {} : { scenario }), people: [changed, ...people] });
};

describe('a change by hand', () => {
  test.each(phasesFor('RESUME'))(
    'while $phase holds the run within one tick, with the diff and who did it; nothing is written until somebody decides; resumed, it recovers and the change is still there',
    { timeout: 300_000 },
    async (phase) => {
      const { service } = phase;
      const run = await play(phase, resume);
      const [hold, ...more] = holds(run.shown);
      expect(hold).toBeDefined();
      expect(hold!.from - run.actedAt[0]!).toBeLessThanOrEqual(WITHIN_A_TICK);
      expect(hold!.until).toBe(run.actedAt[1]);
      expect(more).toEqual([]);
      const asked = run.shown.find(({ at }) => at >= hold!.from + MINUTE)!.status.asks!;
      expect(asked.question).toContain(`service:${service} was changed`);
      expect(asked.question).toMatch(/- generation: \d+ \+ generation: \d+/);
      expect(run.shown.find(({ at }) => at >= hold!.from + MINUTE)!.status.whyNot).toContain(`held by ${ANN}`);
      expect(run.ours.filter(({ at }) => at > hold!.from && at < hold!.until!)).toEqual([]);
      expect(run.outcome).toBe('recovered');
      expect(await labelOf(run, service)).toBe('ann');
    },
  );

  test.each(phasesFor('ADOPT'))(
    'while $phase, adopted, it plans again from there, recovers, and the change is still there',
    { timeout: 300_000 },
    async (phase) => {
      const run = await play(phase, adopt, ...approveAll(1));
      expect(run.outcome).toBe('recovered');
      expect(holds(run.shown)).toHaveLength(1);
      expect(await labelOf(run, phase.service)).toBe('ann');
      const plansAfter = run.lines.filter(({ event, at }) => event === 'plan.done' && at >= run.actedAt[1]!);
      expect(plansAfter.length > 0).toBe(!/validated|soaks/.test(phase.phase));
    },
  );

  test.each(phasesFor('ABORT'))('while $phase, aborted, it stops with the change as it is', { timeout: 300_000 }, async (phase) => {
    const run = await play(phase, { when: held, act: (hands) => hands.say({ type: 'ABORT', reason: 'I take over' }) });
    expect(run.outcome).toBe('aborted');
    expect(run.ours.filter(({ at }) => at > run.actedAt[0]! + WITHIN_A_TICK)).toEqual([]);
    expect(await labelOf(run, phase.service)).toBe('ann');
  });
});
