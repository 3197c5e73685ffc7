import type { IncidentContext } from '../../machines/incident/context.ts';
import type { Mutation, MutationState } from '../../src/core/model/mutation.ts';
import { after, DEPLOYING, LOOKED, RUNBOOK, SAMPLE, T, waysOf } from './present-ways.ts';
import type { PresentWay } from './present-ways.ts';
import { begunTrial } from '../diagnosis/trials.ts';

/** What only users can tell, each in the situation that opens it: a bound of ours turns them away, or nobody calls to say that it is mended. */

const WELL = { word: 'well', because: 'sample', samples: 1 } as const;
const bounded = (maxInstances: number | null): MutationState => ({
  kind: 'traffic',
  service: 'backend',
  traffic: [],
  generation: '2',
  bounds: { minInstances: 0, maxInstances },
});
const BOUND: Mutation = {
  key: 'run/instances:backend/1',
  stepId: 'instances:backend',
  title: 'Bound the instances of backend',
  class: 'reversible',
  at: T(0),
  outcome: 'applied',
  end: 'in-force',
  before: bounded(null),
  after: bounded(24),
  operation: 'operations/1',
  undo: 'put back the recorded bounds',
};

/** A quarter of the users of backend get 429 below a maximum of this run's. */
function turningAway(room: 'pass' | 'fail'): IncidentContext {
  const requests = { sinceAt: T(1), untilAt: T(2), byRevision: { 'backend-1': { total: 1_000, failed: 0, turnedAway: 250 } } };
  return {
    ...DEPLOYING,
    plan: DEPLOYING.plan === null ? null : { ...DEPLOYING.plan, steps: [] },
    stepId: null,
    mutations: [BOUND],
    boundTurnsAway: { backend: { until: T(3), looks: 12, told: true } },
    look: {
      ...SAMPLE,
      at: T(3),
      gates: { 'room:backend': { outcome: room, because: '300 of 400 connections are free' } },
      testimony: { backend: { probes: WELL, requests: { ...WELL, word: 'ill' }, deaths: WELL, platform: WELL, logs: WELL } },
      tallies: { backend: { requests, deaths: {}, noInstance: { 'backend-1': T(2) }, probes: 'well' } },
    },
  };
}

const UNMEASURED: IncidentContext = {
  ...DEPLOYING,
  stepId: 'deploy:auth',
  look: { ...SAMPLE, at: T(3), gates: { 'healthy:auth': { outcome: 'inconclusive', because: 'no user request arrives' } } },
  usersIll: { auth: { untilAt: T(0), looks: 3, probesIll: 0, failed: 50, samples: 100, because: '50 of 100', revisions: ['auth-1'] } },
  trial: begunTrial('auth', { stage: 'all', looks: [{ at: T(2), probes: 'well', deaths: 'well' }] }),
};

export const USERS_WAYS: readonly PresentWay[] = [
  {
    way: `${RUNBOOK} | always [ownBoundUnneeded] -> ${RUNBOOK}.undoing`,
    at: { assessing: 'observing' },
    context: turningAway('pass'),
    event: LOOKED,
  },
  {
    way: `${RUNBOOK} | always [ownBoundUnhelped] -> ${RUNBOOK}.following`,
    at: { assessing: 'observing' },
    context: turningAway('fail'),
    event: LOOKED,
  },
  ...waysOf('services.stabilizing', { services: 'stabilizing' }, [
    [`after STABLE_LIMIT [trialAwaitsUsers] -> ${RUNBOOK}.services.stabilizing`, UNMEASURED, after('STABLE_LIMIT', 'services.stabilizing')],
  ]),
];
