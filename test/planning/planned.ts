import type { Observation, ServiceObservation } from '../../src/core/model/observation.ts';
import type { Plan, StepDecision } from '../../src/core/model/plan.ts';
import type { RemediationSpec } from '../../src/core/model/spec.ts';
import { HOUR } from '../../src/core/duration.ts';
import type { RevisionRecord, TrackRecord } from '../../src/core/model/testimony.ts';
import type { CauseKind, Cure } from '../../src/core/model/diagnosis.ts';
import { diagnose } from '../../src/diagnosis/diagnose.ts';
import { makePlan } from '../../src/planning/plan.ts';
import {
  AUTH,
  BACKEND,
  BACKEND_REVISIONS,
  NEW_BACKEND,
  NOW,
  OLD_BACKEND,
  probe,
  service,
  serviceState,
  SPEC,
  to,
  wellAuth,
  wellFrontend,
  world,
} from '../diagnosis/fixtures.ts';
import type { logGroup } from '../diagnosis/fixtures.ts';

export const CONNECTOR = 'connector:staging-connector';
export const PIN = `pin:${BACKEND}`;
export const AUTH_DEPLOY = `deploy:${AUTH}`;
export const BACKEND_DEPLOY = `deploy:${BACKEND}`;

const served = (agoMs: number): RevisionRecord => ({
  lastServedAt: NOW - agoMs,
  total: 400,
  failed: 0,
  deaths: 0,
  countedUntil: NOW - agoMs,
});
/** The two older revisions have served users well, the newer of them last. */
export const SERVED: TrackRecord = { [BACKEND]: { [OLD_BACKEND]: served(HOUR), [`${BACKEND}-00748-abc`]: served(2 * HOUR) } };

export const planFor = (observation: Observation, spec: RemediationSpec = SPEC, budgetLeft = 12, revisions = SERVED): Plan =>
  makePlan({ diagnosis: diagnose(observation, spec), observation, spec, now: NOW, budgetLeft, facts: { servingSince: {}, revisions } });
/** The revision that the document pins serves users better than the one beside it: the pin would help. */
const BETTER: TrackRecord = { [BACKEND]: { [NEW_BACKEND]: served(0), [OLD_BACKEND]: { ...served(0), failed: 100 } } };
/** The plan that a diagnosis of this one cause leads to, whatever is seen. */
export const planAgainst = (
  kind: CauseKind,
  about: { readonly confidence: number; readonly share: number; readonly cures?: readonly Cure[]; readonly notOf?: readonly string[] },
  spec: RemediationSpec = SPEC,
  observation: Observation = ill([]),
): Plan => {
  const cause = { kind, subject: BACKEND, summary: `it is ${kind}`, evidence: [], ...about };
  const diagnosis = { ...diagnose(observation, spec), healthy: false, causes: [cause] };
  return makePlan({ diagnosis, observation, spec, now: NOW, budgetLeft: 12, facts: { servingSince: {}, revisions: BETTER } });
};
export const decisions = (plan: Plan): Record<string, StepDecision> =>
  Object.fromEntries(plan.steps.map((step) => [step.id, step.decision]));
export const stepOf = (plan: Plan, id: string) => plan.steps.find((step) => step.id === id)!;

/** The document with another wish for one service. */
export const wishing = (name: string, wish: Partial<RemediationSpec['services'][number]>): RemediationSpec => ({
  ...SPEC,
  services: SPEC.services.map((each) => (each.name === name ? { ...each, ...wish } : each)),
});

export const ill = (
  logs: ReturnType<typeof logGroup>[],
  shape: Partial<Parameters<typeof world>[0]> = {},
  backend: Partial<ServiceObservation> = {},
) =>
  world({
    services: [
      wellAuth(),
      {
        ...service({
          state: serviceState(BACKEND, BACKEND_REVISIONS, [to(NEW_BACKEND, 50), to(OLD_BACKEND, 50)]),
          total: 100,
          errors: 60,
          probes: [probe('bad-status')],
        }),
        ...backend,
      },
      wellFrontend(),
    ],
    logs,
    ...shape,
  });
