import { defined } from '../../core/defined.ts';
import { ApiError, fieldViolation, invalid } from './api-error.ts';

/** Small truths of Google's JSON: lowerCamel, RFC 3339 with Z, int64 as strings, durations as '300s'. */
export type Fields = Readonly<Record<string, unknown>>;

export function timestamp(at: number): string {
  const known = spelled.get(at);
  if (known !== undefined) return known;
  if (spelled.size >= REMEMBERED) spelled.clear();
  const text = new Date(at).toISOString().replace('.000Z', 'Z');
  spelled.set(at, text);
  return text;
}

/** The same minutes are spelled again and again, in every point of every series. */
const spelled = new Map<number, string>();
const REMEMBERED = 10_000;

export function camel(name: string): string {
  return name.includes('_') ? name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase()) : name;
}

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Parses a request body the way the JSON front end does: an empty body is `{}`, a broken one 400. */
export function parseBody(text: string): Fields {
  if (text.trim() === '') return {};
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (cause) {
    throw invalid(`Invalid JSON payload received. ${cause instanceof Error ? cause.message : 'Parse error.'}`);
  }
  if (!isFields(parsed)) throw invalid('Invalid JSON payload received. Root element must be a message.');
  return parsed;
}

/** Keys whose values are maps of the user's own keys, where names must stay as they are. */
const MAPS = new Set(['labels', 'annotations', 'limits', 'nodeSelector', 'userLabels', 'tags']);

/** Both spellings are accepted on input; nulls mean absent. */
export function camelKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(camelKeys);
  if (!isFields(value)) return value;
  const out: Record<string, unknown> = {};
  for (const [key, inner] of Object.entries(value)) {
    if (inner === null || inner === undefined) continue;
    const name = camel(key);
    out[name] = MAPS.has(name) && isFields(inner) ? inner : camelKeys(inner);
  }
  return out;
}

/** Refuses names the message does not have, in the front end's words. */
export function onlyKnown(value: Fields, known: ReadonlySet<string>, at: string): void {
  const unknown = Object.keys(value).filter((key) => !known.has(key));
  if (unknown.length === 0) return;
  const said = unknown.map(
    (key) => `Invalid JSON payload received. Unknown name "${key}"${at === '' ? '' : ` at '${at}'`}: Cannot find field.`,
  );
  throw new ApiError('INVALID_ARGUMENT', said.join('\n'), {
    details: unknown.map((key, index) => fieldViolation(at === '' ? key : at, defined(said[index]))),
  });
}

/** An enum arrives as its name or as its number (libraries 1.5); anything else is 400. Absent or unspecified is undefined. */
export function enumName(value: unknown, names: readonly string[], field: string): string | undefined {
  if (value === undefined || value === '') return undefined;
  const name =
    typeof value === 'number' ? names[value] : /^\d+$/.test(String(value)) ? names[Number(value)] : names.find((each) => each === value);
  if (name === undefined) throw invalid(`Invalid value at '${field}' (type.googleapis.com/enum), ${JSON.stringify(value)}`, field);
  return name === names[0] ? undefined : name;
}

export function asString(value: unknown, field: string): string | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== 'string') throw invalid(`Invalid value at '${field}' (TYPE_STRING), ${JSON.stringify(value)}`, field);
  return value;
}

/** int32 fields arrive as numbers or as decimal strings. */
export function asInteger(value: unknown, field: string): number | undefined {
  if (value === undefined) return undefined;
  const number = typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isInteger(number))
    throw invalid(`Invalid value at '${field}' (TYPE_INT32), ${JSON.stringify(value)}`, field);
  return number;
}

/** `'300s'`, `'1.5s'` in milliseconds; null when it is not a protobuf Duration. */
export function durationMs(text: unknown): number | null {
  if (typeof text !== 'string') return null;
  const found = /^(\d+(?:\.\d{1,9})?)s$/.exec(text);
  return found ? Math.round(Number(found[1]) * 1_000) : null;
}

/** Whether two JSON values say the same, whatever the order of their keys. */
export function sameJson(one: unknown, other: unknown): boolean {
  return canonical(one) === canonical(other);
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (!isFields(value)) return JSON.stringify(value) ?? 'null';
  const keys = Object.keys(value)
    .filter((key) => value[key] !== undefined)
    .sort();
  return `{${keys.map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join(',')}}`;
}
