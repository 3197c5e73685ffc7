import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { init } from '../../src/cli/verbs/init.ts';
import { simulate } from '../../src/cli/verbs/simulate.ts';
import * as live from '../../src/composition/live.ts';
import * as offline from '../../src/composition/offline.ts';
import { loadSpec } from '../../src/spec/load.ts';
import { rehearsed } from './support/rehearsal.ts';
import { RealTimeConsole } from './support/real-time-console.ts';

const NOTES = readFileSync(new URL('../../deploy/examples/notes/world.yaml', import.meta.url), 'utf8');
/** The same without the bad release: a failing service would be waited for. */
const WELL = NOTES.replace(/^ +defect:.*\n/m, '');
const verb = init(async () => ({ ...live, ...offline }));

function terminal(): RealTimeConsole {
  const made = new RealTimeConsole();
  made.files.set('world.yaml', NOTES);
  return made;
}

const written = async (words: readonly string[], made = terminal()) => ({
  ...(await made.run(['init', ...words], [verb])),
  files: made.files,
});

describe('init --from-world', () => {
  it('writes the document into a new file, and says what to do next', async () => {
    const { code, stdout, stderr, files } = await written(['--from-world', 'world.yaml']);
    expect([code, stderr]).toEqual([0, '']);
    expect(loadSpec(files.get('remediation.yaml') ?? '', 'remediation.yaml', {}).spec.services[0]?.name).toBe('notes');
    expect(stdout).toBe(
      'remediation.yaml: 1 service, with 0 guesses and 4 questions in its comments\n' +
        'Read it through, then:\n  firebreak plan -f remediation.yaml\n  firebreak rehearse -f remediation.yaml --all\n',
    );
  });

  it('asks at a terminal what a run hangs on, and writes what was answered', async () => {
    const made = new RealTimeConsole();
    made.files.set('world.yaml', 'base: issue-1278\nworld: { project: netra-staging }\n');
    made.typed = ['netra-backend-staging-00750-69k', 'n'];
    const { stdout, files } = await written(['--from-world', 'world.yaml'], made);
    const text = files.get('remediation.yaml') ?? '';
    const { spec } = loadSpec(text, 'remediation.yaml', {});
    expect(stdout).toContain(
      'netra-backend-staging: its traffic is split over netra-backend-staging-00749-6tr and netra-backend-staging-00750-69k',
    );
    expect(stdout).not.toContain('Answer first');
    expect(spec.services.find(({ name }) => name === 'netra-backend-staging')?.pin).toEqual({
      revision: 'netra-backend-staging-00750-69k',
    });
    expect(spec.connectors[0]?.target).toEqual({ minInstances: 2, maxInstances: 10, machineType: 'e2-micro' });
    expect(text).not.toContain('be enlarged so far?');
  });

  it('leaves a question in the document where nothing was answered, or a revision that does not serve', async () => {
    const made = new RealTimeConsole();
    made.files.set('world.yaml', 'base: issue-1278\nworld: { project: netra-staging }\n');
    made.typed = ['netra-backend-staging-00001-abc', ''];
    const { stdout, files } = await written(['--from-world', 'world.yaml'], made);
    expect(stdout).toContain('Answer first');
    expect(files.get('remediation.yaml')).toContain('be enlarged so far?');
  });

  it('says which question comes first: the one about traffic that is split', async () => {
    const made = new RealTimeConsole();
    made.files.set('world.yaml', 'base: issue-1278\nworld: { project: netra-staging }\n');
    const { stdout, files } = await written(['--from-world', 'world.yaml'], made);
    const line = Number(/^Answer first, on line (\d+): traffic is split/m.exec(stdout)?.[1]);
    expect(files.get('remediation.yaml')?.split('\n')[line - 1]).toContain('is its traffic split over netra-backend-staging-00749-6tr');
  });

  it('leaves a file that is there as it is, and names the way out', async () => {
    const made = terminal();
    made.files.set('mine.yaml', 'mine');
    const { code, stderr } = await written(['--from-world', 'world.yaml', '-o', 'mine.yaml'], made);
    expect([code, stderr, made.files.get('mine.yaml')]).toEqual([
      2,
      'firebreak: mine.yaml: there is a file of this name, and it is left as it is\n  fix: name another one with -o, or move it away\n',
      'mine',
    ]);
  });

  it('prints it with -o -, and tells all as JSON with --json', async () => {
    const printed = await written(['--from-world', 'world.yaml', '-o', '-']);
    const told = JSON.parse((await written(['--from-world', 'world.yaml', '-o', '-', '--json'])).stdout) as Record<string, unknown>;
    expect(told).toEqual({ written: null, services: ['notes'], guesses: 0, questions: 4, unread: 0, document: printed.stdout });
  });
});

