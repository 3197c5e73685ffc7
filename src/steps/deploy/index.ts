import { forEachService, trafficAfter, WRITES_SERVICES } from '../kind.ts';
import type { Kind } from '../kind.ts';
import { checkDeploy } from './check.ts';
import { deploy as facts } from './facts.ts';
import { deployStep } from './plan.ts';
import { preflightDeploy } from './preflight.ts';

/** Making a new revision of a service, whole. */
export const deploy: Kind<'deploy'> = {
  facts,
  plan: (scope, before) => forEachService(scope, (service) => deployStep(scope, service, trafficAfter(before, service.name))),
  offers: () => [],
  needs: WRITES_SERVICES,
  preflight: preflightDeploy,
  oneWay: () => [],
  writing: { way: 'revision', check: checkDeploy, template: ({ deploy: wish }) => wish },
};
