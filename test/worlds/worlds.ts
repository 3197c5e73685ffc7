import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { InvariantError } from '../../src/core/errors.ts';
import { sayDuration } from '../../src/core/duration.ts';
import { loadScenario } from '../../src/simulator/scenario.ts';
import type { Scenario } from '../../src/simulator/scenario.ts';
import { tell } from '../scenarios/rehearsed.ts';
import { alwaysExpected, ownWrites, usersAtTheEnd } from './measured.ts';

const FOLDER = fileURLToPath(new URL('./', import.meta.url));

/** One world, how it should end, and how it did. */
export interface Verdict {
  readonly world: string;
  readonly right: string;
  readonly done: string;
  readonly said: string;
  /** What of it was not met, one line each; none: it ended as it should. */
  readonly unmet: readonly string[];
}

/** Names of all worlds of this folder, in alphabetical order; their first letters are the kinds. */
export function worldNames(): readonly string[] {
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => file.slice(0, -'.yaml'.length))
    .sort();
}

export function readWorld(name: string): Scenario {
  const file = `${name}.yaml`;
  const scenario = loadScenario(readFileSync(`${FOLDER}${file}`, 'utf8'), file);
  if (scenario.name !== name) throw new InvariantError(`${file} is the world ${scenario.name}`);
  return scenario;
}

/** Rehearses one world from its beginning to its end, and holds it against its expectation and what holds in all of them. */
export async function judgeWorld(name: string): Promise<Verdict> {
  const scenario = readWorld(name);
  const right = rightOf(scenario);
  try {
    const { rehearsed, expectations } = await tell(scenario);
    const users = await usersAtTheEnd(rehearsed);
    const all = [...expectations, ...alwaysExpected(scenario, rehearsed, users)];
    return {
      world: name,
      right,
      done: [
        rehearsed.end.outcome,
        sayDuration(rehearsed.virtualMs),
        `${casesOf(rehearsed.after.cases.length)}`,
        writesOf(ownWrites(rehearsed)),
      ].join(', '),
      said: rehearsed.after.told.at(-1) ?? 'nothing',
      unmet: all.filter(({ met }) => !met).map(({ what, found }) => `expected ${what}; found ${found}`),
    };
  } catch (error) {
    const broken = error instanceof Error ? error.message : String(error);
    return { world: name, right, done: 'broke off', said: broken, unmet: [`it broke off: ${broken}`] };
  }
}

function rightOf({ expect: { outcome, mutations, cases, endsWithin } }: Scenario): string {
  return [
    [outcome].flat().join(' or '),
    ...(endsWithin === undefined ? [] : [`≤ ${sayDuration(endsWithin)}`]),
    ...(cases === undefined ? [] : [casesOf(cases)]),
    ...(mutations?.exactly === undefined ? [] : [`${mutations.exactly} steps`]),
    ...(mutations?.max === undefined ? [] : [`≤ ${mutations.max} steps`]),
    ...(mutations?.none === undefined ? [] : [`not ${mutations.none.join(', ')}`]),
  ].join(', ');
}

function casesOf(count: number): string {
  return `${count} ${count === 1 ? 'case' : 'cases'}`;
}

/** `auth-service ×3` for each resource that was written. */
function writesOf(writes: ReturnType<typeof ownWrites>): string {
  const counts = new Map<string, number>();
  for (const { path } of writes) {
    const resource = path
      .split('?')[0]!
      .split('/')
      .at(-1)!
      .replace(/^netra-/, '');
    counts.set(resource, (counts.get(resource) ?? 0) + 1);
  }
  return counts.size === 0 ? 'no write' : [...counts].map(([resource, count]) => `${resource} ×${count}`).join(' ');
}
