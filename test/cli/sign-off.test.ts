import { describe, expect, it } from 'vitest';
import { report } from '../../src/cli/verbs/report.ts';
import { signOff } from '../../src/cli/verbs/sign-off.ts';
import { chainLine } from '../../src/durable/journal.ts';
import type { JournalLine, RunStore } from '../../src/ports/store.ts';
import { recoveredRun } from '../report/journal.ts';
import { Console, NOW, drivenRun } from './support/console.ts';

const SIGNED = ['--by', 'Ann', '--decision', 'accepted', '--note', 'all criteria met'];
const sign = (shell: Console, ...argv: string[]) => shell.run(['sign-off', ...SIGNED, ...argv], [signOff]);

function chained(): readonly JournalLine[] {
  const all: JournalLine[] = [];
  for (const each of recoveredRun()) all.push(chainLine({ seq: all.length, head: all.at(-1)?.hash ?? '' }, each));
  return all;
}

async function ended(store: RunStore): Promise<void> {
  const all = chained();
  await store.appendJournal('run-1', all);
  const record = { journalSeq: all.length, journalHead: all.at(-1)!.hash, ended: { at: NOW, outcome: 'recovered' } };
  await drivenRun(store, { record, status: { outcome: 'recovered' } });
}

describe('sign-off', () => {
  it('is kept in the journal of a run that has ended, and the handoff shows it; the run itself stays as it was', async () => {
    const shell = new Console();
    await ended(shell.store());
    const before = JSON.parse((await shell.run(['report', '--json'], [report])).stdout) as unknown;
    expect(await sign(shell)).toMatchObject({ code: 0, stdout: 'run-1: accepted by Ann: kept in its journal\n' });
    expect((await shell.run(['report', '--format', 'handoff'], [report])).stdout).toContain(
      'Ann (by their own word): accepted: all criteria met',
    );
    expect(JSON.parse((await shell.run(['report', '--json'], [report])).stdout)).toEqual(before);
  });

  it('is left for a run at work, which keeps it in its own journal; 75 while it has not', async () => {
    const shell = new Console();
    await shell.store().appendJournal('run-1', chained().slice(0, -2));
    const record = await drivenRun(shell.store());
    expect(await sign(shell, '--wait', '1')).toMatchObject({ code: 75 });
    expect(await shell.store().readCommands()).toMatchObject([{ event: { type: 'SIGN_OFF', name: 'Ann', decision: 'accepted' } }]);
    expect((await shell.run(['report', '--format', 'handoff'], [report])).stdout).toContain('has not taken it into its journal yet');
    shell.meanwhile = async () => {
      const [, second] = await shell.store().readCommands();
      if (second !== undefined) await shell.store().save({ ...record, seq: 5, commandsTaken: [second.id], receipts: [] });
    };
    expect(await sign(shell)).toMatchObject({ code: 0, stdout: 'run-1: accepted by Ann: kept in its journal\n' });
  });

  it('is not lost where the run ends before it has looked', async () => {
    const shell = new Console();
    const record = await drivenRun(shell.store());
    shell.meanwhile = async () => {
      const all = chained();
      await shell.store().appendJournal('run-1', all);
      const end = { journalSeq: all.length, journalHead: all.at(-1)!.hash, ended: { at: NOW, outcome: 'recovered' } };
      await shell.store().save({ ...record, ...end, seq: 5 });
    };
    expect(await sign(shell)).toMatchObject({ code: 0 });
    expect((await shell.store().readJournal('run-1')).at(-1)).toMatchObject({ event: 'SIGN_OFF', data: { name: 'Ann' } });
    expect(await shell.store().readCommands()).toEqual([]);
  });

  it('asks for who, what and why', async () => {
    const shell = new Console();
    await ended(shell.store());
    expect(await shell.run(['sign-off', '--by', 'Ann'], [signOff])).toMatchObject({ code: 2 });
    expect(await shell.run(['sign-off', ...SIGNED, '--decision', 'maybe'], [signOff])).toMatchObject({ code: 2 });
  });
});
