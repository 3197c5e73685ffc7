import { describe, expect, test } from 'vitest';
import { byOthersWords } from '../../../machines/incident/others/by-others.ts';
import type { IncidentContext } from '../../../machines/incident/context.ts';
import { wellWhileHeld } from '../../../machines/incident/ending/end-guards.ts';
import { initialContext } from '../../../machines/incident/initial-context.ts';
import { lookInput } from '../../../machines/incident/inputs.ts';
import { inForceNow, undoWords } from '../../../machines/incident/trial/in-force.ts';
import { trialFailed } from '../../../machines/incident/trial/trial-guards.ts';
import { lastWords, selfHealedWords, progressWords } from '../../../machines/incident/people/messages.ts';
import type { Mutation } from '../../../src/core/model/mutation.ts';
import { INPUT } from '../incident-samples.ts';
import { SAMPLE, T, to } from '../present-ways.ts';

const pin: Mutation = {
  key: 'k',
  stepId: 'pin:backend',
  title: 'Pin backend to new',
  class: 'reversible',
  at: T(1),
  outcome: 'applied',
  end: 'in-force',
  before: { kind: 'traffic', service: 'backend', traffic: to('old'), generation: '1' },
  after: { kind: 'traffic', service: 'backend', traffic: to('new'), generation: '2' },
  operation: null,
  undo: 'gcloud back to old',
};
const CONTEXT: IncidentContext = { ...initialContext(INPUT), mutations: [pin], changedAt: T(1), outcome: 'aborted' };
const HELD: NonNullable<IncidentContext['held']> = {
  by: 'ann',
  reason: 'changed',
  at: T(5),
  change: { subjects: ['service:backend'], touches: ['traffic:backend'], seen: SAMPLE.configuration, toldAt: T(5), by: 'ann' },
};

