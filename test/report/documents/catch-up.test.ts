import { describe, expect, test } from 'vitest';
import type { JournalLine } from '../../../src/ports/store.ts';
import { catchUpRows } from '../../../src/report/documents/catch-up.ts';
import { storyOf } from '../../../src/report/documents/story.ts';
import type { Told } from '../../../src/report/documents/story.ts';
import { STATUS } from '../../cli/support/console.ts';
import { escalatedRun, recoveredRun } from '../journal.ts';
import { toldOf } from './told.ts';

function said(lines: readonly JournalLine[], beside: Partial<Told> = {}): Readonly<Record<string, string>> {
  return Object.fromEntries(catchUpRows(storyOf({ ...toldOf(lines), ...beside })).map(({ name, text }) => [name, text]));
}

const without = (event: string): readonly JournalLine[] => recoveredRun().filter((line) => line.event !== event);
const AT_WORK = { status: STATUS, driven: true };

describe('the story for whoever joins late', () => {
  test('tells when it began, and what the first look saw then; not what none has seen', () => {
    expect(said(recoveredRun())['began']).toMatch(/^2025-09-16 03:00:00Z; the first look, at 2025-09-16 03:00:12Z, saw: \S/);
    expect(said(without('observe.done'))['began']).toBe('2025-09-16 03:00:00Z; no look has been taken');
    expect(said([])['began']).toBe('not known: the journal is empty');
  });

  test('tells the cause as it was diagnosed, with when; and the newest diagnosis only where it says something else', () => {
    const lines = recoveredRun();
    expect(said(lines)['cause']).toMatch(/^diagnosed at 2025-09-1\d \d\d:\d\d:\d\dZ: staging-connector is saturated/);
    expect(said(lines)['cause']).not.toContain('; diagnosed');
    expect(said(without('diagnose.done'))['cause']).toBe('no diagnosis was made');
    const diagnosed = lines.find(({ event }) => event === 'diagnose.done')!;
    const causes = (diagnosed.data as { readonly causes: readonly object[] }).causes.map((cause) => ({
      ...cause,
      summary: 'other figures',
    }));
    const again = { ...diagnosed, data: { ...(diagnosed.data as object), causes } };
    expect(said([...lines.slice(0, -1), again])['cause']).not.toContain('other figures');
    const well = {
      ...diagnosed,
      at: diagnosed.at + 60_000,
      data: { ...(diagnosed.data as object), healthy: true, causes: [], at: diagnosed.at + 60_000 },
    };
    expect(said([...lines.slice(0, -1), well])['cause']).toMatch(/saturated.*; diagnosed at .*Z: healthy$/);
  });

  test('tells what was changed and is in force, with when; what somebody else has replaced is told as undone alone', () => {
    const lines = recoveredRun();
    expect(said(lines)['changed']).toMatch(
      /^3 changes applied; in force as of 2025-09-16 03:51:00Z: Scale .* \(2025-09-16 03:01:00Z\); Pin .*; Deploy/i,
    );
    expect(said(lines)['undone']).toBe('nothing that this run has changed');
    const none = lines.filter(({ event }) => !/^(?:scaleConnector|pinTraffic|deployService|await\w+)\.done$/.test(event));
    expect(said(none)['changed']).toBe('nothing was changed by this run');
  });

  test('says of a change whose end is not known that it is not known', () => {
    const lines = recoveredRun().slice(0, 6);
    const [last] = lines.slice(-1);
    const { mutation } = last!.data as { readonly mutation: object };
    const pending = [
      ...lines.slice(0, -1),
      { ...last!, data: { ...(last!.data as object), mutation: { ...mutation, outcome: 'pending' } } },
    ];
    expect(said(pending)['changed']).toContain('(asked for at 2025-09-16 03:01:00Z, whether it is in force is not known)');
  });

  test('tells what did not pass when it was last measured, and when that was; of nothing measured it says so', () => {
    expect(said(recoveredRun().slice(0, 7), AT_WORK)['seen']).toMatch(
      /not passing since 2025-09-16 03:00:12Z .*; measured last at 2025-09-16 03:03:00Z$/,
    );
    expect(said(recoveredRun())['seen']).toMatch(/^every one of \d+ checks passed when it was last made/);
    expect(said(recoveredRun().slice(0, 2))['seen']).toBe('nothing was measured');
  });

  test('tells of a handing over only where there was one', () => {
    expect(said(escalatedRun('text'))['handed']).toMatch(/^Escalated at 2025-09-16 05:00:00Z: .* No support case is open/);
    expect(said(recoveredRun())).not.toHaveProperty('handed');
  });

  test('tells what is awaited until when and what follows; nothing of it where nobody drives it, or it has ended', () => {
    const lines = recoveredRun().slice(0, -2);
    expect(said(lines, AT_WORK)['awaited']).toBe('5m of unbroken health (until 2025-09-16 14:33:05Z; then: deploying the next service)');
    expect(said(lines, { ...AT_WORK, driven: false })['awaited']).toContain('Nothing of it happens while no process drives this run');
    expect(said(lines)['awaited']).toBe('not known: the run has said nothing of it');
    expect(said(recoveredRun(), AT_WORK)['awaited']).toBe('nothing: the run has ended');
  });

  test('is eight lines at most, of any run', () => {
    for (const lines of [recoveredRun(), escalatedRun('text'), []])
      expect(catchUpRows(storyOf(toldOf(lines))).length).toBeLessThanOrEqual(8);
  });
});
