import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { capacity } from '../../src/cli/verbs/capacity.ts';
import type { Verb } from '../../src/cli/deps.ts';
import { monitor } from '../../src/cli/verbs/monitor.ts';
import type { RunComposition } from '../../src/cli/verbs/run.ts';
import { validate } from '../../src/cli/verbs/validate.ts';
import * as incident from '../../src/composition/incident.ts';
import { goLive } from '../../src/composition/live.ts';
import { readScenario } from '../../src/simulator/scenario.ts';
import { serveSimulator } from '../../src/simulator/server.ts';
import type { ServedSimulator } from '../../src/simulator/server.ts';
import { RealTimeConsole } from './support/real-time-console.ts';

const document = readFileSync(new URL('../../deploy/examples/issue-1278.yaml', import.meta.url), 'utf8');

/** Runs are begun by name only: what they do is tested elsewhere. */
let begun: string[] = [];
const composition: RunComposition = async () => ({
  goLive,
  leaseOwner: incident.leaseOwner,
  startLiveRun: async ({ spec }) => {
    begun.push(spec.name);
    const run = { done: Promise.resolve({ outcome: 'recovered', snapshot: { context: {} } }), stop: async () => {} };
    return { run, runId: 'run-1', resumed: false } as unknown as Awaited<ReturnType<typeof incident.startLiveRun>>;
  },
});
const verbs: readonly Verb[] = [validate(composition), monitor(composition), capacity(composition)];

let broken: ServedSimulator;
let well: ServedSimulator;

beforeAll(async () => {
  broken = await serveSimulator({ port: 0, scenario: readScenario('issue-1278'), speed: 'lockstep' });
  well = await serveSimulator({ port: 0, scenario: readScenario('already-healthy'), speed: 'lockstep' });
});
afterAll(async () => Promise.all([broken.close(), well.close()]));

function terminal(text = document): RealTimeConsole {
  const made = new RealTimeConsole();
  made.files.set('remediation.yaml', text);
  return made;
}

const at = ({ url }: ServedSimulator): readonly string[] => ['--endpoint', url, '--clock', url];

describe('validate', () => {
  it('prints the table and exits 0 where everything is fine', async () => {
    const { code, stdout } = await terminal().run(['validate', '--details', ...at(well)], verbs);
    expect(stdout).toMatch(/\nCategory +Check +Result +Because\n/);
    expect(stdout).toMatch(/\nconnectivity \* +netra-auth-service \/health +pass +HTTP 200 in /);
    expect(stdout).toMatch(/\nagent events \* +5 events in order +pass +agent_started → /);
    expect(stdout).toMatch(/\nValidation: PASS: 100 % of 17 checks pass \(wanted 80 %\)\n/);
    expect(code).toBe(0);
  });

  it('begins with the five lines that decide, then what does not pass', async () => {
    const { stdout } = await terminal().run(['validate', ...at(well)], verbs);
    expect(stdout).toMatch(
      /^wrong: {3}nothing that fails the validation: 100 % of 17 checks pass .*\nwould: .*\none way: .*\nunknown: .*\nnext: {4}nothing\n/,
    );
    expect(stdout).not.toContain('agent events *');
    const ill = await terminal().run(['validate', ...at(broken)], verbs);
    expect(ill.stdout).toMatch(/^wrong: {3}the validation FAILS: /);
    expect(ill.stdout).toMatch(/\nnext: {4}firebreak diagnose --endpoint \S+ --clock \S+\n/);
  });

  it('exits 1 where it fails, with the same object for programs', async () => {
    const { code, stdout } = await terminal().run(['validate', '--json', ...at(broken)], verbs);
    const report = JSON.parse(stdout) as { verdict: { outcome: string }; checks: readonly { name: string }[] };
    // Those whose users wait far too long have a check more each.
    const late = report.checks.filter(({ name }) => name.endsWith('answers in time'));
    expect([code, report.verdict.outcome, report.checks.length, late.length]).toEqual([1, 'fail', 19, 2]);
    expect(broken.simulator.writes()).toEqual([]);
  });
});

describe('monitor', () => {
  it.each<readonly [string, () => ServedSimulator, number, RegExp]>([
    [
      'well',
      () => well,
      0,
      /\n\n[\d:]{8}Z {2}healthy {3}\| 3 services healthy, connector well \| up 3\/3, 5xx .+ %, p95 .+, connector .+ % \| trend unknown\n$/,
    ],
    ['unwell', () => broken, 1, /\n\n[\d:]{8}Z {2}UNHEALTHY \| infrastructure \d+ %: [\w-]+ \(.+\) \| .+ \| up [1?]\/3, .+\n$/],
  ])('--once says first what decides, then in one line that it is %s, and in the exit code', async (_what, simulator, expected, line) => {
    const { code, stdout } = await terminal().run(['monitor', '--once', ...at(simulator())], verbs);
    expect(stdout).toMatch(/^wrong: .*\nwould: .*\none way: .*\nunknown: .*\nnext: .*\n/);
    expect(stdout).toMatch(line);
    expect(code).toBe(expected);
  });

  it('prints one object a look until it is interrupted, and learns the trend', async () => {
    const fast = await serveSimulator({ port: 0, scenario: readScenario('issue-1278'), speed: 'lockstep' });
    const shown: { at: string; origin: { kind: string } | null; trend: { direction: string } }[] = [];
    const shell = terminal();
    shell.onLine = (line) => {
      shown.push(JSON.parse(line) as (typeof shown)[number]);
      if (shown.length === 3) shell.signal('SIGINT');
    };
    const { code, stderr } = await shell.run(['monitor', '--json', ...at(fast)], verbs);
    await fast.close();
    expect(code).toBe(130);
    expect(stderr).toContain('ending the watch');
    expect(shown).toHaveLength(3);
    expect(shown.map(({ trend }) => trend.direction === 'unknown')).toEqual([true, false, false]);
    const ticks = shown.map((tick) => Date.parse(tick.at));
    expect([ticks[1]! - ticks[0]!, ticks[2]! - ticks[1]!]).toEqual([30_000, 30_000]);
    expect(shell.listening).toBe(0);
  });
});

