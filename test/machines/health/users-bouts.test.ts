import { describe, expect, test } from 'vitest';
import { initialContext } from '../../../machines/incident/initial-context.ts';
import type { Look } from '../../../machines/incident/activities.ts';
import type { IncidentContext } from '../../../machines/incident/context.ts';
import { soakedLongEnough } from '../../../machines/incident/guards.ts';
import { diedWords, recurringWords, tellRecurring } from '../../../machines/incident/health/recurring.ts';
import { usersBoutsAfter } from '../../../machines/incident/health/users-bouts.ts';
import { ANSWERS, INPUT, MINUTE, STARTED_AT } from '../incident-samples.ts';

const T = (minutes: number): number => STARTED_AT + minutes * MINUTE;
const SAMPLE = ANSWERS.observe(STARTED_AT)[1]!;

/** At a minute; `minutes`: the ends of those of the window in which too many failed. */
function look(at: number, minutes: readonly number[], failed = 40): Look {
  const well = { word: 'well', because: 'sample', samples: 100 } as const;
  const requests = minutes.length === 0 ? well : ({ ...well, word: 'silent', silence: 'unsure', minutes: minutes.map(T) } as const);
  const window = { deaths: 0, sinceAt: T(at - 2), untilAt: T(at) };
  return {
    ...SAMPLE,
    at: T(at),
    testimony: { backend: { probes: well, requests, deaths: well, platform: well, logs: well } },
    served: {
      backend: {
        'backend-2': { ...window, total: 100, failed: minutes.length === 0 ? 0 : failed },
        'backend-1': { ...window, total: 100, failed: 0 },
      },
    },
  };
}

function after(to: number, looks: readonly Look[], more: Partial<IncidentContext> = {}): IncidentContext {
  const last = look(to, []);
  const bouts = [...looks, last].reduce<Partial<IncidentContext>>((known, each) => ({ ...known, ...usersBoutsAfter(known, each) }), {});
  const streak = { healthyMs: INPUT.settings.soakForMs, lastPassAt: T(to), relapses: 0 };
  return { ...initialContext(INPUT), ...bouts, look: last, streak, ...more };
}

const TWICE = [look(12, [10]), look(13, [10, 11], 60), look(32, [30], 20)];

describe('users who fail again and again', () => {
  test.each<[string, IncidentContext, boolean]>([
    ['never', after(60, []), true],
    ['once', after(60, [look(12, [10])]), true],
    ['in minutes beside each other, which is once', after(40, [look(12, [10]), look(15, [13])]), true],
    ['twice, and less quiet since than twice the time between', after(65, TWICE), false],
    ['twice, and longer quiet since', after(66, TWICE), true],
    ['twice, before the last change of ours', after(60, TWICE, { changedAt: T(33) }), true],
  ])('%s', (_what, context, proof) => {
    expect(soakedLongEnough({ context })).toBe(proof);
    expect(recurringWords(context) === '').toBe(proof);
  });

  test('are told by instants and figures of the window in which most failed, and by revision', () => {
    expect(recurringWords(after(40, TWICE))).toBe(
      'users of backend fail again and again (03:09–03:11 (60 of 200), 03:29–03:30 (20 of 200): up to 18 min without between them; by revision: backend-2 80 of 200, backend-1 0 of 200): quiet is proof only from 2026-01-05T04:06:00Z',
    );
  });

  test('are counted as at least so many where they are many: the oldest are not kept', () => {
    const minutes = [10, 20, 30, 40, 50, 60, 70, 80];
    const many = minutes.map((minute) => look(minute + 2, [minute]));
    expect(recurringWords(after(90, many))).toContain('fail again and again (at least 6 times, the newest 03:59–04:00 (');
  });

  test('are told at the second time, once, and not while people are asked', () => {
    const [once, twice] = [after(31, TWICE.slice(0, 2)), after(32, TWICE)];
    expect(tellRecurring(once, twice)).toEqual([expect.stringContaining('users of backend fail again and again')]);
    expect(tellRecurring(twice, after(33, TWICE))).toEqual([]);
    expect(tellRecurring(once, { ...twice, escalation: { reason: 'sample', at: T(32) } })).toEqual([]);
  });

  test('are told with a recovery, what the request log said of it too, which came minutes before the figures', () => {
    const lines = { word: 'ill', because: 'no answer from pg', samples: 9 } as const;
    const early = look(10, []);
    const told = { ...early, testimony: { backend: { ...early.testimony['backend']!, logs: lines } } };
    const context = after(60, [told, ...TWICE.slice(0, 2)]);
    expect(diedWords(context)).toBe(' Mind: users of backend failed 03:09–03:11 (60 of 200); the last time: no answer from pg; not since.');
    expect(diedWords(after(60, TWICE, { changedAt: T(33) }))).toBe('');
  });
});
