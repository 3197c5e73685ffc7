import { afterEach, expect, it } from 'vitest';
import { Console, STATUS, TARGET, drivenRun } from './support/console.ts';

const NAMES = ['FIREBREAK_STATE', 'FIREBREAK_FILE', 'FIREBREAK_ENDPOINT'] as const;
afterEach(() => {
  for (const name of NAMES) delete process.env[name];
});

async function asked(...words: readonly string[]): Promise<{ readonly states: readonly string[]; readonly stdout: string }> {
  const shell = new Console();
  const states: string[] = [];
  await drivenRun(shell.store(), { status: STATUS });
  const deps = shell.deps.bind(shell);
  shell.deps = () => ({ ...deps(), listTargets: async (state) => (states.push(state), [TARGET]) });
  return { states, stdout: (await shell.run(words)).stdout };
}

it('FIREBREAK_STATE says where the runs are, and what is printed can be pasted where it is not set', async () => {
  process.env['FIREBREAK_STATE'] = '/elsewhere';
  const { states, stdout } = await asked('status');
  expect(states).toContain('/elsewhere');
  expect(stdout).toContain('WORKING');
});

it('an option that is given counts more', async () => {
  process.env['FIREBREAK_STATE'] = '/elsewhere';
  expect((await asked('status', '--state', '/here')).states).toContain('/here');
});

it('the help tells of it', async () => {
  expect((await asked('status', '--help')).stdout).toContain('env: FIREBREAK_STATE');
});

it('what it says is checked like an option', async () => {
  process.env['FIREBREAK_ENDPOINT'] = 'no address';
  const { code, stderr } = await new Console().run(['status']);
  expect(code).toBe(2);
  expect(stderr).toContain('FIREBREAK_ENDPOINT');
});
