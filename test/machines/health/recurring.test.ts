import { describe, expect, test } from 'vitest';
import type { Word } from '../../../src/core/model/testimony.ts';
import type { Outcome } from '../../../src/core/model/verdict.ts';
import { initialContext } from '../../../machines/incident/initial-context.ts';
import type { IncidentContext } from '../../../machines/incident/context.ts';
import { soakedLongEnough } from '../../../machines/incident/guards.ts';
import { burstsAfter, diedWords, recurringWords, soakOutcome, tellRecurring } from '../../../machines/incident/health/recurring.ts';
import type { Look } from '../../../machines/incident/activities.ts';
import { ANSWERS, INPUT, MINUTE, STARTED_AT } from '../incident-samples.ts';

const T = (minutes: number): number => STARTED_AT + minutes * MINUTE;
const SAMPLE = ANSWERS.observe(STARTED_AT)[1]!;
const said = (word: 'ill' | 'well') => ({ word, because: 'sample', samples: 1 });

function look(at: number, deaths: 'ill' | 'well'): Look {
  const well = said('well');
  return {
    ...SAMPLE,
    at,
    testimony: {
      backend: {
        probes: well,
        requests: well,
        deaths: { ...said(deaths), because: 'containers die: 2 × a memory limit that was exceeded in backend-00002' },
        platform: well,
        logs: well,
      },
    },
  };
}

/** Looked at every minute until `to`; backend was seen to die in the minutes `dying`. */
function after(to: number, dying: readonly number[], more: Partial<IncidentContext> = {}): IncidentContext {
  const looks = Array.from({ length: to + 1 }, (_, minute) => look(T(minute), dying.includes(minute) ? 'ill' : 'well'));
  const deathBursts = looks.reduce(burstsAfter, {});
  const streak = { healthyMs: INPUT.settings.soakForMs, lastPassAt: T(to), relapses: 0 };
  return { ...initialContext(INPUT), look: looks.at(-1)!, deathBursts, streak, ...more };
}

describe('the soak’s word on a look', () => {
  const judged = (all: Outcome, requests: Word): Outcome => {
    const testimony = { backend: { ...look(T(1), 'well').testimony['backend']!, requests: { ...said('well'), word: requests } } };
    return soakOutcome({ ...initialContext(INPUT), look: { ...SAMPLE, gates: { all: { outcome: all, because: 'so it is' } }, testimony } });
  };

  test.each<[Outcome, Word, Outcome]>([
    ['inconclusive', 'ill', 'fail'],
    ['inconclusive', 'silent', 'inconclusive'],
    ['error', 'ill', 'error'],
    ['pass', 'well', 'pass'],
    ['fail', 'silent', 'fail'],
  ])('gates %s, users’ requests %s: %s', (all, requests, outcome) => {
    expect(judged(all, requests)).toBe(outcome);
  });
});

describe('quiet between deaths', () => {
  test.each<[string, IncidentContext, boolean]>([
    ['is proof, where nothing died', after(60, []), true],
    ['is proof, where something died once', after(60, [20]), true],
    ['is proof, where it died for a while and then no more: an outage that is over', after(60, [10, 12, 15, 19, 22]), true],
    ['is none, while it is shorter than twice the time between two deaths', after(84, [10, 35]), false],
    ['is proof again after that', after(85, [10, 35]), true],
    ['is none after the longest of several times between', after(100, [0, 40, 60]), false],
    ['is proof, where the deaths were before the last change of ours', after(50, [10, 35], { changedAt: T(36) }), true],
    ['is proof, where the service has served since by other hands', after(50, [10, 35], { servingSince: { backend: T(36) } }), true],
  ])('%s', (_what, context, proof) => {
    expect(soakedLongEnough({ context })).toBe(proof);
    expect(recurringWords(context) === '').toBe(proof);
  });

  test('says when it died, and from when quiet is proof', () => {
    expect(recurringWords(after(40, [10, 35]))).toBe(
      'containers of backend die again and again (2026-01-05T03:10:00Z, 2026-01-05T03:35:00Z: up to 25 min apart; the last time: 2 × a memory limit that was exceeded in backend-00002): quiet is proof only from 2026-01-05T04:25:00Z',
    );
  });

  test('a recovery is told with what died on the way to it, since the last change', () => {
    expect(diedWords(after(60, [20]))).toBe(
      ' Mind: containers of backend were seen to die at 2026-01-05T03:20:00Z; the last time: 2 × a memory limit that was exceeded in backend-00002; not since.',
    );
    expect(diedWords(after(60, [20], { changedAt: T(21) }))).toBe('');
    expect(diedWords(after(60, []))).toBe('');
  });

  test('a record of before, which does not know what died, is told without it', () => {
    expect(diedWords({ ...after(60, []), deathBursts: { backend: [{ from: T(20), until: T(20) }] } })).toContain('03:20:00Z; not since.');
  });

  test('is told when it died for the second time, once, and not while people are asked or called', () => {
    const [once, twice, again] = [after(34, [10]), after(35, [10, 35]), after(36, [10, 35, 36])];
    expect(tellRecurring(once, twice)).toEqual([expect.stringContaining('containers of backend die again and again')]);
    expect(tellRecurring(twice, again)).toEqual([]);
    expect(tellRecurring(once, { ...twice, escalation: { reason: 'sample', at: T(35) } })).toEqual([]);
  });
});
