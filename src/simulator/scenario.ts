import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { LineCounter, parseDocument } from 'yaml';
import type { Document } from 'yaml';
import { z } from 'zod';
import { UserError } from '../core/errors.ts';
import { fault, person, support } from './scenario-parts.ts';
import { mergeDeeply } from './world/merge.ts';
import { nearest } from './world/nearest.ts';
import { worldSchema } from './world/description/description.ts';
import { duration } from './world/description/description-parts.ts';

/** When the incident of a world begins that does not say it. */
export const SOME_MONDAY = '2025-09-15T20:03:00Z';
const instant = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text));
const stepId = z.string().regex(/^(?!restore:)[a-z]+:[-a-z0-9@]+$/, 'must read KIND:NAME, such as pin:SERVICE');
/** A change that was made: a step of the plan, or the way back from one. */
const changedId = z.string().regex(/^[a-z]+:[-a-z0-9@]+$/, 'must read KIND:NAME, such as pin:SERVICE or restore:SERVICE');
const json = z.record(z.string(), z.json());

const outcome = z.enum(['recovered', 'escalated', 'escalated-but-unreached', 'restored', 'aborted', 'refused']);

const expectation = z.strictObject({
  outcome: z.union([outcome, z.array(outcome).min(1)]).describe('Or any of these, where a careful engineer would accept each.'),
  order: z.array(stepId).optional().describe('Steps applied, in this order; others may lie between them.'),
  mutations: z.strictObject({ max: z.int().optional(), exactly: z.int().optional(), none: z.array(changedId).optional() }).optional(),
  vetoed: z.array(stepId).optional(),
  skipped: z.array(stepId).optional(),
  trafficRestored: z
    .union([z.literal(true), z.array(z.string()).min(1)])
    .optional()
    .describe('All traffic as before the run, or that of these services alone.'),
  trafficKept: z.array(z.string()).min(1).optional().describe('Services whose new revision keeps the traffic, because it proved itself.'),
  trafficOn: z.record(z.string(), z.string()).optional(),
  cases: z.int().nonnegative().optional(),
  minComments: z.int().nonnegative().optional(),
  escalatedAt: z.strictObject({ after: duration, tolerance: duration }).optional(),
  told: z.array(z.string()).optional().describe('Each must stand in something that was said to people.'),
  untold: z.array(z.string()).optional().describe('None may stand in anything that was said to people.'),
  endsWithin: duration.optional(),
  noDoubleWrites: z.boolean().optional(),
});

export const scenarioSchema = z.strictObject({
  name: z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/),
  title: z.string(),
  base: z
    .string()
    .optional()
    .describe('Another scenario whose start, seed, remediation and world this one begins with; what is said here is laid over them.'),
  cause: z
    .enum([
      'application-crash',
      'configuration',
      'name-resolution',
      'connector-saturation',
      'database-unreachable',
      'connection-budget',
      'revision-contention',
      'certificate-or-routing',
      'quota-or-regional-shortage',
      'provider-incident',
      'unknown',
      'healthy',
    ])
    .describe('The true cause, for scoring a diagnosis.'),
  seed: z.int().nonnegative(),
  startAt: instant
    .meta({ examples: [SOME_MONDAY] })
    .describe('When it begins, as RFC 3339 with an offset; epoch milliseconds once loaded.'),
  remediation: z
    .strictObject({
      document: z.string().optional().describe('Name of its Remediation document, below deploy/examples or beside a world of your own.'),
      patch: json.optional().describe('Merged deeply onto the raw Remediation document.'),
    })
    .optional(),
  world: worldSchema,
  faults: z.array(fault).default([]),
  people: z.array(person).default([]),
  grants: z.strictObject({ denied: z.array(z.string()) }).optional(),
  apis: z.strictObject({ disabled: z.array(z.string()) }).optional(),
  support: support.optional(),
  expect: expectation,
});

export type Scenario = z.output<typeof scenarioSchema>;
export type ScenarioFault = Scenario['faults'][number];
export type ScenarioPerson = Scenario['people'][number];
export type ScenarioExpectation = Scenario['expect'];

/**
 * A scenario document, checked and with its defaults. Throws `UserError` (`scenario-invalid`) that names each mistake with
 * file, line and column, and the nearest known key for an unknown one.
 */
export function loadScenario(text: string, fileName: string): Scenario {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, merge: true });
  const broken = document.errors[0];
  if (broken !== undefined) {
    const at = broken.linePos?.[0];
    throw invalid([`${fileName}:${at?.line ?? 1}:${at?.col ?? 1} ${broken.message.split('\n')[0]}`]);
  }
  const raw = onBase(document.toJS());
  const result = scenarioSchema.safeParse(raw);
  if (result.success) return result.data;
  const where = (path: readonly PropertyKey[]): string => locate(document, lines, path, fileName);
  throw invalid(result.error.issues.flatMap((issue) => describe(issue, raw, where)));
}

/** Names and titles of the scenarios that come with Firebreak, in alphabetical order. */
export function listScenarios(): readonly { readonly name: string; readonly title: string }[] {
  return scenarioNames().map((name) => {
    const title = parseDocument(scenarioText(name), { merge: true }).get('title');
    return { name, title: typeof title === 'string' ? title : name };
  });
}

