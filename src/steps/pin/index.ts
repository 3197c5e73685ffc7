import { forEachService, WRITES_SERVICES } from '../kind.ts';
import type { Kind } from '../kind.ts';
import { checkTraffic, sharedBy } from './check.ts';
import { pin as facts } from './facts.ts';
import { pinStep, unaskedPin } from './plan.ts';
import { preflightPin } from './preflight.ts';

/** Giving all traffic of a service to one revision, whole. */
export const pin: Kind<'pin'> = {
  facts,
  plan: (scope) => forEachService(scope, (service) => pinStep(scope, service)),
  offers: (scope) => forEachService(scope, (service) => unaskedPin(scope, service)),
  needs: WRITES_SERVICES,
  preflight: preflightPin,
  oneWay: () => [],
  writing: { way: 'traffic', check: checkTraffic, shared: sharedBy },
};
