import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { capacity } from '../../src/cli/verbs/capacity.ts';
import type { RunComposition } from '../../src/cli/verbs/run.ts';
import * as incident from '../../src/composition/incident.ts';
import { goLive } from '../../src/composition/live.ts';
import { DAY, HOUR } from '../../src/core/duration.ts';
import type { RunRecord } from '../../src/ports/store.ts';
import { readScenario } from '../../src/simulator/scenario.ts';
import { serveSimulator } from '../../src/simulator/server.ts';
import type { ServedSimulator } from '../../src/simulator/server.ts';
import { grantedBy } from '../deploy/support/roles.ts';
import { permissionTable } from '../deploy/support/permissions.ts';
import { OWNER, drivenRun } from './support/console.ts';
import { RealTimeConsole } from './support/real-time-console.ts';

const example = readFileSync(new URL('../../deploy/examples/issue-1278.yaml', import.meta.url), 'utf8');
const starting = example.replace('startRun: false', 'startRun: true');
const shared = ['--state', 'gs://my-bucket/runs'];

/** Runs are begun by name only: what they do is tested elsewhere. */
let begun: string[] = [];
let untilStopped = false;
const composition: RunComposition = async () => ({
  goLive,
  leaseOwner: incident.leaseOwner,
  startLiveRun: async ({ spec }) => {
    begun.push(spec.name);
    const ending = Promise.withResolvers<{ readonly outcome: string; readonly snapshot: { readonly context: object } }>();
    if (!untilStopped) ending.resolve({ outcome: 'recovered', snapshot: { context: {} } });
    const run = { done: ending.promise, stop: async () => ending.resolve({ outcome: 'stopped', snapshot: { context: {} } }) };
    onBegun();
    return { run, runId: 'run-1', resumed: false } as unknown as Awaited<ReturnType<typeof incident.startLiveRun>>;
  },
});
let onBegun: () => void = () => {};

let broken: ServedSimulator;
let well: ServedSimulator;
/** The same incident, seen by an account that holds deploy/roles/observe.yaml and nothing else. */
let observed: ServedSimulator;

beforeAll(async () => {
  const scenario = readScenario('issue-1278');
  const denied = [...permissionTable().known].filter((each) => !grantedBy(['observe']).has(each));
  broken = await serveSimulator({ port: 0, scenario, speed: 'lockstep' });
  well = await serveSimulator({ port: 0, scenario: readScenario('already-healthy'), speed: 'lockstep' });
  observed = await serveSimulator({ port: 0, scenario: { ...scenario, grants: { denied } }, speed: 'lockstep' });
});
afterAll(async () => Promise.all([broken.close(), well.close(), observed.close()]));
beforeEach(() => {
  begun = [];
  untilStopped = false;
  onBegun = () => {};
});

function terminal(text: string, env: Readonly<Record<string, string>> = {}): RealTimeConsole {
  const made = new RealTimeConsole();
  made.files.set('remediation.yaml', text);
  Object.assign(made.env, env);
  return made;
}

const check = (shell: RealTimeConsole, { url }: ServedSimulator, more: readonly string[] = shared) =>
  shell.run(['capacity', '--endpoint', url, '--clock', url, ...more], [capacity(composition)]);

/** A run of the target that has not ended; its lease is given back unless somebody drives it. */
async function leaveRun(shell: RealTimeConsole, driven: boolean, changes: Partial<RunRecord> = {}): Promise<void> {
  const store = shell.store();
  await drivenRun(store, { record: changes });
  const lease = (await store.readLease())!;
  if (driven) await store.renewLease(lease, lease.acquiredAt, 3_650 * DAY);
  else await store.releaseLease(lease);
}

