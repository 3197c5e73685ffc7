import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { quoted } from '../../src/core/shell.ts';
import { trafficCommands, undoCommands } from '../../src/planning/commands.ts';
import { trafficToRestore } from '../../src/planning/restore.ts';
import { BACKEND, BACKEND_REVISIONS, serviceState, to } from '../diagnosis/fixtures.ts';

const PLACE = { project: 'p', region: 'us-central1' };

describe('commands to paste', () => {
  test('survive a shell, whatever stands in a value', () => {
    for (const text of ['plain', 'two words', "it's", '$(reboot)', '`x`', 'a;b', '"q"', ''])
      expect(execFileSync('sh', ['-c', `printf %s ${quoted(text)}`], { encoding: 'utf8' })).toBe(text);
  });

  test('the way back names the revision that LATEST stood for, because a deploy gives LATEST another meaning', () => {
    const latest = { latest: true, revision: 'a', percent: 100, tag: null };
    expect(undoCommands('s', [latest], PLACE, { newRevision: true })[0]).toContain('--to-revisions=a=100');
    expect(undoCommands('s', [{ ...latest, revision: null }], PLACE, { newRevision: true })[0]).toContain('--to-latest');
    expect(undoCommands('s', [], PLACE, { newRevision: true })[0]).toContain('--to-latest');
  });

  test('the way back is LATEST where no revision of ours comes after, as the controller itself would put it back', () => {
    const latest = { latest: true, revision: 'a', percent: 100, tag: null };
    expect(undoCommands('s', [latest], PLACE, { newRevision: false })[0]).toContain('--to-latest');
    expect(trafficToRestore([latest], { ...serviceState(BACKEND, BACKEND_REVISIONS, []), latestReadyRevision: 'a' }).traffic).toEqual([
      latest,
    ]);
  });

  test('traffic goes to the revisions that serve', () => {
    expect(trafficCommands('s', [to('a', 60), to('b', 40), to('c', 0, 'x')], PLACE)).toEqual([
      'gcloud run services update-traffic s --project=p --region=us-central1 --to-revisions=a=60,b=40',
    ]);
  });
});
