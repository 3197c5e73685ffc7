import { describe, expect, test } from 'vitest';
import { carryMessage, isGoodNews, isRepetition, messageNow, rememberMessage } from '../../../machines/incident/people/budget.ts';
import {
  decideNoImprovement,
  googleCanMend,
  handToPeople,
  recordLastWords,
  tellTextAgain,
} from '../../../machines/incident/people/escalating.ts';
import { initialContext } from '../../../machines/incident/initial-context.ts';
import type { IncidentContext } from '../../../machines/incident/context.ts';
import { giveTimeBack } from '../../../machines/incident/time-away.ts';
import { escalationFacts, lastWords, progressWords } from '../../../machines/incident/people/messages.ts';
import type { Cause, CauseKind, Cure } from '../../../src/core/model/diagnosis.ts';
import type { Mutation } from '../../../src/core/model/mutation.ts';
import { INPUT, MINUTE, STARTED_AT } from '../incident-samples.ts';

const NOW = STARTED_AT + 150 * MINUTE;
const EVENT = { at: NOW };

function contextWith(more: Partial<IncidentContext>): IncidentContext {
  return { ...initialContext(INPUT), ...more };
}

function diagnosed(kind: CauseKind, confidence = 0.9): Pick<IncidentContext, 'diagnosis'> {
  const evidence = [{ source: 'monitoring', at: NOW - MINUTE, text: '352 of 400 connections in use (fresh); 395 are ours to use' }];
  const cause: Cause = { kind, subject: 'backend', confidence, share: 1, summary: 'sample', evidence };
  return { diagnosis: { at: NOW, healthy: false, causes: [cause], whys: [], unknowns: [] } };
}

const early = { escalation: { reason: 'nobody answered in time', at: NOW } };
const late = { escalation: { reason: 'no improvement', at: NOW, afterWindow: true as const } };
const traffic = { kind: 'traffic' as const, service: 'backend', traffic: [], generation: '1' };
const connector = { kind: 'connector' as const, config: { minInstances: 2, maxInstances: 10, machineType: 'e2-micro' } };
const sent: Mutation = {
  key: 'k',
  stepId: 'pin:backend',
  title: 'Pin backend',
  class: 'reversible',
  at: STARTED_AT,
  outcome: 'applied',
  before: traffic,
  after: traffic,
  operation: null,
  undo: 'undo the pin',
};

