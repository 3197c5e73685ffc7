import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { EXIT } from '../../src/cli/process/exit.ts';
import { taskOf } from '../../src/cli/runs/targets.ts';
import { isThere } from '../architecture/outside.ts';
import { ROOT } from '../architecture/source.ts';
import {
  cloudRunJob,
  filledIn,
  kubernetesAccount,
  kubernetesCronJob,
  kubernetesJob,
  readManifest,
  startingRuns,
  withSecret,
} from './support/manifests.ts';
import { readRole } from './support/roles.ts';
import { sentByGcloud } from './support/tools.ts';

const run = promisify(execFile);
const SCHEDULE = '/v1/projects/my-project/locations/us-central1/jobs/firebreak-capacity';
const DISCOVERY = `${ROOT}../shared/gcp-discovery/run.v1.json`;
const job = cloudRunJob.parse(readManifest('cloud-run-job.yaml')[0]);
const capacity = cloudRunJob.parse(readManifest('capacity-job.yaml')[0]);
const accounts = readManifest('kubernetes/accounts.yaml').map((each) => kubernetesAccount.parse(each));
const indexed = kubernetesJob.parse(readManifest('kubernetes/job.yaml')[0]);
const scheduled = kubernetesCronJob.parse(readManifest('kubernetes/cronjob.yaml')[0]);
const runPod = indexed.spec.template.spec;
const capacityPod = scheduled.spec.jobTemplate.spec.template.spec;

/** Every place where the program is called, with the words it is called with. */
const CALLS = {
  'cloud-run-job.yaml': job.spec.template.spec.template.spec.containers[0],
  'capacity-job.yaml': capacity.spec.template.spec.template.spec.containers[0],
  'kubernetes/job.yaml': runPod.containers[0],
  'kubernetes/cronjob.yaml': capacityPod.containers[0],
};

describe('the jobs', () => {
  test.each(Object.entries(CALLS))('%s calls a verb that there is, with options that it has', async (_, { args }) => {
    const [verb = '', ...rest] = args;
    const { stdout } = await run(process.execPath, [`${ROOT}src/main.ts`, verb, '--help']);
    const options = rest.filter((word) => word.startsWith('-'));
    expect(options.length).toBeGreaterThan(0);
    expect(options.filter((option) => !new RegExp(`(?:^|[ ,])${option}(?:[ ,]|$)`, 'm').test(stdout))).toEqual([]);
  });

  test.each(Object.entries(CALLS))('%s keeps its state in a bucket, because nothing else outlives an execution', (_, { args }) => {
    expect(args[args.indexOf('--state') + 1]).toMatch(/^gs:\/\/[^/]+\/.+/);
  });

  test.each(Object.entries(CALLS))('%s reads its documents where they are mounted', (_, { args, volumeMounts }) => {
    const flag = args.includes('--targets') ? '--targets' : '-f';
    const path = args[args.indexOf(flag) + 1] ?? '';
    expect(volumeMounts.some(({ mountPath }) => path === mountPath || path.startsWith(`${mountPath}/`))).toBe(true);
  });

  test('a run has time for all its windows: 8 h of phases and 6 h of following a case', () => {
    expect(job.spec.template.spec.template.spec.timeoutSeconds).toBeGreaterThanOrEqual(14 * 3_600);
    expect(indexed.spec.activeDeadlineSeconds).toBeGreaterThanOrEqual(14 * 3_600);
  });

  test('a killed run is started again, a capacity check is not', () => {
    expect(job.spec.template.spec.template.spec.maxRetries).toBeGreaterThan(0);
    expect(indexed.spec.backoffLimitPerIndex).toBeGreaterThan(0);
    expect(capacity.spec.template.spec.template.spec.maxRetries).toBe(0);
    expect(scheduled.spec.jobTemplate.spec.backoffLimit).toBe(0);
  });

  test('a check is over before the next one is due', () => {
    expect(capacity.spec.template.spec.template.spec.timeoutSeconds).toBeLessThan(300);
    expect(scheduled.spec.jobTemplate.spec.activeDeadlineSeconds).toBeLessThan(300);
  });

  test('looking and acting have accounts of their own', () => {
    const names = [job, capacity].map(({ spec }) => spec.template.spec.template.spec.serviceAccountName);
    expect(new Set(names).size).toBe(2);
    expect(runPod.serviceAccountName).not.toBe(capacityPod.serviceAccountName);
    const bound = accounts.map(({ metadata }) => metadata);
    expect(bound.map(({ annotations }) => annotations?.['iam.gke.io/gcp-service-account'])).toEqual(names);
    expect(bound.map(({ name }) => name)).toEqual([runPod.serviceAccountName, capacityPod.serviceAccountName]);
  });

  test('no call of the controller goes through the connector that it repairs', () => {
    expect(filledIn('cloud-run-job.yaml') + filledIn('capacity-job.yaml')).not.toMatch(
      /run\.googleapis\.com\/(?:vpc-access|network-interfaces)/,
    );
  });

  test('no manifest holds a secret', () => {
    const values = Object.values(CALLS).flatMap(({ env }) => env.map(({ name }) => name));
    expect(values.filter((name) => /TOKEN|SECRET|PASSWORD|KEY/.test(name))).toEqual([]);
  });
});

