import { describe, expect, it } from 'vitest';
import { columnsOf } from '../../../src/cli/columns.ts';
import { ASKING, Console, NOW, drivenRun } from '../support/console.ts';

/** Of each kind one: at work, asking, stopped, ended. */
async function four(): Promise<Console> {
  const shell = new Console();
  await drivenRun(shell.store('p/us-east1/at-work'));
  await drivenRun(shell.store('p/us-east1/asking'), { status: ASKING });
  await drivenRun(shell.store('p/us-east1/stopped'));
  await shell.store('p/us-east1/stopped').releaseLease((await shell.store('p/us-east1/stopped').readLease())!);
  await drivenRun(shell.store('p/us-east1/over'), { record: { ended: { at: NOW - 60_000, outcome: 'restored' } } });
  return shell;
}

describe('status of several runs', () => {
  it('has a line for each, those first that need somebody, with whom, since when and what comes next', async () => {
    const { code, stdout } = await (await four()).run(['status']);
    expect(code).toBe(0);
    expect(stdout.split('\n').map((line) => line.split(/ {2,}/))).toEqual([
      ['STATE', 'TARGET', 'NEEDS', 'SINCE', 'NEXT'],
      ['NEEDS YOU', 'p/us-east1/asking', 'you', 'begun 13:00:00Z', expect.stringMatching(/^until 14:56:00Z \(26m left\): issue-1278/)],
      ['STOPPED', 'p/us-east1/stopped', 'a process', 'last word 14:29:48Z', 'nothing, until `firebreak run` goes on with it'],
      ['WORKING', 'p/us-east1/at-work', 'nobody', 'begun 13:00:00Z', expect.stringMatching(/^until 14:33:05Z \(3m 5s left\): 5m of/)],
      ['ENDED', 'p/us-east1/over', 'nobody', 'ended 14:29:00Z', 'restored'],
      [''],
    ]);
  });

  it('says that nobody drives them when their leases have run out, and of none that it works', async () => {
    const shell = await four();
    shell.pass(600_000);
    const { stdout } = await shell.run(['status']);
    expect(stdout).not.toMatch(/WORKING|NEEDS YOU/);
    expect(stdout).toMatch(/^STOPPED +p\/us-east1\/at-work +a process +lease ended 14:31:00Z/m);
  });

  it.each([60, 80, 140])('is true in %s columns: one line each, none wider, and the time is not cut off', async (columns) => {
    const shell = await four();
    shell.terminal = columns;
    shell.env['NO_COLOR'] = '1';
    const lines = (await shell.run(['status'])).stdout.trimEnd().split('\n');
    expect(lines).toHaveLength(5);
    for (const line of lines) expect(columnsOf(line)).toBeLessThan(columns);
    expect(lines[1]).toMatch(/^NEEDS YOU +asking +you .*until 14:56:00Z/);
  });

  it('paints nothing that a run says of itself', async () => {
    const shell = await four();
    await drivenRun(shell.store('p/us-east1/loud'), {
      status: { waiting: [{ for: 'a\u001B[2Jb\u202Ec', owner: 'firebreak', until: null, then: 'x\ny' }] },
    });
    expect((await shell.run(['status'])).stdout).toContain('without a deadline: abc; then: x y\n');
  });

  it('is a list of the same objects as JSON; one exit code cannot tell of several, and one run that is named is shown alone', async () => {
    const shell = await four();
    const { runs } = JSON.parse((await shell.run(['status', '--json'])).stdout) as { readonly runs: readonly object[] };
    const alone = JSON.parse((await shell.run(['status', '--json', '--target', 'asking'])).stdout) as object;
    expect(runs).toHaveLength(4);
    expect(runs).toContainEqual(alone);
    expect(await shell.run(['status', '--exit-code'])).toMatchObject({ code: 2, stderr: expect.stringContaining('keeps several runs') });
    expect((await shell.run(['status', '--target', 'over'])).stdout).toMatch(/^ENDED restored at 14:29:00Z/);
  });
});
