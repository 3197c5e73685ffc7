import type { Step } from '../step.ts';

/** A new revision: made without traffic, asked by its tag, then a small share, then all. */
export const deploy: Step<'deploy'> = {
  kind: 'deploy',
  phase: 'services',
  on: 'service',
  evidence: 'deploy',
  // The revision with its tag, a small share, and all of it.
  writes: 3,
  service: ({ service }) => service,
  likeOf: ({ deploy: { like } }) => like,
  serves: () => null,
  traffic: () => null,
  closes: () => [],
  // Its first write moves nobody: only that what it mends has not become well.
  askedAgain: ({ service }) => ({ gate: `healthy:${service}`, agrees: (outcome) => outcome !== 'pass' }),
  form: ({ service, deploy: settings }) => ({ service, deploy: settings }),
  isAsWritten: () => false,
  twoSources: true,
  startsRevision: true,
  keptWhenDone: true,
};