describe('the Kubernetes job', () => {
  test('tells each pod its share of the targets, and which job it belongs to', () => {
    const env = Object.fromEntries(runPod.containers[0].env.map(({ name, value }) => [name, value ?? 'from the pod']));
    expect(taskOf({ ...env, JOB_COMPLETION_INDEX: '0' })).toEqual({ index: 0, count: indexed.spec.completions, execution: 'from the pod' });
  });

  test('does not start a run again that has ended, whatever way it ended', () => {
    const [disruption, ended] = indexed.spec.podFailurePolicy.rules;
    expect(disruption?.action).toBe('Ignore');
    expect(ended).toMatchObject({
      action: 'FailIndex',
      onExitCodes: { containerName: runPod.containers[0].name, values: [1, 2, 3, 4, 5] },
    });
  });

  test('goes on with a run that was stopped or could not go on: every exit code is either final or tried again', () => {
    const final = new Set(indexed.spec.podFailurePolicy.rules.flatMap(({ onExitCodes }) => onExitCodes?.values ?? []));
    const tried = Object.entries(EXIT).flatMap(([name, code]) => (code === EXIT.ok || final.has(code) ? [] : [name]));
    expect(tried.toSorted()).toEqual(['bug', 'hungUp', 'interrupted', 'terminated', 'tryAgain']);
  });

  test('runs as the number that the image runs as', () => {
    const user = /^USER (\d+):(\d+)$/m.exec(readFileSync(`${ROOT}deploy/Dockerfile`, 'utf8'));
    for (const { securityContext } of [runPod, capacityPod])
      expect([securityContext.runAsUser, securityContext.runAsGroup].map(String)).toEqual(user?.slice(1));
  });
});

describe('a check with capacity.startRun', () => {
  const asRun = cloudRunJob.parse(readManifest('capacity-job.yaml', startingRuns)[0]).spec.template.spec.template.spec;
  const cronAsRun = kubernetesCronJob.parse(readManifest('kubernetes/cronjob.yaml', startingRuns)[0]).spec.jobTemplate.spec;

  test('is, with the marked lines in place, the account of the run and has as much time', () => {
    expect(asRun.serviceAccountName).toBe(job.spec.template.spec.template.spec.serviceAccountName);
    expect(asRun.timeoutSeconds).toBe(job.spec.template.spec.template.spec.timeoutSeconds);
    expect(cronAsRun.template.spec.serviceAccountName).toBe(runPod.serviceAccountName);
    expect(cronAsRun.activeDeadlineSeconds).toBe(indexed.spec.activeDeadlineSeconds);
  });

  test('keeps its runs where the run keeps them, so that one lease guards both', () => {
    const stateOf = ({ args }: { readonly args: readonly string[] }): string | undefined => args[args.indexOf('--state') + 1];
    expect(new Set(Object.values(CALLS).map(stateOf)).size).toBe(1);
  });
});

describe('the example of a secret in each manifest', () => {
  test.each(Object.keys(CALLS))('%s stays valid with it, and then has one variable more', (file) => {
    const schema = file === 'kubernetes/job.yaml' ? kubernetesJob : file === 'kubernetes/cronjob.yaml' ? kubernetesCronJob : cloudRunJob;
    const text = JSON.stringify(schema.parse(readManifest(file, withSecret)[0]));
    expect(text).toMatch(/\{"name":"SLACK_WEBHOOK","valueFrom":\{"secretKeyRef":\{"name":"firebreak-webhook","key":"(?:latest|url)"\}\}\}/);
  });
});

