/**
 * A value together with what is known about it. Nothing in Firebreak decides on a bare number.
 *
 * - `fresh`: measured within its source's normal delay;
 * - `late`: there is a value, but it is older than its source normally is;
 * - `absent`: there is no value. Absent is not zero, not healthy and not permission.
 */
type Freshness = 'fresh' | 'late' | 'absent';

export interface Measured<T> {
  /** null exactly when `freshness` is `absent`. */
  readonly value: T | null;
  /** The instant the value describes (epoch ms), not the instant it was fetched. */
  readonly measuredAt: number | null;
  readonly freshness: Freshness;
  /** Where it came from, openable: a metric type, a resource name, a URL. */
  readonly source: string;
  /** Why it is late or absent, in one line, when the source said something. */
  readonly problem?: string;
}

/** A value that was read just now. */
export function fresh<T>(value: T, measuredAt: number, source: string): Measured<T> {
  return { value, measuredAt, freshness: 'fresh', source };
}

/** No value, and why. */
export function absent<T>(source: string, problem?: string): Measured<T> {
  const none = { value: null, measuredAt: null, freshness: 'absent' as const, source };
  return problem === undefined ? none : { ...none, problem };
}

/** A value whose age decides whether it is fresh. `normalDelayMs` is how old this source's newest value normally is. */
export function aged<T>(
  value: T,
  measuredAt: number,
  { now, normalDelayMs, source }: { readonly now: number; readonly normalDelayMs: number; readonly source: string },
): Measured<T> {
  const late = now - measuredAt > normalDelayMs;
  return { value, measuredAt, freshness: late ? 'late' : 'fresh', source };
}
