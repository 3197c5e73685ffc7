import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { deployCommands, quoted, trafficCommands, undoCommands } from '../../src/planning/commands.ts';
import { to, wellBackend } from '../diagnosis/fixtures.ts';

const PLACE = { project: 'p', region: 'us-central1' };

describe('commands to paste', () => {
  test('survive a shell, whatever stands in a value', () => {
    for (const text of ['plain', 'two words', "it's", '$(reboot)', '`x`', 'a;b', '"q"', ''])
      expect(execFileSync('sh', ['-c', `printf %s ${quoted(text)}`], { encoding: 'utf8' })).toBe(text);
  });

  test('environment values with commas get another separator', () => {
    const [deploy] = deployCommands('s', { like: null, image: 'i', env: { A: '1,2', B: 'x y' } }, null, null, PLACE);
    expect(deploy).toContain("--update-env-vars='^@^A=1,2@B=x y'");
  });

  test('the way back names the revision that LATEST stood for, because a deploy gives LATEST another meaning', () => {
    const latest = { latest: true, revision: 'a', percent: 100, tag: null };
    expect(undoCommands('s', [latest], PLACE)[0]).toContain('--to-revisions=a=100');
    expect(undoCommands('s', [{ ...latest, revision: null }], PLACE)[0]).toContain('--to-revisions=LATEST=100');
    expect(undoCommands('s', [], PLACE)[0]).toContain('--to-latest');
  });

  test('a deploy takes no traffic, and traffic is given in a command of its own', () => {
    const state = wellBackend().state.value;
    const [deploy, shift] = deployCommands('s', { like: null, image: null, env: {} }, state, state, PLACE);
    expect(deploy).toMatch(
      /^gcloud run deploy s --project=p --region=us-central1 --image=\S+ --no-traffic --cpu=1 --memory=512Mi .*--vpc-egress=all-traffic$/,
    );
    expect(shift).toContain('--to-revisions=NEW_REVISION=100');
    expect(trafficCommands('s', [to('a', 60), to('b', 40), to('c', 0, 'x')], PLACE)).toEqual([
      'gcloud run services update-traffic s --project=p --region=us-central1 --to-revisions=a=60,b=40',
    ]);
  });
});
