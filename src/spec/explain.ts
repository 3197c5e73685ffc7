import { defined } from '../core/defined.ts';
import { z } from 'zod';
import { nearest } from './hints.ts';
import type { Path, Problem } from './problems.ts';

/** One schema issue as problems in our words. `root` is the schema, `value` the whole document: for hints and figures. */
export function explainIssue(issue: z.core.$ZodIssue, root: z.ZodType, value: unknown): readonly Problem[] {
  const path = issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part));
  const found = valueAt(value, path);
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => unknownKey([...path, key], root));
    case 'invalid_union':
      return explainUnion(issue, path, { root, value, found });
    case 'invalid_key':
      return [
        problem('spec-invalid-key', path, {
          at: 'key',
          what: 'not a legal name for a key here',
          fix: 'use letters, digits and underscores, beginning with a letter',
        }),
      ];
    case 'invalid_type':
      return [found === undefined ? missing(path, root) : wrongType(path, issue.expected, { found, root })];
    case 'custom':
      return [
        problem('spec-invalid-value', path, {
          at: 'value',
          what: issue.message,
          fix: typeof issue.params?.['fix'] === 'string' ? issue.params['fix'] : 'correct the value',
        }),
      ];
    case 'invalid_value':
      return [found === undefined ? missing(path, root) : notOneOf(path, issue.values.map(String), found)];
    case 'too_small':
    case 'too_big':
      return [outOfBounds(path, issue, found)];
    case 'invalid_format':
      return [wrongForm(path, issue, found, root)];
    default:
      return [problem('spec-invalid-value', path, { at: 'value', what: issue.message, fix: 'correct the value' })];
  }
}

/** Every key that the schema knows at `path`. */
export function keysAt(root: z.ZodType, path: Path): readonly string[] {
  return schemasAt(root, path)
    .flatMap(unwrap)
    .flatMap((schema) => (schema instanceof z.ZodObject ? Object.keys(schema.shape) : []));
}

/** What may stand at `path`, as it was declared. */
function schemasAt(root: z.ZodType, path: Path): readonly z.core.$ZodType[] {
  let schemas: readonly z.core.$ZodType[] = [root];
  for (const part of path) schemas = schemas.flatMap(unwrap).flatMap((schema) => child(schema, part));
  return schemas;
}

/** The example that the schema gives of what stands at `path`, as it would be written; null where it gives none. */
function exampleAt(root: z.ZodType, path: Path): string | null {
  const [example] = schemasAt(root, path).flatMap((schema) => (schema instanceof z.ZodType ? (schema.meta()?.examples ?? []) : []));
  return typeof example === 'string' ? example : null;
}

function unknownKey(path: Path, root: z.ZodType): Problem {
  const key = String(path.at(-1));
  const known = keysAt(root, path.slice(0, -1));
  const meant = nearest(key, known);
  const elsewhere = meant === null ? homesOf(key, root) : [];
  if (meant !== null)
    return {
      ...problem('spec-unknown-key', path, { at: 'key', what: `unknown key; the nearest known key is ${meant}`, fix: `write ${meant}` }),
      meant,
    };
  if (elsewhere.length > 0)
    return problem('spec-unknown-key', path, {
      at: 'key',
      what: `unknown key here; ${key} belongs under ${elsewhere.join(' or ')}`,
      fix: `move it to ${defined(elsewhere[0])}`,
    });
  return problem('spec-unknown-key', path, {
    at: 'key',
    what: `unknown key; known here: ${known.join(', ')}`,
    fix: 'remove it: a key that nothing obeys would be a false promise',
  });
}

/** Places of the document where a key of exactly this name is known. */
function homesOf(key: string, root: z.ZodType): readonly string[] {
  const homes = new Set<string>();
  const look = (schema: z.core.$ZodType, at: string): void => {
    for (const bare of unwrap(schema)) {
      if (bare instanceof z.ZodArray) look(bare.element, `${at}[]`);
      if (!(bare instanceof z.ZodObject)) continue;
      if (Object.hasOwn(bare.shape, key)) homes.add(at);
      for (const [name, inner] of Object.entries<z.core.$ZodType>(bare.shape)) look(inner, at === '' ? name : `${at}.${name}`);
    }
  };
  look(root, '');
  homes.delete('');
  return [...homes].slice(0, 2);
}

