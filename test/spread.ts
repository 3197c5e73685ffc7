/** Set by `npm run test:long`, which takes every case of a sweep; `npm test` takes a spread that holds every kind of case. */
const isLong = process.env['FIREBREAK_LONG'] === '1';

/** The cases that stand in this run: those that the spread takes, or all of them in the long one. */
export function spread<Case>(all: readonly Case[], takes: (one: Case, index: number) => boolean): readonly Case[] {
  return isLong ? all : all.filter(takes);
}

/** Every nth case, the first included. */
export function everyNth(nth: number): (one: unknown, index: number) => boolean {
  return (_one, index) => index % nth === 0;
}
