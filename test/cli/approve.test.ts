import { describe, expect, it } from 'vitest';
import { ASKING, CHANGED, Console, PLAN, STATUS, drivenRun } from './support/console.ts';

async function asking(status: object = ASKING): Promise<Console> {
  const shell = new Console();
  await drivenRun(shell.store(), { status });
  return shell;
}

describe('approve without a terminal', () => {
  it('needs the plan that was looked at, and says where it is shown', async () => {
    const shell = await asking();
    const { code, stderr } = await shell.run(['approve']);
    expect(code).toBe(2);
    expect(stderr).toContain('a yes must name the plan that was looked at\n  fix: `firebreak why` shows the plan and its hash');
    expect(stderr).not.toContain(PLAN.slice(0, 8));
    expect(await shell.store().readCommands()).toEqual([]);
  });

  it.each([[PLAN], [PLAN.slice(0, 8)], [PLAN.slice(0, 20)]])('binds the yes to the plan that is named: %s', async (plan) => {
    const shell = await asking();
    expect((await shell.run(['approve', '--plan', plan])).code).toBe(0);
    expect(await shell.store().readCommands()).toMatchObject([{ event: { type: 'APPROVE', by: 'ann@laptop', plan } }]);
  });

  it('leaves no yes for another plan than the one that waits', async () => {
    const shell = await asking();
    const { code, stderr } = await shell.run(['approve', '--plan', 'deadbeef']);
    expect(code).toBe(2);
    expect(stderr).toContain('plan deadbeef is not what is asked about');
    expect(await shell.store().readCommands()).toEqual([]);
  });

  it.each([['1a2b3c4'], ['yes-please'], ['']])('takes %j for no hash', async (plan) => {
    const shell = await asking();
    expect((await shell.run(['approve', '--plan', plan])).code).toBe(2);
    expect(await shell.store().readCommands()).toEqual([]);
  });

  it('needs no plan where there is none: such a yes only looks and plans again', async () => {
    const asks = { ...ASKING.asks, about: 'question', plan: null };
    const shell = await asking({ states: ['working.runbook.awaitingOperator'], asks, accepts: ASKING.accepts });
    expect((await shell.run(['approve'])).code).toBe(0);
  });

  it('is refused where a yes would answer nothing: the run would ask the same again', async () => {
    const asks = { ...ASKING.asks, about: 'question', yes: null };
    const shell = await asking({ states: ['working.runbook.awaitingOperator'], asks, accepts: ASKING.accepts });
    const { code, stderr } = await shell.run(['approve', '--plan', PLAN]);
    expect(code).toBe(2);
    expect(stderr).toContain('a yes answers nothing here');
    expect(await shell.store().readCommands()).toEqual([]);
  });

  it('--reject needs no plan: a no changes nothing', async () => {
    const shell = await asking();
    expect((await shell.run(['approve', '--reject'])).code).toBe(0);
    expect(await shell.store().readCommands()).toMatchObject([{ event: { type: 'REJECT' } }]);
  });
});

describe('approve at a terminal', () => {
  it('shows the whole question before it asks, and takes y for a yes to that plan', async () => {
    const shell = await asking();
    shell.typed = ['y'];
    const { code, stdout } = await shell.run(['approve']);
    expect(code).toBe(0);
    expect(stdout.indexOf('CANNOT BE UNDONE')).toBeGreaterThan(0);
    expect(stdout.indexOf('Say yes to this? [y/N]')).toBeGreaterThan(stdout.indexOf('+ traffic: b 100 %'));
    expect(await shell.store().readCommands()).toMatchObject([{ event: { type: 'APPROVE', plan: PLAN } }]);
  });

  it('names beside the prompt what cannot be undone, and nothing where all can be', async () => {
    const shell = await asking();
    shell.typed = ['n', 'n'];
    const beside =
      'yes  makes 2 changes, of which 1 CANNOT BE UNDONE: Scale staging-connector to 3–10 × e2-standard-4\nSay yes to this? [y/N] ';
    expect((await shell.run(['approve'])).stdout).toContain(beside);
    const steps = ASKING.asks!.steps!.map((step) => ({ ...step, irreversible: false }));
    await shell.store().writeStatus({ ...STATUS, ...ASKING, asks: { ...ASKING.asks!, steps } });
    const { stdout } = await shell.run(['approve']);
    expect(stdout).toContain('Say yes to this? [y/N] ');
    expect(stdout).not.toContain('CANNOT BE UNDONE');
  });

  it.each(['', 'n', 'yep', 'Y no'])('takes %j for no yes, and leaves nothing', async (answer) => {
    const shell = await asking();
    shell.typed = [answer];
    const { code, stderr } = await shell.run(['approve']);
    expect(code).toBe(2);
    expect(stderr).toContain('nothing was approved');
    expect(await shell.store().readCommands()).toEqual([]);
  });

  it('leaves no yes when the plan was made anew while the question was read', async () => {
    const shell = await asking();
    shell.typed = ['y'];
    shell.whileReading = async () => {
      const status = (await shell.store().readStatus())!;
      await shell.store().writeStatus({ ...status, asks: { ...status.asks!, plan: 'f'.repeat(64) } });
    };
    const { code, stderr } = await shell.run(['approve']);
    expect(code).toBe(2);
    expect(stderr).toContain('another one waits, made on a newer look');
    expect(await shell.store().readCommands()).toEqual([]);
  });

  it('is not asked with --plan, and needs it with --json', async () => {
    const shell = await asking();
    shell.typed = [];
    expect((await shell.run(['approve', '--json'])).code).toBe(2);
    expect((await shell.run(['approve', '--plan', PLAN])).code).toBe(0);
  });
});

it('a yes is refused while a change by somebody else waits to be decided', async () => {
  const shell = await asking({
    ...CHANGED,
    states: ['working.runbook.assessing.awaitingApproval', 'working.operator.held'],
    accepts: [...CHANGED.accepts!, ...ASKING.accepts!],
  });
  const { code, stderr } = await shell.run(['approve', '--plan', PLAN]);
  expect(code).toBe(2);
  expect(stderr).toContain('must be decided first');
});
