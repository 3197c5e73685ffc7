import { describe, expect, test } from 'vitest';
import type { Look } from '../../../machines/incident/activities.ts';
import { recordLook } from '../../../machines/incident/health/record-look.ts';
import type { IncidentContext } from '../../../machines/incident/context.ts';
import { initialContext } from '../../../machines/incident/initial-context.ts';
import {
  ownBoundNeedsPerson,
  ownBoundUnhelped,
  ownBoundUnneeded,
  ownBoundWords,
  rememberOwnBound,
  takeOwnBound,
} from '../../../machines/incident/trial/own-bounds.ts';
import { escalationFacts, lastWords } from '../../../machines/incident/people/messages.ts';
import type { Mutation, MutationState } from '../../../src/core/model/mutation.ts';
import { ANSWERS, INPUT, MINUTE, STARTED_AT } from '../incident-samples.ts';

const T = (minutes: number): number => STARTED_AT + minutes * MINUTE;
const SAMPLE = ANSWERS.observe(STARTED_AT)[1]!;

const bounded = (maxInstances: number | null): MutationState => ({
  kind: 'traffic',
  service: 'backend',
  traffic: [],
  generation: '2',
  bounds: { minInstances: 0, maxInstances },
});
const bound = (from: number | null, to: number | null): Mutation => ({
  key: 'run/instances:backend/1',
  stepId: 'instances:backend',
  title: 'Bound the instances of backend',
  class: 'reversible',
  at: T(1),
  outcome: 'applied',
  end: 'in-force',
  before: bounded(from),
  after: bounded(to),
  operation: 'operations/1',
  undo: 'put back the recorded bounds: gcloud run services update backend --max=default',
});

interface Seen {
  readonly turnedAway?: number;
  /** What the requests say, by the look itself. */
  readonly word?: 'ill' | 'well' | 'silent';
  /** When Cloud Run last logged that it had no instance; null: it did not. */
  readonly saidAt?: number | null;
}

function look(at: number, { turnedAway = 250, word = 'ill', saidAt = at - 10_000 }: Seen = {}): Look {
  const well = { word: 'well', because: 'sample', samples: 1 } as const;
  const byRevision = { 'backend-1': { total: 1_000, failed: 0, turnedAway } };
  return {
    ...SAMPLE,
    at,
    testimony: { backend: { probes: well, requests: { ...well, word }, deaths: well, platform: well, logs: well } },
    tallies: {
      backend: {
        requests: { sinceAt: at - 3 * MINUTE, untilAt: at - MINUTE, byRevision },
        deaths: {},
        noInstance: saidAt === null ? {} : { 'backend-1': saidAt },
        probes: 'well',
      },
    },
  };
}

const begun = (mutations: readonly Mutation[]): IncidentContext => ({ ...initialContext(INPUT), mutations, outbox: [] });
const after = (looks: readonly Look[], mutations = [bound(null, 24)]): IncidentContext =>
  looks.reduce<IncidentContext>((context, seen) => ({ ...context, ...recordLook({ context }, seen) }), begun(mutations));
const told = ({ outbox }: IncidentContext): readonly string[] => outbox.filter((text) => text.includes('our bound of'));

