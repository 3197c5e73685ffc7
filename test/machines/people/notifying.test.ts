import { describe, expect, test } from 'vitest';
import { initialContext } from '../../../machines/incident/initial-context.ts';
import { incidentMachine } from '../../../machines/incident/incident.machine.ts';
import { delays } from '../../../machines/incident/delays.ts';
import { beginNotification, lastTelling, recordTold, tellingNow } from '../../../machines/incident/people/notifying.ts';
import type { IncidentContext } from '../../../machines/incident/context.ts';
import type { ChannelRecord, Announcement } from '../../../src/core/model/message.ts';
import { INPUT, MINUTE, STARTED_AT } from '../incident-samples.ts';
import { CAUGHT_UP } from '../telling-ways.ts';
import { waysTaken } from '../walk.ts';

const EVENT = { at: STARTED_AT + MINUTE };
const TARGET = INPUT.target;
const contextWith = (parts: Partial<IncidentContext>): IncidentContext => ({ ...initialContext(INPUT), ...parts });
const saying = (parts: Partial<IncidentContext>): Announcement => tellingNow({ context: contextWith(parts), event: EVENT }).saying!;
const words = (text: string) => ({ outbox: [`${TARGET}: ${text}`] });
const HELD = { by: 'ann', reason: 'mine', at: STARTED_AT, human: true, change: null };
const CHANGE = { subjects: [], touches: [], seen: { connectors: {}, services: {} }, toldAt: STARTED_AT };
const ESCALATED = { reason: 'no improvement', at: STARTED_AT };

test('a channel that lacks a message gets it without anything new to say, where trying again makes sense', () => {
  const missed = [{ no: 1, happened: 'said' } as Announcement];
  const lacking = (lasting: boolean): ChannelRecord => ({
    described: 'Slack C1',
    ids: {},
    upTo: 0,
    tried: 1,
    missed,
    lost: 0,
    problem: { text: 'answered 503', since: STARTED_AT, lasting },
  });
  const places = { watch: 'resting', escalation: 'watching', operator: 'active', telling: 'quiet', runbook: 'following' };
  const due = { type: 'xstate.after.CATCH_UP.incident.working.telling.quiet', at: STARTED_AT + 5 * MINUTE };
  const ways = (lasting: boolean): readonly string[] => {
    const context = { ...initialContext(INPUT), channels: { slack: lacking(lasting) } };
    return waysTaken(incidentMachine, incidentMachine.resolveState({ value: { working: places }, context } as never), due as never);
  };
  expect(ways(false)).toContain(CAUGHT_UP);
  expect(ways(true)).not.toContain(CAUGHT_UP);
});

describe('a message', () => {
  test.each<[string, Partial<IncidentContext>, Announcement['kind'], Announcement['standing'], boolean]>([
    ['the first of a run', words('looked and diagnosed'), 'started', 'underway', false],
    ['a step that is done', { said: 1, ...words('done: scale.') }, 'change', 'underway', false],
    ['what was noted on the way', { said: 1, ...words('scale: not worse so far') }, 'phase', 'underway', false],
    ['a question', { said: 1, askedAt: STARTED_AT, ...words('a decision is needed') }, 'needs-you', 'waiting', true],
    [
      'a hold for somebody else’s change',
      { said: 1, held: { ...HELD, human: false, change: CHANGE }, ...words('held') },
      'needs-you',
      'waiting',
      true,
    ],
    ['a hold by a human, who has it in hand', { said: 1, held: HELD, ...words('held by ann') }, 'phase', 'waiting', false],
    ['an escalation', { said: 1, escalation: ESCALATED, ...words('escalated') }, 'escalated', 'escalated', true],
    ['progress of an escalated run', { said: 1, escalation: ESCALATED, ...words('still watching') }, 'progress', 'escalated', true],
  ])('%s is told as what it is', (_, parts, kind, standing, needsPerson) => {
    expect(saying(parts)).toMatchObject({ kind, standing, needsPerson });
  });

  test('says the environment once, and until when an answer is awaited', () => {
    const asked = saying({ said: 1, askedAt: STARTED_AT, ...words('your approval is needed') });
    expect(asked).toMatchObject({ environment: TARGET, happened: 'your approval is needed' });
    const until = new Date(STARTED_AT + INPUT.settings.approvalWithinMs).toISOString().replace('.000Z', 'Z');
    expect(asked.next).toContain(`is needed until ${until}`);
  });

  test('keeps its number at every try, and the next one has the next', () => {
    const context = contextWith({ said: 3, outbox: ['one', 'two'] });
    const tried = { ...context, ...beginNotification({ context, event: EVENT }) };
    const again = { ...tried, ...beginNotification({ context: tried, event: EVENT }) };
    expect(tellingNow({ context: tried, event: EVENT })).toMatchObject({ doubt: false, saying: { no: 4 } });
    expect(tellingNow({ context: again, event: EVENT })).toMatchObject({ doubt: true, saying: { no: 4 } });
    const told = { ...again, ...recordTold({ context: again, event: EVENT }, { told: 1, text: 'one' }) };
    expect(told.outbox).toEqual(['two']);
    expect(tellingNow({ context: told, event: EVENT }).saying).toMatchObject({ no: 5, happened: 'two' });
  });

  test('that came to wait while channels were brought up to date is not taken for told', () => {
    const quiet = contextWith({ said: 3 });
    const context = { ...quiet, ...beginNotification({ context: quiet, event: EVENT }), outbox: ['new'] };
    expect({ ...context, ...recordTold({ context, event: EVENT }, { told: 0, text: '' }) }).toMatchObject({ said: 3, outbox: ['new'] });
  });

  test('that was on its way at the end goes before the last words, under its own number, and is not repeated in them', () => {
    const waits = { said: 3, outcome: 'aborted' as const, outbox: ['one', 'two'] };
    const context = contextWith({ ...waits, saying: { no: 4, tries: 1 } });
    const { before, saying: last, doubt } = lastTelling({ context, event: EVENT });
    expect(before).toMatchObject({ no: 4, happened: 'one' });
    expect(last).toMatchObject({ no: 5, kind: 'ended', nextBy: null });
    expect(last?.happened).toContain('Earlier: two');
    expect(last?.happened).not.toContain('one |');
    expect(doubt).toBe(true);
    const fresh = lastTelling({ context: contextWith(waits), event: EVENT });
    expect(fresh.before).toBeUndefined();
    expect(fresh.saying?.happened).toContain('Earlier: one | two');
  });
});

test('bringing a channel up to date does not put progress off', () => {
  const every = INPUT.settings.tellEveryMs;
  const context = contextWith({ toldLately: [{ shape: 'x', at: STARTED_AT }] });
  expect(delays.TELL_EVERY({ context, event: { at: STARTED_AT + MINUTE } })).toBe(every - MINUTE);
  expect(delays.TELL_EVERY({ context, event: { at: STARTED_AT + every } })).toBe(every);
  expect(delays.TELL_EVERY({ context: contextWith({}), event: EVENT })).toBe(every);
});
