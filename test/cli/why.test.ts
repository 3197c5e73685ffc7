import { describe, expect, it } from 'vitest';
import type { JournalLine } from '../../src/ports/store.ts';
import { Console, NOW, STATUS, drivenRun } from './support/console.ts';

const line = (seq: number, event: string, data: unknown, states = STATUS.states): JournalLine => ({
  seq,
  at: NOW - 600_000 + seq * 1_000,
  kind: 'decision',
  event,
  states,
  data,
  previous: '',
  hash: '',
});

describe('why', () => {
  it.each([
    ['somebody drives it', async () => {}, 0, /^driven: {2}by execution firebreak-x1 .*last word 14:29:48Z \(12s ago\)$/],
    [
      'its driver has died',
      async () => {},
      300_000,
      /^driven: {2}by nobody now: the lease of execution firebreak-x1 .* ended at 14:31:00Z; last word .*\(5m 12s ago\)/,
    ],
    [
      'it was stopped',
      async (shell: Console) => shell.store().releaseLease((await shell.store().readLease())!),
      0,
      /^driven: {2}by nobody: it was stopped and the lease given back; last word .*; `firebreak run` goes on with it$/,
    ],
  ])('says before anything else that %s', async (_what, happens, later, said) => {
    const shell = new Console();
    await drivenRun(shell.store());
    await happens(shell);
    shell.pass(later);
    expect((await shell.run(['why'])).stdout.split('\n')[1]).toMatch(said);
  });

  it('lists each reason of a refused run with what mends it', async () => {
    const shell = new Console();
    const failure = 'service x: does not exist Fix: mend it · permission run.services.list: is not granted Fix: bind it';
    await drivenRun(shell.store(), { status: { outcome: 'refused', states: ['refused'], why: failure, waiting: [] } });
    const refusals = [
      { check: 'service x', why: 'does not exist', fix: 'mend it' },
      { check: 'permission run.services.list', why: 'is not granted', fix: 'bind it' },
    ];
    await shell.store().appendJournal('run-1', [line(1, 'preflight.done', { refusals, warnings: [] }, ['concluding'])]);
    expect((await shell.run(['why'])).stdout).toContain(
      'refused: service x: does not exist\n         fix: mend it\nrefused: permission run.services.list: is not granted\n         fix: bind it\n',
    );
  });

  it('says in full what was seen, where the reason names only the worst of it', async () => {
    const shell = new Console();
    const message = `auth answered 503; ${'backend failed; '.repeat(30)}frontend failed`;
    const [healthy, ...others] = STATUS.conditions;
    await drivenRun(shell.store(), { status: { conditions: [{ ...healthy!, message }, ...others] } });
    expect((await shell.run(['why'])).stdout).toContain(`seen:    ${message}\n`);
  });

  it('tells lately of a change by somebody else, what it was and who made it', async () => {
    const shell = new Console();
    await drivenRun(shell.store());
    const foreignChange = { subject: 'service:x', actor: 'bob@example.com', diff: ['- generation: 7', '+ generation: 8'] };
    const held = STATUS.states.map((state) => state.replace('operator.active', 'operator.held'));
    await shell.store().appendJournal('run-1', [{ ...line(1, 'observe.done', { foreignChange }, held), kind: 'tick' }]);
    expect((await shell.run(['why'])).stdout).toContain(
      'HELD: service:x was changed by bob@example.com, not by this run: - generation: 7 + generation: 8; adopt, resume or abort?',
    );
    expect(JSON.parse((await shell.run(['why', '--json'])).stdout)).toMatchObject({ lately: [{ event: 'observe.done' }] });
  });

  it('adds the last decisions that led here, without the looks', async () => {
    const shell = new Console();
    await drivenRun(shell.store());
    await shell.store().appendJournal('run-1', [
      line(1, 'run.started', {}, ['working.runbook.assessing.checkingFirst']),
      { ...line(2, 'observe.done', { headline: 'bad' }, ['working.runbook.assessing.checkingFirst']), kind: 'tick' },
      line(
        3,
        'plan.done',
        {
          steps: [
            { id: 'connector:c', decision: 'veto' },
            { id: 'pin:b', decision: 'apply' },
          ],
        },
        ['working.runbook.assessing.checkingFirst'],
      ),
      line(4, 'pinTraffic.failed', { kind: 'conflict', code: 'ABORTED', message: 'busy' }, ['working.runbook.capacity.retrying']),
    ]);
    const { code, stdout } = await shell.run(['why']);
    expect(code).toBe(0);
    expect(stdout.split('\n').slice(stdout.split('\n').indexOf('lately:'))).toEqual([
      'lately:',
      '  14:20:01Z  run started',
      '  14:20:03Z  plan: apply pin:b; veto connector:c',
      '  14:20:04Z  pin traffic failed: busy → capacity › retrying',
      '',
    ]);
  });
});