/** The schema itself without defaults, optionality and alternatives around it. */
function unwrap(schema: z.core.$ZodType): readonly z.core.$ZodType[] {
  if (
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault ||
    schema instanceof z.ZodNullable
  )
    return unwrap(schema.def.innerType);
  if (schema instanceof z.ZodUnion) return schema.def.options.flatMap(unwrap);
  return [schema];
}

function child(schema: z.core.$ZodType, part: string | number): readonly z.core.$ZodType[] {
  if (schema instanceof z.ZodArray && typeof part === 'number') return [schema.element];
  if (!(schema instanceof z.ZodObject)) return [];
  const inner: unknown = Object.entries(schema.shape).find(([key]) => key === part)?.[1];
  return inner instanceof z.ZodType ? [inner] : [];
}

/** Of the alternatives, the one that a mapping was meant to be; for anything else, what may stand there. */
function explainUnion(
  issue: z.core.$ZodIssueInvalidUnion,
  path: Path,
  { root, value, found }: { readonly root: z.ZodType; readonly value: unknown; readonly found: unknown },
): readonly Problem[] {
  if (issue.discriminator !== undefined) return [unknownKind(path, root, value)];
  const meant =
    typeof found === 'object' && found !== null
      ? issue.errors.find((errors) => errors.every((error) => error.path.length > 0 || error.code === 'unrecognized_keys'))
      : undefined;
  if (meant !== undefined) return meant.flatMap((error) => explainIssue({ ...error, path: [...path, ...error.path] }, root, value));
  const keys = keysAt(root, path);
  const words = wordsAt(root, path);
  if (keys.length === 0 && words.length > 0) return [notOneOf(path, words, found)];
  return [
    problem('spec-wrong-type', path, {
      at: 'value',
      what: `${describe(found)} cannot stand here`,
      fix:
        keys.length === 0
          ? 'write text, a number, true or false'
          : `write ${[...words, `a mapping with ${keys.join(', ')}`].join(', or ')}`,
    }),
  ];
}

/** A mapping says by one of its keys of which kind it is. */
function unknownKind(path: Path, root: z.ZodType, value: unknown): Problem {
  const found = valueAt(value, path);
  const known = wordsAt(root, path);
  if (found !== undefined) return notOneOf(path, known, found);
  return { ...missing(path, root), fix: `add ${String(path.at(-1))}: ${known.join(', or ')}` };
}

/** The words that may stand at `path` as they are. */
function wordsAt(root: z.ZodType, path: Path): readonly string[] {
  const schemas = schemasAt(root, path).flatMap(unwrap);
  return schemas.flatMap((schema) => {
    if (schema instanceof z.ZodLiteral) return [...schema.values].map(String);
    return schema instanceof z.ZodEnum ? schema.options.map(String) : [];
  });
}

function missing(path: Path, root: z.ZodType): Problem {
  const key = String(path.at(-1));
  const example = exampleAt(root, path);
  return problem('spec-missing-key', path, {
    at: 'value',
    what: 'required, but missing',
    fix: example === null ? `add ${key}` : `add ${key}: ${example}`,
  });
}

function wrongForm(path: Path, issue: z.core.$ZodIssueInvalidStringFormat, found: unknown, root: z.ZodType): Problem {
  const example = exampleAt(root, path);
  const what = issue.format === 'regex' ? issue.message : `${describe(found)} is not ${FORMS[issue.format] ?? `a ${issue.format}`}`;
  return problem('spec-invalid-value', path, { at: 'value', what, fix: example === null ? 'correct the value' : `write it as ${example}` });
}

const FORMS: Readonly<Record<string, string>> = { datetime: 'an instant', starts_with: 'of the right form' };

const TYPE_WORDS: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'a mapping',
  record: 'a mapping',
  array: 'a list',
};

