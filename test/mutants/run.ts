import { execFile } from 'node:child_process';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { MISFIT } from './mutants.ts';
import type { Mutant } from './mutant.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const HOOK = pathToFileURL(`${ROOT}test/mutants/register.ts`).href;

export interface SuiteResult {
  readonly suite: string;
  readonly red: boolean;
  /** The end of what it said. */
  readonly said: string;
}

/** One suite over a mutant, or over the program as it is (`mutant` null), in processes of its own. */
export async function runSuite(suite: string, mutant: Mutant | null): Promise<SuiteResult> {
  // The suites that a mutant names, whichever are running: in the wide or the long ones no suite would be found, and none red.
  const FIREBREAK_SUITE = /\.(test|wide)\.ts$/.exec(suite)?.[1] ?? 'test';
  // The sources are changed by a hook of Node's, which children inherit.
  const env = { ...process.env, FIREBREAK_SUITE, FIREBREAK_MUTANT: mutant?.name ?? '', NODE_OPTIONS: `--import ${HOOK}` };
  const options = { cwd: ROOT, env, maxBuffer: 64 << 20, timeout: 300_000 };
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [...commandOf(suite)], options);
    return { suite, red: false, said: stdout.slice(-2_000) };
  } catch (thrown) {
    const { stdout = '', stderr = '', message } = thrown as { stdout?: string; stderr?: string; message: string };
    const said = `${stdout.slice(-1_500)}${stderr.slice(-1_500)}` || message;
    // Red for the wrong reason proves nothing.
    if (`${stdout}${stderr}`.includes(MISFIT)) throw new Error(said);
    return { suite, red: true, said };
  }
}

function commandOf(suite: string): readonly string[] {
  const [verb, first = '', second = ''] = suite.split(' ');
  if (verb === 'seeds') return ['test/simulation/seeds.ts', '--from', first, '--seeds', second, '--jobs', '1'];
  if (verb === 'prove') return ['src/main.ts', 'prove', first, '--every', second, '--jobs', '1'];
  return ['node_modules/vitest/vitest.mjs', 'run', '--config', 'test/vitest.config.ts', '--bail', '1', '--maxWorkers', '1', suite];
}