describe('why it was handed over', () => {
  const asked = contextWith({ escalation: { reason: 'nobody answered within 30 min', at: NOW - 30 * MINUTE } });

  test('is told with when the newest reason came, where there was one before it', () => {
    const { escalation } = decideNoImprovement({ context: asked, event: EVENT });
    const words = progressWords({ ...asked, escalation: escalation! });
    expect(words).toMatch(/escalated since \S+ \(since \S+: no improvement within 120 minutes; /);
    const first = decideNoImprovement({ context: contextWith({}), event: EVENT }).escalation!;
    expect(progressWords(contextWith({ escalation: first }))).toMatch(/escalated since \S+ \(no improvement within 120 minutes; /);
  });

  test('stands once in the text of a case', () => {
    const failed = contextWith({ failure: 'the deploy failed', escalation: { reason: 'the deploy failed', at: NOW } });
    expect(escalationFacts(failed, NOW)).not.toContain('the deploy failed');
    const other = { ...failed, escalation: { reason: 'no improvement', at: NOW } };
    expect(escalationFacts(other, NOW)).toContain('Failed: the deploy failed');
  });
});

describe('Google is called', () => {
  test.each<[CauseKind, boolean]>([
    ['provider-incident', true],
    ['quota-or-regional-shortage', true],
    ['application-crash', false],
    ['configuration', false],
    ['name-resolution', false],
    ['unknown', false],
  ])('before the window is over for %s: %s', (kind, called) => {
    expect(googleCanMend({ context: contextWith({ ...early, ...diagnosed(kind) }) })).toBe(called);
  });

  test.each<[CauseKind, number, boolean]>([
    ['connector-saturation', 0.9, true],
    ['unknown', 0.3, true],
    ['application-crash', 0.9, false],
    ['application-crash', 0.4, true],
  ])('when the window has passed, for %s at %d: %s', (kind, confidence, called) => {
    expect(googleCanMend({ context: contextWith({ ...late, ...diagnosed(kind, confidence) }) })).toBe(called);
  });

  test('not while a change of somebody else’s holds the run and nobody has decided about it; people get the text, and why', () => {
    const change = { subjects: ['service:backend'], touches: [], seen: { connectors: {}, services: {} }, toldAt: STARTED_AT };
    const held = { by: 'ann', human: false, reason: 'service:backend was changed', at: STARTED_AT, change };
    const context = contextWith({ ...late, ...diagnosed('unknown', 0.3), held });
    expect(googleCanMend({ context })).toBe(false);
    expect(handToPeople({ context, event: EVENT }).outbox?.at(-1)).toContain(
      'No support case is open (a change by ann held the run since 2026-01-05T03:00:00Z, and nobody had decided about it at 2026-01-05T05:30:00Z)',
    );
    expect(googleCanMend({ context: { ...context, ...diagnosed('provider-incident') } })).toBe(true);
    expect(googleCanMend({ context: { ...context, held: { ...held, human: true, change: null } } })).toBe(true);
  });

  test.each<[CauseKind, Cure[], boolean]>([
    ['configuration', ['third-party'], false],
    ['configuration', ['way-out', 'third-party'], false],
    ['configuration', ['network'], true],
    ['quota-or-regional-shortage', ['third-party'], false],
    ['quota-or-regional-shortage', ['capacity', 'third-party'], true],
  ])('not for what only others can mend, however sure that is, also beside what is unknown: %s cured by %j: %s', (kind, cures, called) => {
    const diagnosis = diagnosed(kind, 0.4).diagnosis!;
    const [cause] = diagnosis.causes;
    const told = { ...cause!, share: 0.3, cures };
    const unknown: Cause = { ...cause!, kind: 'unknown', confidence: 0.3, share: 0.7, cures: [] };
    const asked = (causes: readonly Cause[]) => googleCanMend({ context: contextWith({ ...late, diagnosis: { ...diagnosis, causes } }) });
    expect([asked([told]), asked([unknown, told])]).toEqual([called, called]);
    expect(asked([unknown, { ...told, share: 0.1 }])).toBe(true);
  });

  test('at once for a connector that fails although it was asked for rightly, not for a permission of the customer', () => {
    const scaled = (problem: string): Mutation => ({ ...sent, before: connector, after: connector, end: 'failed', problem });
    const told = (problem: string) => googleCanMend({ context: contextWith({ ...early, mutations: [scaled(problem)] }) });
    expect(told('stockout: ZONE_RESOURCE_POOL_EXHAUSTED')).toBe(true);
    expect(told('PERMISSION_DENIED: vpcaccess.connectors.update')).toBe(false);
  });
});

describe('what is said of a change', () => {
  test.each<[Partial<Mutation>, string, boolean]>([
    [{ end: 'in-force' }, 'in force', true],
    [{ end: 'failed', problem: 'not-ready: exit 1' }, 'failed: not-ready: exit 1', false],
    [{ end: 'put-back' }, 'put back since', false],
    [{}, 'sent; its end is not known', true],
  ])('%j: the case says "%s", and how to undo it is said: %s', (end, words, undone) => {
    const context = contextWith({ mutations: [{ ...sent, ...end }], outcome: 'escalated' });
    expect(escalationFacts(context, NOW)).toContain(`Pin backend: ${words}`);
    expect(lastWords(context).includes('undo the pin')).toBe(undone);
    expect(lastWords(context)).not.toMatch(/\bapplied\b/);
  });

  test('each line of evidence has its instant, and none claims to be fresh', () => {
    const facts = escalationFacts(contextWith({ ...late, ...diagnosed('connection-budget') }), NOW);
    expect(facts).not.toContain('fresh');
    expect(facts).toContain(`Evidence of ${new Date(NOW - MINUTE).toISOString().replace('.000Z', 'Z')}: 352 of 400`);
  });

  test('a diagnosis that could not be made anew is told with its own time, as an old one', () => {
    const facts = escalationFacts(contextWith({ ...late, ...diagnosed('unknown') }), NOW + 60 * MINUTE);
    expect(facts).toContain('(a newer one could not be made)');
  });
});

describe('escalated', () => {
  const text = 'the text';
  const handed = { name: null, text, note: '403', handedAt: NOW, retry: 'slowly' as const };

  test.each([
    ['a case is open', { ...handed, name: 'cases/1' }, 0, undefined],
    ['a channel took the text before', { ...handed, reached: true as const }, 0, undefined],
    ['a channel took the text with the last words', handed, 1, undefined],
    ['neither', handed, 0, 'escalated-but-unreached'],
  ] as const)('when %s', (_, supportCase, told, outcome) => {
    const context = contextWith({ outcome: 'escalated', supportCase, outbox: ['one', 'two'] });
    const change = recordLastWords({ context }, { told, text: `Text for the case:\n${text}` });
    expect(change.outcome).toBe(outcome);
    expect(change.untold).toBe(told > 0 ? 0 : 3);
  });

  test('the text is told again while nobody has it in hand, and no more once somebody holds the run', () => {
    const context = contextWith({ ...late, supportCase: handed });
    expect(tellTextAgain({ context, event: EVENT }).outbox?.at(-1)).toContain(text);
    const held = { by: 'ann', reason: 'mine', at: NOW, change: null };
    expect(tellTextAgain({ context: { ...context, held }, event: EVENT }).outbox).toBeUndefined();
  });
});

describe('the budget of messages', () => {
  const told = (shape: string) => [{ shape, at: NOW - MINUTE }];
  test('tells nothing again that was told lately in other figures', () => {
    const context = contextWith({ outbox: ['held: generation 8 changed'], toldLately: told('held: generation # changed') });
    expect(isRepetition({ context, event: EVENT })).toBe(true);
    expect(isRepetition({ context: { ...context, outbox: ['held: labels changed'] }, event: EVENT })).toBe(false);
    expect(isRepetition({ context, event: { at: NOW + 121 * MINUTE } })).toBe(false);
  });

  test('leaves out the bookkeeping once a dozen went out in the time of one progress report, and never what is done or asked', () => {
    const toldLately = Array.from({ length: 12 }, (_, index) => ({ shape: `news ${'x'.repeat(index)}`, at: NOW - MINUTE }));
    expect(isRepetition({ context: contextWith({ toldLately, outbox: ['the window of improvement goes on'] }), event: EVENT })).toBe(true);
    expect(isRepetition({ context: contextWith({ toldLately, outbox: ['done: put traffic back'] }), event: EVENT })).toBe(false);
    expect(isRepetition({ context: contextWith({ toldLately, outbox: ['a decision is needed: which?'] }), event: EVENT })).toBe(false);
  });
});

describe('good news of the run’s own bookkeeping', () => {
  const passed = `${contextWith({}).target}: Pin traffic: not worse so far: in 3 looks none failed.`;
  const better = `${contextWith({}).target}: window of improvement restarted at 20:25: better: cpu; it now ends at 22:25.`;
  const lately = { toldLately: [{ shape: 'done', at: NOW - MINUTE }] };
  const isCarried = (context: object, at = NOW) => isGoodNews({ context: contextWith(context), event: { at } });

  test('is no message of its own while people were told something lately, and one when they were not', () => {
    for (const words of [passed, better]) {
      expect(isCarried({ ...lately, outbox: [words] })).toBe(true);
      expect(isCarried({ ...lately, outbox: [words] }, NOW + 30 * MINUTE)).toBe(false);
      expect(isCarried({ outbox: [words] }), 'nothing was told yet').toBe(false);
    }
  });

  test.each([
    'done: Pin traffic.',
    'a decision is needed: which?',
    'time of the window of improvement given back at 20:30: lost again',
    'a goal is missed again; the window of improvement goes on',
    'Pin traffic: whether it is stable cannot be seen',
  ])('is not what was done, asked, lost or not seen: %s', (words) => {
    expect(isCarried({ ...lately, outbox: [`x: ${words}`] })).toBe(false);
  });

  test('goes with the next message, the newest three, and once', () => {
    let context = contextWith({ ...lately, outbox: [] });
    for (const words of [better, passed, better, passed]) {
      context = { ...context, outbox: [words] };
      context = { ...context, ...carryMessage({ context, event: EVENT }) };
    }
    context = { ...context, outbox: [`${context.target}: done: Pin traffic.`] };
    const lines = messageNow(context).split('\n');
    expect(lines[0]).toBe(`${context.target}: done: Pin traffic.`);
    expect(lines.filter((line) => line.startsWith('Meanwhile: '))).toHaveLength(3);
    expect(lines[1]).toBe('Meanwhile: Pin traffic: not worse so far: in 3 looks none failed.');
    expect(lines.at(-1)).toContain('(1 message that said little new was not sent');
    expect(messageNow({ ...context, ...rememberMessage({ context, event: EVENT }) })).toBe(`${context.target}: done: Pin traffic.`);
  });
});

describe('good news that waits', () => {
  const title = 'Pin traffic';
  const { target } = contextWith({});
  const carried = [`${target}: ${title}: not worse so far: in 3 looks none failed.`];
  const telling = (change: object): string => messageNow(contextWith({ carried, outbox: [`${target}: something else.`], ...change }));
  const step = { id: 'pin:api', title, decision: 'apply', change: null };

  test('is true of a step that stands, whatever has failed beside it', () => {
    expect(telling({})).toContain('Meanwhile: Pin traffic: not worse so far');
    expect(telling({ undoing: 'deploy:web', plan: { steps: [step] } })).toContain('Meanwhile: ');
  });

  test.each([
    ['is being undone', { undoing: 'pin:api', plan: { steps: [step] } }],
    ['was undone', { undone: { 'pin:api': { change: null, because: 'worse' } }, mutations: [{ stepId: 'pin:api', title }] }],
    ['was put back', { mutations: [{ stepId: 'pin:api', title, end: 'put-back' }] }],
    ['has failed', { mutations: [{ stepId: 'pin:api', title, end: 'failed' }] }],
  ])('is not said of a step that %s', (_what, change) => {
    expect(telling(change)).not.toContain('not worse so far');
  });

  test('tells of no new window beside the words that its time was given back', () => {
    const better = `${target}: window of improvement restarted at 20:25: better: cpu; it now ends at 22:25.`;
    const lost = `${target}: time of the window of improvement given back at 20:30: lost again; it now ends at 21:00.`;
    expect(telling({ carried: [better] })).toContain('Meanwhile: window of improvement restarted');
    expect(telling({ carried: [better], outbox: [lost] })).not.toContain('restarted');
  });
});

describe('time in which nobody looked', () => {
  test('moves deadline and window, adds no healthy time, and is taken off the waiting for people', () => {
    const before = contextWith({
      deadlineAt: NOW,
      askedAt: NOW - MINUTE,
      streak: { healthyMs: MINUTE, lastPassAt: NOW, relapses: 0 },
    });
    const after = giveTimeBack({ context: before, event: { at: NOW, awayMs: 27 * MINUTE } });
    expect(after).toMatchObject({
      deadlineAt: NOW + 27 * MINUTE,
      windowEndsAt: before.windowEndsAt + 27 * MINUTE,
      askedAt: NOW + 26 * MINUTE,
      streak: { healthyMs: MINUTE, lastPassAt: null, relapses: 0 },
    });
  });

  test('of a clock that was set back leaves nothing noted in the future', () => {
    const before = contextWith({ lastWriteAt: NOW, lookBeganAt: NOW, servingSince: { backend: NOW } });
    const now = NOW - 180 * MINUTE;
    const after = giveTimeBack({ context: before, event: { at: now, awayMs: -180 * MINUTE } });
    expect(after).toMatchObject({ lastWriteAt: now, lookBeganAt: now, servingSince: { backend: now } });
  });
});