function wrongType(path: Path, expected: string, { found, root }: { readonly found: unknown; readonly root: z.ZodType }): Problem {
  const wanted = TYPE_WORDS[expected] ?? expected;
  const isScalar = typeof found === 'string' || typeof found === 'number';
  return problem('spec-wrong-type', path, {
    at: 'value',
    what: `expected ${wanted}, found ${describe(found)}`,
    fix: (expected === 'object' && isScalar ? mappingWith(path, found, root) : null) ?? mendType(expected, found),
  });
}

/** What was written without its key, with it; where several may be meant, which there are. */
function mappingWith(path: Path, found: string | number, root: z.ZodType): string | null {
  const keys = keysAt(root, path);
  const required = schemasAt(root, path)
    .flatMap(unwrap)
    .flatMap((schema) => (schema instanceof z.ZodObject ? Object.entries<z.core.$ZodType>(schema.shape) : []))
    .flatMap(([key, inner]) => (unwrap(inner)[0] === inner ? [key] : []));
  const [only, ...others] = keys.length === 1 ? keys : required;
  if (only !== undefined && others.length === 0) return `write { ${only}: ${found} }`;
  return keys.length === 0 ? null : `write a mapping with ${keys.slice(0, MOST_SAID).join(', ')}${keys.length > MOST_SAID ? ', …' : ''}`;
}

function mendType(expected: string, found: unknown): string {
  if (expected === 'string' && typeof found === 'number') return `put it into quotes; a duration also has a unit, such as ${found}s`;
  if (expected === 'string') return 'write text; put it into quotes when in doubt';
  if (expected === 'number' && typeof found === 'string') return 'write the bare number, without quotes, unit or % sign';
  if ((expected === 'object' || expected === 'record') && found === null) return 'write {} when it is meant to be empty, or remove the key';
  if (expected === 'array') return 'write a list, even for one entry: [ … ]';
  return `write ${TYPE_WORDS[expected] ?? expected}`;
}

/** More words than this are said once, not again in the mend. */
const MOST_SAID = 5;

function notOneOf(path: Path, values: readonly string[], found: unknown): Problem {
  const meant = typeof found === 'string' ? nearest(found, values) : null;
  const what =
    values.length === 1
      ? `must be ${defined(values[0])}, found ${describe(found)}`
      : `must be one of ${values.join(', ')}; found ${describe(found)}`;
  const fix = meant ?? (values.length > MOST_SAID ? 'one of them' : values.join(' or '));
  return problem('spec-invalid-value', path, { at: 'value', what, fix: `write ${fix}` });
}

function outOfBounds(path: Path, issue: z.core.$ZodIssueTooSmall | z.core.$ZodIssueTooBig, found: unknown): Problem {
  const limit = issue.code === 'too_small' ? `at least ${issue.minimum}` : `at most ${issue.maximum}`;
  if (issue.origin === 'array')
    return problem('spec-out-of-range', path, {
      at: 'value',
      what: `needs ${limit} ${issue.code === 'too_small' && issue.minimum === 1 ? 'entry' : 'entries'}`,
      fix: 'add or remove entries',
    });
  if (issue.origin === 'string')
    return problem('spec-out-of-range', path, { at: 'value', what: `needs ${limit} characters`, fix: 'lengthen or shorten it' });
  return problem('spec-out-of-range', path, {
    at: 'value',
    what: `${describe(found)} is out of range: ${limit} is possible here`,
    fix: `write ${limit}`,
  });
}

function describe(found: unknown): string {
  if (found === null) return 'nothing';
  if (Array.isArray(found)) return 'a list';
  if (typeof found === 'object') return 'a mapping';
  if (typeof found === 'string') return `text ${JSON.stringify(found.length > 40 ? `${found.slice(0, 40)}…` : found)}`;
  if (typeof found === 'number' || typeof found === 'boolean') return String(found);
  return typeof found;
}

function valueAt(value: unknown, path: Path): unknown {
  let at = value;
  for (const part of path) {
    if (typeof at !== 'object' || at === null) return undefined;
    at = Object.entries(at).find(([key]) => key === String(part))?.[1];
  }
  return at;
}

function problem(
  code: string,
  path: Path,
  { at, what, fix }: { readonly at: Problem['at']; readonly what: string; readonly fix: string },
): Problem {
  return { code, path, at, what, fix };
}
