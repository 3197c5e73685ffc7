import { ofConnector } from '../../core/of-connector.ts';
import { USUAL_SHARES } from '../shares.ts';
import type { Step } from '../step.ts';

/**
 * What a service sends through a connector: a new revision that leaves public addresses out of it, or that does without it. The
 * reversible way out of a saturated connector, beside the one-way door of scaling it (gcp-facts 1.5, 1.8, 12.2 case 2).
 */
export const egress: Step<'egress'> = {
  kind: 'egress',
  way: 'revision',
  evidence: 'way-out',
  asked: ({ services }) => services.filter(({ egress: wanted }) => wanted != null).map(({ name }) => name),
  service: ({ service }) => service,
  likeOf: () => null,
  serves: () => null,
  from: ({ traffic }) => traffic,
  traffic: () => null,
  shares: ({ shift }) => shift ?? USUAL_SHARES,
  sharesAsked: ({ services }, name) => (services.find((service) => service.name === name)?.shift ?? USUAL_SHARES).length,
  closes: () => [],
  // What it mends is the connector; its figures come minutes late.
  askedAgain: ({ from }) => ({ gate: ofConnector(from.connector ?? ''), agrees: (outcome) => outcome !== 'pass' }),
  form: ({ service, to }) => ({ service, to }),
  isAsWritten: () => true,
  spares: 'connector',
  readsNetwork: true,
  twoSources: false,
};
