import { describe, expect, it } from 'vitest';
import { watch } from '../../../src/cli/status/watch-status.ts';
import type { View } from '../../../src/cli/status/watch-status.ts';
import { TransientError, UserError } from '../../../src/core/errors.ts';
import { ASKING, Console, STATUS, drivenRun } from '../support/console.ts';

/** What stands on the screen after each drawing: `ESC [ n A` goes up, `ESC [ J` clears what is below. */
function screens(written: string): readonly (readonly string[])[] {
  let lines: readonly string[] = [];
  return written.split('\r').map((part) => {
    const [, up, text] = /^(?:\u001B\[(\d+)A\u001B\[J)?([^]*)$/.exec(part)!;
    lines = [...lines.slice(0, lines.length - Number(up ?? 0)), ...text!.split('\n').slice(0, -1)];
    return lines;
  });
}

/** Does these one after the other between the looks, and then presses Ctrl-C. */
function between(shell: Console, ...things: readonly (() => Promise<unknown> | void)[]): void {
  const left = [...things];
  shell.meanwhile = async () => {
    const next = left.shift();
    if (next === undefined) shell.signal('SIGINT');
    else await next();
  };
}

const nothing = (): void => {};

function failing(error: Error): () => never {
  return () => {
    throw error;
  };
}

describe('status --watch', () => {
  it('at a terminal draws itself anew in the same place, and ends with 130 at Ctrl-C', async () => {
    const shell = new Console();
    shell.terminal = 80;
    shell.env['NO_COLOR'] = '1';
    await drivenRun(shell.store());
    between(shell, nothing, () => shell.store().writeStatus({ ...STATUS, ...ASKING }));
    const { code, stdout } = await shell.run(['status', '-w']);
    expect(code).toBe(130);
    expect(shell.listening).toBe(0);
    const [first, second, third, ...more] = screens(stdout);
    expect(more).toEqual([]);
    expect(first![0]).toContain('WORKING until 14:33:05Z (3m 5s left)');
    expect(second![0]).toContain('WORKING until 14:33:05Z (3m left)');
    expect(third![0]).toContain('NEEDS YOU until 14:56:00Z (25m 50s left)');
    expect(third!.filter((line) => /^(?:WORKING|NEEDS YOU)/.test(line))).toHaveLength(1);
  });

  it('takes away all that it drew when the window has become narrower', async () => {
    const shell = new Console();
    shell.terminal = 130;
    shell.env['NO_COLOR'] = '1';
    await drivenRun(shell.store());
    between(shell, () => void (shell.terminal = 65));
    const { stdout } = await shell.run(['status', '-w']);
    const wide = stdout.split('\r')[0]!.split('\n').slice(0, -1);
    const rows = wide.reduce((sum, line) => sum + Math.ceil(line.length / 65), 0);
    expect(rows).toBeGreaterThan(wide.length);
    expect(stdout).toContain(`\r\u001B[${rows}A\u001B[J`);
  });

  it.each([
    ['in a pipe', null, {}],
    ['at a dumb terminal', 80, { TERM: 'dumb' }],
  ])('%s appends a line for what has changed, and one when nothing has for long', async (_what, terminal, env) => {
    const shell = new Console();
    shell.terminal = terminal;
    Object.assign(shell.env, env);
    await drivenRun(shell.store());
    between(shell, nothing, nothing, nothing, nothing, () => shell.store().writeStatus({ ...STATUS, ...ASKING }));
    const { code, stdout } = await shell.run(['status', '--watch']);
    expect(code).toBe(130);
    expect(stdout).not.toMatch(/[\u001B\r]/);
    expect(stdout.split('\n').map((line) => line.replace(/ until.*/, ''))).toEqual([
      '14:30:00Z  netra-staging/us-central1/issue-1278  WORKING',
      '14:30:20Z  netra-staging/us-central1/issue-1278  WORKING',
      '14:30:25Z  netra-staging/us-central1/issue-1278  NEEDS YOU',
      '',
    ]);
  });

  it('ends by itself when the run has ended, with its exit code where that is wanted', async () => {
    for (const [argv, expected] of [
      [['status', '-w'], 0],
      [['status', '-w', '--exit-code'], 4],
    ] as const) {
      const shell = new Console();
      await drivenRun(shell.store());
      between(shell, nothing, () => shell.store().writeStatus({ ...STATUS, outcome: 'escalated' }));
      const { code, stdout } = await shell.run(argv);
      expect(code).toBe(expected);
      expect(stdout).toMatch(/ENDED escalated at .*\n$/);
    }
  });

  it('says that it sees nothing while the store cannot be read, beside what it saw and when; the first failure is thrown', async () => {
    const shell = new Console();
    let written = '';
    const deps = { ...shell.deps(), stdout: { isTTY: false, columns: 80, write: (text: string) => void (written += text) } };
    const view: View = { lines: [], short: ['WORKING until 14:33:05Z'], key: 'k', isOver: false };
    const away = new TransientError('UNAVAILABLE', 'the bucket is away');
    const looks = [() => view, failing(away), () => ({ ...view, key: 'over', short: ['ENDED'], isOver: true })];
    await watch(async () => looks.shift()!(), deps, new AbortController().signal);
    expect(written).toBe(
      'WORKING until 14:33:05Z\nNOT KNOWN: the store cannot be read (the bucket is away); this was seen at 2025-09-16 14:30:00Z:\nWORKING until 14:33:05Z\nENDED\n',
    );
    await expect(watch(async () => failing(away)(), deps, new AbortController().signal)).rejects.toBe(away);
    const refused = new UserError('store-torn', 'the record is torn', 'mend it');
    const later = [() => view, failing(refused)];
    await expect(watch(async () => later.shift()!(), deps, new AbortController().signal)).rejects.toBe(refused);
  });

  it('is refused with --json, and a store without a run is an error at once', async () => {
    expect((await new Console().run(['status', '-w', '--json'])).code).toBe(2);
    expect(await new Console().run(['status', '-w'])).toMatchObject({ code: 2, stderr: expect.stringContaining('no run is kept') });
  });
});
