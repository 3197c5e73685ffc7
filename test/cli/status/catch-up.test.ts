import { describe, expect, it } from 'vitest';
import { columnsOf } from '../../../src/cli/columns.ts';
import { chainLine } from '../../../src/durable/journal.ts';
import type { JournalLine, RunStatus } from '../../../src/ports/store.ts';
import { escalatedRun, recoveredRun } from '../../report/journal.ts';
import { ASKING, Console, HELD, TARGET, drivenRun } from '../support/console.ts';

/** As a journal holds them: each with its number and the hash of the one before. */
function chained(lines: readonly JournalLine[]): readonly JournalLine[] {
  const whole: JournalLine[] = [];
  for (const { at, kind, event, states, data } of lines) {
    const tail = { seq: whole.at(-1)?.seq ?? 0, head: whole.at(-1)?.hash ?? '' };
    whole.push(chainLine(tail, { at, kind, event, states, data: JSON.parse(JSON.stringify(data)) as unknown }));
  }
  return whole;
}

/** A run in the middle of its work. */
async function atWork(status: Partial<RunStatus> = {}, lines = recoveredRun().slice(0, -2)): Promise<Console> {
  const shell = new Console();
  await drivenRun(shell.store(), { status });
  await shell.store().appendJournal('run-1', chained(lines));
  return shell;
}

const lastLine = (text: string): string => text.trimEnd().split('\n').at(-1)!;

describe('why --catch-up', () => {
  it('tells the story in at most ten lines, how it stands first and who is needed last', async () => {
    const { code, stdout } = await (await atWork(ASKING)).run(['why', '--catch-up']);
    expect(code).toBe(0);
    const lines = stdout.trimEnd().split('\n');
    expect(lines.map((line) => line.split(':')[0])).toEqual([
      'stands',
      'began',
      'cause',
      'changed',
      'undone',
      'seen',
      'awaited',
      'next',
      'needed',
    ]);
    expect(lines[0]).toMatch(
      new RegExp(`^stands: {2}NEEDS YOU: ${TARGET}, run run-1; newest word of the journal 03:50:00Z \\(10h 40m ago\\)`),
    );
  });

  it('names who must answer, the question, until when, how, and what follows without an answer', async () => {
    const { stdout } = await (await atWork(ASKING)).run(['why', '--catch-up']);
    expect(lastLine(stdout)).toMatch(
      /^needed: {2}whoever may write to .*: until 14:56:00Z \(26m left\): issue-1278: .*Apply it\?: firebreak approve --target .* --plan 1a2b3c4d · firebreak approve --target .* --reject.*; unanswered: the run is aborted$/,
    );
  });

  it.each([
    ['nobody where nothing is asked', {}, 0, /nobody, by its last word at 14:29:48Z \(12s ago\)$/],
    ['who lets it go on where it is held', HELD, 0, /whoever may write to .*: firebreak resume --target/],
    ['a process where none drives it', {}, 600_000, /somebody to let it go on: firebreak run, with the options that it was begun with$/],
    ['nobody after a recovery', { outcome: 'recovered' }, 0, /nobody; to read it all: firebreak report --target/],
    ['somebody after every other end', { outcome: 'restored' }, 0, /whoever decides what comes next, for nothing more comes from this run/],
  ])('needs %s', async (_what, status, later, needed) => {
    const shell = await atWork(status);
    shell.pass(later);
    expect(lastLine((await shell.run(['why', '--catch-up'])).stdout)).toMatch(needed);
  });

  it('sends to the handoff whoever has taken it over', async () => {
    const shell = await atWork({}, escalatedRun('text').slice(0, -1));
    const { stdout } = await shell.run(['why', '--catch-up']);
    expect(stdout).toMatch(/^handed: {2}Escalated at /m);
    expect(stdout.trimEnd().split('\n').length).toBeLessThanOrEqual(10);
    expect(lastLine(stdout)).toContain('whoever has taken it over: firebreak report --format handoff');
  });

  it('breaks its lines between words to the width of a terminal, and paints nothing that others wrote', async () => {
    const asks = { ...ASKING.asks!, question: 'yes?\u001B[2J\n\u202Enow' };
    const shell = await atWork({ ...ASKING, asks });
    shell.terminal = 60;
    const { stdout } = await shell.run(['why', '--catch-up']);
    expect(stdout).not.toMatch(/[\u001B\u202E]/);
    for (const line of stdout.split('\n')) expect(columnsOf(line)).toBeLessThan(60);
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain('yes? now: firebreak approve');
  });

  it('says that a journal is damaged before it tells from it, and is an object with --json', async () => {
    const shell = await atWork();
    expect((await shell.run(['why', '--catch-up'])).stdout).not.toContain('DAMAGED');
    await shell.store().save({ ...(await shell.store().load())!, seq: 5, journalSeq: 99 });
    const { story, standing } = JSON.parse((await shell.run(['why', '--catch-up', '--json'])).stdout) as {
      readonly standing: string;
      readonly story: readonly { readonly name: string; readonly text: string }[];
    };
    expect(standing).toBe('WORKING');
    expect(story.map(({ name }) => name)).toContain('cause');
    expect(story[0]!.text).toContain('THE JOURNAL IS DAMAGED');
  });
});
