import { describe, expect, test } from 'vitest';
import type { Look } from '../../../machines/incident/activities.ts';
import type { IncidentContext } from '../../../machines/incident/context.ts';
import { backOnWhatFails } from '../../../machines/incident/ending/handing-back.ts';
import { initialContext } from '../../../machines/incident/initial-context.ts';
import { recordLook } from '../../../machines/incident/health/record-look.ts';
import { onlyUnmeasured } from '../../../machines/incident/health/unmeasured.ts';
import { usersIllStill } from '../../../machines/incident/health/users-ill.ts';
import type { Statement, Word } from '../../../src/core/model/testimony.ts';
import { usersWellAgain } from '../../../src/core/service/users-ill.ts';
import { ANSWERS, INPUT, MINUTE, STARTED_AT } from '../incident-samples.ts';

const T = (minutes: number): number => STARTED_AT + minutes * MINUTE;
const SAMPLE = ANSWERS.observe(STARTED_AT)[1]!;
const WELL: Statement = { word: 'well', because: 'it is well', samples: 1 };
const ILL: Statement = { word: 'ill', because: '50 of 100 requests failed', samples: 100, failed: 50 };
const NONE: Statement = { word: 'silent', because: 'no user request arrives', samples: 0, silence: 'none' };
const UNREAD: Statement = { word: 'silent', because: 'log lines could not be read', samples: 0, silence: 'unread' };

function look(at: number, requests: Statement, { probes = 'well', deaths = WELL }: { probes?: Word; deaths?: Statement } = {}): Look {
  const window = { total: 100, failed: 50, deaths: 0, sinceAt: at - 5 * MINUTE, untilAt: at - MINUTE };
  return {
    ...SAMPLE,
    at,
    gates: { 'healthy:shop': { outcome: 'inconclusive', because: 'not known' }, all: { outcome: 'inconclusive', because: 'not known' } },
    testimony: { shop: { probes: { ...WELL, word: probes }, requests, deaths, platform: WELL, logs: NONE } },
    served: requests.word === 'ill' ? { shop: { 'shop-1': window } } : {},
    configuration: { connectors: {}, services: {}, traffic: { shop: [{ latest: false, revision: 'shop-1', percent: 100, tag: null }] } },
  };
}

const after = (...looks: readonly Look[]): IncidentContext =>
  looks.reduce<IncidentContext>((context, seen) => ({ ...context, ...recordLook({ context }, seen) }), initialContext(INPUT));
const stands = (context: IncidentContext): boolean => usersIllStill(context)['shop'] !== undefined;
const undone = { 'deploy:shop': { change: null, because: 'it failed' } };

