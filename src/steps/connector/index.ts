import { withRole } from '../kind.ts';
import type { Kind } from '../kind.ts';
import { connector as facts } from './facts.ts';
import { connectorStep } from './plan.ts';
import { preflightConnector } from './preflight.ts';
import { oneWayWords } from './words.ts';
import { scaling } from './write.ts';

/** Scaling the Serverless VPC Access connector, whole. */
export const connector: Kind<'connector'> = {
  facts,
  plan: (scope) => [connectorStep(scope)].filter((decided) => decided !== null),
  needs: {
    apis: ['vpcaccess.googleapis.com'],
    // The only predefined role that may update a connector.
    permissions: withRole('roles/vpcaccess.admin', 'vpcaccess.connectors.get', 'vpcaccess.connectors.update', 'vpcaccess.operations.get'),
  },
  preflight: preflightConnector,
  oneWay: ({ connector: wanted }) => (wanted === null ? null : oneWayWords(wanted)),
  writing: scaling,
};
