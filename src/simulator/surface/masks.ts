import { invalid } from './api-error.ts';
import { camel, isFields, type Fields } from './wire.ts';

/** Paths of an `updateMask`, lowerCamel. Absent or empty means null: every modifiable field that the body holds. */
export function parseMask(text: string | undefined): readonly string[] | null {
  if (text === undefined || text.trim() === '') return null;
  return text
    .split(',')
    .map((path) => path.trim())
    .filter((path) => path !== '')
    .map((path) => path.split('.').map(camel).join('.'));
}

/** A copy of `target` in which each path is as in `source`; a path that `source` lacks is cleared. */
export function applyMask(target: Fields, source: Fields, paths: readonly string[]): Fields {
  return paths.reduce((result, path) => assign(result, source, path.split('.'), path), target);
}

function assign(target: Fields, source: unknown, [head, ...rest]: readonly string[], path: string): Fields {
  if (head === undefined || head === '') throw invalid(`Invalid field mask path '${path}'.`, 'updateMask');
  const inner = isFields(source) ? source[head] : undefined;
  if (rest.length === 0) {
    const { [head]: _replaced, ...others } = target;
    return inner === undefined ? others : { ...others, [head]: inner };
  }
  const present = target[head];
  if (present !== undefined && !isFields(present))
    throw invalid(`Field mask path '${path}' reaches into a field that is not a message.`, 'updateMask');
  return { ...target, [head]: assign(present ?? {}, inner, rest, path) };
}
