import { describe, expect, it } from 'vitest';
import { report } from '../../src/cli/verbs/report.ts';
import { chainLine } from '../../src/durable/journal.ts';
import type { JournalLine, RunStore } from '../../src/ports/store.ts';
import { createMemoryStore } from '../../src/store/memory.ts';
import { escalatedRun, recoveredRun } from '../report/journal.ts';
import { Console, NOW, TARGET, drivenRun } from './support/console.ts';

const run = (shell: Console, ...argv: string[]) => shell.run(['report', ...argv], [report]);

describe('report', () => {
  it('tells of a run that has ended, and takes nothing: the store is as it was', async () => {
    const shell = new Console();
    await ended(shell.store(), recoveredRun());
    const before = await all(shell.store());
    const { code, stdout } = await run(shell);
    expect(code).toBe(0);
    expect(stdout).toContain('Outcome: recovered after 51m');
    expect(await all(shell.store())).toEqual(before);
  });

  it('tells of a run at work up to its newest line, those that only the record holds as well', async () => {
    const shell = new Console();
    const lines = chained(recoveredRun().slice(0, -2));
    await shell.store().appendJournal('run-1', lines.slice(0, -3));
    await drivenRun(shell.store(), { record: { pending: lines.slice(-3), journalSeq: lines.length, journalHead: lines.at(-1)!.hash } });
    const { stdout } = await run(shell, '--json');
    expect(JSON.parse(stdout)).toMatchObject({ runId: 'run-1', outcome: null, damage: null, endedAt: lines.at(-1)!.at });
  });

  it('takes the newest where none is named, a rehearsal too, and says which it took', async () => {
    const shell = new Console();
    await ended(shell.store(), recoveredRun(), NOW);
    const played = createMemoryStore('issue-1278-7');
    shell.rehearsals.set('issue-1278-7', played);
    await ended(played, escalatedRun('Reason: x'), NOW + 1);
    const { stdout, stderr } = await run(shell);
    expect(stderr).toBe(`firebreak: the newest one is issue-1278-7 (a rehearsal); also kept: ${TARGET}\n`);
    expect(stdout).toContain('scenario issue-1278, seed 7');
    expect((await run(shell, 'issue-1278')).stderr).toBe('');
    expect((await run(shell, 'issue-1278')).stdout).toContain('Outcome: recovered');
  });

  it('finds an earlier run by its own name, though its target has begun another', async () => {
    const shell = new Console();
    await shell.store().appendJournal('run-0', chained(escalatedRun('Reason: x')));
    await ended(shell.store(), recoveredRun());
    expect((await run(shell, 'run-0')).stdout).toContain('Outcome: escalated');
    expect((await run(shell, '--target', 'issue-1278', 'run-0')).stdout).toContain('Outcome: escalated');
  });

  it('says what is kept where nothing of that name is, in one error', async () => {
    const shell = new Console();
    expect(await run(shell)).toMatchObject({ code: 2, stderr: expect.stringContaining('no run is kept in .firebreak') as string });
    await ended(shell.store(), recoveredRun());
    const { code, stderr } = await run(shell, 'nix');
    expect(code).toBe(2);
    expect(stderr.split('\n')).toEqual([
      'firebreak: nix is no run kept in .firebreak',
      '  kept there:',
      `  ${TARGET}`,
      '  fix: name one of these, or say with --state where the other is kept',
      '',
    ]);
    expect((await run(shell, '--format', 'pdf')).code).toBe(2);
  });
});

describe('report -o', () => {
  it('writes the format that the ending names, and replaces its own report as the run goes on', async () => {
    const shell = new Console();
    await ended(shell.store(), recoveredRun());
    expect((await run(shell, '-o', 'a.md')).stdout).toBe('a.md\n');
    expect(shell.files.get('a.md')).toMatch(/^# staging .*: recovered\n/);
    expect((await run(shell, '-o', 'a.md')).code).toBe(0);
    await run(shell, '-o', 'a.html');
    expect(shell.files.get('a.html')).toMatch(/^<!doctype html>[\s\S]*<h1>Recovered after 51m<\/h1>/);
    expect((await run(shell, '-o', 'a.html')).code).toBe(0);
    expect(JSON.parse((await run(shell, '-o', 'a.json', '--json')).stdout)).toMatchObject({
      runId: 'run-1',
      format: 'json',
      file: 'a.json',
    });
    expect(JSON.parse(shell.files.get('a.json')!)).toMatchObject({ runId: 'run-1', outcome: 'recovered' });
    expect((await run(shell, '-o', 'a.json')).code).toBe(0);
  });

  it('leaves what is no report of this run, and one that somebody has written into; --force replaces it and says so', async () => {
    const shell = new Console();
    await shell.store().appendJournal('run-0', chained(escalatedRun('Reason: x')));
    await ended(shell.store(), recoveredRun());
    shell.files.set('notes.md', 'run-1: my own notes');
    await run(shell, 'run-0', '-o', 'old.md');
    await run(shell, '-o', 'ticked.md');
    shell.files.set('ticked.md', shell.files.get('ticked.md')!.replace('# ', '# [x] '));
    for (const [file, why] of [
      ['notes.md', 'that is no report'],
      ['old.md', 'the report of another run (run-0)'],
      ['ticked.md', 'that somebody has written into since'],
    ] as const) {
      const before = shell.files.get(file);
      const { code, stderr } = await run(shell, '-o', file);
      expect([code, stderr.includes(why), shell.files.get(file)]).toEqual([2, true, before]);
      const forced = await run(shell, '-o', file, '--force');
      expect([forced.code, forced.stderr.includes(`${why}; it is replaced`) || forced.stderr]).toEqual([0, true]);
    }
  });
});

function chained(lines: readonly JournalLine[]): readonly JournalLine[] {
  const all: JournalLine[] = [];
  for (const each of lines) all.push(chainLine({ seq: all.length, head: all.at(-1)?.hash ?? '' }, each));
  return all;
}

async function ended(store: RunStore, lines: readonly JournalLine[], savedAt = NOW): Promise<void> {
  const all = chained(lines);
  const { runId } = all[0]!.data as { readonly runId: string };
  const { outcome } = all.at(-1)!.data as { readonly outcome: string };
  await store.appendJournal(runId, all);
  const record = { runId, savedAt, journalSeq: all.length, journalHead: all.at(-1)!.hash, ended: { at: savedAt, outcome } };
  await drivenRun(store, { record, status: { runId, outcome } });
}

async function all(store: RunStore): Promise<unknown> {
  return [
    await store.load(),
    await store.readLease(),
    await store.readStatus(),
    await store.readCommands(),
    await store.readJournal('run-1'),
  ];
}
