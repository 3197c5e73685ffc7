import { describe, expect, test } from 'vitest';
import type { JournalLine } from '../../../src/ports/store.ts';
import { renderResolution } from '../../../src/report/documents/resolution.ts';
import { renderUpdate } from '../../../src/report/documents/update.ts';
import { ASKING, STATUS } from '../../cli/support/console.ts';
import { escalatedRun, line, recoveredRun, tick } from '../journal.ts';
import { toldOf } from './told.ts';

const resolution = (lines: readonly JournalLine[]): string => renderResolution(toldOf(lines));
const [DIAGNOSED] = recoveredRun().filter(({ event }) => event === 'diagnose.done');
const until = (minutes: number): readonly JournalLine[] =>
  recoveredRun().filter(({ at }) => at <= recoveredRun()[0]!.at + minutes * 60_000);

describe('the resolution report', () => {
  test('is called resolved only where the run proved it', () => {
    expect(resolution(recoveredRun())).toMatch(/^# Resolved: /);
    expect(resolution(recoveredRun().slice(0, -1))).toMatch(/^# NOT resolved: /);
    expect(resolution(escalatedRun('Reason: x'))).toMatch(/^# NOT resolved: /);
  });

  test('shows figures of now only where they lie wholly after the last change', () => {
    expect(resolution(recoveredRun())).toMatch(/\| services up \| 1 of 3 \| 3 of 3 \|/);
    const early = resolution([...until(13), tick(14, 'services.stabilizing', true)]);
    expect(early).toMatch(/\| services up \| 1 of 3 \| not measured since the last change \(03:10:00\) \|/);
    expect(early).toMatch(/\| the connector is within its goal \| fail \(.*\) \| not measured since the last change \(03:10:00\) \|/);
  });

  test('says of each cause what the run did to it and whether it stands, and claims no mending', () => {
    const text = resolution(recoveredRun());
    expect(text).toMatch(/connector-saturation: .*\| Scale .* \| not diagnosed again after the last change; its check passed by/);
    expect(text).toMatch(/connection-budget: .*\| none by this run \| not known: neither diagnosed nor checked again/);
    expect(text).toContain('does not prove that it mended it');
    const again = resolution([
      ...recoveredRun().slice(0, -2),
      { ...DIAGNOSED!, at: DIAGNOSED!.at + 3_000_000, data: { ...(DIAGNOSED!.data as object), at: DIAGNOSED!.at + 3_000_000 } },
    ]);
    expect(again).toMatch(/connector-saturation: .*named again at/);
  });

  test('shows shares with how they come about, and none that are no parts of a whole', () => {
    expect(resolution(recoveredRun())).toMatch(/\| share \|[\s\S]*Share: the failures that were counted/);
    const data = DIAGNOSED!.data as { readonly causes: readonly object[] };
    const odd = recoveredRun().map((each) =>
      each.event === 'diagnose.done'
        ? { ...each, data: { ...data, causes: data.causes.map((cause) => ({ ...cause, share: 0.9 })) } }
        : each,
    );
    expect(resolution(odd)).not.toMatch(/\| share \||Share:/);
  });
});

describe('the status update', () => {
  const told = (lines: readonly JournalLine[]) => ({ ...toldOf(lines), status: STATUS, driven: true });

  test('says what is awaited until when, what follows, and when the next message comes', () => {
    const started = line(0, 'run.started', 'assessing.checkingFirst', {
      runId: 'run-1',
      target: 'staging in p/r',
      settings: { tellEveryMs: 7_200_000 },
    });
    const text = renderUpdate(told([started, ...recoveredRun().slice(1, -2)]));
    expect(text).toContain('**WORKING: staging**'.replace('**WORKING', '**\\[p r\\] WORKING'));
    expect(text).toContain('**Awaited:** 5m of unbroken health (until 2025-09-16 14:33:05Z; then: deploying the next service)');
    expect(text).toContain('Next message by 2025-09-16 05:22:00Z (every 2h), at once when something changes.');
  });

  test('puts the question of a run before all else, with its deadline and how to answer; none where it asks nothing', () => {
    const lines = recoveredRun().slice(0, 5);
    const text = renderUpdate({ ...told(lines), status: { ...STATUS, ...ASKING } });
    expect(text).toContain(
      'Apply it? Answer by 2025-09-16 14:56:00Z; without one: the run is aborted. To see all of it and to answer: firebreak approve --plan 1a2b3c4d --state .firebreak.',
    );
    expect(renderUpdate(told(lines))).not.toContain('Needs you');
    expect(renderUpdate({ ...toldOf(recoveredRun()), status: { ...STATUS, ...ASKING } })).not.toContain('Needs you');
  });

  test('promises no next message where none was set, and none after the end', () => {
    expect(renderUpdate(told(recoveredRun().slice(0, -2)))).toContain('When the next message comes is not recorded.');
    expect(renderUpdate(toldOf(recoveredRun()))).toContain('No further message comes from this run: it has ended.');
  });

  test('says that nobody drives it only where that is known', () => {
    const stopped = renderUpdate({ ...told(recoveredRun().slice(0, -2)), driven: false });
    expect(stopped).toContain('STOPPED');
    expect(stopped).toContain('No message comes while no process drives this run.');
    expect(stopped).not.toContain('Next message by');
    expect(renderUpdate({ ...told(recoveredRun().slice(0, -2)), driven: null })).not.toMatch(/STOPPED|No process/);
  });

  test('does not call well what was measured before the last change', () => {
    const early = renderUpdate(told([...until(13), tick(14, 'services.stabilizing', true)]));
    expect(early).toContain('their figures may reach back before the last change (2025-09-16 03:10:00Z)');
    expect(renderUpdate(told(until(50)))).not.toContain('may reach back');
  });
});
