import { connectorsOf } from '../../diagnosis/infrastructure/connectors.ts';
import { withRole } from '../kind.ts';
import type { Kind } from '../kind.ts';
import { connector as facts } from './facts.ts';
import { connectorStep } from './plan.ts';
import { preflightConnector } from './preflight.ts';
import { oneWayWords } from './words.ts';
import { scaling } from './write.ts';

/** Scaling a Serverless VPC Access connector, whole. */
export const connector: Kind<'connector'> = {
  facts,
  plan: (scope) => connectorsOf(scope.observation, scope.spec).map((one) => connectorStep(scope, one)),
  offers: () => [],
  needs: {
    apis: ['vpcaccess.googleapis.com'],
    // The only predefined role that may update a connector.
    permissions: withRole('roles/vpcaccess.admin', 'vpcaccess.connectors.get', 'vpcaccess.connectors.update', 'vpcaccess.operations.get'),
  },
  preflight: preflightConnector,
  oneWay: ({ connectors }) => connectors.map(oneWayWords),
  writing: scaling,
};
