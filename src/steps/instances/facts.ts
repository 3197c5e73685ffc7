import { NO_SHARES } from '../shares.ts';
import type { Step } from '../step.ts';

/**
 * How many instances a whole service keeps and may have: in force at once and without a new revision, so it is the way that puts
 * least at risk (gcp-facts 2.5). What its revisions ask for themselves stays as it is.
 */
export const instances: Step<'instances'> = {
  kind: 'instances',
  way: 'bounds',
  evidence: 'bound',
  asked: ({ services }) => services.filter(({ instances: wanted }) => wanted != null).map(({ name }) => name),
  service: ({ service }) => service,
  likeOf: () => null,
  serves: () => null,
  from: () => null,
  traffic: () => null,
  shares: () => NO_SHARES,
  sharesAsked: () => 0,
  closes: ({ service }) => [`bounded:${service}`],
  // Fewer instances of one service give its neighbours their connections: what must not be well is the whole.
  askedAgain: () => ({ gate: 'all', agrees: (outcome) => outcome !== 'pass' }),
  form: ({ service, to }) => ({ service, to }),
  isAsWritten: () => true,
  spares: null,
  readsNetwork: false,
  twoSources: false,
};
