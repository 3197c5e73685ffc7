import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const program = new URL('../../src/cli/program.ts', import.meta.url).href;
const verbs = new URL('../../src/cli/verbs.ts', import.meta.url).href;
const own = fileURLToPath(new URL('../..', import.meta.url));

/** Every file that is loaded in order to show the help of these verbs. */
function loadedForHelp(): readonly string[] {
  const script = `
    import { registerHooks } from 'node:module';
    const loaded = [];
    registerHooks({ load(url, context, next) { loaded.push(url); return next(url, context); } });
    const { runCli } = await import(${JSON.stringify(program)});
    const { steeringVerbs, simulatorVerbs } = await import(${JSON.stringify(verbs)});
    const out = { isTTY: false, columns: 80, write() {} };
    await runCli(['--help'], { stdout: out, stderr: out, env: {}, version: '0' }, [...steeringVerbs, ...simulatorVerbs]);
    console.log(JSON.stringify(loaded));`;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
  expect(stderr).toBe('');
  const loaded: unknown = JSON.parse(stdout);
  return Array.isArray(loaded) ? loaded.map(String) : [];
}

describe('showing the help', () => {
  it('loads the parser and nothing heavy: everything else comes with its verb', () => {
    const loaded = loadedForHelp();
    expect(loaded.length).toBeGreaterThan(10);
    const packages = new Set(loaded.flatMap((url) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1] ?? []));
    expect([...packages]).toEqual(['commander']);
    const folders = new Set(loaded.filter((url) => url.includes(own)).flatMap((url) => /\/src\/([^/]+)\//.exec(url)?.[1] ?? []));
    // Of the steps, their facts: the names that the help tells.
    expect([...folders].toSorted()).toEqual(['cli', 'core', 'steps']);
  });
});