describe('capacity', () => {
  it('is green and exits 0 where there is room', async () => {
    const { code, stdout } = await terminal().run(['capacity', '--details', ...at(well)], verbs);
    expect(stdout).toMatch(/^wrong: {3}nothing: .*; as of .*\nwould: .*\none way: .*\nunknown: .*\nnext: {4}nothing\n/);
    expect(stdout).toMatch(/\nCapacity: GREEN: \d+ limits kept; worth knowing: connections at max instances /);
    expect(code).toBe(0);
  });

  it('in the width of a terminal cuts nothing off, and goes on below', async () => {
    const shell = terminal();
    shell.terminal = 60;
    shell.env['NO_COLOR'] = '1';
    const { stdout } = await shell.run(['capacity', ...at(broken)], verbs);
    expect(Math.max(...stdout.split('\n').flatMap((line) => (line.includes('firebreak ') ? [] : [line.length])))).toBeLessThanOrEqual(59);
    expect(stdout.replaceAll(/\n +/g, ' ')).toMatch(
      /^wrong: {3}over: connector cpu of staging-connector: .*\nwould: {3}change nothing: it looks\n/,
    );
    expect(stdout.replaceAll(/\n +/g, ' ')).toMatch(
      /\nOVER {2}connector cpu of [^]*\n\d+ of \d+ limits kept; all of them: firebreak capacity --endpoint \S+ --clock \S+ --details\n/,
    );
  });

  it('names what is over and exits 1', async () => {
    const { code, stdout } = await terminal().run(['capacity', '--json', ...at(broken)], verbs);
    const report = JSON.parse(stdout) as { verdict: { because: string } };
    expect(report.verdict.because).toContain('connector cpu of staging-connector');
    expect(report.verdict.because).toContain('connections now of staging-shared-postgres');
    expect(code).toBe(1);
  });

  it('starts a run where the document wants one, once it is over, and exits as the run does', async () => {
    begun = [];
    const { code, stderr } = await terminal(withCapacity('startRun: true')).run(['capacity', ...at(broken)], verbs);
    expect(begun).toEqual(['issue-1278']);
    expect(stderr).toContain('starting a run');
    expect(stderr).toContain('the run ended: recovered');
    expect(code).toBe(0);
  });

  it.each([
    ['nothing is over', withCapacity('startRun: true'), () => well, ''],
    ['the document does not want one', document, () => broken, ''],
    [
      'policy.mode is plan',
      withCapacity('startRun: true').replace('mode: auto', 'mode: plan'),
      () => broken,
      'no run is started: policy.mode is plan',
    ],
    [
      'a freeze is on',
      withCapacity('startRun: true').replace(
        'freeze: []',
        "freeze: [{ from: '2025-09-15T00:00:00Z', until: '2025-09-17T00:00:00Z', reason: quarter end }]",
      ),
      () => broken,
      'no run is started: frozen until 2025-09-17T00:00:00.000Z (quarter end)',
    ],
  ])('does not start a run when %s', async (_why, text, simulator, said) => {
    begun = [];
    const { stderr } = await terminal(text).run(['capacity', ...at(simulator())], verbs);
    expect(begun).toEqual([]);
    expect(stderr).toContain(said);
  });

  it('--cron checks at each instant of the schedule and stops cleanly on SIGTERM', async () => {
    const fast = await serveSimulator({ port: 0, scenario: readScenario('already-healthy'), speed: 'lockstep' });
    const shell = terminal(withCapacity("schedule: '*/2 * * * *'"));
    const shown: string[] = [];
    shell.onLine = (line) => {
      shown.push(line);
      if (shown.length === 3) shell.signal('SIGTERM');
    };
    const { code, stderr } = await shell.run(['capacity', '--cron', ...at(fast)], verbs);
    await fast.close();
    expect(code).toBe(143);
    expect(stderr).toContain('checking at */2 * * * * (UTC) until stopped');
    const minutes = shown.map((line) => Number(/T\d\d:(\d\d):\d\dZ {2}Capacity: /.exec(line)?.[1]));
    expect(minutes).toEqual([4, 6, 8]);
  });

  it('refuses a schedule that is never due, before it looks', async () => {
    const { code, stderr } = await terminal(withCapacity("schedule: '0 0 31 2 *'")).run(['capacity', '--cron', ...at(well)], verbs);
    expect(code).toBe(2);
    expect(stderr).toContain('capacity.schedule 0 0 31 2 * is never due');
  });
});

/** The document with another `capacity`. */
function withCapacity(text: string): string {
  const block = /^ {2}capacity:\n(?: {4}.*\n)+/m;
  expect(document).toMatch(block);
  return document.replace(block, `  capacity: { ${text} }\n`);
}
