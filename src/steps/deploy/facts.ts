import { USUAL_SHARES } from '../shares.ts';
import type { Step } from '../step.ts';

/** A new revision: made without traffic, asked by its tag, then given its shares of the traffic, the last of them all. */
export const deploy: Step<'deploy'> = {
  kind: 'deploy',
  way: 'revision',
  evidence: 'deploy',
  asked: ({ services }) => services.filter(({ deploy: wanted }) => wanted !== null).map(({ name }) => name),
  service: ({ service }) => service,
  likeOf: ({ deploy: { like } }) => like,
  serves: () => null,
  from: ({ from }) => from,
  traffic: () => null,
  shares: ({ shift }) => shift ?? USUAL_SHARES,
  sharesAsked: ({ services }, name) => (services.find((service) => service.name === name)?.shift ?? USUAL_SHARES).length,
  closes: () => [],
  // Its first write moves nobody: only that what it mends has not become well.
  askedAgain: ({ service }) => ({ gate: `healthy:${service}`, agrees: (outcome) => outcome !== 'pass' }),
  form: ({ service, deploy: settings }) => ({ service, deploy: settings }),
  isAsWritten: () => false,
  spares: null,
  readsNetwork: false,
  twoSources: true,
};
