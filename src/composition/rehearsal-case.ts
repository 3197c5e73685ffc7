import { dirname, isAbsolute, join } from 'node:path';
import type { VerbDeps } from '../cli/deps.ts';
import { UserError } from '../core/errors.ts';
import { readScenario } from '../simulator/scenario.ts';
import type { Scenario } from '../simulator/scenario.ts';
import { loadSpec } from '../spec/load.ts';
import type { LoadedSpec } from '../spec/load.ts';
import { parseText } from '../spec/parse.ts';
import { problemsError } from '../spec/problems.ts';
import { readText } from '../spec/read.ts';
import { fitProblems } from '../worlds/fit.ts';
import { layBreak } from '../worlds/break.ts';
import { drawWorld } from '../worlds/draw.ts';
import type { Drawn } from '../worlds/draw.ts';
import { loadWorld, readWorld } from '../worlds/load.ts';
import { worldText } from '../worlds/write.ts';
import { exampleFile, rehearsalDocument, withPatch } from './rehearsal-document.ts';

/** What is rehearsed: an incident that comes with Firebreak, a world of one's own, or one drawn from the document. */
export type CaseChoice = { readonly scenario: string } | { readonly world: string } | { readonly drawnFrom: string };

export interface CaseOptions {
  /** The document that somebody gave; null: the one that belongs to the choice. */
  readonly file: string | null;
  /** The fault `KIND` or `KIND:WHAT` that is laid over it; null: none. */
  readonly breaks: string | null;
  /** Changes the incident before its document is read. */
  readonly adapt?: (scenario: Scenario) => Scenario;
}

/** An incident, and the document that it is met with. */
export interface RehearsalCase {
  readonly scenario: Scenario;
  readonly document: LoadedSpec;
  /** Whether it is said how the run must end. */
  readonly expects: boolean;
  /** What a drawn world was guessed to be, and what it cannot know. */
  readonly drawn: Pick<Drawn, 'guesses' | 'unknowns'> | null;
}

type Files = Pick<VerbDeps, 'readFile' | 'env'>;

/**
 * The incident of `choice` with the document of `file`, or with its own. A world of one's own names its document as a scenario does
 * (`remediation`, or that of its `base`), from where it lies itself or of those that come with Firebreak; otherwise that is the
 * remediation.yaml beside it. Throws `UserError`: at a mistake in either,
 * where there is no such fault, and where a document that somebody gave speaks of what the world does not hold.
 */
export async function rehearsalCase(choice: CaseChoice, options: CaseOptions, deps: Files): Promise<RehearsalCase> {
  const found = await caseOf(choice, options, deps);
  if (options.breaks === null) return found;
  return { ...found, scenario: layBreak(found.scenario, options.breaks), expects: false };
}

async function caseOf(choice: CaseChoice, { file, adapt = (scenario) => scenario }: CaseOptions, deps: Files): Promise<RehearsalCase> {
  if ('scenario' in choice) {
    const scenario = adapt(readScenario(choice.scenario));
    const document = await rehearsalDocument(scenario, file, deps);
    if (file !== null) await mustFit(document, file, { scenario, worldName: `the world of ${scenario.name}`, files: deps });
    return { scenario, document, expects: true, drawn: null };
  }
  if ('drawnFrom' in choice) {
    const document = await documentBeside(choice.drawnFrom, null, deps);
    const drawn = drawWorld(document.spec);
    const { scenario } = loadWorld(worldText(drawn, choice.drawnFrom), `the world drawn from ${choice.drawnFrom}`);
    return { scenario: { ...scenario, name: 'drawn', title: `drawn from ${choice.drawnFrom}` }, document, expects: false, drawn };
  }
  const { scenario: read, expects } = await readWorld(choice.world, deps.readFile);
  const scenario = adapt(read);
  const own = file ?? (await documentOf(choice.world, scenario, deps));
  const document = await documentBeside(own, file === null ? scenario : null, deps);
  await mustFit(document, own, { scenario, worldName: choice.world, files: deps });
  return { scenario, document, expects, drawn: null };
}

/** Where the document of a world lies: beside it, or, where there is none of that name, among the examples. */
async function documentOf(world: string, { remediation }: Scenario, { readFile }: Files): Promise<string> {
  const name = remediation?.document ?? 'remediation.yaml';
  const beside = isAbsolute(name) ? name : join(dirname(world), name);
  try {
    await readText(beside, readFile);
    return beside;
  } catch (error) {
    if (!(error instanceof UserError) || error.code !== 'file-missing') throw error;
    return exampleFile(name) ?? beside;
  }
}

/** The document of a file; with the patch of the world, where the world is what named it. */
async function documentBeside(file: string, scenario: Scenario | null, deps: Files): Promise<LoadedSpec> {
  const text = await readText(file, deps.readFile);
  return scenario === null ? loadSpec(text, file, deps.env) : withPatch(text, file, scenario, deps);
}

async function mustFit(
  { spec }: LoadedSpec,
  file: string,
  {
    scenario: { world },
    worldName,
    files: { readFile },
  }: { readonly scenario: Scenario; readonly worldName: string; readonly files: Files },
): Promise<void> {
  const problems = fitProblems(spec, world, worldName);
  if (problems.length > 0) throw problemsError(file, problems, parseText(await readText(file, readFile), file).placeOf);
}
