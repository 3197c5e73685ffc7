import { readFileSync, rmSync, writeFileSync, mkdtempSync } from 'node:fs';
import { execFile } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parse } from 'yaml';
import { z } from 'zod';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isThere } from '../architecture/outside.ts';
import { ROOT } from '../architecture/source.ts';
import { cloudRunJob } from './support/manifests.ts';
import { simulatedHosts } from './support/permissions.ts';
import { RecordedProject } from './support/recorded.ts';
import type { Called } from './support/recorded.ts';

const run = promisify(execFile);
const readme = readFileSync(`${ROOT}deploy/README.md`, 'utf8');
/** Every block of commands that the page shows, in its order: it must work when it is pasted. */
const shown = [...readme.matchAll(/^```bash\n([\s\S]*?)^```$/gm)].map(([, block]) => block ?? '').join('\n');
const everything = {
  RUNTIME_ACCOUNTS: 'runtime-a@my-project.iam.gserviceaccount.com runtime-b@my-project.iam.gserviceaccount.com',
  IMAGE_REPOSITORIES: 'projects/other/locations/us/repositories/shop',
  SUPPORT_CASES: '1',
};

let project: RecordedProject;
let first: readonly Called[];
let again: readonly Called[];

beforeAll(async () => {
  project = new RecordedProject();
  first = await project.run(shown, everything);
  again = await project.run(shown, everything);
});
afterAll(() => project[Symbol.dispose]());

