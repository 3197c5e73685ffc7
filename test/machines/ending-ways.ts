import type { IncidentContext } from '../../machines/incident/context.ts';
import { after, DEPLOYING, LOOKED, RUNBOOK, SAMPLE, T, to, waysOf } from './present-ways.ts';
import type { PresentWay } from './present-ways.ts';

/** How a run ends that has no step left, each in the situation that opens it. */

const ILL = { outcome: 'fail' as const, because: 'so it is' };
const PUT_BACK: IncidentContext['mutations'][number] = {
  key: 'k',
  stepId: 'restore:backend',
  title: 'Put the traffic of backend back',
  class: 'reversible',
  at: T(1),
  outcome: 'applied',
  end: 'in-force',
  before: { kind: 'traffic', service: 'backend', traffic: to('new'), generation: '2' },
  after: { kind: 'traffic', service: 'backend', traffic: to('old'), generation: '3' },
  operation: null,
  undo: '',
};
const FAILED: IncidentContext = {
  ...DEPLOYING,
  stepsDone: [...DEPLOYING.stepsDone, ...(DEPLOYING.plan?.steps ?? []).map(({ id }) => id)],
  look: { ...SAMPLE, at: T(3), gates: { 'healthy:backend': ILL } },
  undone: { 'deploy:backend': { change: null, because: 'it failed' } },
  mutations: [PUT_BACK],
};
/** Auth depends on nothing that was tried. */
const beside = (looks: number): IncidentContext => ({
  ...FAILED,
  look: { ...SAMPLE, at: T(3), gates: { 'healthy:auth': looks < 3 ? { outcome: 'inconclusive', because: 'suspected' } : ILL } },
  failing: looks < 3 ? {} : { 'healthy:auth': looks },
  witnessed: [
    { at: T(3), services: { auth: { probes: 'ill', requests: 'silent', deaths: 'silent', platform: 'silent', logs: 'silent' } } },
  ],
});
const SETTLING = { restoring: 'settlingBack' };

/** Others have changed what is served, and it is well since. */
const MENDED: IncidentContext = {
  ...DEPLOYING,
  stepId: null,
  look: { ...SAMPLE, at: T(3), gates: { all: { outcome: 'pass', because: 'so it is' } } },
  held: {
    by: 'ann',
    reason: 'changed',
    at: T(1),
    change: { subjects: ['service:backend'], touches: ['traffic:backend'], seen: SAMPLE.configuration, toldAt: T(2), by: 'ann' },
  },
};
const mended = (phase: string, own: string): readonly PresentWay[] =>
  waysOf(`${phase}.${own}`, { [phase]: own }, [[`always [wellWhileHeld] -> ${RUNBOOK}.proving`, MENDED]]);

export const ENDING_WAYS: readonly PresentWay[] = [
  ...waysOf('services.choosing', { services: 'choosing' }, [
    [`always [triedInVain] -> ${RUNBOOK}.following`, { ...FAILED, mutations: [] }],
    [`always [triedEverything] -> ${RUNBOOK}.restoring`, FAILED],
  ]),
  ...mended('capacity', 'waitingForRelease'),
  ...['waitingForRelease', 'waitingToGoOn', 'waitingToShift', 'probingDark', 'judgingCanary', 'stabilizing'].flatMap((own) =>
    mended('services', own),
  ),
  ...mended('undoing', 'waitingForRelease'),
  ...waysOf('restoring.watching', { restoring: 'watching' }, [
    [
      `always [allIsWell] -> ${RUNBOOK}.proving`,
      { ...FAILED, look: { ...SAMPLE, at: T(3), gates: { all: { outcome: 'pass', because: '' } } } },
    ],
  ]),
  ...mended('restoring', 'waitingForRelease'),
  ...waysOf('restoring.listing', { restoring: 'listing' }, [
    [`always [othersIllAfterRestore] -> ${RUNBOOK}.following`, beside(3)],
    [`always [othersOpenAfterRestore] -> ${RUNBOOK}.restoring.settlingBack`, beside(1)],
  ]),
  ...waysOf('restoring.listing', { restoring: 'listing' }, [[`always [backInVain] -> ${RUNBOOK}.restoring.watching`, FAILED]]),
  ...waysOf('restoring.settlingBack', SETTLING, [
    [`always [restoreProvenInVain] -> ${RUNBOOK}.restoring.watching`, FAILED, LOOKED],
    [`always [restoreProvenOthersIll] -> ${RUNBOOK}.following`, beside(3), LOOKED],
    [`after RESTORE_SOAK [restoreProven] -> ${RUNBOOK}.following`, beside(1), after('RESTORE_SOAK', 'restoring.settlingBack')],
  ]),
];
