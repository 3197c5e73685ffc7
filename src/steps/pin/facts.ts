import { AT_ONCE } from '../shares.ts';
import type { Step } from '../step.ts';

/** All traffic of a service to one revision that is there already: at once, or by shares where the document names them. */
export const pin: Step<'pin'> = {
  kind: 'pin',
  way: 'traffic',
  evidence: 'pin',
  asked: ({ services }) => services.filter(({ pin: wanted }) => wanted !== null).map(({ name }) => name),
  service: ({ service }) => service,
  likeOf: () => null,
  serves: ({ revision }) => revision,
  from: ({ from }) => from,
  traffic: ({ to }) => to,
  shares: ({ shift }) => shift ?? AT_ONCE,
  sharesAsked: ({ services }, name) => (services.find((service) => service.name === name)?.pin?.shift ?? AT_ONCE).length,
  closes: ({ service }) => [`one-revision:${service}`],
  // It moves users at once: the service must still be agreed to be ill.
  askedAgain: ({ service }) => ({ gate: `healthy:${service}`, agrees: (outcome) => outcome === 'fail' }),
  form: ({ service, revision }) => ({ service, revision }),
  isAsWritten: ({ service, revision }, { services }) =>
    services.some(({ name, pin: wanted }) => name === service && wanted?.revision === revision),
  spares: null,
  readsNetwork: false,
  twoSources: true,
};
