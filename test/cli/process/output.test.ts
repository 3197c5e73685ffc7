import { describe, expect, it } from 'vitest';
import { mayRedraw, painter } from '../../../src/cli/process/output.ts';
import { Console, drivenRun } from '../support/console.ts';

const TERMINAL = { isTTY: true };

describe('lines are drawn anew in place', () => {
  it('at a terminal', () => expect(mayRedraw(TERMINAL, { TERM: 'xterm', CI: 'false', FIREBREAK_PLAIN: '' })).toBe(true));

  it.each([
    ['in a pipe', { isTTY: false }, {}],
    ['at a dumb terminal', TERMINAL, { TERM: 'dumb' }],
    ['in CI', TERMINAL, { CI: 'true' }],
    ['with FIREBREAK_PLAIN', TERMINAL, { FIREBREAK_PLAIN: '1' }],
  ])('but not %s', (_what, output, env) => expect(mayRedraw(output, env)).toBe(false));
});

it('plain lines have no colours, also where those are forced', () => {
  expect(painter(TERMINAL, { FIREBREAK_PLAIN: '1', FORCE_COLOR: '1' })('red', 'x')).toBe('x');
});

it('--plain means the same for every verb', async () => {
  const shell = new Console();
  shell.terminal = 80;
  await drivenRun(shell.store());
  expect((await shell.run(['status'])).stdout).toContain('\u001B[');
  const { code, stdout } = await shell.run(['status', '--plain']);
  expect(code).toBe(0);
  expect(stdout).not.toContain('\u001B');
});
