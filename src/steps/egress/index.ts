import { forEachService, withRole, WRITES_SERVICES } from '../kind.ts';
import type { Kind } from '../kind.ts';
import { checkEgress } from './check.ts';
import { templateOf } from './commands.ts';
import { egress as facts } from './facts.ts';
import { egressStep } from './plan.ts';
import { preflightEgress } from './preflight.ts';

/** Taking a service's traffic off the connector, whole. */
export const egress: Kind<'egress'> = {
  facts,
  plan: (scope) => forEachService(scope, (service) => egressStep(scope, service)),
  offers: () => [],
  needs: {
    apis: ['compute.googleapis.com'],
    permissions: [...WRITES_SERVICES.permissions, ...withRole('roles/compute.networkViewer', 'compute.subnetworks.get')],
    wished: withRole('roles/compute.networkViewer', 'compute.routers.list').map((each) => ({
      ...each,
      without: 'whether public calls leave from a fixed address stays unknown, and no service that may is taken off the connector',
    })),
  },
  preflight: preflightEgress,
  oneWay: () => [],
  writing: { way: 'revision', check: checkEgress, template: ({ to }) => templateOf(to) },
};