describe('the commands of the README, pasted into a shell', () => {
  test('end well in a new project, and once more in the same', () => {
    expect(first.length).toBeGreaterThan(30);
    expect(again.filter(({ words }) => words.includes('create') && words[0] === 'gcloud')).toEqual([]);
  });

  test('the second time bring the roles and the schedule up to date', () => {
    const updated = again.filter(({ words }) => words.includes('update')).map(({ words }) => words.slice(1, 5).join(' '));
    expect(updated).toEqual([
      ...['Observe', 'Remediate', 'ActAs', 'State', 'Escalate'].map((name) => `iam roles update firebreak${name}`),
      'scheduler jobs update http',
    ]);
  });

  test('make every account, bucket and repository that the manifests name', () => {
    const jobs = first.filter(({ words }) => words.includes('replace')).map(({ input }) => cloudRunJob.parse(parse(input)));
    expect(jobs.map(({ metadata }) => metadata.name)).toEqual(['firebreak', 'firebreak-capacity']);
    const made = project.created();
    for (const { spec } of jobs) {
      const { serviceAccountName, containers, volumes } = spec.template.spec.template.spec;
      const [{ image, args }] = containers;
      const state = args[args.indexOf('--state') + 1] ?? '';
      expect(made).toContain(`iam service-accounts ${serviceAccountName.split('@')[0]}`);
      expect(made).toContain(`storage buckets gs://${volumes[0]?.csi.volumeAttributes.bucketName}`);
      expect(made).toContain(`storage buckets ${state.split('/').slice(0, 3).join('/')}`);
      expect(first.some(({ words }) => words.join(' ') === `docker push ${image}`)).toBe(true);
      expect(image).toBe('us-central1-docker.pkg.dev/my-project/firebreak/firebreak:0.1.0');
    }
    expect(made).toContain('artifacts repositories firebreak');
  });

  test('leave no placeholder in what they hand over', () => {
    const handed = first.map(({ input }) => input.replaceAll(/^\s*#.*$/gm, ''));
    expect(handed.join('\n')).toContain('kind: CronJob');
    expect(handed.join('\n')).not.toMatch(/PROJECT|REGION/);
  });

  test('grant each account what its work needs and nothing more', () => {
    expect(bindings(first)).toEqual([
      'firebreak may firebreakObserve on projects my-project',
      'firebreak may firebreakRemediate on projects my-project',
      'firebreak may firebreakEscalate on projects my-project',
      'firebreak-capacity may firebreakObserve on projects my-project',
      'firebreak may firebreakState on storage buckets gs://my-project-firebreak-state',
      'firebreak may storage.objectViewer on storage buckets gs://my-project-firebreak-targets',
      'firebreak-capacity may storage.objectViewer on storage buckets gs://my-project-firebreak-targets',
      'firebreak may firebreakActAs on iam service-accounts runtime-a@my-project.iam.gserviceaccount.com',
      'firebreak may firebreakActAs on iam service-accounts runtime-b@my-project.iam.gserviceaccount.com',
      'firebreak may artifactregistry.reader on artifacts repositories projects/other/locations/us/repositories/shop',
      'firebreak-scheduler may run.invoker on run jobs firebreak-capacity',
      'default/firebreak may iam.workloadIdentityUser on iam service-accounts firebreak@my-project.iam.gserviceaccount.com',
      'default/firebreak-capacity may iam.workloadIdentityUser on iam service-accounts firebreak-capacity@my-project.iam.gserviceaccount.com',
    ]);
  });
});

describe('deploy/setup.sh', () => {
  const PLAIN = { PROJECT: 'my-project', REGION: 'us-central1' };

  test('opens no support case, acts as nobody and reads no image unless it is told so', async () => {
    using fresh = new RecordedProject();
    const calls = await fresh.run('bash deploy/setup.sh', PLAIN);
    expect(bindings(calls).join('\n')).not.toMatch(/Escalate|ActAs|artifactregistry/);
    expect(calls[0]?.words.join(' ')).not.toContain('cloudsupport');
  });

  test('tries a binding again whose account is not known everywhere yet', async () => {
    using fresh = new RecordedProject();
    fresh.refuseBindings(3);
    const calls = await fresh.run('bash deploy/setup.sh', PLAIN);
    expect(calls.filter(({ words }) => words[0] === 'sleep').map(({ words }) => words[1])).toEqual(['2', '5', '10']);
  });

  test('gives up, with a code that is not 0, on a binding that is refused again and again', async () => {
    using fresh = new RecordedProject();
    fresh.refuseBindings(5);
    await expect(fresh.run('bash deploy/setup.sh', PLAIN)).rejects.toMatchObject({ code: 1 });
  });

  test.each([['PROJECT'], ['REGION']])('does nothing without %s', async (name) => {
    using fresh = new RecordedProject();
    const { [name]: _left, ...rest } = PLAIN as Record<string, string>;
    await expect(fresh.run('bash deploy/setup.sh', rest)).rejects.toThrow(name);
    expect(fresh.created()).toEqual([]);
  });

  test('switches on every API that the program talks to, as Terraform does', () => {
    const enabled = (first.find(({ words }) => words[1] === 'services')?.words ?? []).filter((word) => word.endsWith('.googleapis.com'));
    expect([...simulatedHosts()].filter((host) => !enabled.includes(host))).toEqual([]);
    const terraform = readFileSync(`${ROOT}deploy/terraform/apis.tf`, 'utf8').matchAll(/(?:^ {4}|\[)"([a-z]+)"/gm);
    expect([...terraform].map(([, name]) => `${name}.googleapis.com`).toSorted()).toEqual(enabled.toSorted());
  });
});

describe.skipIf(!isThere('gcloud'))('gcloud', () => {
  test('knows every command of the README and the scripts, with these words and options', { timeout: 300_000 }, async () => {
    const commands = [...new Set([...first, ...again].map(({ words }) => words).filter(([name]) => name === 'gcloud'))].map(quoted);
    const found = await lint([...commands, 'gcloud storage buckets create gs://x --no-such-option']);
    expect(found.filter(({ success }) => !success).map(({ command_string: command }) => command)).toEqual([
      'gcloud storage buckets create gs://x --no-such-option',
    ]);
    expect(found).toHaveLength(new Set(commands).size + 1);
  });
});

function bindings(calls: readonly Called[]): readonly string[] {
  const all = calls.flatMap(({ words }) => {
    const at = words.indexOf('add-iam-policy-binding');
    if (at < 0) return [];
    const option = (name: string): string => words.find((word) => word.startsWith(`--${name}=`))?.slice(name.length + 3) ?? '';
    const member = option('member')
      .replace(/^serviceAccount:/, '')
      .replace(/^my-project\.svc\.id\.goog\[(.+)\]$/, '$1');
    const role = option('role').replace(/^.*\//, '');
    return [`${member.replace(/@.*/, '')} may ${role} on ${words.slice(1, at).join(' ')} ${words[at + 1]}`];
  });
  return [...new Set(all)];
}

function quoted(words: readonly string[]): string {
  // From stdin it would be read.
  const files = words.map((word) => (word === '-' ? 'cloud-run-job.yaml' : word));
  return files.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)).join(' ');
}

const linted = z.array(z.object({ command_string: z.string(), success: z.boolean() }));

/** By gcloud's own tree of commands, without a network. */
async function lint(commands: readonly string[]): Promise<z.output<typeof linted>> {
  const folder = mkdtempSync(join(tmpdir(), 'firebreak-lint-'));
  try {
    writeFileSync(join(folder, 'commands.json'), JSON.stringify(commands.map((command) => ({ command_string: command }))));
    const env = { ...process.env, CLOUDSDK_CONFIG: folder, CLOUDSDK_CORE_DISABLE_PROMPTS: '1', CLOUDSDK_CORE_DISABLE_USAGE_REPORTING: '1' };
    // From here, so that the files that options name are found.
    const options = { env, cwd: `${ROOT}deploy`, maxBuffer: 64 * 1024 * 1024 };
    const { stdout } = await run('gcloud', ['meta', 'lint-gcloud-commands', `--commands-file=${join(folder, 'commands.json')}`], options);
    return linted.parse(JSON.parse(stdout));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
