import type { StepKind } from '../../src/steps/step.ts';
import { byAnn } from './support/rig.ts';
import type { Rig } from './support/rig.ts';

const BACKEND = 'netra-backend-staging';
const FRONTEND = 'netra-frontend-staging';
const AUTH = 'netra-auth-service';
const LOCATION = 'projects/netra-staging/locations/us-central1';

/** What the suite over all kinds must be told of one. */
export interface Sample {
  /** A step that the plan applies. */
  readonly stepId: string;
  /** Missing: issue 1278. */
  readonly scenario?: string;
  /** Somebody else changes the same, after the plan was made. */
  readonly byOthers: (rig: Rig) => Promise<void>;
}

/** Total: a new kind is not tested before it stands here. */
export const SAMPLES: Readonly<Record<StepKind, Sample>> = {
  connector: {
    stepId: 'connector:staging-connector',
    byOthers: (rig) => byAnn(rig, `/v1/${LOCATION}/connectors/staging-connector?updateMask=machineType`, { machineType: 'f1-micro' }),
  },
  instances: {
    stepId: `instances:${BACKEND}`,
    scenario: 'instances-over-budget',
    byOthers: (rig) =>
      byAnn(rig, `/v2/${LOCATION}/services/${BACKEND}?updateMask=scaling.maxInstanceCount`, { scaling: { maxInstanceCount: 30 } }),
  },
  pin: {
    stepId: `pin:${BACKEND}`,
    byOthers: (rig) =>
      byAnn(rig, `/v2/${LOCATION}/services/${BACKEND}?updateMask=traffic`, {
        traffic: [{ type: 'TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION', revision: `${BACKEND}-00749-6tr`, percent: 100 }],
      }),
  },
  egress: {
    stepId: `egress:${FRONTEND}`,
    scenario: 'egress-relieves-connector',
    byOthers: (rig) => byAnn(rig, `/v2/${LOCATION}/services/${FRONTEND}?updateMask=template.timeout`, { template: { timeout: '100s' } }),
  },
  deploy: {
    stepId: `deploy:${AUTH}`,
    byOthers: (rig) => byAnn(rig, `/v2/${LOCATION}/services/${AUTH}?updateMask=template.timeout`, { template: { timeout: '100s' } }),
  },
};
