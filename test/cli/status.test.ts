import { describe, expect, it } from 'vitest';
import { columnsOf } from '../../src/cli/columns.ts';
import { ASKING, CHANGED, Console, HELD, NOW, PLAN, STATUS, TARGET, drivenRun } from './support/console.ts';

describe('status --details', () => {
  it('says where the run is, why, what it waits for and who drives it', async () => {
    const shell = new Console();
    await drivenRun(shell.store());
    const { code, stdout } = await shell.run(['status', '--details']);
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
    const { stdout } = await shell.run(['status', '--details']);
    expect(stdout).toContain(
      'driven:  by nobody now: the lease of execution firebreak-x1 (job-1, pid 7) ended at 14:31:00Z; `firebreak run`',
    );
    expect(stdout).toContain('(overdue by 6m 55s)');
  });
});

describe('status', () => {
  it('begins with how the run stands, until when, and what follows', async () => {
    const shell = new Console();
    await drivenRun(shell.store());
    const { code, stdout } = await shell.run(['status']);
    expect(code).toBe(0);
    expect(stdout.split('\n')).toEqual([
      'WORKING until 14:33:05Z (3m 5s left): 5m of unbroken health; then: deploying the next service',
      `run:     ${TARGET}, run run-1, begun 13:00:00Z (1h 30m ago), last word 14:29:48Z (12s ago)`,
      'driven:  by execution firebreak-x1 (job-1, pid 7), lease until 14:31:00Z',
      'why:     netra-auth-service must stay healthy for 5m',
      'why not: netra-backend-staging waits for netra-auth-service',
      'seen:    not healthy since 13:00:00Z, as of 14:29:48Z: auth 503',
      '',
    ]);
  });

  it.each([
    ['nobody drives it any more', {}, 600_000, /^STOPPED no process drives it, the lease ended at 14:31:00Z \(9m ago\); it was that of/],
    [
      'it has ended',
      { outcome: 'recovered', waiting: [] },
      0,
      /^ENDED recovered at 14:29:48Z \(12s ago\); nothing more comes from this run/,
    ],
    ['nobody drives what has ended', { outcome: 'escalated' }, 600_000, /^ENDED escalated at /],
    ['it asks', ASKING, 0, /^NEEDS YOU until 14:56:00Z \(26m left\): issue-1278: staging-connector is saturated\. Apply it\?/],
    ['it asks, and nobody is there to take the answer', ASKING, 600_000, /^STOPPED /],
    ['a change by others holds it', CHANGED, 0, /^NEEDS YOU without a deadline: service:x was changed/],
    ['somebody holds it', { ...HELD, whyNot: 'Nothing is written: held by ann' }, 0, /^NEEDS YOU Nothing is written: held by ann\n/],
    ['it waits past its deadline', {}, 50_000_000, /^STOPPED /],
  ])('says first that %s', async (_what, status, later, said) => {
    const shell = new Console();
    await drivenRun(shell.store(), { status });
    shell.pass(later);
    expect((await shell.run(['status'])).stdout).toMatch(said);
  });

  it('names what cannot be undone and the commands that answer, with all that they need to mean this run', async () => {
    const shell = new Console();
    await drivenRun(shell.store(), { status: ASKING });
    const { stdout } = await shell.run(['status', '--state', 'gs://b/p', '--target', 'issue-1278']);
    expect(stdout).toContain('one way: 1 of 2 steps CANNOT BE UNDONE: Scale staging-connector to 3–10 × e2-standard-4\n');
    expect(stdout).toContain(
      'answer:  firebreak approve --state gs://b/p --target issue-1278 --plan 1a2b3c4d · firebreak approve --state gs://b/p --target issue-1278 --reject',
    );
    expect(stdout).toContain('; unanswered: the run is aborted\n');
  });

  it('offers no answer that the run would refuse', async () => {
    const shell = new Console();
    await drivenRun(shell.store(), { status: { ...CHANGED, accepts: ['RESUME', 'ABORT'] } });
    const { stdout } = await shell.run(['status']);
    expect(stdout).toContain('answer:  firebreak resume · firebreak abort · all of it: firebreak why; unanswered');
    expect(stdout).not.toMatch(/firebreak (?:adopt|rollback)/);
  });

  it('says of a run that goes on after its handing over who has it', async () => {
    const shell = new Console();
    const escalated = {
      ...STATUS.conditions[0]!,
      type: 'Escalated',
      status: 'True',
      reason: 'Decided',
      message: 'auth answers 503',
    } as const;
    await drivenRun(shell.store(), { status: { conditions: [escalated] } });
    const { stdout } = await shell.run(['status']);
    expect(stdout).toContain('handed:  over since 13:00:00Z: auth answers 503; no support case is open\n');
    await drivenRun(shell.store());
    expect((await shell.run(['status'])).stdout).not.toContain('handed:');
  });

  it.each([60, 80, 120])('takes at most eight lines of a terminal of %s columns, and says what it leaves out', async (columns) => {
    const shell = new Console();
    shell.terminal = columns;
    const long = 'a reason of many words '.repeat(20);
    const lastError = { kind: 'terminal', code: 'c', message: `漢字 ${long}` } as const;
    await drivenRun(shell.store(), { status: { ...ASKING, why: long, whyNot: long, lastError } });
    for (const _ of [1, 2]) await shell.run(['hold']);
    shell.env['NO_COLOR'] = '1';
    const lines = (await shell.run(['status'])).stdout.trimEnd().split('\n');
    expect(lines.length).toBeLessThanOrEqual(8);
    for (const line of lines) expect(columnsOf(line)).toBeLessThan(columns);
    expect(lines[0]).toContain('NEEDS YOU until 14:56:00Z (26m left): ');
    expect(lines.at(-1)).toMatch(/^more: {4}.*: firebreak status/);
  });

  it.each([
    ['at a terminal', {}, true],
    ['not with NO_COLOR', { NO_COLOR: '1' }, false],
    ['not at a dumb one', { TERM: 'dumb' }, false],
  ])('is coloured %s', async (_what, env, isColoured) => {
    const shell = new Console();
    shell.terminal = 80;
    Object.assign(shell.env, env);
    await drivenRun(shell.store());
    expect((await shell.run(['status'])).stdout.includes('\u001B[')).toBe(isColoured);
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

  it('lets no text of a log line sendCommand the terminal', async () => {
    const shell = new Console();
    await drivenRun(shell.store(), { status: { why: 'a\u001B]0;x\u0007b', lastError: { kind: 'terminal', code: 'c', message: 'm\nn' } } });
    const { stdout } = await shell.run(['status']);
    expect(stdout).toContain('why:     ab\n');
    expect(stdout).toContain('error:   c: m n\n');
  });
});

describe.each([['status', '--details'], ['why']])('an open question in %s', (...verb) => {
  const shown = async (): Promise<string> => {
    const shell = new Console();
    await drivenRun(shell.store(), { status: ASKING });
    return (await shell.run(verb)).stdout;
  };

  it('is shown with every step that a yes lets happen, its diff, and whether it can be undone', async () => {
    const stdout = await shown();
    const lines = stdout.split('\n');
    expect(lines.slice(lines.findIndex((text) => text.startsWith('ASKS:')))).toEqual(
      expect.arrayContaining([
        'ASKS:    issue-1278: staging-connector is saturated. Apply it?',
        '  1. Scale staging-connector to 3–10 × e2-standard-4',
        '       waits for a yes: policy.approve names irreversible changes',
        '       - minInstances: 2',
        '       + minInstances: 3',
        '       CANNOT BE UNDONE: bounds never fall',
        '  2. Pin 100 % of netra-backend-staging',
        '       goes with the plan',
        '       - traffic: a 50 %, b 50 %',
        '       + traffic: b 100 %',
        '       undo: put back the recorded vector',
        '  plan   1a2b3c4d',
      ]),
    );
  });

  it('says who may answer, until when, what each answer would do here, and what happens if nobody does', async () => {
    expect(await shown()).toContain(
      [
        `answer:  whoever may write to ${TARGET}, until 14:56:00Z (26m left):`,
        '           firebreak approve --plan 1a2b3c4d  makes 2 changes, of which 1 CANNOT BE UNDONE: Scale staging-connector to 3–10 × e2-standard-4',
        '           firebreak approve --reject         ends the run: nothing more is begun, nothing is undone',
        '         unanswered, the run is aborted',
      ].join('\n'),
    );
  });

  it('says of a change by somebody else what each answer would do, and names none that the run would not take', async () => {
    const shell = new Console();
    const changes = [{ title: 'Pin b', irreversible: false, undo: 'put back' }];
    const rollback = { back: [{ service: 'b', traffic: 'b-1 100 %' }], left: [] };
    await drivenRun(shell.store(), { status: { ...CHANGED, accepts: ['RESUME', 'ABORT', 'ROLLBACK'], changes, rollback } });
    const { stdout } = await shell.run(verb);
    expect(stdout).not.toContain('firebreak adopt');
    expect(stdout).toContain('           firebreak resume    keeps the change, and goes on with the plan where it still fits');
    expect(stdout).toContain(
      '           firebreak abort     ends the run: nothing more is begun, nothing is undone; 1 change that is in force stays\n',
    );
    expect(stdout).toContain('           firebreak rollback  puts back b to b-1 100 %, watches it, and ends the run\n');
  });

  it('is in the JSON, too', async () => {
    const shell = new Console();
    await drivenRun(shell.store(), { status: ASKING });
    const said = JSON.parse((await shell.run([...verb, '--json'])).stdout) as {
      readonly asks?: object;
      readonly status?: { readonly asks: object };
    };
    expect(said.asks ?? said.status?.asks).toEqual(ASKING.asks);
    expect(JSON.stringify(said)).toContain(PLAN);
  });
});
