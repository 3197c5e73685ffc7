import { CLEAN } from '../findings.ts';
import { forEachService, WRITES_SERVICES } from '../kind.ts';
import type { Kind } from '../kind.ts';
import { checkInstances } from './check.ts';
import { instances as facts } from './facts.ts';
import { instancesStep } from './plan.ts';

/** Bounding the instances of a service, whole. */
export const instances: Kind<'instances'> = {
  facts,
  plan: (scope) => forEachService(scope, (service) => instancesStep(scope, service)),
  offers: () => [],
  needs: WRITES_SERVICES,
  preflight: () => Promise.resolve(CLEAN),
  oneWay: () => [],
  writing: { way: 'bounds', check: checkInstances, bounds: ({ from, to }) => ({ from, to }) },
};
