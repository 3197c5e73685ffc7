import type { Mutant } from './mutant.ts';

/** Rules of what is taken off a saturated connector. */
export const OFF_THE_CONNECTOR: readonly Mutant[] = [
  {
    name: 'address-is-lost',
    what: 'public calls do not leave from another address where somebody may let in the present one alone',
    file: 'src/steps/egress/outside.ts',
    from: "filter(({ addresses }) => addresses === 'fixed');",
    to: 'filter(({ addresses }) => addresses === null);',
    suites: ['test/steps/egress/plan.test.ts'],
  },
  {
    name: 'not-enough-is-enough',
    what: 'what is taken off the connector must leave it below its goal',
    file: 'src/steps/egress/plan.ts',
    from: 'if (left >= goal)',
    to: 'if (left > 1)',
    suites: ['test/steps/egress/plan.test.ts'],
  },
  {
    name: 'door-before-way-back',
    what: 'what can be undone goes before a one-way door',
    file: 'src/planning/plan.ts',
    from: 'return spared.length === 0 ? all : ',
    to: 'return spared !== null ? all : ',
    suites: ['test/steps/egress/plan.test.ts'],
  },
];
