import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { simulate } from '../../src/cli/verbs/simulate.ts';
import { world } from '../../src/cli/verbs/world.ts';
import * as live from '../../src/composition/live.ts';
import { loadWorld } from '../../src/worlds/load.ts';
import { Console } from './support/console.ts';
import { RealTimeConsole } from './support/real-time-console.ts';
import { rehearsed } from './support/rehearsal.ts';

const MINIMAL = readFileSync(new URL('../../deploy/examples/minimal.yaml', import.meta.url), 'utf8');

const drawing = world(async () => live);

describe('world --from-document', () => {
  const terminal = (): Console => {
    const made = new Console();
    made.files.set('remediation.yaml', MINIMAL);
    return made;
  };

  it('prints a world that can be rehearsed', async () => {
    const { code, stdout } = await terminal().run(['world', '--from-document'], [drawing]);
    expect([code, loadWorld(stdout, 'world.yaml').scenario.world.services[0]?.name]).toEqual([0, 'my-service']);
  });

  it('writes it into a new file, and leaves one that is there as it is', async () => {
    const made = terminal();
    expect(await made.run(['world', '--from-document', '-o', 'world.yaml'], [drawing])).toMatchObject({ code: 0, stderr: '' });
    const written = made.files.get('world.yaml');
    expect(written).toContain('#   - each service: 5 requests a second');
    const again = await made.run(['world', '--from-document', '-o', 'world.yaml'], [drawing]);
    expect([again.code, again.stderr]).toEqual([2, expect.stringContaining('world.yaml: there is a file of this name')]);
    expect(made.files.get('world.yaml')).toBe(written);
  });

  it('wants to be told from what', async () => {
    const { code, stderr } = await terminal().run(['world'], [drawing]);
    expect([code, stderr]).toEqual([2, expect.stringContaining('neither --from-document nor --from-live is given')]);
  });
});

describe('world --from-live', () => {
  const NOTES = (file: string): string => readFileSync(new URL(`../../deploy/examples/notes/${file}.yaml`, import.meta.url), 'utf8');

  it('writes the world as it is seen on a port, ill where it is ill, and has written nothing there', async () => {
    const made = new RealTimeConsole();
    made.files.set('there.yaml', NOTES('world')).set('remediation.yaml', NOTES('remediation'));
    const serving = new RealTimeConsole();
    serving.files.set('there.yaml', NOTES('world'));
    const url = new Promise<string>((resolve) => (serving.onLine = (line) => resolve(line.replace('listening on ', ''))));
    const served = serving.run(['simulate', '--world', 'there.yaml'], [simulate]);
    made.simulated = null;
    const { code, stdout } = await made.run(['world', '--from-live', '--endpoint', await url, '-o', 'seen.yaml'], [drawing]);
    const writes = (await (await fetch(`${await url}/_sim/writes`)).json()) as unknown;
    serving.signal('SIGTERM');
    await served;
    expect({ code, stdout, writes }).toEqual({
      code: 0,
      stdout: expect.stringMatching(/^seen\.yaml: the world of the document, with \d guess/) as string,
      writes: { writes: [] },
    });
    expect(loadWorld(made.files.get('seen.yaml') ?? '', 'seen.yaml').scenario.world.services[0]).toMatchObject({ name: 'notes' });
  });

  it('says that nothing is to be reached, to be tried again', async () => {
    const made = new Console();
    made.files.set('remediation.yaml', MINIMAL);
    const { code } = await made.run(['world', '--from-live', '--endpoint', 'http://127.0.0.1:9'], [drawing]);
    expect(code).toBe(75);
  });

  it('is not asked for together with the document alone', async () => {
    const { code, stderr } = await new Console().run(['world', '--from-live', '--from-document'], [drawing]);
    expect([code, stderr]).toEqual([2, expect.stringContaining('cannot be used with')]);
  });
});

describe('a document alone', () => {
  it('is rehearsed in the world drawn from it, which is well, and says so', async () => {
    const { code, stdout } = await rehearsed(['-f', 'deploy/examples/issue-1278.yaml']);
    expect(code).toBe(0);
    expect(stdout).toContain('pass: 100 % of 17 checks pass');
    expect(stdout).toMatch(
      /\nThe world was drawn from the document\. Guessed:\n {2}- each service[\s\S]*\nNot known, and not in it:\n[\s\S]*\ndrawn +recovered /,
    );
  });

  it('is rehearsed with a fault laid over it, and recovers from what it may mend', async () => {
    const { code, stdout } = await rehearsed(['-f', 'deploy/examples/minimal.yaml', '--break', 'missing-module', '--json']);
    const report = JSON.parse(stdout) as { outcome: string; mutations: readonly { stepId: string }[]; drawn: readonly string[] };
    expect([code, report.outcome, report.mutations.map(({ stepId }) => stepId)]).toEqual([0, 'recovered', ['pin:my-service']]);
    expect(report.drawn.length).toBeGreaterThan(5);
  });

  it('is refused as a run would be, with its exit code', async () => {
    const { code, stdout } = await rehearsed(['-f', 'deploy/examples/minimal.yaml', '--break', 'permission']);
    expect([code, stdout]).toEqual([2, expect.stringContaining('permission run.services.update: is not granted on my-project.')]);
  });

  it('lists the faults that its world can meet', async () => {
    const { code, stdout } = await rehearsed(['-f', 'deploy/examples/minimal.yaml', '--break', 'list']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^revision:my-service +the newest revision answers six of ten requests with 500\n/);
  });

  it('with a fault that there is not is refused before anything is played', async () => {
    const { code, stdout, stderr } = await rehearsed(['-f', 'deploy/examples/minimal.yaml', '--break', 'conector']);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('fix: write connector; ');
  });
});
