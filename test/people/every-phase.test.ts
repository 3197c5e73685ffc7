import { describe, expect, test } from 'vitest';
import { MINUTE, SECOND } from '../../src/core/duration.ts';
import { spread } from '../spread.ts';
import { ANN, AUTH, BACKEND, LATER, REGION, held, holds, inState, inStep, perform } from './theatre.ts';
import type { Cue, Hands, Performance, PlayOptions } from './theatre.ts';

/** A tick, and what a look itself takes when services answer slowly. */
const WITHIN_A_TICK = 45 * SECOND;

interface Phase extends Pick<PlayOptions, 'scenario' | 'change' | 'spec'> {
  readonly when: Cue['when'];
}

const deploying = (service: string, place: string): Phase => ({ when: inStep(`deploy:${service}`, place) });
const answer = { status: 409, statusText: 'ABORTED', message: 'unable to queue the operation' };
const busy = { id: 'busy', match: { method: 'PATCH', path: '/v1/**/connectors/*' }, times: 1, answer };

const PHASES: Readonly<Record<string, Phase>> = {
  'the plan waits for a yes': {
    when: inState('assessing.awaitingApproval'),
    spec: (spec) => ({ ...spec, policy: { ...spec.policy, approve: ['irreversible'] } }),
  },
  'the connector is busy': { when: inState('capacity.connectorBusy'), change: (scenario) => ({ ...scenario, faults: [busy] }) },
  'the connector update is sent': { when: inState('scalingConnector.requesting') },
  'the connector is scaled': { when: inState('scalingConnector.applying') },
  'the pin is sent': { when: inState('pinningTraffic.requesting') },
  'the pin takes effect': { when: inState('pinningTraffic.applying') },
  'capacity settles': { when: inState('capacity.settling') },
  'the deploy of auth is sent': deploying(AUTH, 'deploying.requesting'),
  'auth starts': deploying(AUTH, 'deploying.starting'),
  'the traffic of auth is shifted': deploying(AUTH, 'shiftingTraffic.requesting'),
  'the shift of auth takes effect': deploying(AUTH, 'shiftingTraffic.applying'),
  'auth is becoming stable': deploying(AUTH, 'stabilizing'),
  'the deploy of the backend is sent': deploying(BACKEND, 'deploying.requesting'),
  'the backend starts': deploying(BACKEND, 'deploying.starting'),
  'the traffic of the backend is shifted': deploying(BACKEND, 'shiftingTraffic.requesting'),
  'the shift of the backend takes effect': deploying(BACKEND, 'shiftingTraffic.applying'),
  'the backend is becoming stable': deploying(BACKEND, 'stabilizing'),
  'it is being validated': { when: inState('proving.validating') },
  'it soaks': { when: inState('proving.soaking') },
  'traffic is being put back': { scenario: 'auth-never-stable', when: inState('restoring.puttingBack') },
  'what was put back is watched': { scenario: 'auth-never-stable', when: inState('restoring.settlingBack') },
};

/** What a human does by hand: none of it is what the run itself would make of the resource. */
const CHANGES = {
  'a new revision of auth': { resource: AUTH, act: (hands: Hands) => hands.changeTemplate(AUTH), diff: /template|generation/ },
  'the traffic of auth': {
    resource: AUTH,
    act: (hands: Hands) => hands.moveTraffic(AUTH, `${AUTH}-00181-h4z`, 'ann'),
    diff: /\+ traffic: netra-auth-service-00181-h4z 100 % tag ann/,
  },
  'the traffic of the backend': {
    resource: BACKEND,
    act: (hands: Hands) => hands.moveTraffic(BACKEND, `${BACKEND}-00749-6tr`, 'ann'),
    diff: /\+ traffic: netra-backend-staging-00749-6tr 100 % tag ann/,
  },
} as const;
const NAMES = Object.keys(CHANGES) as (keyof typeof CHANGES)[];

