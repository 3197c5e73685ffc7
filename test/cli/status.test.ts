import { describe, expect, it } from 'vitest';
import type { JournalLine } from '../../src/ports/store.ts';
import { Console, NOW, STATUS, TARGET, drivenRun } from './support/console.ts';

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

describe('status', () => {
  it('says where the run is, why, what it waits for and who drives it', async () => {
    const shell = new Console();
    await drivenRun(shell.store());
    const { code, stdout } = await shell.run(['status']);
    expect(code).toBe(0);
    expect(stdout.split('\n')).toEqual([
      `${TARGET}  services.stabilizing`,
      'run run-1, begun 13:00:00Z (1h 30m ago), last word 14:29:48Z (12s ago)',
      'why:     netra-auth-service must stay healthy for 5m',
      'why not: netra-backend-staging waits for netra-auth-service',
      'waits:   for 5m of unbroken health (firebreak), until 14:33:05Z (3m 5s left), then deploying the next service',
      '  False   Healthy  fail: auth 503',
      '  False   Held     NotHeld: ',
      'driven:  by execution firebreak-x1 (job-1, pid 7), lease until 14:31:00Z',
      '',
    ]);
  });

  it('says that nobody drives a run whose lease has run out, and that its deadline has passed', async () => {
    const shell = new Console();
    await drivenRun(shell.store());
    shell.pass(600_000);
    const { stdout } = await shell.run(['status']);
    expect(stdout).toContain('driven:  by nobody now; `firebreak run` goes on with it');
    expect(stdout).toContain('(overdue by 6m 55s)');
  });

  it('judges lease and deadlines by the clock that the run follows', async () => {
    const shell = new Console();
    await drivenRun(shell.store());
    shell.simulated = NOW + 1_000;
    shell.pass(400 * 24 * 3_600_000);
    const { stdout } = await shell.run(['status', '--clock', 'http://127.0.0.1:8080']);
    expect(stdout).toContain('driven:  by execution firebreak-x1');
    expect(stdout).toContain('(3m 4s left)');
  });

  it('shows orders that nobody has taken yet', async () => {
    const shell = new Console();
    await drivenRun(shell.store());
    await shell.run(['hold']);
    expect((await shell.run(['status'])).stdout).toContain('order:   HOLD by ann@laptop waits to be taken');
  });

  it('as JSON is one object with the whole status', async () => {
    const shell = new Console();
    await drivenRun(shell.store());
    expect(JSON.parse((await shell.run(['status', '--json'])).stdout)).toEqual({
      target: TARGET,
      outcome: null,
      driven: true,
      lease: { owner: 'execution firebreak-x1', epoch: 1, expiresAt: '2025-09-16T14:31:00.000Z' },
      status: STATUS,
      waitingCommands: [],
    });
  });

  it.each([
    ['it goes on', {}, 0],
    ['it waits for a human', { states: ['working.runbook.awaitingOperator'] }, 3],
    ['it is held', { states: ['working.operator.held'] }, 3],
    ['it has recovered', { outcome: 'recovered' }, 0],
    ['it was restored', { outcome: 'restored' }, 1],
    ['it was refused', { outcome: 'refused' }, 2],
    ['it was aborted', { outcome: 'aborted' }, 3],
    ['it has escalated', { outcome: 'escalated' }, 4],
  ])('--exit-code tells that %s', async (_what, status, code) => {
    const shell = new Console();
    await drivenRun(shell.store(), { status });
    expect((await shell.run(['status', '--exit-code'])).code).toBe(code);
    expect((await shell.run(['status'])).code).toBe(0);
  });

  it('lets no text of a log line steer the terminal', async () => {
    const shell = new Console();
    await drivenRun(shell.store(), { status: { why: 'a\u001B]0;x\u0007b', lastError: { kind: 'terminal', code: 'c', message: 'm\nn' } } });
    const { stdout } = await shell.run(['status']);
    expect(stdout).toContain('why:     a]0;xb\n');
    expect(stdout).toContain('error:   c: m n\n');
  });
});

describe('why', () => {
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
    expect(stdout.split('\n').slice(4)).toEqual([
      'lately:',
      '  14:20:01Z  run started',
      '  14:20:03Z  plan: apply pin:b; veto connector:c',
      '  14:20:04Z  pinTraffic failed: busy → capacity › retrying',
      '',
    ]);
  });
});