describe('an illness that users told of', () => {
  test('stands while nobody calls, where the probes were well all the time', () => {
    expect(stands(after(look(T(1), ILL), look(T(2), ILL), look(T(30), NONE), look(T(60), NONE)))).toBe(true);
  });

  test('is over when users say so, and not told by one look', () => {
    expect(stands(after(look(T(1), ILL), look(T(2), ILL), look(T(9), { ...WELL, samples: 300, failed: 0 })))).toBe(false);
    expect(stands(after(look(T(1), ILL)))).toBe(false);
  });

  test('is told by few requests too, where most of them failed and none was answered well since', () => {
    const few: Statement = { word: 'silent', because: '2 of 3 failed', samples: 3, failed: 2, wellSince: 0, silence: 'unsure' };
    const known = (said: Statement): boolean => after(look(T(1), said), look(T(2), NONE)).usersIll?.['shop'] !== undefined;
    expect(known(few)).toBe(true);
    expect(known({ ...few, failed: 1, samples: 1 }), 'one is chance').toBe(false);
    expect(known({ ...few, samples: 4 }), 'half of them').toBe(false);
    expect(known({ ...few, wellSince: 1 }), 'answered well since').toBe(false);
    expect(known({ ...few, silence: 'few' }), 'within the goal').toBe(false);
  });

  test('may be ended by probes that had seen it, but not once the step for it was undone and the same revision serves again', () => {
    const seen = after(look(T(1), ILL, { probes: 'ill' }), look(T(2), ILL, { probes: 'ill' }), look(T(30), NONE));
    expect(stands(seen)).toBe(false);
    expect(stands({ ...seen, undone })).toBe(true);
    expect(stands({ ...seen, undone: { 'deploy:shop': { ...undone['deploy:shop'], neverInForce: true as const } } })).toBe(false);
    const other = { connectors: {}, services: {}, traffic: { shop: [{ latest: false, revision: 'shop-0', percent: 100, tag: null }] } };
    expect(stands({ ...seen, undone, look: { ...seen.look!, configuration: other } })).toBe(false);
  });

  test('keeps a run from ending as restored where all that was tried was to move users away from it, and was undone', () => {
    const seen = after(look(T(1), ILL), look(T(2), ILL));
    const change = { kind: 'pin' as const, service: 'shop', revision: 'shop-0', from: [], to: [] };
    expect(backOnWhatFails({ ...seen, undone: { 'pin:shop': { change, because: 'worse' } } })).toBe(true);
    expect(backOnWhatFails(seen)).toBe(false);
    expect(backOnWhatFails({ ...seen, undone })).toBe(false);
    expect(backOnWhatFails({ ...seen, usersIll: {}, undone: { 'pin:shop': { change, because: 'worse' } } })).toBe(false);
  });

  test.each<[string, Statement, boolean]>([
    ['ten without a failure, at one half before', { word: 'silent', because: '', samples: 10, failed: 0, silence: 'few' }, true],
    ['nine', { word: 'silent', because: '', samples: 9, failed: 0, silence: 'few' }, false],
    ['ten, one of them failed', { word: 'silent', because: '', samples: 10, failed: 1, silence: 'few' }, false],
    ['none at all', NONE, false],
    ['unread', UNREAD, false],
  ])('few requests tell that it is over by what the old rate would hardly bring: %s', (_, said, isOver) => {
    expect(usersWellAgain(said, { failed: 50, samples: 100 })).toBe(isOver);
  });
});

describe('nothing that can be seen is ill, and not everything can be seen', () => {
  const dark = (at: number, requests = WELL) => look(T(at), requests, { deaths: UNREAD });
  const five = [1, 2, 3, 4, 5];

  test('is so with one source dark and the others well, in the last five looks', () => {
    expect(onlyUnmeasured(after(...five.map((at) => dark(at))))).toBe(true);
    expect(onlyUnmeasured(after(...five.slice(1).map((at) => dark(at))))).toBe(false);
  });

  test.each<[string, Look]>([
    ['users fail', dark(5, ILL)],
    ['some fail, too few to tell', dark(5, { word: 'silent', because: '', samples: 9, silence: 'unsure' })],
    ['probes fail', look(T(5), WELL, { probes: 'ill', deaths: UNREAD })],
    ['nobody speaks for it', look(T(5), NONE, { probes: 'silent', deaths: UNREAD })],
    ['nothing is dark', look(T(5), WELL)],
  ])('is not so where %s', (_, last) => {
    expect(onlyUnmeasured(after(...five.slice(0, 4).map((at) => dark(at)), last))).toBe(false);
  });

  test('is told once after ten minutes, with what is seen well and what is missing, and when it can be seen again', () => {
    const looks = [0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20].map((at) => dark(at));
    const told = (context: IncidentContext) => context.outbox.filter((text) => text.includes('nothing that can be seen is ill'));
    expect(told(after(...looks.slice(0, 9)))).toEqual([]);
    const context = after(...looks);
    expect(told(context)).toHaveLength(1);
    expect(told(context)[0]).toContain('(shop: it is well)');
    expect(after(...looks, look(T(22), WELL)).outbox.at(-1)).toContain('is seen again');
    expect(told({ ...context, ...recordLook({ context: { ...context, outbox: [] } }, dark(22)) })).toEqual([]);
  });
});
