import { describe, expect, test } from 'vitest';
import { prove } from './proving.ts';

describe('prove', () => {
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

  test('names the scenario that is not there', async () => {
    const { code, stderr } = await prove('issue-1279');
    expect(code).toBe(2);
    expect(stderr).toContain('Did you mean issue-1278?');
  });
});
