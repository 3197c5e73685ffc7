import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

async function prove(...words: string[]): Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }> {
  try {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, ['src/firebreak.mjs', 'prove', ...words], { cwd: ROOT });
    return { code: 0, stdout, stderr };
  } catch (thrown) {
    return thrown as { code: number; stdout: string; stderr: string };
  }
}

describe('prove', () => {
  test(
    'shows one row for each kill, in the order of the points, and ends well when all are as the undisturbed run',
    { timeout: 300_000 },
    async () => {
      const { code, stdout } = await prove('bad-deploy', '--every', '60');
      expect(code).toBe(0);
      const points = [...stdout.matchAll(/^\s*(\d+) {2}(?:before|after) .* {2}2 {2}same {5}same {4}same$/gm)].map(([, point]) =>
        Number(point),
      );
      expect(points).toEqual(points.toSorted((one, other) => one - other));
      expect(points.length).toBeGreaterThanOrEqual(10);
      expect(stdout).toContain('nothing written twice, nothing lost');
    },
  );

  test('says the same to programs', { timeout: 300_000 }, async () => {
    const { code, stdout } = await prove('regional-shortage', '--every', '500', '--jobs', '1', '--json');
    const { proven, scenarios } = JSON.parse(stdout) as { proven: boolean; scenarios: { killedAt: number; same: number; cases: number }[] };
    expect({ code, proven }).toEqual({ code: 0, proven: true });
    expect(scenarios).toMatchObject([{ scenario: 'regional-shortage', outcome: 'escalated', shortened: true, cases: 1 }]);
    expect(scenarios[0]!.same).toBe(scenarios[0]!.killedAt);
  });

  test('plays a world of one’s own with the document beside it', { timeout: 300_000 }, async () => {
    const { code, stdout } = await prove('--world', 'deploy/examples/notes/world.yaml', '--every', '120', '--jobs', '1');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^notes: recovered, 1 committed writes, 0 cases; killed at \d+ of \d+ points: all as the undisturbed run/m);
  });

  test('refuses a document that does not fit the world before anything is killed', async () => {
    const { code, stdout, stderr } = await prove('issue-1278', '-f', 'deploy/examples/minimal.yaml');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(
      'minimal.yaml:8:12 spec.project: the document is for my-project, and the world of issue-1278 is netra-staging',
    );
  });

  test('is inconclusive about a run that is refused: no kill was ever put to the test', { timeout: 300_000 }, async () => {
    const { code, stdout } = await prove('permission-denied', '--every', '5', '--jobs', '1', '--json');
    const { proven, verdict, scenarios } = JSON.parse(stdout) as { proven: boolean; verdict: string; scenarios: object[] };
    expect({ code, proven, verdict }).toEqual({ code: 1, proven: false, verdict: 'inconclusive' });
    expect(scenarios).toMatchObject([{ outcome: 'refused', writes: 0, failure: expect.stringMatching(/ Fix: /) }]);
  });

  test('is inconclusive about a run that has nothing to write', { timeout: 300_000 }, async () => {
    const { code, stdout } = await prove('already-healthy', '--every', '200', '--jobs', '1');
    expect(code).toBe(1);
    expect(stdout).toContain('INCONCLUSIVE');
    expect(stdout).toContain('killed at 0 of');
    expect(stdout).not.toContain('nothing lost');
  });

  test(
    'lays a fault over a world that it draws, which is well: else the document alone could prove nothing',
    { timeout: 300_000 },
    async () => {
      const { code, stdout } = await prove('-f', 'deploy/examples/notes/remediation.yaml', '--every', '200', '--jobs', '1');
      expect(stdout).toContain('so that revision:notes is laid over it');
      expect(stdout).toContain('proven: nothing written twice');
      expect(code).toBe(0);
    },
  );

  test('names the scenario that is not there', async () => {
    const { code, stderr } = await prove('issue-1279');
    expect(code).toBe(2);
    expect(stderr).toContain('Did you mean issue-1278?');
  });
});