/** Waits that a hold interrupts anyhow are kept short. */
const shorter: NonNullable<PlayOptions['spec']> = (spec) => ({
  ...spec,
  validation: { ...spec.validation, soakForMs: 5 * MINUTE },
  services: spec.services.map((service) => ({ ...service, stability: { ...service.stability, healthyForMs: 2 * MINUTE } })),
});

const resume: Cue = { when: held, afterMs: LATER, act: (hands) => hands.say({ type: 'RESUME' }) };
const reject: Cue = {
  when: inState('awaitingApproval'),
  afterMs: MINUTE,
  act: (hands) => hands.say({ type: 'REJECT', reason: 'leave it' }),
};

function play({ spec = (same) => same, ...phase }: Phase, act: Cue['act'], ...then: readonly Cue[]): Promise<Performance> {
  return perform({
    ...phase,
    spec: (written) => spec(shorter(written)),
    people: [{ when: phase.when, afterMs: 2 * SECOND, act }, ...then],
  });
}

/** Each phase with one of the changes, by turns, every third of them with `npm test`; each with all of them in every-phase.long.ts. */
const MEETINGS = Object.keys(PHASES).flatMap((phase, nth) => NAMES.map((name) => ({ phase, name, nth })));
const inTurn = ({ name, nth }: (typeof MEETINGS)[number]): boolean => name === NAMES[nth % NAMES.length];

describe('a human changes something', () => {
  test.each(spread(MEETINGS, inTurn, (each) => inTurn(each) && each.nth % 3 === 0))(
    'while $phase, $name: held within a tick, with the diff and who did it; nothing is written until they say so, and nothing of theirs is overwritten',
    { timeout: 300_000 },
    async ({ phase, name }) => {
      const { resource, act, diff } = CHANGES[name];
      const run = await play(PHASES[phase]!, act, resume, reject);
      const [changedAt] = run.actedAt as [number];
      const [hold, ...more] = holds(run.shown);
      expect(more).toEqual([]);
      expect(hold!.from - changedAt).toBeLessThanOrEqual(WITHIN_A_TICK);
      expect(hold!.until! - hold!.from).toBeGreaterThanOrEqual(LATER);
      const shown = run.shown.filter(({ at }) => at >= hold!.from && at < hold!.until!).map(({ status }) => status);
      const { asks } = shown[0]!;
      expect(asks!.question).toContain(`service:${resource} was changed`);
      expect(asks!.question).toMatch(diff);
      // Who it was, as soon as the admin log shows it; a change beside one of our own to the same service may be either.
      const besideOurs = resource === AUTH && /shift(?:ed)? of auth|traffic of auth is shifted/.test(phase);
      expect(shown.at(-1)!.whyNot).toContain(besideOurs ? 'held by' : `held by ${ANN}`);
      expect(run.ours.filter(({ at }) => at > hold!.from && at < hold!.until!)).toEqual([]);
      expect(run.ours.filter(({ at, path }) => at > changedAt && at < hold!.until! && path.includes(resource))).toEqual([]);
      expect(await traceOf(run, name)).toBe('ann');
      expect(['recovered', 'restored', 'aborted', 'escalated']).toContain(run.outcome);
    },
  );
});

/** What the human's change has left on the resource in the end: the label, or the tag of the traffic. */
async function traceOf({ stage }: Performance, name: keyof typeof CHANGES): Promise<unknown> {
  const path = `/v2${REGION}/services/${CHANGES[name].resource}`;
  const { body } = await stage.simulator.handle({ method: 'GET', path, headers: {}, body: '' });
  const { template, traffic = [] } = JSON.parse(body) as {
    readonly template: { readonly labels?: Readonly<Record<string, unknown>> };
    readonly traffic?: readonly { readonly tag?: string; readonly percent?: number }[];
  };
  return name.startsWith('a new revision') ? template.labels?.['changedby'] : traffic.find(({ percent }) => percent === 100)?.tag;
}
