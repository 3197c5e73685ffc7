import { InvariantError } from './errors.ts';

/**
 * A value of which the lines before it have made sure that it is there: an index below the length, a key that was just set, a group
 * that the pattern cannot do without. Its absence is a bug of ours, and said as one, instead of going on as `undefined`.
 */
export function defined<T>(value: T): NonNullable<T> {
  if (value === undefined || value === null) throw new InvariantError('a value that must be here is missing');
  return value;
}
