import type { IncidentContext } from '../../machines/incident/context.ts';
import { INPUT } from './incident-samples.ts';
import { DEPLOYING, failedAt, LOOKED, RUNBOOK, SAMPLE, T, to, waysOf } from './present-ways.ts';
import type { PresentWay } from './present-ways.ts';
import type { WalkEvent } from './walk.ts';

/** A write that is refused for longer, and what a hand or a yes makes of it, each in the situation that opens it. */

const served = (failed: number) => ({ lastServedAt: T(0), total: 300, failed, deaths: 0, countedUntil: T(0) });

/** The deploy of the backend failed, and its traffic is to be put back; how many of 300 requests failed before, and fail now. */
export const toPutBack = (before: number, now: number): IncidentContext => ({
  ...DEPLOYING,
  look: { ...SAMPLE, at: T(3), served: {}, gates: { 'healthy:backend': { outcome: 'fail', because: 'so it is' } } },
  failing: { 'healthy:backend': 3 },
  expected: { connectors: {}, services: { backend: '1' }, traffic: { backend: to('new') }, content: { backend: 'c' } },
  revisions: { backend: { old: served(before), new: served(now) } },
  stepId: 'deploy:backend',
  undoing: 'deploy:backend',
  failure: 'Deploy backend: made it worse',
  restoreQueue: [{ service: 'backend', traffic: to('old'), undoes: 'deploy:backend' }],
});
export const LEFT = toPutBack(3, 200);

/** Ann has put the traffic back, and nothing else was changed. */
export const BY_HAND: IncidentContext = {
  ...LEFT,
  look: {
    ...SAMPLE,
    ...LEFT.look,
    at: T(3),
    configuration: { connectors: {}, services: { backend: '2' }, traffic: { backend: to('old') }, content: { backend: 'c' } },
    foreignChange: { subject: 'service:backend', diff: ['+ traffic: old 100 %'], actor: 'ann', touches: ['traffic'] },
  },
};

const AWAY = { kind: 'transient', code: 'UNAVAILABLE' };
const LONG = { attempts: INPUT.settings.attempts + 6 };
const YES: WalkEvent = { type: 'APPROVE', by: 'ann', at: T(4) };
const ASKED = 'awaitingOperator';

export const REFUSED_WAYS: readonly PresentWay[] = [
  ...waysOf('services.shiftingTraffic.requesting', { services: { shiftingTraffic: 'requesting' } }, [
    [
      `failed [shiftMayPass] -> ${RUNBOOK}.services.pausing`,
      { ...DEPLOYING, stepId: 'deploy:auth', revision: 'auth-2', attempts: INPUT.settings.attempts },
      failedAt('services.shiftingTraffic.requesting', AWAY),
    ],
  ]),
  ...(
    [
      ['undoing', 'deciding'],
      ['restoring', 'listing'],
    ] as const
  ).flatMap(([phase, own]) => [
    ...waysOf(`${phase}.puttingBack`, { [phase]: 'puttingBack' }, [
      [`failed [restoreRefusedLong] -> ${RUNBOOK}.${phase}.pausing`, { ...LEFT, ...LONG }, failedAt(`${phase}.puttingBack`, AWAY)],
    ]),
    ...waysOf(`${phase}.pausing`, { [phase]: 'pausing' }, [
      [`always [nothingToRestore] -> ${RUNBOOK}.${phase}.${own}`, { ...LEFT, restoreQueue: [] }],
    ]),
  ]),
  ...waysOf('undoing.deciding', { undoing: 'pausing' }, [
    [
      `always [nothingToRestoreEscalated] -> ${RUNBOOK}.following`,
      { ...LEFT, restoreQueue: [], escalation: { reason: 'no move left', at: T(1) } },
    ],
  ]),
  ...waysOf(ASKED, ASKED, [
    [`APPROVE [answersUndo] -> ${RUNBOOK}.undoing`, LEFT, YES],
    [`APPROVE [answersKept] -> ${RUNBOOK}.assessing.observing`, toPutBack(290, 20), YES],
    [`APPROVE [answersRestore] -> ${RUNBOOK}.restoring`, { ...LEFT, undoing: null }, YES],
    [`OBSERVED [undoneByHand] -> ${RUNBOOK}.assessing.observing`, BY_HAND],
    [`OBSERVED [putBackByHand] -> ${RUNBOOK}.restoring`, { ...BY_HAND, undoing: null }],
  ]),
  ...waysOf('following', 'following', [
    [`RETRY [undoLeft] -> ${RUNBOOK}.undoing`, LEFT, { type: 'RETRY', by: 'ann', at: T(4) }],
    [`RETRY [restoreLeft] -> ${RUNBOOK}.restoring`, { ...LEFT, undoing: null }, { type: 'RETRY', by: 'ann', at: T(4) }],
  ]),
  { way: 'working.operator.active | OBSERVED [putBackByHand] -> (stays)', at: { undoing: 'pausing' }, context: BY_HAND, event: LOOKED },
];