describe('a bound of this run’s that turns users away', () => {
  test('is told as soon as two looks agree, once, with the figures, their time and the way back', () => {
    expect(told(after([look(T(20))]))).toEqual([]);
    const context = after([look(T(20)), look(T(20.5)), look(T(21))]);
    expect(told(context)).toHaveLength(1);
    expect(told(context)[0]).toContain('our bound of backend (at most 24, set ');
    expect(told(context)[0]).toContain('250 of 1000 requests since ');
    expect(told(context)[0]).toContain('To undo: put back the recorded bounds: gcloud run services update backend --max=default.');
    expect(ownBoundNeedsPerson(context)).toBe(true);
  });

  test.each<[string, readonly Look[], readonly Mutation[]]>([
    ['one look between does not find it', [look(T(20)), look(T(20.5), { word: 'well', turnedAway: 0 }), look(T(21))], [bound(null, 24)]],
    ['the application limits its clients', [look(T(20), { saidAt: null }), look(T(20.5), { saidAt: null })], [bound(null, 24)]],
    ['Cloud Run said so before the bound alone', [look(T(2), { saidAt: T(0) }), look(T(2.5), { saidAt: T(0) })], [bound(null, 24)]],
    ['the figures reach back before the bound', [look(T(3)), look(T(3.5))], [bound(null, 24)]],
    ['users fail, and hardly any of them for that', [look(T(20), { turnedAway: 5 }), look(T(20.5), { turnedAway: 5 })], [bound(null, 24)]],
    ['the run has raised the maximum', [look(T(20)), look(T(20.5))], [bound(4, 12)]],
    ['the bound was put back', [look(T(20)), look(T(20.5))], [{ ...bound(null, 24), end: 'put-back' }]],
    ['nothing was bound', [look(T(20)), look(T(20.5))], []],
  ])('is not told where %s', (_, looks, mutations) => {
    expect(told(after(looks, [...mutations]))).toEqual([]);
  });

  test('is told again when it comes back after half an hour, and not before', () => {
    const both = (at: number) => [look(T(at)), look(T(at + 0.5))];
    const calm = (at: number) => look(T(at), { word: 'well', turnedAway: 0, saidAt: null });
    expect(told(after([...both(20), calm(22), ...both(40)]))).toHaveLength(1);
    expect(told(after([...both(20), calm(22), calm(52), ...both(53)]))).toHaveLength(2);
  });

  test('is put back by the run where as many instances again fit, and told by that alone; else people have it after five minutes', () => {
    const looks = (room: 'pass' | 'fail', many: number) =>
      Array.from({ length: many }, (_, index) => ({
        ...look(T(20 + index / 2)),
        gates: { 'room:backend': { outcome: room, because: '300 of 400 connections are free' } },
      }));
    const planned = (context: IncidentContext): IncidentContext => ({
      ...context,
      plan: ANSWERS.plan(STARTED_AT)[0]! && { ...ANSWERS.plan(STARTED_AT)[0]!, steps: [] },
    });
    const free = after(looks('pass', 2));
    expect([ownBoundUnneeded({ context: free }), told(free)]).toEqual([true, []]);
    expect(takeOwnBound({ context: free })).toMatchObject({ stepId: 'instances:backend', boundTurnsAway: { backend: { heeded: true } } });
    expect(ownBoundUnneeded({ context: after(looks('pass', 1)) })).toBe(false);
    expect(ownBoundUnneeded({ context: { ...free, held: { by: 'ann', reason: 'mine', at: T(20), change: null } } })).toBe(false);
    expect(ownBoundUnneeded({ context: { ...free, stepId: 'deploy:auth' } })).toBe(false);
    const full = after(looks('fail', 10));
    expect([ownBoundUnneeded({ context: full }), ownBoundUnhelped({ context: planned(full) })]).toEqual([false, true]);
    expect(ownBoundUnhelped({ context: planned(after(looks('fail', 9))) })).toBe(false);
    expect(rememberOwnBound({ context: planned(full) }).failure).toMatch(/turns users away: 250 of 1000.*no step is left that could help/);
  });

  test('stands in the last words and in a case while the newest look shows it', () => {
    const still = after([look(T(20)), look(T(20.5))]);
    expect(lastWords({ ...still, outbox: [], outcome: 'escalated' })).toContain('Mind: our bound of backend (at most 24');
    expect(escalationFacts(still, T(21))).toContain('our bound of backend (at most 24');
    const over = after([look(T(20)), look(T(20.5)), look(T(21), { word: 'well', turnedAway: 0, saidAt: null })]);
    expect(ownBoundNeedsPerson(over)).toBe(false);
    expect(ownBoundWords(over)).toBe('');
  });
});
