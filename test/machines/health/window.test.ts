import { describe, expect, test } from 'vitest';
import { initialContext } from '../../../machines/incident/initial-context.ts';
import type { IncidentContext } from '../../../machines/incident/context.ts';
import { beginRest, endRest, moveWindow } from '../../../machines/incident/health/window.ts';
import { ANSWERS, INPUT, MINUTE, STARTED_AT } from '../incident-samples.ts';
import { SAMPLE } from '../present-ways.ts';

const HOUR = 60 * MINUTE;
const minutes = (count: number): number => STARTED_AT + count * MINUTE;
const first = initialContext(INPUT);

/** The look of that minute says that the window counts from `from`. */
function moved(context: IncidentContext, at: number, from: number | null): IncidentContext {
  const [look] = ANSWERS.observe(minutes(at));
  const progress = { improved: from !== null, because: 'the figures', goalsMet: false, windowFrom: from };
  const seen = { ...context, look: { ...look!, progress } };
  return { ...seen, ...moveWindow({ context: seen, event: { type: 'OBSERVED', at: minutes(at) } }) };
}

describe('the window of improvement', () => {
  test('starts again at an improvement, and its arithmetic is told', () => {
    const after = moved(first, 30, minutes(30));
    expect(after.windowEndsAt).toBe(minutes(30) + 2 * HOUR);
    expect(after.outbox.at(-1)).toMatch(
      /window of improvement restarted at 2026-01-05T03:30:00Z: the figures; it now ends at 2026-01-05T05:30:00Z\.$/,
    );
  });

  test('gives the time back when the improvement is lost: one that is past ends it at once', () => {
    const lost = moved(moved(first, 30, minutes(30)), 130, null);
    expect(lost.windowEndsAt).toBe(first.windowEndsAt);
    expect(lost.outbox.at(-1)).toContain('given back');
  });

  test('falls back to the improvement before, where that one holds', () => {
    const twice = moved(moved(first, 30, minutes(30)), 60, minutes(60));
    expect(twice.windowEndsAt).toBe(minutes(60) + 2 * HOUR);
    expect(moved(twice, 70, minutes(30)).windowEndsAt).toBe(minutes(30) + 2 * HOUR);
  });

  test('stands still while it rests, and goes on where it stood; no rest grants a new window by itself', () => {
    const resting = { ...first, ...beginRest({ context: first, event: { type: 'OBSERVED', at: minutes(100) } }) };
    const after = { ...resting, ...endRest({ context: resting, event: { type: 'OBSERVED', at: minutes(110) } }) };
    expect(after.windowEndsAt).toBe(first.windowEndsAt + 10 * MINUTE);
    expect(after.outbox.at(-1)).toMatch(/a goal is missed again, .*\((?:no look|at \S+: services up .*)\)/);
  });

  test('what the windows of figures show late is told as over where every goal is met in the newest look', () => {
    const look = { ...SAMPLE, gates: { ...SAMPLE.gates, all: { outcome: 'pass' as const, because: 'well' } } };
    const bout = { from: minutes(100), until: minutes(104), revisions: { 'auth-1': { total: 40, failed: 40 } } };
    const resting = { ...first, look, restingSince: minutes(90), usersBouts: { auth: [{ ...bout, until: minutes(80) }, bout] } };
    const words = endRest({ context: resting, event: { type: 'OBSERVED', at: minutes(110) } }).outbox?.at(-1);
    expect(words).toMatch(/: a goal was missed for some minutes, which are over, .*: users of auth failed \S+ \(40 of 40\) \(at /);
  });

  test('begins anew after a rest as long as itself', () => {
    const resting = { ...first, restingSince: minutes(10) };
    expect(endRest({ context: resting, event: { type: 'OBSERVED', at: minutes(150) } }).windowEndsAt).toBe(minutes(150) + 2 * HOUR);
  });

  test('keeps what it has rested when an improvement of before is lost', () => {
    const gained = moved(first, 30, minutes(30));
    const resting = { ...gained, restingSince: minutes(40) };
    const rested = { ...resting, ...endRest({ context: resting, event: { type: 'OBSERVED', at: minutes(60) } }) };
    expect(moved(rested, 70, null).windowEndsAt).toBe(first.windowEndsAt + 20 * MINUTE);
  });
});
