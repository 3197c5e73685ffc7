import { UserError } from '../core/errors.ts';
import { explainIssue } from '../spec/explain.ts';
import { parseText } from '../spec/parse.ts';
import type { DocumentKind, ParsedDocument } from '../spec/parse.ts';
import { problemsError, withoutMisspelt } from '../spec/problems.ts';
import { readText } from '../spec/read.ts';
import type { ReadBytes } from '../spec/read.ts';
import { onBase } from '../simulator/scenario.ts';
import type { Scenario } from '../simulator/scenario.ts';
import type { z } from 'zod';
import { bareWorldSchema, scenarioFileSchema } from './schema.ts';

/** A world that somebody brings as a file, ready to be played. */
export interface BroughtWorld {
  readonly scenario: Scenario;
  /** Whether the file says how a run must end. Otherwise every end is told as it is, and none is wrong. */
  readonly expects: boolean;
}

const START = 'start from deploy/examples/notes/world.yaml, or let `firebreak world --from-document` draw one';
const WORLD: DocumentKind = { noun: 'world', start: START, merge: true };

/** The world of a file. Throws `UserError` as `loadWorld`, and when the file cannot be read. */
export async function readWorld(file: string, read: ReadBytes, option = '--world'): Promise<BroughtWorld> {
  return loadWorld(await readText(file, read, { what: 'world', option, usually: 'world.yaml' }), file);
}

/**
 * A world file: a scenario as those that come with Firebreak, or a bare world. Throws `UserError` (exit code 2) whose message
 * names each mistake with file, line, column, what is wrong and how to mend it. Pure.
 */
export function loadWorld(text: string, fileName: string): BroughtWorld {
  try {
    return ofRaw(parseText(text, fileName, WORLD), fileName);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    throw new UserError(error.code.replace(/^spec-/, 'world-'), error.message, error.fix, { cause: error });
  }
}

/** Where nothing is expected, every end is one that may come. */
const ANY_END: Scenario['expect'] = {
  outcome: ['recovered', 'escalated', 'escalated-but-unreached', 'restored', 'aborted', 'refused'],
};

function ofRaw(parsed: ParsedDocument, fileName: string): BroughtWorld {
  const fields = keysOf(parsed.value);
  refuseOtherKinds(fields, parsed, fileName);
  if (fields.has('world') || fields.has('base')) {
    const read = checked(scenarioFileSchema, { ...parsed, value: baseOf(parsed, fileName) }, fileName);
    const { expect = ANY_END, ...rest } = read;
    return { scenario: { ...rest, expect }, expects: read.expect !== undefined };
  }
  const world = checked(bareWorldSchema, parsed, fileName);
  const { expect: _none, ...around } = scenarioFileSchema.omit({ world: true }).parse({});
  return { scenario: { ...around, world, expect: ANY_END }, expects: false };
}

/** The file laid over the scenario that it begins with. */
function baseOf(parsed: ParsedDocument, fileName: string): unknown {
  try {
    return onBase(parsed.value);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    throw problemsError(fileName, [{ code: error.code, path: ['base'], at: 'value', what: error.message, fix: error.fix }], parsed.placeOf);
  }
}

function keysOf(value: unknown): ReadonlySet<string> {
  return new Set(typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.keys(value) : []);
}

function refuseOtherKinds(fields: ReadonlySet<string>, parsed: ParsedDocument, fileName: string): void {
  const refuse = (what: string, fix: string): never => {
    throw problemsError(fileName, [{ code: 'spec-wrong-kind', path: [], at: 'value', what, fix }], parsed.placeOf);
  };
  if (fields.has('apiVersion') || fields.has('spec'))
    refuse('this is a Remediation document, not a world', `give it with -f, and with --world the world it is for; ${START}`);
  if (!['world', 'base', 'services', 'project'].some((key) => fields.has(key)))
    refuse('not a world: a world has `project`, `region` and `services`, or holds them as the `world` of a scenario', START);
}

function checked<T extends z.ZodType>(schema: T, parsed: ParsedDocument, fileName: string): z.output<T> {
  const result = schema.safeParse(parsed.value);
  if (result.success) return result.data;
  const problems = result.error.issues.flatMap((issue) => explainIssue(issue, schema, parsed.value));
  throw problemsError(fileName, withoutMisspelt(problems), parsed.placeOf);
}
