import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { VerbDeps } from '../cli/deps.ts';
import { UserError } from '../core/errors.ts';
import type { Scenario } from '../simulator/scenario.ts';
import { mergeDeeply } from '../simulator/world/merge.ts';
import { loadSpec } from '../spec/load.ts';
import type { LoadedSpec } from '../spec/load.ts';
import { parseText } from '../spec/parse.ts';
import { readText } from '../spec/read.ts';

const DEFAULT_DOCUMENT = 'issue-1278.yaml';

/**
 * The Remediation document of a rehearsal: the user's own, or the scenario's with its patch merged in. A patched document is
 * judged as a whole; its places then count in the merged text.
 */
export async function rehearsalDocument(
  scenario: Scenario,
  file: string | null,
  deps: Pick<VerbDeps, 'readFile' | 'env'>,
): Promise<LoadedSpec> {
  if (file !== null) return loadSpec(await readText(file, deps.readFile), file, deps.env);
  const name = scenario.remediation?.document ?? DEFAULT_DOCUMENT;
  return withPatch(exampleText(name), name, scenario, deps);
}

/** A document with what the scenario changes in it. */
export function withPatch(text: string, name: string, scenario: Scenario, deps: Pick<VerbDeps, 'env'>): LoadedSpec {
  const { patch } = scenario.remediation ?? {};
  if (patch === undefined) return loadSpec(text, name, deps.env);
  return loadSpec(JSON.stringify(mergeDeeply(parseText(text, name).value, patch)), `${name} with the patch of ${scenario.name}`, deps.env);
}

/** The path of a document that comes with Firebreak; null: there is none of that name. */
export function exampleFile(name: string): string | null {
  const places = ['../../deploy/examples/', './examples/'].map((place) => fileURLToPath(new URL(`${place}${name}`, import.meta.url)));
  return places.find((place) => existsSync(place)) ?? null;
}

/** Below deploy/examples in a checkout; beside the bundle, which copies them. */
function exampleText(name: string): string {
  const found = exampleFile(name);
  if (found === null)
    throw new UserError(
      'example-missing',
      `the example document ${name} is not there`,
      'install Firebreak again, or give your own document with -f',
    );
  return readFileSync(found, 'utf8');
}
