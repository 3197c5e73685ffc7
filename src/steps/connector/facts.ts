import { ofConnector } from '../../core/of-connector.ts';
import { NO_SHARES } from '../shares.ts';
import type { Step } from '../step.ts';

/** Scaling a Serverless VPC Access connector: a one-way door (gcp-facts 1), for every service that rides it. */
export const connector: Step<'connector'> = {
  kind: 'connector',
  way: 'in-place',
  evidence: 'scale-connector',
  asked: ({ connectors }) => connectors.map(({ name }) => name),
  service: () => null,
  likeOf: () => null,
  serves: () => null,
  from: () => null,
  traffic: () => null,
  shares: () => NO_SHARES,
  sharesAsked: () => 0,
  closes: ({ connector: name }) => [ofConnector(name)],
  // Only that what it mends has not become well: its figures come minutes late.
  askedAgain: ({ connector: name }) => ({ gate: ofConnector(name), agrees: (outcome) => outcome !== 'pass' }),
  form: ({ connector: name, to }) => ({ connector: name, to }),
  isAsWritten: () => false,
  spares: null,
  readsNetwork: false,
  twoSources: false,
};
