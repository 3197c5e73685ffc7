import type { z } from 'zod';
import type { DesiredSettings } from '../core/model/spec.ts';
import type { Problem } from '../spec/problems.ts';
import { egress } from './egress/document.ts';
import { instances } from './instances/document.ts';
import type { DesiredKey, DocumentFacts } from './desired-key.ts';

/** Those of kinds that bring their own key. */
const KEYS = { instances, egress };

type Keys = typeof KEYS;
type Written = { readonly [Key in keyof Keys]?: z.output<Keys[Key]['schema']> | undefined };

/** Their schemas, for the entry of a service. */
export const desiredSchemas = Object.fromEntries(Object.entries(KEYS).map(([key, { schema }]) => [key, schema.optional()])) as {
  readonly [Key in keyof Keys]: z.ZodOptional<Keys[Key]['schema']>;
};

/** What a service of the document wishes for; null where it does not. */
export function resolveDesired(written: Written): DesiredSettings {
  return Object.fromEntries(
    writtenKeys(written).map(([key, { resolve }, value]) => [key, value === undefined ? null : resolve(value)]),
  ) as DesiredSettings;
}

/** What is wrong with them beside their schema; paths begin below the service. */
export function desiredProblems(written: Written, document: DocumentFacts): readonly Problem[] {
  return writtenKeys(written).flatMap(([key, { problems }, value]) =>
    value === undefined ? [] : problems(value, document).map((found) => ({ ...found, at: 'value' as const, path: [key, ...found.path] })),
  );
}

/** A key is given its own value alone, which the compiler cannot follow through a union. */
function writtenKeys(written: Written): readonly (readonly [string, DesiredKey<z.ZodType, unknown>, unknown])[] {
  return (Object.keys(KEYS) as (keyof Keys)[]).map((key) => [key, KEYS[key] as unknown as DesiredKey<z.ZodType, unknown>, written[key]]);
}
