import { describe, expect, test } from 'vitest';
import { prove } from './proving.ts';

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
});