describe('an undo is offered for what is in force as the run made it, and for nothing else', () => {
  test('while nobody has changed it since', () => {
    expect(undoWords(CONTEXT)).toBe(' To undo: gcloud back to old.');
    expect(lastWords(CONTEXT)).toMatch(
      /ended aborted: nothing is proven to be well\. Changed, and in force now: Pin backend to new\. To undo: gcloud back to old\./,
    );
  });

  describe('with what users got before it and get since, while its service is ill by a look after it:', () => {
    const window = (from: number, total: number, failed: number) => ({
      probes: 'ill' as const,
      deaths: {},
      requests: { sinceAt: T(from), untilAt: T(from + 2), byRevision: { old: { total, failed } } },
    });
    const since = (outcome: 'fail' | 'pass', tally: ReturnType<typeof window> | null, served?: Mutation['served']): string =>
      undoWords({
        ...CONTEXT,
        mutations: [served === undefined ? pin : { ...pin, served }],
        look: {
          ...SAMPLE,
          at: T(9),
          gates: { 'healthy:backend': { outcome, because: 'seen' } },
          ...(tally === null ? {} : { tallies: { backend: tally } }),
        },
      });
    const before = { total: 1225, badly: 732, sinceAt: T(-4), untilAt: T(-2) };
    const undo = ' To undo: gcloud back to old.';

    test('fewer, more, hardly fewer, each from what to what', () => {
      const far = since('fail', window(5, 1207, 66), before);
      expect(far).toMatch(/^ In force, and far fewer fail since, but not few enough: Pin backend to new \(backend: before 732 of 1225 /);
      expect(far).toMatch(/\(60 %, .*since then 66 of 1207 failed or were turned away \(5\.5 %, /);
      expect(far).not.toContain('has not helped');
      expect(since('fail', window(5, 1207, 800), before)).toMatch(/In force, and has not helped: .*60 %.*66 %/);
      expect(since('fail', window(5, 1207, 600), before)).toMatch(/In force, and hardly fewer fail since: /);
      expect(since('fail', window(5, 1207, 420), before)).toMatch(/In force, and fewer fail since, but not few enough: /);
    });

    test('nothing is said of what chance may have brought', () => {
      const few = { ...before, total: 40, badly: 15 };
      expect(since('fail', window(5, 41, 8), few)).toMatch(/In force, and whether fewer fail since cannot be told: .*15 of 40 .*8 of 41 /);
    });

    test.each([
      ['the window begins before it', window(0, 1207, 66), before],
      ['too few have called', window(5, 7, 0), before],
      ['nothing was counted since', null, before],
      ['nothing was counted before', window(5, 1207, 66), undefined],
    ])('neither where %s: that is not known', (_, tally, served) => {
      expect(since('fail', tally, served)).toBe(
        ` In force, and backend is still ill: Pin backend to new (what users got before and since was not measured).${undo}`,
      );
    });

    test('nothing of it where the service is well, or was not seen since', () => {
      expect(since('pass', window(5, 1207, 66), before)).toBe(undo);
      expect(undoWords({ ...CONTEXT, look: { ...SAMPLE, at: T(0), gates: { 'healthy:backend': { outcome: 'fail', because: '' } } } })).toBe(
        undo,
      );
    });
  });

  test.each([
    ['that holds the run', { held: HELD }],
    ['that was accepted', { adopted: { 'traffic:backend': T(6) }, changedBy: { 'traffic:backend': { by: 'ann', at: T(5) } } }],
  ])('not after a change by others %s, which is named', (_, more) => {
    const context = { ...CONTEXT, ...more };
    expect(undoWords(context)).toBe('');
    expect(inForceNow(context)).toEqual([]);
    expect(lastWords(context)).toMatch(/Pin backend to new \(replaced since by ann \(seen .*\), and that stands\)/);
    expect(lastWords(context)).not.toContain('gcloud');
    // Users may have been well since the run's own change: what replaced it is named, and no cure.
    expect(selfHealedWords(context)).toMatch(
      /^ Nothing that this run had changed is in force now: Pin backend to new: replaced since by ann \(seen .*\), and that stands\.$/,
    );
  });

  test('still after a change beside it that has left users where the run put them; what is not seen since is not known to be so', () => {
    const seen = (revision: string, at: number): IncidentContext => ({
      ...CONTEXT,
      held: HELD,
      look: { ...SAMPLE, at, configuration: { ...SAMPLE.configuration, traffic: { backend: to(revision) } } },
    });
    expect(undoWords(seen('new', T(6)))).toContain('gcloud back to old');
    expect(progressWords(seen('new', T(6)))).toContain('Changes in force: 1.');
    expect(undoWords(seen('old', T(6)))).toBe('');
    expect(undoWords(seen('new', T(4)))).toBe('');
  });

  test('again for what the run has changed after that', () => {
    const later = { ...pin, key: 'l', at: T(9) };
    expect(undoWords({ ...CONTEXT, mutations: [later], adopted: { 'traffic:backend': T(6) } })).toContain('gcloud back to old');
  });

  test('once for each way, and what has no way back is named as that', () => {
    const connector = { kind: 'connector' as const, config: { minInstances: 2, maxInstances: 3, machineType: 'e2-micro' } };
    const grown = { ...pin, key: 'c', title: 'Grow', class: 'irreversible' as const, before: connector, after: connector, undo: 'no way' };
    expect(undoWords({ ...CONTEXT, mutations: [grown, pin, { ...pin, key: 'k2' }] })).toBe(
      ' To undo: gcloud back to old. Cannot be undone: Grow.',
    );
  });
});

test('a small share is not told to be in force beside the whole that followed; what cannot be undone is told of a recovery too', () => {
  const connector = { kind: 'connector' as const, config: { minInstances: 2, maxInstances: 3, machineType: 'e2-micro' } };
  const grown = { ...pin, key: 'c', title: 'Grow', class: 'irreversible' as const, before: connector, after: connector };
  const whole = { ...pin, key: 'w', title: 'All of backend to new' };
  const context: IncidentContext = { ...CONTEXT, mutations: [grown, pin, whole], outcome: 'recovered' };
  const words = lastWords(context);
  expect(words).toContain('Changed, and in force now: Grow; All of backend to new. ');
  expect(words).toContain('Cannot be undone: Grow.');
  expect(progressWords(context)).toContain('Changes in force: 2.');
  const failed = { ...whole, end: 'failed' as const };
  expect(lastWords({ ...context, mutations: [grown, pin, failed] }), 'what failed replaces nothing').toContain(
    'in force now: Grow; Pin backend to new. Also sent: All of backend to new (failed: no reason given).',
  );
});

test('what was put back is told as that, and not once more as the change that put it back', () => {
  const back = { ...pin, key: 'b', stepId: 'restore:backend', title: 'Put the traffic of backend back' };
  const words = lastWords({ ...CONTEXT, outcome: 'restored', mutations: [{ ...pin, end: 'put-back' }, back] });
  expect(words).toContain('No change of this run is known to be in force. Also sent: Pin backend to new (put back since).');
});

test('one connector that was scaled is not replaced by another', () => {
  const connector = { kind: 'connector' as const, config: { minInstances: 2, maxInstances: 3, machineType: 'e2-micro' } };
  const grown = { ...pin, class: 'irreversible' as const, before: connector, after: connector };
  const one = { ...grown, key: 'a', stepId: 'scale-connector:one', title: 'Grow one' };
  const two = { ...grown, key: 'b', stepId: 'scale-connector:two', title: 'Grow two' };
  expect(lastWords({ ...CONTEXT, mutations: [one, two] })).toContain('in force now: Grow one; Grow two.');
  expect(lastWords({ ...CONTEXT, mutations: [one, { ...two, stepId: one.stepId }] })).toContain('in force now: Grow two. ');
});

test('what others have made of it speaks neither for nor against the step in hand, while it is held for that', () => {
  const trial = { conclusion: 'failing' } as IncidentContext['trial'];
  const tried = { ...CONTEXT, stepId: 'pin:backend', trial, intended: { backend: 'new', auth: 'new' } };
  expect(trialFailed({ context: tried })).toBe(true);
  expect(trialFailed({ context: { ...tried, held: HELD } })).toBe(false);
  expect(lookInput({ ...tried, held: HELD }).intended).toEqual({ auth: 'new' });
});

describe('recovery that followed what others have changed', () => {
  const mended = { ...CONTEXT, held: HELD, illSeenAt: T(5) };

  test('is told as that, where it was ill until then', () => {
    expect(byOthersWords(mended)).toMatch(/not by this run's hand.*still ill after the last change of this run, until ann changed/);
    const words = lastWords({ ...mended, outcome: 'recovered', failure: 'a step failed' });
    expect(words).toMatch(/not by this run's hand.* Failed before that: a step failed\./);
  });

  test('is not, where it was well before, or the run has changed something after it', () => {
    expect(byOthersWords({ ...mended, illSeenAt: T(2) })).toBe('');
    expect(byOthersWords({ ...mended, changedAt: T(7) })).toBe('');
    expect(byOthersWords(CONTEXT)).toBe('');
  });

  test('may be proven while nobody answers, not while a human holds the run, nor with a half of ours in force', () => {
    const well: IncidentContext = {
      ...CONTEXT,
      held: HELD,
      look: { ...SAMPLE, at: T(6), gates: { all: { outcome: 'pass', because: '' } } },
    };
    expect(wellWhileHeld({ context: well })).toBe(true);
    expect(wellWhileHeld({ context: { ...well, held: { ...HELD, human: true } } })).toBe(false);
    expect(wellWhileHeld({ context: { ...well, look: { ...well.look!, at: T(4) } } })).toBe(false);
    const back = (service: string) => ({ context: { ...well, restoreQueue: [{ service, traffic: to('old') }] } });
    expect([wellWhileHeld(back('backend')), wellWhileHeld(back('auth'))]).toEqual([true, false]);
    const other = { ...pin, key: 'a', stepId: 'deploy:auth', after: { ...pin.after, service: 'auth' } } as Mutation;
    expect(wellWhileHeld({ context: { ...well, mutations: [other], stepId: 'deploy:auth' } })).toBe(false);
  });
});