/**
 * A scenario by its name. Throws `UserError` (`scenario-unknown`) with the nearest name.
 */
export function readScenario(name: string): Scenario {
  return loadScenario(rawText(name), `${name}.yaml`);
}

/** What a scenario takes over from its base; causes, faults, people and expectations are always its own. */
const INHERITED = ['seed', 'startAt', 'remediation', 'world'] as const;

/** A raw scenario laid over the one that it names as its base; any other value as it is. Throws as `readScenario`. */
export function onBase(raw: unknown): unknown {
  const parsed = z.looseObject({ base: z.string() }).safeParse(raw);
  if (!parsed.success) return raw;
  const base = z.looseObject({}).parse(onBase(parseDocument(rawText(parsed.data.base), { merge: true }).toJS()));
  const inherited = Object.fromEntries(INHERITED.filter((key) => key in base).map((key) => [key, base[key]]));
  return mergeDeeply(inherited, raw);
}

function rawText(name: string): string {
  const names = scenarioNames();
  if (names.includes(name)) return scenarioText(name);
  const hint = nearest(name, names);
  const fix = hint === null ? `Known scenarios: ${names.join(', ')}.` : `Did you mean ${hint}? Known scenarios: ${names.join(', ')}.`;
  throw new UserError('scenario-unknown', `There is no scenario "${name}".`, fix);
}

function invalid(problems: readonly string[]): UserError {
  return new UserError('scenario-invalid', problems.join('\n'), 'Correct the scenario document at the places named.');
}

function describe(issue: z.core.$ZodIssue, raw: unknown, where: (path: readonly PropertyKey[]) => string): readonly string[] {
  const path = issue.path.map(String).join('.');
  if (issue.code !== 'unrecognized_keys') {
    const message = issue.code !== 'custom' && valueAt(raw, issue.path) === undefined ? 'is missing' : issue.message;
    return [`${where(issue.path)} ${path}: ${message}`];
  }
  return issue.keys.map((key) => {
    const hint = nearest(key, knownKeys(issue.path));
    const meant = hint === null ? '' : `; did you mean "${hint}"?`;
    return `${where([...issue.path, key])} ${path === '' ? key : `${path}.${key}`}: unknown key${meant}`;
  });
}

function valueAt(raw: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, part) => (typeof value === 'object' && value !== null ? Reflect.get(value, part) : undefined), raw);
}

/** Keys that the schema knows at a path, read from the JSON Schema of the document. */
function knownKeys(path: readonly PropertyKey[]): readonly string[] {
  const root = z.toJSONSchema(scenarioSchema, { io: 'input', unrepresentable: 'any', reused: 'inline' });
  let nodes: readonly z.core.JSONSchema.BaseSchema[] = [root];
  for (const part of path) nodes = nodes.flatMap(alternatives).flatMap((node) => below(node, part));
  return nodes.flatMap(alternatives).flatMap((node) => Object.keys(node.properties ?? {}));
}

function alternatives(node: z.core.JSONSchema.BaseSchema): readonly z.core.JSONSchema.BaseSchema[] {
  const options = [...(node.anyOf ?? []), ...(node.oneOf ?? []), ...(node.allOf ?? [])];
  return [node, ...options.flatMap((option) => (typeof option === 'boolean' ? [] : alternatives(option)))];
}

function below(node: z.core.JSONSchema.BaseSchema, part: PropertyKey): readonly z.core.JSONSchema.BaseSchema[] {
  const next = typeof part === 'number' ? node.items : (node.properties?.[String(part)] ?? node.additionalProperties);
  return next === undefined || typeof next === 'boolean' || Array.isArray(next) ? [] : [next];
}

/** `file:line:column` of the deepest node that exists on the path. */
function locate(document: Document, lines: LineCounter, path: readonly PropertyKey[], fileName: string): string {
  for (let length = path.length; length >= 0; length -= 1) {
    const node = document.getIn(path.slice(0, length), true);
    const range = typeof node === 'object' && node !== null && 'range' in node ? node.range : null;
    if (!Array.isArray(range) || typeof range[0] !== 'number') continue;
    const { line, col } = lines.linePos(range[0]);
    return `${fileName}:${line}:${col}`;
  }
  return `${fileName}:1:1`;
}

/** Beside this module in a checkout; beside the bundle, which copies the documents, when bundled. */
function scenarioFolder(): string {
  const folders = ['./scenarios/', './simulator/scenarios/', '../scenarios/'].map((path) => fileURLToPath(new URL(path, import.meta.url)));
  const found = folders.find((folder) => existsSync(folder) && readdirSync(folder).some((file) => file.endsWith('.yaml')));
  if (found !== undefined) return found;
  throw new UserError(
    'scenarios-missing',
    `No scenario documents in ${folders[0]}.`,
    'Install Firebreak again: its scenarios folder is missing.',
  );
}

function scenarioNames(): readonly string[] {
  return readdirSync(scenarioFolder())
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => file.slice(0, -'.yaml'.length))
    .sort();
}

function scenarioText(name: string): string {
  return readFileSync(`${scenarioFolder()}${name}.yaml`, 'utf8');
}