describe('the document that init wrote', () => {
  it.each([
    ['notes', 'pin:notes'],
    ['acme', 'pin:shop-api'],
    ['bakery', 'connector:orders-connector'],
  ])('of %s is enough to recover by, with %s alone', async (name, step) => {
    const made = new RealTimeConsole();
    made.files.set('world.yaml', readFileSync(new URL(`../../deploy/examples/${name}/world.yaml`, import.meta.url), 'utf8'));
    const { files } = await written(['--from-world', 'world.yaml'], made);
    const { code, stdout } = await rehearsed(['--world', 'world.yaml', '-f', 'remediation.yaml', '--json'], Object.fromEntries(files));
    const report = JSON.parse(stdout) as { outcome: string; mutations: readonly { stepId: string }[] };
    expect([code, report.outcome, report.mutations.map(({ stepId }) => stepId)]).toEqual([0, 'recovered', [step]]);
  });
});

describe('the document that init wrote of an environment that is well', () => {
  it('lets a run look and validate, and change nothing', async () => {
    const made = new RealTimeConsole();
    made.files.set('world.yaml', 'base: already-healthy\nworld: { project: netra-staging }\n');
    const { files } = await written(['--from-world', 'world.yaml'], made);
    const { code, stdout } = await rehearsed(['--world', 'world.yaml', '-f', 'remediation.yaml', '--json'], Object.fromEntries(files));
    const report = JSON.parse(stdout) as { outcome: string; mutations: readonly unknown[] };
    expect([code, report.outcome, report.mutations]).toEqual([0, 'recovered', []]);
  });
});

describe('init of several regions', () => {
  it('reads each of them, in whatever way they are listed, and --service means that of each', async () => {
    const made = new RealTimeConsole();
    made.files.set('world.yaml', readFileSync(new URL('../worlds/regions-healthy.yaml', import.meta.url), 'utf8'));
    const url = new Promise<string>((resolve) => (made.onLine = (line) => resolve(line.replace('listening on ', ''))));
    const served = made.run(['simulate', '--world', 'world.yaml'], [simulate]);
    const words = ['--project', 'ferry-tickets', '--region', 'europe-north1,europe-west4', '--service', 'booking'];
    const { code, stderr, files } = await written([...words, '--endpoint', await url]);
    made.signal('SIGTERM');
    await served;
    expect([code, stderr]).toEqual([0, '']);
    expect(loadSpec(files.get('remediation.yaml') ?? '', 'remediation.yaml', {}).spec.services.map(({ name }) => name)).toEqual([
      'booking',
      'booking@europe-west4',
    ]);
  });
});

describe('init is refused', () => {
  it.each<readonly [string, readonly string[], string]>([
    ['without a project', ['--region', 'us-central1'], '--project is missing'],
    ['with a region twice', ['--project', 'my-project', '--region', 'us-central1,us-central1'], '--region us-central1 is given twice'],
    [
      'with a region that the world has not',
      ['--from-world', 'world.yaml', '--region', 'europe-west1'],
      '--region is europe-west1, and the world of world.yaml is europe-west4',
    ],
    ['without a region', ['--project', 'my-project'], '--region is missing'],
    [
      'with a zone',
      ['--project', 'my-project', '--region', 'us-central1-a'],
      '--region: "us-central1-a" is not a legal name: a region such as us-central1, not a zone',
    ],
    [
      'with another project than the world’s',
      ['--from-world', 'world.yaml', '--project', 'other'],
      '--project is other, and the world of world.yaml is paper-notes',
    ],
    ['with a world and somebody to ask', ['--from-world', 'world.yaml', '--endpoint', 'http://127.0.0.1:1'], '--from-world asks nobody'],
    [
      'with a world that is not there',
      ['--from-world', 'none.yaml'],
      'none.yaml: there is no such file\n  fix: name the world with --from-world FILE',
    ],
  ])('%s', async (_, words, wanted) => {
    const { code, stderr, files } = await written(words);
    expect([code, stderr]).toEqual([2, expect.stringContaining(wanted)]);
    expect(files.has('remediation.yaml')).toBe(false);
  });
});

describe('init against a port', () => {
  it('reads alone: the world has met no write', async () => {
    const serving = terminal();
    serving.files.set('world.yaml', WELL);
    const url = new Promise<string>((resolve) => (serving.onLine = (line) => resolve(line.replace('listening on ', ''))));
    const served = serving.run(['simulate', '--world', 'world.yaml'], [simulate]);
    const { code, stderr } = await written(['--project', 'paper-notes', '--region', 'europe-west4', '--endpoint', await url]);
    const told = (await (await fetch(`${await url}/_sim/writes`)).json()) as unknown;
    serving.signal('SIGTERM');
    await served;
    expect({ code, stderr, told }).toEqual({ code: 0, stderr: '', told: { writes: [] } });
  });

  it('of nobody is told as such, to be tried again', async () => {
    const { code } = await written(['--project', 'my-project', '--region', 'us-central1', '--endpoint', 'http://127.0.0.1:9']);
    expect(code).toBe(75);
  });
});
