/** `wide` and `long` are set by `npm run test:wide` and `npm run test:long`; without it the suites are those of `npm test`. */
const suite = process.env['FIREBREAK_SUITE'];

/** Takes a case of a sweep, or leaves it. */
type Takes<Case> = (one: Case, index: number) => boolean;

/**
 * The cases that stand in this run: those that `wide` takes in the wide suites, all of them in the long ones, and those that `narrow`
 * takes with `npm test`, which holds a case of every kind.
 */
export function spread<Case>(all: readonly Case[], wide: Takes<Case>, narrow: Takes<Case> = wide): readonly Case[] {
  if (suite === 'long') return all;
  return all.filter(suite === 'wide' ? wide : narrow);
}

/** Every nth case, the first included. */
export function everyNth(nth: number): Takes<unknown> {
  return (_one, index) => index % nth === 0;
}

/** A number of cases: more of them in the wide suites. */
export function asMany(narrow: number, wide: number): number {
  return suite === undefined || suite === 'test' ? narrow : wide;
}
