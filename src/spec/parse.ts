import { defined } from '../core/defined.ts';
import { LineCounter, isMap, isScalar, parseDocument } from 'yaml';
import type { Document } from 'yaml';
import { UserError } from '../core/errors.ts';
import type { Place, Problem } from './problems.ts';

/** A larger document is a mistake, not a runbook. */
const MOST_BYTES = 1024 * 1024;
/** Aliases may be used for brevity; a document that unfolds into more than this is an attack or an accident. */
const MOST_ALIASES = 50;
const DEEPEST = 32;

/** What a file is meant to hold, for the words of a refusal. */
export interface DocumentKind {
  readonly noun: string;
  /** Where somebody begins who has none. */
  readonly start: string;
  /** `<<: *anchor`, for documents that repeat themselves. */
  readonly merge: boolean;
}

const REMEDIATION: DocumentKind = {
  noun: 'Remediation document',
  start: 'start from deploy/examples/minimal.yaml',
  merge: false,
};

export interface ParsedDocument {
  readonly value: unknown;
  readonly warnings: readonly string[];
  readonly placeOf: (problem: Problem) => Place | null;
}

/**
 * Text of a YAML or JSON document as a value, with the place of everything in it.
 * Throws `UserError` when it cannot be read as exactly one document of bounded size.
 */
export function parseText(text: string, fileName: string, kind: DocumentKind = REMEDIATION): ParsedDocument {
  const bytes = Buffer.byteLength(text);
  if (bytes > MOST_BYTES) {
    throw new UserError(
      'spec-too-large',
      `${fileName}: ${bytes} bytes; a document has at most ${MOST_BYTES} (1 MiB)`,
      `give the ${kind.noun} itself, not a bundle or an export`,
    );
  }
  const lines = new LineCounter();
  const { merge } = kind;
  const reading = { lineCounter: lines, prettyErrors: false, stringKeys: true, logLevel: 'error', version: '1.2', merge } as const;
  const document = parseDocument(text, reading);
  refuseSyntaxErrors(document, fileName, lines);
  if (document.contents === null) {
    throw new UserError('spec-empty', `${fileName}: the file is empty; a ${kind.noun} was expected`, kind.start);
  }
  return {
    value: valueOf(document, fileName),
    warnings: document.warnings.map((warning) => `${fileName}: ${firstLine(warning.message)}`),
    placeOf: (problem) => placeOf(document, lines, problem),
  };
}

const SYNTAX: Readonly<Record<string, readonly [what: string, fix: string]>> = {
  TAB_AS_INDENT: ['a tab is used as indentation, which YAML does not allow', 'indent with spaces'],
  MULTIPLE_DOCS: [
    'a second document begins here; one file holds one document',
    'remove the `---` or put the second document into a file of its own',
  ],
  DUPLICATE_KEY: ['this key stands twice in the same mapping, so one of the two would be lost', 'keep one of them'],
  NON_STRING_KEY: ['a key must be text', 'put the key into quotes'],
  RESOURCE_EXHAUSTION: ['the document is nested too deeply', `nest at most ${DEEPEST} levels`],
};

function refuseSyntaxErrors(document: Document.Parsed, fileName: string, lines: LineCounter): void {
  const [error] = document.errors.toSorted((a, b) => a.pos[0] - b.pos[0]);
  if (error === undefined) return;
  const { line, col } = lines.linePos(error.pos[0]);
  const [what, fix] = SYNTAX[error.code] ?? [
    `not valid YAML: ${firstLine(error.message)}`,
    'mend the syntax at this place: often a line is indented otherwise than its neighbours, or a text with a colon, # or a bracket lacks quotes',
  ];
  throw new UserError('spec-syntax', `${fileName}:${line}:${col}: ${what}`, fix);
}

function valueOf(document: Document.Parsed, fileName: string): unknown {
  try {
    const value: unknown = document.toJS({ maxAliasCount: MOST_ALIASES });
    if (deeperThan(value, DEEPEST))
      throw new UserError(
        'spec-syntax',
        `${fileName}: the document is nested too deeply`,
        `nest at most ${DEEPEST} levels and let no alias contain itself`,
      );
    return value;
  } catch (error) {
    if (!(error instanceof ReferenceError)) throw error;
    const what = error.message.startsWith('Excessive')
      ? `its aliases unfold into more than ${MOST_ALIASES} copies`
      : firstLine(error.message);
    throw new UserError('spec-syntax', `${fileName}: ${what}`, 'write the values out instead of using aliases', { cause: error });
  }
}

function deeperThan(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((child) => deeperThan(child, levels - 1));
}

/** Of the key or value named; of the nearest thing around it when it is missing. */
function placeOf(document: Document.Parsed, lines: LineCounter, problem: Problem): Place | null {
  for (let length = problem.path.length; length >= 0; length -= 1) {
    const path = problem.path.slice(0, length);
    const exact = length === problem.path.length;
    const offset = (exact && problem.at === 'key' ? keyOffset(document, path) : null) ?? valueOffset(document, path);
    if (offset === null) continue;
    const { line, col } = lines.linePos(offset);
    return { line, column: col };
  }
  return null;
}

function keyOffset(document: Document.Parsed, path: readonly (string | number)[]): number | null {
  const around: unknown = path.length <= 1 ? document.contents : document.getIn(path.slice(0, -1), true);
  if (!isMap(around)) return null;
  const pair = around.items.find((item) => isScalar(item.key) && item.key.value === path.at(-1));
  return pair !== undefined && isScalar(pair.key) ? (pair.key.range?.[0] ?? null) : null;
}

function valueOffset(document: Document.Parsed, path: readonly (string | number)[]): number | null {
  const node: unknown = path.length === 0 ? document.contents : document.getIn(path, true);
  const range = typeof node === 'object' && node !== null && 'range' in node ? node.range : null;
  return Array.isArray(range) && typeof range[0] === 'number' ? range[0] : null;
}

function firstLine(text: string): string {
  return defined(text.split('\n', 1)[0]);
}
