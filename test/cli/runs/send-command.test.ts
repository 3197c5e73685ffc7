import { describe, expect, it } from 'vitest';
import type { CommandReceipt } from '../../../src/ports/store.ts';
import { createMemoryStore } from '../../../src/store/memory.ts';
import { ASKING, CHANGED, Console, HELD, NOW, PLAN, STATUS, TARGET, drivenRun } from '../support/console.ts';

describe('an order for a run', () => {
  it.each([
    ['hold', ['hold', '--reason', 'looking at it'], {}, { type: 'HOLD', by: 'ann@laptop', reason: 'looking at it' }],
    ['hold without a reason', ['hold'], {}, { type: 'HOLD', by: 'ann@laptop', reason: 'no reason given' }],
    ['a reason of several lines', ['abort', '--reason', 'a\n\u001B[2Jb'], {}, { type: 'ABORT', by: 'ann@laptop', reason: 'a b' }],
    ['resume', ['resume'], HELD, { type: 'RESUME', by: 'ann@laptop' }],
    ['adopt', ['adopt'], CHANGED, { type: 'ADOPT', by: 'ann@laptop' }],
    [
      'approve --reject',
      ['approve', '--reject', '--reason', 'no'],
      { states: ASKING.states!, accepts: ASKING.accepts! },
      { type: 'REJECT', by: 'ann@laptop', reason: 'no' },
    ],
  ])('%s lies in the store until the run takes it', async (_what, argv, status, event) => {
    const shell = new Console();
    await drivenRun(shell.store(), { status });
    const { code, stdout, stderr } = await shell.run(argv);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toBe(`${event.type} for ${TARGET}: saved; the run takes it at its next look\n`);
    expect(await shell.store().readCommands()).toEqual([{ id: 'id-1', at: NOW, by: 'ann@laptop', event }]);
  });

  it.each([
    ['resume a run that is not held', ['resume'], {}, 'the run is not held, so there is nothing to resume'],
    ['hold a held run', ['hold'], HELD, 'the run is already held'],
    ['adopt where nothing was changed', ['adopt'], {}, 'no change of somebody else holds the run, so there is nothing to adopt'],
    [
      'adopt where a human holds and nothing was changed',
      ['adopt'],
      HELD,
      'a human holds the run, and nothing was changed by somebody else, so there is nothing to adopt',
    ],
    ['approve what nobody has asked', ['approve'], {}, 'the run asks nothing now, so there is nothing to answer'],
  ])('is refused, and not left lying, to %s', async (_what, argv, status, what) => {
    const shell = new Console();
    await drivenRun(shell.store(), { status });
    const { code, stderr } = await shell.run(argv);
    expect(code).toBe(2);
    expect(stderr).toContain(`firebreak: ${TARGET}: ${what}\n  fix: `);
    expect(await shell.store().readCommands()).toEqual([]);
  });

  it('is taken by a run of a version that does not say what it accepts: held is told by its condition', async () => {
    const shell = new Console();
    const { accepts: _, ...older } = { ...STATUS, ...CHANGED };
    await drivenRun(shell.store());
    await shell.store().writeStatus(older);
    expect((await shell.run(['status', '--exit-code'])).code).toBe(3);
    expect((await shell.run(['adopt'])).code).toBe(0);
  });

  it('is refused when the run has ended', async () => {
    const shell = new Console();
    await drivenRun(shell.store(), { record: { ended: { at: NOW, outcome: 'recovered' } } });
    const { code, stderr } = await shell.run(['abort']);
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: `firebreak: the run of ${TARGET} has ended: recovered\n  fix: \`firebreak run\` starts a new one\n`,
    });
  });

  it('says so when nobody drives the run', async () => {
    const shell = new Console();
    await drivenRun(shell.store());
    shell.pass(120_000);
    const { code, stdout } = await shell.run(['hold']);
    expect(code).toBe(0);
    expect(stdout).toContain('saved. No process drives this run now; it is taken when `firebreak run` goes on with it');
    expect(await shell.store().readCommands()).toHaveLength(1);
  });
});

