import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { kindsOfSteps } from './arrows.ts';
import { sourceFiles } from './source.ts';

/**
 * A kind of step is one folder. Whoever names a kind elsewhere must be found and changed by hand for the next one, and what is
 * forgotten fails open. Folders that may: the kinds themselves, the nouns, the adapters, and the simulator, which shares no code.
 */
const MAY_NAME = ['src/steps/', 'src/core/', 'src/gcp/', 'src/simulator/'];

/** Files that name one all the same, each with its reason. This list may only shrink. */
const NAMED_ALL_THE_SAME: Readonly<Record<string, string>> = {
  'src/spec/connector-problems.ts': 'paths in the document, for its problems: the keys of the wish',
  'src/spec/references.ts': 'paths in the document, for its problems: the keys of the wish',
  'src/spec/region-problems.ts': 'paths in the document, for its problems: the keys of the wish',
  'src/spec/environment.ts': 'paths in the document, for its problems: the keys of the wish',
};

/** The connector is also a resource that is observed, a gate and a cause, and instances are counted: there a name is no kind of step. */
const ABOUT_THE_RESOURCE: Readonly<Record<string, readonly string[]>> = {
  connector: ['src/diagnosis/'],
  instances: ['src/diagnosis/', 'src/capacity/'],
};

test('a kind of step is named in its own folder, and hardly anywhere else', () => {
  const named = sourceFiles(['src', 'machines'])
    .map(({ path }) => path)
    .filter((path) => !MAY_NAME.some((folder) => path.startsWith(folder)) && kindsNamedIn(path).length > 0);
  expect(named.toSorted(), 'ask the table of kinds (src/steps) instead').toEqual(Object.keys(NAMED_ALL_THE_SAME).toSorted());
});

test('a kind that brings its own change and key is named outside its folder by the three tables alone', () => {
  const whole = kindsOfSteps().filter((kind) => existsSync(`src/steps/${kind}/change.ts`));
  expect(whole).toEqual(expect.arrayContaining(['egress', 'instances']));
  for (const kind of whole) {
    const naming = sourceFiles(['src', 'machines']).filter(
      ({ path }) => !path.startsWith(`src/steps/${kind}/`) && new RegExp(`(?:\\./|steps/)${kind}/`).test(readFileSync(path, 'utf8')),
    );
    const ofSteps = naming.filter(({ path }) => /^(?:src\/(?!gcp|simulator)|machines)/.test(path)).map(({ path }) => path);
    expect(ofSteps, kind).toEqual(['src/steps/documents.ts', 'src/steps/index.ts', 'src/steps/kinds.ts']);
  }
});

function kindsNamedIn(path: string): readonly string[] {
  const isResource = (word: string): boolean => (ABOUT_THE_RESOURCE[word] ?? []).some((folder) => path.startsWith(folder));
  const words = kindsOfSteps().filter((kind) => !isResource(kind));
  const code = readFileSync(path, 'utf8').replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
  // The key of a type, as in `Expected['connector']`, is a field.
  return words.filter((kind) => new RegExp(`(?<![\\w>]\\[)(?:'${kind}'|\\b${kind}:[A-Z$])`).test(code));
}