describe.skipIf(!isThere('descriptions'))("Cloud Run's own description of a job", () => {
  const schemas = z
    .object({ schemas: z.record(z.string(), z.object({ properties: z.record(z.string(), z.unknown()).optional() })) })
    .parse(existsSync(DISCOVERY) ? JSON.parse(readFileSync(DISCOVERY, 'utf8')) : { schemas: {} }).schemas;
  const keys = (type: string): readonly string[] => Object.keys(schemas[type]?.properties ?? {});

  test.each([
    ['cloud-run-job.yaml', job],
    ['capacity-job.yaml', capacity],
  ])('knows every field of %s', (_, { metadata, spec }) => {
    const task = spec.template.spec.template.spec;
    const known: readonly (readonly [string, object])[] = [
      ['ObjectMeta', metadata],
      ['JobSpec', spec],
      ['ExecutionTemplateSpec', spec.template],
      ['ExecutionSpec', spec.template.spec],
      ['TaskTemplateSpec', spec.template.spec.template],
      ['TaskSpec', task],
      ['Container', task.containers[0]],
      ['ResourceRequirements', task.containers[0].resources],
      ...task.containers[0].env.map((env) => ['EnvVar', env] as const),
      ...task.containers[0].volumeMounts.map((mount) => ['VolumeMount', mount] as const),
      ...task.volumes.flatMap((volume) => [['Volume', volume] as const, ['CSIVolumeSource', volume.csi] as const]),
    ];
    const strange = known.flatMap(([type, value]) =>
      Object.keys(value).flatMap((key) => (keys(type).includes(key) ? [] : [`${type}.${key}`])),
    );
    expect(strange).toEqual([]);
  });
});

describe.skipIf(!isThere('gcloud'))('gcloud', () => {
  test.each(['cloud-run-job.yaml', 'capacity-job.yaml'])('takes %s and sends what it says', { timeout: 300_000 }, async (file) => {
    const folder = mkdtempSync(join(tmpdir(), 'firebreak-manifest-'));
    try {
      writeFileSync(join(folder, 'job.yaml'), filledIn(file));
      const sent = await sentByGcloud(async (env) => {
        const words = ['run', 'jobs', 'replace', join(folder, 'job.yaml'), '--region=us-central1', '--project=my-project', '--async'];
        await run('gcloud', words, { env });
      });
      const created = sent.find(({ method }) => method === 'POST')?.body;
      const { args } = file === 'capacity-job.yaml' ? CALLS['capacity-job.yaml'] : CALLS['cloud-run-job.yaml'];
      expect(created).toMatchObject({ kind: 'Job', spec: { template: { spec: { template: { spec: { containers: [{ args }] } } } } } });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('creates a role from its file, with all its permissions', { timeout: 300_000 }, async () => {
    const sent = await sentByGcloud(async (env) => {
      const words = ['iam', 'roles', 'create', 'firebreakObserve', '--project=my-project', `--file=${ROOT}deploy/roles/observe.yaml`];
      await run('gcloud', words, { env });
    });
    const created = sent.find(({ path }) => path === '/v1/projects/my-project/roles');
    expect(created).toMatchObject({ method: 'POST', body: { role: readRole('observe') } });
  });

  test.each([
    ['creates the schedule where there is none', [], 'POST'],
    ['brings the schedule up to date where there is one', [SCHEDULE], 'PATCH'],
  ])('%s: an OAuth token of an account that may run this one job', { timeout: 300_000 }, async (_, there, method) => {
    const sent = await sentByGcloud(async (env) => void (await run('bash', [`${ROOT}deploy/scheduler.sh`], { env })), there);
    const invoker = 'firebreak-scheduler@my-project.iam.gserviceaccount.com';
    const bound = sent.find(({ path }) => path.endsWith(':setIamPolicy'));
    expect(bound?.body).toMatchObject({ policy: { bindings: [{ role: 'roles/run.invoker', members: [`serviceAccount:${invoker}`] }] } });
    const written = sent
      .filter(({ path }) => path.startsWith(SCHEDULE.slice(0, SCHEDULE.lastIndexOf('/'))))
      .filter((each) => each.method !== 'GET' && !each.path.includes(':'));
    expect(written).toHaveLength(1);
    expect(written[0]).toMatchObject({
      method,
      body: {
        schedule: scheduled.spec.schedule,
        httpTarget: {
          httpMethod: 'POST',
          uri: `https://run.googleapis.com/v2/projects/my-project/locations/us-central1/jobs/${capacity.metadata.name}:run`,
          oauthToken: { serviceAccountEmail: invoker },
        },
      },
    });
  });
});