describe('--wait', () => {
  it('ends when the run has taken the order', async () => {
    const shell = new Console();
    const record = await drivenRun(shell.store());
    shell.meanwhile = async () => {
      await shell.store().save({ ...record, seq: record.seq + 1, commandsTaken: ['id-1'] });
      await shell.store().writeStatus({ ...STATUS, ...HELD, why: 'held by ann@laptop' });
    };
    const { code, stdout } = await shell.run(['hold', '--wait', '30', '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      target: TARGET,
      runId: 'run-1',
      taken: true,
      command: { id: 'id-1', type: 'HOLD' },
      status: { why: 'held by ann@laptop' },
    });
  });

  it('exits 75 when it was not taken in time, and the order stays', async () => {
    const shell = new Console();
    await drivenRun(shell.store());
    const { code, stdout } = await shell.run(['abort', '--wait', '5']);
    expect(code).toBe(75);
    expect(stdout).toBe(`ABORT for ${TARGET}: saved, but not taken within 5s; it stays for the run\n`);
    expect(shell.clock.now()).toBe(NOW + 5_000);
    expect(await shell.store().readCommands()).toHaveLength(1);
  });

  /** The run takes the order that this test leaves, and answers it so. */
  const answered =
    (shell: Console, ...receipts: readonly CommandReceipt[]) =>
    async (): Promise<void> => {
      const record = (await shell.store().load())!;
      await shell.store().save({ ...record, seq: record.seq + 1, commandsTaken: ['id-0', 'id-1'], receipts });
    };

  it('does not call taken what the run has taken and refused: it says why, and exits 2', async () => {
    const shell = new Console();
    await drivenRun(shell.store(), { status: CHANGED });
    shell.meanwhile = answered(shell, { id: 'id-1', accepted: false, why: 'no state accepts it now' });
    const { code, stdout } = await shell.run(['adopt', '--wait', '5']);
    expect(code).toBe(2);
    expect(stdout).toBe(`ADOPT for ${TARGET}: NOT taken: no state accepts it now; \`firebreak why\` says what is asked now\n`);
  });

  it('says so for programs, too', async () => {
    const shell = new Console();
    await drivenRun(shell.store(), { status: ASKING });
    shell.meanwhile = answered(shell, { id: 'id-1', accepted: false, why: 'it is not for the plan that waits' });
    const { code, stdout } = await shell.run(['approve', '--plan', PLAN.slice(0, 8), '--wait', '5', '--json']);
    expect(code).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({ taken: false, refused: 'it is not for the plan that waits' });
  });

  it('does not take the answer to another order for the answer', async () => {
    const shell = new Console();
    await drivenRun(shell.store(), { status: CHANGED });
    const [other, own] = [
      { id: 'id-0', accepted: false, why: 'another one' },
      { id: 'id-1', accepted: true, why: null },
    ];
    shell.meanwhile = answered(shell, other, own);
    expect((await shell.run(['adopt', '--wait', '5'])).code).toBe(0);
  });

  it('exits 1 when the run ended before it took the order', async () => {
    const shell = new Console();
    const record = await drivenRun(shell.store());
    shell.meanwhile = () => shell.store().save({ ...record, seq: record.seq + 1, ended: { at: NOW, outcome: 'recovered' } });
    expect(await shell.run(['abort', '--wait', '5'])).toMatchObject({ code: 1 });
  });

  it('ends at a signal, and the order stays', async () => {
    const shell = new Console();
    await drivenRun(shell.store());
    shell.meanwhile = async () => shell.signal('SIGINT');
    const { code } = await shell.run(['hold', '--wait', '30']);
    expect(code).toBe(130);
    expect(await shell.store().readCommands()).toHaveLength(1);
  });
});

describe('which run is meant', () => {
  const two = async (): Promise<Console> => {
    const shell = new Console();
    await drivenRun(shell.store('p-one/us-east1/a'));
    await drivenRun(shell.store('p-two/us-east1/b'));
    return shell;
  };

  it('is the only one there is', async () => {
    const shell = new Console();
    await drivenRun(shell.store());
    expect(await shell.run(['hold'])).toMatchObject({ code: 0 });
  });

  it('is listed when there are several', async () => {
    const { code, stderr } = await (await two()).run(['why']);
    expect(code).toBe(2);
    expect(stderr).toBe(
      'firebreak: .firebreak keeps several runs\n  p-one/us-east1/a\n  p-two/us-east1/b\n  fix: say which with --target, such as --target p-one/us-east1/a\n',
    );
  });

  it.each([['p-two/us-east1/b'], ['b'], ['us-east1/b']])('is found by --target %s', async (target) => {
    const shell = await two();
    expect(await shell.run(['hold', '--target', target])).toMatchObject({ code: 0 });
    expect(await shell.store('p-two/us-east1/b').readCommands()).toHaveLength(1);
    expect(await shell.store('p-one/us-east1/a').readCommands()).toHaveLength(0);
  });

  it('is found by a document, even one that has been broken since', async () => {
    const shell = await two();
    shell.files.set('r.yaml', 'metadata: { name: b }\nspec: { project: p-two, region: us-east1, servces: 3 }\n');
    expect(await shell.run(['hold', '-f', 'r.yaml'])).toMatchObject({ code: 0 });
    expect(await shell.store('p-two/us-east1/b').readCommands()).toHaveLength(1);
  });

  it('points to the rehearsals of who has only rehearsed so far', async () => {
    const shell = new Console();
    shell.rehearsals.set('issue-1278-7', createMemoryStore('issue-1278-7'));
    expect(await shell.run(['status'])).toEqual({
      code: 2,
      stdout: '',
      stderr:
        'firebreak: no run is kept in .firebreak, only rehearsals\n  fix: look at them with --state .firebreak/rehearsals, or start a run with `firebreak run`\n',
    });
  });

  it.each([
    [
      'there is none',
      [],
      'firebreak: no run is kept in .firebreak\n  fix: start one with `firebreak run`, or say with --state where runs are kept\n',
    ],
    ['the name is unknown', ['--target', 'zz'], 'firebreak: zz is not a run kept in .firebreak\n'],
    ['the file is missing', ['-f', 'r.yaml'], 'firebreak: r.yaml: there is no such file\n  fix: name the document with -f FILE\n'],
  ])('is an error that helps when %s', async (_what, argv, said) => {
    const { code, stderr } = await new Console().run(['status', ...argv]);
    expect(code).toBe(2);
    expect(stderr).toContain(said);
  });
});