describe('a check that may start runs refuses before it looks', () => {
  it('when its account may only observe: each permission that is missing, and what to do', async () => {
    const { code, stdout, stderr } = await check(terminal(starting), observed);
    expect({ code, stdout, begun }).toEqual({ code: 2, stdout: '', begun: [] });
    expect(stderr).toContain('firebreak: capacity.startRun is set, but this account could carry no run:');
    for (const permission of ['run.services.update', 'vpcaccess.connectors.update', 'iam.serviceAccounts.actAs'])
      expect(stderr).toMatch(new RegExp(`permission ${permission} is not granted .* fix: gcloud `));
    expect(stderr).toMatch(/\n {2}fix: run the check as the account of the run .*capacity_starts_runs/);
  });

  it('also with --cron, once, and not at every instant', async () => {
    expect((await check(terminal(starting), observed, [...shared, '--cron'])).code).toBe(2);
  });

  it.each([
    ['a Cloud Run job', { CLOUD_RUN_JOB: 'firebreak-capacity' }],
    ['a Kubernetes pod', { KUBERNETES_SERVICE_HOST: '10.0.0.1' }],
  ])('when its state is a folder of %s', async (where, env) => {
    const { code, stdout, stderr } = await check(terminal(starting, env), broken, ['--state', '/state']);
    expect({ code, stdout, begun }).toEqual({ code: 2, stdout: '', begun: [] });
    expect(stderr).toContain(`--state /state is a folder of ${where}`);
    expect(stderr).toContain('fix: give the state of the runs: --state gs://');
  });

  it.each([
    ['the document starts no run', example],
    ['the mode lets none begin', starting.replace('mode: auto', 'mode: plan')],
  ])('but not when %s: then observing is enough, and no state is needed', async (_why, text) => {
    const { code, stdout } = await check(terminal(text, { CLOUD_RUN_JOB: 'x' }), observed, []);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^wrong: {3}over: .*\nwould: {3}change nothing: it looks/);
  });
});

describe('a check that may start runs', () => {
  it('starts one in a job whose state is a bucket', async () => {
    const { code, stderr } = await check(terminal(starting, { CLOUD_RUN_JOB: 'x' }), broken);
    expect({ code, begun }).toEqual({ code: 0, begun: ['issue-1278'] });
    expect(stderr).toContain('a threshold is crossed: starting a run (capacity.startRun)');
  });

  it('leaves a run alone that somebody drives, says who, and exits by what it saw', async () => {
    const shell = terminal(starting);
    await leaveRun(shell, true);
    const { code, stderr } = await check(shell, broken);
    expect({ code, begun }).toEqual({ code: 1, begun: [] });
    expect(stderr).toContain(`no run is started: ${OWNER.described} drives this target`);
  });

  it('goes on with an unfinished run that nobody drives, also where nothing is over any more', async () => {
    const shell = terminal(starting);
    await leaveRun(shell, false);
    const { code, stderr } = await check(shell, well);
    expect({ code, begun }).toEqual({ code: 0, begun: ['issue-1278'] });
    expect(stderr).toContain('a run has not ended and nobody drives it: going on with run-1');
  });

  it('starts nothing where nothing is over and the last run has ended', async () => {
    const shell = terminal(starting);
    await leaveRun(shell, false, { ended: { at: 1, outcome: 'recovered' } });
    const { code } = await check(shell, well);
    expect({ code, begun }).toEqual({ code: 0, begun: [] });
  });

  it.each(['aborted', 'restored', 'escalated'])(
    'does not begin anew what ended %s within a day: people have it in hand',
    async (outcome) => {
      const shell = terminal(starting);
      await leaveRun(shell, false, { ended: { at: broken.simulator.clock.now(), outcome } });
      const { code, stderr } = await check(shell, broken);
      expect({ code, begun }).toEqual({ code: 1, begun: [] });
      expect(stderr).toContain(`no run is started: run-1 ended ${outcome}`);
    },
  );

  it('begins one a day after a run that was aborted', async () => {
    const shell = terminal(starting);
    await leaveRun(shell, false, { ended: { at: broken.simulator.clock.now() - 25 * HOUR, outcome: 'aborted' } });
    await check(shell, broken);
    expect(begun).toEqual(['issue-1278']);
  });

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('hands %s on to the run, and exits with its number', async (signal, expected) => {
    const shell = terminal(starting);
    untilStopped = true;
    onBegun = () => setImmediate(() => shell.signal(signal));
    expect((await check(shell, broken)).code).toBe(expected);
    expect(begun).toEqual(['issue-1278']);
  });
});
