import { describe, expect, it } from 'vitest';
import type { JournalLine } from '../../src/ports/store.ts';
import { ASKING, Console, HELD, NOW, PLAN, STATUS, TARGET, drivenRun } from './support/console.ts';

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
      '  False   Held     NotHeld',
      'driven:  by execution firebreak-x1 (job-1, pid 7), lease until 14:31:00Z',
      '',
    ]);
  });

  it('says that nobody drives a run whose lease has run out, and that its deadline has passed', async () => {
    const shell = new Console();
    await drivenRun(shell.store());
    shell.pass(600_000);
    const { stdout } = await shell.run(['status']);
    expect(stdout).toContain(
      'driven:  by nobody now: the lease of execution firebreak-x1 (job-1, pid 7) ended at 14:31:00Z; `firebreak run`',
    );
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

  it('asks the clock that the run has recorded, without being told', async () => {
    const shell = new Console();
    await drivenRun(shell.store(), { owner: { clock: 'http://127.0.0.1:8080' } });
    shell.simulated = NOW + 1_000;
    shell.pass(400 * 24 * 3_600_000);
    const { stdout } = await shell.run(['status']);
    expect(stdout).toContain('driven:  by execution firebreak-x1');
    expect(stdout).toContain('(3m 4s left)');
    expect(stdout).toContain('clock:   times are those of the clock at http://127.0.0.1:8080');
  });

  it('never calls a run abandoned or overdue by the time of another clock', async () => {
    const shell = new Console();
    await drivenRun(shell.store(), { owner: { clock: 'http://127.0.0.1:8080' }, status: { clock: 'http://127.0.0.1:8080' } });
    shell.simulated = 'down';
    shell.pass(400 * 24 * 3_600_000);
    for (const verb of ['status', 'why']) {
      const { code, stdout } = await shell.run([verb]);
      expect(code).toBe(0);
      expect(stdout).not.toMatch(/by nobody|overdue| ago\)/);
      expect(stdout).toContain('whether it still runs cannot be told');
      expect(stdout).toContain('clock:   this run follows the clock at http://127.0.0.1:8080, which does not answer');
      expect(stdout).toContain('--clock URL');
    }
    expect(JSON.parse((await shell.run(['status', '--json'])).stdout)).toMatchObject({ driven: null, now: null });
    expect((await shell.run(['hold'])).stdout).toContain('Whether a process drives this run cannot be told without its clock');
  });

  it('refuses a simulator’s clock for a run in real time', async () => {
    const shell = new Console();
    await drivenRun(shell.store(), { owner: { clock: null } });
    shell.simulated = NOW;
    const { code, stderr } = await shell.run(['status', '--clock', 'http://127.0.0.1:8080']);
    expect(code).toBe(2);
    expect(stderr).toContain('this run is in real time');
  });

  it('shows orders that nobody has taken yet', async () => {
    const shell = new Console();
    await drivenRun(shell.store());
    await shell.run(['hold']);
    expect((await shell.run(['status'])).stdout).toContain('order:   HOLD by ann@laptop (claimed) waits to be taken');
  });

  it('as JSON is one object with the whole status', async () => {
    const shell = new Console();
    await drivenRun(shell.store());
    expect(JSON.parse((await shell.run(['status', '--json'])).stdout)).toEqual({
      target: TARGET,
      outcome: null,
      driven: true,
      now: '2025-09-16T14:30:00.000Z',
      clock: null,
      lease: { owner: 'execution firebreak-x1', epoch: 1, expiresAt: '2025-09-16T14:31:00.000Z' },
      status: STATUS,
      waitingCommands: [],
    });
  });

  it.each([
    ['it goes on', {}, 0],
    ['it waits for a human', ASKING, 3],
    ['it is held', HELD, 3],
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
    expect(stdout).toContain('why:     ab\n');
    expect(stdout).toContain('error:   c: m n\n');
  });
});

describe.each(['status', 'why'])('an open question in %s', (verb) => {
  const shown = async (): Promise<string> => {
    const shell = new Console();
    await drivenRun(shell.store(), { status: ASKING });
    return (await shell.run([verb])).stdout;
  };

  it('is shown with every step that a yes lets happen, its diff, and whether it can be undone', async () => {
    const stdout = await shown();
    const lines = stdout.split('\n');
    expect(lines.slice(lines.findIndex((text) => text.startsWith('ASKS:')))).toEqual(
      expect.arrayContaining([
        'ASKS:    issue-1278: staging-connector is saturated. Apply it?',
        '  1. Scale staging-connector to 3–10 × e2-standard-4  [connector:staging-connector]',
        '       waits for a yes: policy.approve names irreversible changes',
        '       - minInstances: 2',
        '       + minInstances: 3',
        '       CANNOT BE UNDONE: bounds never fall',
        '  2. Pin 100 % of netra-backend-staging  [pin:netra-backend-staging]',
        '       goes with the plan',
        '       - traffic: a 50 %, b 50 %',
        '       + traffic: b 100 %',
        '       undo: put back the recorded vector',
        '  plan   1a2b3c4d',
      ]),
    );
  });

  it('says who may answer, how, until when, and what happens if nobody does', async () => {
    expect(await shown()).toContain(
      [
        `answer:  whoever may write to ${TARGET}, until 14:56:00Z (26m left): firebreak approve --plan 1a2b3c4d · firebreak approve --reject`,
        '         unanswered, the run is aborted',
      ].join('\n'),
    );
  });

  it('is in the JSON, too', async () => {
    const shell = new Console();
    await drivenRun(shell.store(), { status: ASKING });
    const said = JSON.parse((await shell.run([verb, '--json'])).stdout) as {
      readonly asks?: object;
      readonly status?: { readonly asks: object };
    };
    expect(said.asks ?? said.status?.asks).toEqual(ASKING.asks);
    expect(JSON.stringify(said)).toContain(PLAN);
  });
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
      '  14:20:04Z  pinTraffic failed: busy → capacity › retrying',
      '',
    ]);
  });
});
