import { describe, expect, it } from 'vitest';
import type { Verb } from '../../src/cli/deps.ts';
import { withCommon } from '../../src/cli/options.ts';
import { simulatorVerbs, steeringVerbs } from '../../src/cli/verbs.ts';
import { world } from '../../src/cli/verbs/world.ts';
import {
  ConflictError,
  FencedError,
  HumanNeededError,
  InvariantError,
  TerminalError,
  TransientError,
  UserError,
} from '../../src/core/errors.ts';
import { Console } from './support/console.ts';

const VERBS = [...steeringVerbs, ...simulatorVerbs, world(() => import('../../src/composition/live.ts'))];

const throwing =
  (error: unknown): Verb =>
  (program) => {
    withCommon(program.command('act')).action(async () => {
      throw error;
    });
  };

describe('a wrong command line exits 2 with one clear error and no stack trace', () => {
  it.each([
    ['unknown verb', ['statsu'], "firebreak: unknown command 'statsu'\n  fix: did you mean status? `firebreak --help` lists the verbs\n"],
    [
      'unknown option',
      ['status', '--jsn'],
      "firebreak: unknown option '--jsn'\n  fix: did you mean --json? `firebreak status --help` shows its options\n",
    ],
    [
      'missing value',
      ['hold', '--reason'],
      "firebreak: option '--reason <text>' argument missing\n  fix: `firebreak hold --help` shows its options\n",
    ],
    [
      'port that is none',
      ['simulate', '--port', '99999'],
      "firebreak: option '--port <port>' argument '99999' is invalid. It must be a whole number from 0 to 65535.\n  fix: `firebreak simulate --help` shows its options\n",
    ],
    [
      'speed that is none',
      ['simulate', '--speed', '-1'],
      "firebreak: option '--speed <factor>' argument '-1' is invalid. It must be a number above 0, such as 60.\n  fix: `firebreak simulate --help` shows its options\n",
    ],
    [
      'too many words',
      ['status', 'now'],
      "firebreak: too many arguments for 'status'. Expected 0 arguments but got 1: now.\n  fix: `firebreak status --help` shows its options\n",
    ],
    [
      'two ways to say which run',
      ['status', '--target', 'a', '-f', 'b'],
      'firebreak: --target and -f both say which run is meant\n  fix: give one of them\n',
    ],
    [
      'unknown scenario',
      ['simulate', '--scenario', 'isue-1278'],
      /^firebreak: There is no scenario "isue-1278"\.\n {2}fix: Did you mean issue-1278\?/,
    ],
  ])('%s', async (_what, argv, said) => {
    const { code, stdout, stderr } = await new Console().run(argv, VERBS);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    if (typeof said === 'string') expect(stderr).toBe(said);
    else expect(stderr).toMatch(said);
  });

  it.each([['s3://x/y'], ['file:///tmp/x'], ['gs:bucket'], [''], ['  ']])('--state %j is no folder of that name', async (state) => {
    const { code, stderr } = await new Console().run(['status', '--state', state], VERBS);
    expect(code).toBe(2);
    expect(stderr).toContain("option '--state <place>' argument");
  });

  it.each([['gs://bucket/runs'], ['runs'], ['./s3:x'], ['/var/lib/firebreak']])('--state %j is a place', async (state) => {
    expect((await new Console().run(['status', '--state', state], VERBS)).stderr).toContain(`no run is kept in ${state}`);
  });

  it('no verb at all shows the help on stderr', async () => {
    const { code, stdout, stderr } = await new Console().run([], VERBS);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('Usage: firebreak');
  });
});

describe('help', () => {
  it('shows every verb and the exit codes, and exits 0', async () => {
    const { code, stdout, stderr } = await new Console().run(['--help'], VERBS);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    await expect(stdout).toMatchFileSnapshot('golden/help.txt');
  });

  it('skip --help says that a reason is required', async () => {
    expect((await new Console().run(['skip', '--help'], VERBS)).stdout.replaceAll(/\s+/g, ' ')).toContain('and the report (required)');
  });

  it.each(['status', 'why', 'approve', 'hold', 'resume', 'adopt', 'abort', 'simulate', 'world'])(
    '%s --help has an example',
    async (verb) => {
      const { code, stdout } = await new Console().run([verb, '--help'], VERBS);
      expect(code).toBe(0);
      expect(stdout).toMatch(/\nExamples?:\n {2}firebreak /);
    },
  );

  it('--version prints the version alone', async () => {
    expect(await new Console().run(['--version'], VERBS)).toEqual({ code: 0, stdout: '1.2.3\n', stderr: '' });
  });
});

describe('what an error exits with', () => {
  const refused = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:9'), { code: 'ECONNREFUSED' });

  it.each([
    ['the user can mend it', new UserError('x', 'what', 'fix'), 2],
    ['try again later', new UserError('x', 'what', 'fix', { exitCode: 75 }), 75],
    ['transient', new TransientError('UNAVAILABLE', 'away'), 75],
    ['conflict', new ConflictError('ABORTED', 'changed'), 75],
    ['another writer', new FencedError('fenced', 'newer epoch'), 75],
    ['a human is needed', new HumanNeededError('ask', 'which?'), 3],
    ['it will not work', new TerminalError('PERMISSION_DENIED', 'no'), 1],
    ['a bug we found', new InvariantError('impossible'), 70],
    ['a bug we did not expect', new TypeError('x is not a function'), 70],
    ['something odd was thrown', 'text', 70],
    ['the endpoint is down', refused, 75],
    ['the endpoint is down, hidden in a cause', new Error('request failed', { cause: new AggregateError([refused]) }), 75],
  ])('%s', async (_what, error, code) => {
    const result = await new Console().run(['act'], [throwing(error)]);
    expect(result.code).toBe(code);
    expect(result.stderr).toMatch(/^firebreak: .+\n( {2}.+\n)*$/);
    expect(result.stderr).not.toContain('    at ');
  });

  it('says what, why and how to mend', async () => {
    const error = new UserError('spec-x', 'a.yaml:1:2 spec.x: wrong\na.yaml:3:4 spec.y: wrong too (mend y)', 'mend x');
    expect((await new Console().run(['act'], [throwing(error)])).stderr).toBe(
      'firebreak: a.yaml:1:2 spec.x: wrong\n  a.yaml:3:4 spec.y: wrong too (mend y)\n  fix: mend x\n',
    );
  });

  it('lets no text of others sendCommand the terminal', async () => {
    const error = new TransientError('x', 'away\u001B[2J\u0007 \u009B31m');
    expect((await new Console().run(['act'], [throwing(error)])).stderr.split('\n')[0]).toBe('firebreak: away ');
  });

  it('with --json is also one object on stdout', async () => {
    const { stdout, stderr } = await new Console().run(['act', '--json'], [throwing(new UserError('c', 'what\nwhy', 'fix'))]);
    expect(JSON.parse(stdout)).toEqual({ error: { code: 'c', message: 'what\nwhy', fix: 'fix' } });
    expect(stderr).toBe('firebreak: what\n  why\n  fix: fix\n');
  });

  it('with --verbose comes with the stack and its causes', async () => {
    const { stderr } = await new Console().run(
      ['act', '--verbose'],
      [throwing(new InvariantError('impossible', { cause: new Error('root') }))],
    );
    expect(stderr).toMatch(/InvariantError: impossible\n {4}at [\s\S]*caused by: Error: root\n {4}at /);
  });
});
