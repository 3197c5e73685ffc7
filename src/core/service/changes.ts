import { plainLine } from '../outside/plain.ts';
import { isDeepStrictEqual } from 'node:util';
import { serviceFields, templateFields } from './fields.ts';
import type { Fields } from './fields.ts';
import type { Json } from './json.ts';
import { sayValue } from './say-value.ts';
import type { ServiceSettings } from './settings.ts';

/** One setting that differs; undefined: there is none. The values are as Google tells them and may be secrets: see `diffLines`. */
export interface FieldChange {
  readonly field: string;
  readonly was: unknown;
  readonly is: unknown;
}

/** What differs between two templates, every field compared. Our own mark on them is no difference. */
export function templateChanges(was: Json, is: Json): readonly FieldChange[] {
  return changesOf(templateFields(was), templateFields(is));
}

/** What differs between two services, on them and in their templates. */
export function settingsChanges(was: ServiceSettings, is: ServiceSettings): readonly FieldChange[] {
  return [...templateChanges(was.template(), is.template()), ...changesOf(serviceFields(was.beside()), serviceFields(is.beside()))];
}

function changesOf(was: Fields, is: Fields): readonly FieldChange[] {
  return [...new Set([...was.keys(), ...is.keys()])]
    .map((field) => ({ field, was: was.get(field), is: is.get(field) }))
    .filter((change) => !isDeepStrictEqual(change.was, change.is));
}

/**
 * Plain lines of `- before` and `+ after`: other teams name and fill most settings. Values that may be secrets are `…`, also where only that tells that they differ; `spoken`
 * holds those that the document itself spells out, by the name of the variable.
 */
export function diffLines(changes: readonly FieldChange[], spoken: Readonly<Record<string, string>> = {}): readonly string[] {
  return changes.flatMap(({ field, was, is }) => {
    const [before, after] = [sayValue(field, was, {}), sayValue(field, is, spoken)];
    const gone = before === null ? [] : [plainLine(`- ${field}: ${before}`)];
    const come = after === null ? [] : [plainLine(`+ ${field}: ${after}`)];
    const same = come.length > 0 && gone[0]?.slice(1) === come[0]?.slice(1) ? ' (another value)' : '';
    return [...gone, ...come.map((line) => `${line}${same}`)];
  });
}
