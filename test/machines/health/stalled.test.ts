import { describe, expect, test } from 'vitest';
import type { IncidentContext } from '../../../machines/incident/context.ts';
import { stalled, stretchAfter, stretchOf } from '../../../machines/incident/health/stalled.ts';
import { initialContext } from '../../../machines/incident/initial-context.ts';
import { tellWaiting } from '../../../machines/incident/people/waiting-told.ts';
import { ANSWERS, INPUT, MINUTE, STARTED_AT } from '../incident-samples.ts';

const SAMPLE = ANSWERS.observe(STARTED_AT)[0]!;
const gatesOf = (isWell: boolean) => ({
  all: { outcome: isWell ? ('pass' as const) : ('inconclusive' as const), because: '30 % of shop fail' },
});

interface Told {
  readonly minute: number;
  readonly words: string;
}

/** Looks of every half minute; `isWell` of the minute that each lies in. */
function told(minutes: number, isWell: (minute: number) => boolean, more: Partial<IncidentContext> = {}): readonly Told[] {
  let context: IncidentContext = { ...initialContext(INPUT), phaseEndsAt: { validationMs: STARTED_AT + 240 * MINUTE }, ...more };
  const all: Told[] = [];
  for (let at = 0; at <= minutes; at += 0.5) {
    const look = { ...SAMPLE, at: STARTED_AT + at * MINUTE, gates: gatesOf(isWell(Math.floor(at))) };
    const seen = { ...context, look, outbox: [], stretch: stretchAfter(context.stretch ?? null, look) };
    context = { ...seen, ...tellWaiting(seen, 0) };
    all.push(...context.outbox.map((words) => ({ minute: at, words })));
  }
  return all;
}
const minutesOf = (all: readonly Told[]): readonly number[] => all.map(({ minute }) => minute);
const never = (): boolean => false;
const HALF = INPUT.settings.questionWithinMs / 2 / MINUTE;

describe('a run that gets nowhere', () => {
  test('says so after minutes, with the reason, how often, since when and what would end it, and again like a question', () => {
    const all = told(13 + HALF, never);
    expect(minutesOf(all)).toEqual([12.5, 12.5 + HALF]);
    expect(all[0]?.words).toContain(
      'waiting: recovery is not proven: 26 of 26 looks since 2026-01-05T03:00:00Z were not well, the last of them: 30 % of shop fail. It is proven by a validation that passes and ',
    );
    expect(all[0]?.words).toContain('and is given up at 2026-01-05T07:00:00Z.');
  });

  test('says it also of one bad minute in ten, which begins the soak anew each time', () => {
    const all = told(45, (minute) => minute % 10 !== 0);
    expect(all[0]?.words).toContain('4 of 26 looks since 2026-01-05T03:00:00Z were not well, 2 times anew after looks that were well');
  });

  test.each<[string, readonly Told[]]>([
    ['one bad time of some minutes that is over', told(60, (minute) => minute < 3 || minute > 10)],
    ['one bad minute, or two far apart', told(60, (minute) => minute !== 3 && minute !== 40)],
    ['a step that is in hand', told(40, never, { stepId: 'pin:shop' })],
    ['a run that people hold', told(40, never, { held: { by: 'ann', reason: 'mine', at: STARTED_AT, human: true, change: null } })],
    ['an open question, which repeats itself', told(40, never, { askedAt: STARTED_AT })],
  ])('says nothing of %s', (_, all) => {
    expect(all).toEqual([]);
  });

  test('counts from the last change of the run', () => {
    const stretch = { since: STARTED_AT, looks: 26, bad: 26, spells: 1, wellSince: null, because: 'so' };
    expect(stretchOf({ stretch, changedAt: STARTED_AT + MINUTE })).toBeNull();
    expect(stretchOf({ stretch, changedAt: STARTED_AT - MINUTE })).toBe(stretch);
  });

  test('names the checks that do not pass while all looks are well', () => {
    const unproven = { login: { because: 'HTTP 500', since: STARTED_AT, times: 12 } };
    const validation = { at: STARTED_AT, verdict: { outcome: 'fail' as const, because: 'login' }, passRate: 0, checks: [], unproven };
    const look = { ...SAMPLE, at: STARTED_AT + 12 * MINUTE, gates: gatesOf(true) };
    const context = { ...initialContext(INPUT), look, validation };
    expect(stalled(context)?.words).toContain('validation does not pass: login: HTTP 500, 12 times since');
    expect(stalled({ ...context, look: { ...look, at: STARTED_AT + 5 * MINUTE } })).toBeNull();
  });

  test('is not told at once again where people heard of it as of another wait', () => {
    const waitTold = { what: 'dying', looks: 9, at: STARTED_AT + 10 * MINUTE };
    const look = { ...SAMPLE, at: STARTED_AT + 13 * MINUTE, gates: gatesOf(false) };
    const stretch = { since: STARTED_AT, looks: 26, bad: 26, spells: 1, wellSince: null, because: 'so' };
    expect(tellWaiting({ ...initialContext(INPUT), look, stretch, waitTold }, 0)).toMatchObject({ outbox: [] });
  });
});
