import { plainLine } from '../core/outside/plain.ts';
import { badAnswer } from './response-parsing.ts';

/** A JSON object as it came. */
export type Json = Readonly<Record<string, unknown>>;

/** A field that does not have its type. Becomes `bad-answer` in `understood`. */
class Misfit extends Error {}

/**
 * Reads a body by hand, where a schema would cost more than the request: a list of services is looked at at every tick. Unknown
 * fields are allowed, those that are used must have their type.
 * @throws TerminalError `bad-answer`, naming the path that does not fit.
 */
export function understood<T>(what: string, body: unknown, read: (body: Json) => T): T {
  try {
    return read(object(body, 'body'));
  } catch (thrown) {
    if (thrown instanceof Misfit) throw badAnswer(what, thrown.message);
    throw thrown;
  }
}

/** An object that must be there. `path` is what the error names. */
export function object(value: unknown, path: string): Json {
  if (value !== null && typeof value === 'object' && !Array.isArray(value)) return value as Json;
  throw new Misfit(`${path}: not an object`);
}

/** An object, or an empty one where the field is missing. */
export function optionalObject(value: unknown, path: string): Json {
  return value === undefined ? NOTHING : object(value, path);
}

/** A list; a missing field is an empty list, as in all of Google's JSON. */
export function list(value: unknown, path: string): readonly unknown[] {
  if (value === undefined) return [];
  if (Array.isArray(value)) return value;
  throw new Misfit(`${path}: not a list`);
}

export function texts(value: unknown, path: string): readonly string[] {
  return list(value, path).map((each) => text(each, path));
}

/** In one plain line: titles, messages and actors are whatever somebody has written there. */
export function text(value: unknown, path: string): string {
  return plainLine(asWritten(value, path));
}

/** To the letter, for what is compared with a wish or has a finding in its very white space; whoever shows it makes it plain. */
export function asWritten(value: unknown, path: string): string {
  if (typeof value === 'string') return value;
  throw new Misfit(`${path}: not a text`);
}

/** A missing field and an empty text say the same in Google's JSON: null. */
export function optionalText(value: unknown, path: string): string | null {
  return value === undefined ? null : text(value, path) || null;
}

export function optionalNumber(value: unknown, path: string): number | null {
  if (value === undefined) return null;
  if (typeof value === 'number') return value;
  throw new Misfit(`${path}: not a number`);
}

export function integer(value: unknown, path: string): number {
  if (typeof value === 'number' && Number.isInteger(value)) return value;
  throw new Misfit(`${path}: not a whole number`);
}

/** A list that may not be empty. */
export function nonEmpty(values: readonly unknown[], path: string): readonly unknown[] {
  if (values.length > 0) return values;
  throw new Misfit(`${path}: empty`);
}

const NOTHING: Json = {};
