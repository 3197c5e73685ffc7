import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { simulate } from '../../src/cli/verbs/simulate.ts';
import { RealTimeConsole } from './support/real-time-console.ts';
import { rehearsed } from './support/rehearsal.ts';

const NOTES = readFileSync(new URL('../../deploy/examples/notes/world.yaml', import.meta.url), 'utf8');
const BARE = NOTES.slice(NOTES.indexOf('\nworld:\n') + '\nworld:\n'.length, NOTES.indexOf('\nexpect:\n') + 1).replaceAll(/^ {2}/gm, '');

describe('a world of one’s own', () => {
  it.each([
    ['notes', 'pin:notes'],
    ['acme', 'pin:shop-api'],
    ['bakery', 'connector:orders-connector'],
  ])('%s is rehearsed with the document beside it, and recovers by %s', async (name, step) => {
    const { code, stdout } = await rehearsed(['--world', `deploy/examples/${name}/world.yaml`, '--json']);
    const report = JSON.parse(stdout) as { asExpected: boolean; outcome: string; mutations: readonly { stepId: string }[] };
    expect([code, report.asExpected, report.outcome]).toEqual([0, true, 'recovered']);
    expect(report.mutations.map(({ stepId }) => stepId)).toEqual([step]);
  });

  it('that says nothing of the end is told as it ended, and exits as `run` would', async () => {
    const { code, stdout } = await rehearsed(['--world', 'bare.yaml', '-f', 'deploy/examples/notes/remediation.yaml'], {
      'bare.yaml': BARE,
    });
    expect(stdout).toMatch(/\nworld +recovered +nothing expected /);
    expect(code).toBe(0);
  });

  it.each([
    ['as its base', 'base: already-healthy\nworld: { project: netra-staging }\n'],
    ['by its name', 'base: already-healthy\nremediation: { document: issue-1278.yaml }\nworld: { project: netra-staging }\n'],
  ])('laid over a scenario that comes with Firebreak brings the document of that, named %s', async (_how, world) => {
    const { code, stdout } = await rehearsed(['--world', 'elsewhere/mine.yaml'], { 'elsewhere/mine.yaml': world });
    expect(stdout).toMatch(/\nworld +recovered +nothing expected /);
    expect(code).toBe(0);
  });

  it('is not played with a document that it does not fit: the place in the document is named, and nothing begins', async () => {
    const { code, stdout, stderr } = await rehearsed(['--world', 'deploy/examples/notes/world.yaml', '-f', 'deploy/examples/minimal.yaml']);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toBe(
      'firebreak: deploy/examples/minimal.yaml:8:12 spec.project: the document is for my-project, and deploy/examples/notes/world.yaml is paper-notes\n' +
        '  deploy/examples/minimal.yaml:9:11 spec.region: the document is for us-central1, and deploy/examples/notes/world.yaml is europe-west4 (write europe-west4, or give the world of us-central1)\n' +
        '  fix: write paper-notes, or give the world of my-project\n',
    );
  });

  it('that comes with Firebreak is not played with such a document either', async () => {
    const { code, stderr } = await rehearsed(['bad-deploy', '-f', 'deploy/examples/minimal.yaml']);
    expect([code, stderr]).toEqual([
      2,
      expect.stringContaining('the document is for my-project, and the world of bad-deploy is netra-staging'),
    ]);
  });

  it.each<readonly [string, readonly string[], string]>([
    ['a file that is not there', ['--world', 'none.yaml'], 'none.yaml: there is no such file\n  fix: name the world with --world FILE'],
    ['no document beside it', ['--world', 'bare.yaml'], 'remediation.yaml: there is no such file\n  fix: name the document with -f FILE'],
    ['a document elsewhere that is not there', ['--world', 'far/elsewhere.yaml'], '/nowhere/mine.yaml: there is no such file'],
    ['a scenario too', ['bad-deploy', '--world', 'bare.yaml'], 'both a scenario (bad-deploy) and --world are given'],
    ['a list of the scenarios too', ['--list', '--world', 'bare.yaml'], "option '--world <file>' cannot be used with option '--list'"],
    [
      'all faults and one of them',
      ['--all', '--world', 'bare.yaml', '--break', 'dns'],
      "option '--break <fault>' cannot be used with option '--all'",
    ],
    [
      'a world in the place of the document',
      ['-f', 'bare.yaml'],
      'bare.yaml:1:1: this is a world, not a Remediation document\n  fix: give it with --world,',
    ],
  ])('is refused with %s', async (_, words, wanted) => {
    const { code, stderr } = await rehearsed(words, {
      'bare.yaml': BARE,
      'far/elsewhere.yaml': 'base: already-healthy\nremediation: { document: /nowhere/mine.yaml }\nworld: { project: netra-staging }\n',
    });
    expect([code, stderr]).toEqual([2, expect.stringContaining(`: ${wanted}`)]);
  });

  it('is served on a port', async () => {
    const terminal = new RealTimeConsole();
    terminal.files.set('world.yaml', NOTES);
    const url = new Promise<string>((resolve) => (terminal.onLine = (line) => resolve(line.replace('listening on ', ''))));
    const served = terminal.run(['simulate', '--world', 'world.yaml'], [simulate]);
    const answer = await fetch(`${await url}/v2/projects/paper-notes/locations/europe-west4/services`);
    terminal.signal('SIGTERM');
    expect((await served).code).toBe(143);
    expect(await answer.json()).toMatchObject({ services: [{ name: 'projects/paper-notes/locations/europe-west4/services/notes' }] });
  });
});
