import { defined } from '../core/defined.ts';
import { createHash } from 'node:crypto';
import type { RemediationSpec } from '../core/model/spec.ts';
import { sayDuration } from '../core/duration.ts';
import { environmentProblems, fromEnvironment } from './environment.ts';
import type { Environment } from './environment.ts';
import { explainIssue } from './explain.ts';
import { parseText } from './parse.ts';
import type { ParsedDocument } from './parse.ts';
import { problemsError, withoutMisspelt } from './problems.ts';
import type { Problem } from './problems.ts';
import { referenceProblems } from './references.ts';
import { resolveDocument } from './resolve.ts';
import { API_VERSION, KIND, documentSchema } from './schema.ts';
import type { RemediationDocument } from './schema.ts';
import { kindsInWords, stepIdsOf } from '../steps/index.ts';

export interface LoadedSpec {
  readonly spec: RemediationSpec;
  /**
   * SHA-256 (hex) of what the document says, comments and the order of keys left out, references as written: neither a rotated
   * secret nor a newer version of the program, which may have other defaults, changes it.
   */
  readonly hash: string;
  /** Things that are legal but probably not meant, one line each. */
  readonly warnings: readonly string[];
}

/**
 * A Remediation document (YAML or JSON) as the immutable value that the program uses. `env` is what `env:NAME` refers to.
 *
 * Throws `UserError` (exit code 2): its message begins `FILE:LINE:COLUMN PATH: what and why`, and has one such line for
 * each further problem; `fix` mends the first. Pure: the same text and environment give the same result.
 */
export function loadSpec(text: string, fileName: string, env: Environment): LoadedSpec {
  const parsed = parseText(text, fileName);
  refuse(kindProblems(parsed.value), parsed, fileName);
  const document = validated(parsed, fileName);
  refuse([...referenceProblems(document), ...environmentProblems(document, env)], parsed, fileName);
  const spec = resolveDocument(document, fromEnvironment(env));
  return { spec, hash: hashOf(parsed.value), warnings: [...parsed.warnings, ...doubts(spec, fileName)] };
}

function validated(parsed: ParsedDocument, fileName: string): RemediationDocument {
  const result = documentSchema.safeParse(parsed.value);
  if (result.success) return result.data;
  const problems = result.error.issues.flatMap((issue) => explainIssue(issue, documentSchema, parsed.value));
  throw problemsError(fileName, withoutMisspelt(problems), parsed.placeOf);
}

function refuse(problems: readonly Problem[], parsed: ParsedDocument, fileName: string): void {
  if (problems.length > 0) throw problemsError(fileName, problems, parsed.placeOf);
}

/** A document of another kind or version is refused as such, not key by key. */
function kindProblems(value: unknown): readonly Problem[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return [
      {
        code: 'spec-wrong-type',
        path: [],
        at: 'value',
        what: 'not a mapping; a Remediation document was expected',
        fix: 'start from deploy/examples/minimal.yaml',
      },
    ];
  }
  const fields = new Map<string, unknown>(Object.entries(value));
  if (!fields.has('apiVersion') && !fields.has('spec') && (fields.has('world') || fields.has('services'))) {
    const fix = 'give it with --world, and with -f the document; who has none starts from deploy/examples/minimal.yaml';
    return [{ code: 'spec-wrong-kind', path: [], at: 'value', what: 'this is a world, not a Remediation document', fix }];
  }
  return [
    ['apiVersion', API_VERSION],
    ['kind', KIND],
  ].flatMap(([key, wanted]) => {
    const found = fields.get(defined(key));
    if (found === wanted) return [];
    const what =
      found === undefined
        ? `required, but missing; this version reads ${defined(wanted)}`
        : `this version reads ${defined(wanted)}, not ${JSON.stringify(found)?.slice(0, 80)}`;
    return [
      { code: 'spec-wrong-kind', path: [defined(key)], at: 'value' as const, what, fix: `write ${defined(key)}: ${defined(wanted)}` },
    ];
  });
}

function hashOf(document: unknown): string {
  return createHash('sha256').update(canonical(document)).digest('hex');
}

/** JSON with sorted keys, so that the order in which people write keys does not matter. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, inner]) => `${JSON.stringify(key)}:${canonical(inner)}`).join(',')}}`;
}

function doubts(spec: RemediationSpec, fileName: string): readonly string[] {
  const found: string[] = [];
  if (stepIdsOf(spec).length === 0) found.push(`nothing here is to be changed (no ${kindsInWords()}): the run can only watch`);
  const { everyMs } = spec.observe;
  for (const { name, stability } of spec.services) {
    if (stability.healthyForMs < 2 * everyMs)
      found.push(`${name}: healthyFor ${sayDuration(stability.healthyForMs)} is less than two looks (${sayDuration(everyMs)} each)`);
  }
  if (spec.validation.soakForMs < 2 * everyMs)
    found.push(`soak of ${sayDuration(spec.validation.soakForMs)} is less than two looks (${sayDuration(everyMs)} each)`);
  const { startRun } = spec.capacity;
  const { mode } = spec.policy;
  if (startRun && mode !== 'auto' && mode !== 'approve') found.push(`capacity.startRun can start nothing in mode ${mode}`);
  if (spec.databases.length === 0) {
    for (const { name, pool } of spec.services)
      if (pool !== null) found.push(`${name}: pool is compared with nothing: no database is named`);
  }
  return found.map((doubt) => `${fileName}: ${doubt}`);
}
