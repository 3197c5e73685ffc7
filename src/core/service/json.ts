/** A JSON object as it came. */
export type Json = Readonly<Record<string, unknown>>;

/** An object as it is, anything else as an empty one. */
export function object(value: unknown): Json {
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as Json) : {};
}

/** The objects of a list; anything else is none. */
export function objects(value: unknown): readonly Json[] {
  return Array.isArray(value) ? value.map(object) : [];
}
