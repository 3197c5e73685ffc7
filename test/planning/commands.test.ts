import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { quoted, trafficCommands, undoCommands } from '../../src/planning/commands.ts';
import { to } from '../diagnosis/fixtures.ts';

const PLACE = { project: 'p', region: 'us-central1' };

describe('commands to paste', () => {
  test('survive a shell, whatever stands in a value', () => {
    for (const text of ['plain', 'two words', "it's", '$(reboot)', '`x`', 'a;b', '"q"', ''])
      expect(execFileSync('sh', ['-c', `printf %s ${quoted(text)}`], { encoding: 'utf8' })).toBe(text);
  });

  test('the way back names the revision that LATEST stood for, because a deploy gives LATEST another meaning', () => {
    const latest = { latest: true, revision: 'a', percent: 100, tag: null };
    expect(undoCommands('s', [latest], PLACE)[0]).toContain('--to-revisions=a=100');
    expect(undoCommands('s', [{ ...latest, revision: null }], PLACE)[0]).toContain('--to-revisions=LATEST=100');
    expect(undoCommands('s', [], PLACE)[0]).toContain('--to-latest');
  });

  test('traffic goes to the revisions that serve', () => {
    expect(trafficCommands('s', [to('a', 60), to('b', 40), to('c', 0, 'x')], PLACE)).toEqual([
      'gcloud run services update-traffic s --project=p --region=us-central1 --to-revisions=a=60,b=40',
    ]);
  });
});
