import { describe, expect, test } from 'vitest';
import type { IncidentContext } from '../../../machines/incident/context.ts';
import { delays } from '../../../machines/incident/delays.ts';
import { failureAsked, leftWords } from '../../../machines/incident/people/left-in-force.ts';
import { sharesAlike } from '../../../machines/incident/trial/same-shares.ts';
import { guards, notePutBackByHand, noteRefusal, noteRestoreRefusal } from '../../../machines/incident/trial/putting-back.ts';
import { SLOW_RETRY_MS } from '../../../machines/incident/trial/refused-for-now.ts';
import { undoWords } from '../../../machines/incident/trial/in-force.ts';
import { progressWords } from '../../../machines/incident/people/messages.ts';
import { INPUT, MINUTE } from '../incident-samples.ts';
import { T, to } from '../present-ways.ts';
import { BY_HAND, LEFT, toPutBack } from '../refused-ways.ts';

const { attempts: FIRST } = INPUT.settings;
const failed = (kind: string, code: string) => ({ type: 'x', at: T(4), error: { kind, code, message: 'denied.' } });
const DENIED = failed('terminal', 'PERMISSION_DENIED');
const SHARED = [
  { latest: false, revision: 'new', percent: 10, tag: 'firebreak' },
  { latest: false, revision: 'old', percent: 90, tag: null },
];
const MOVED: IncidentContext['mutations'][number] = {
  key: 'k',
  stepId: 'deploy:backend',
  title: 'Give 10 % of backend to new',
  class: 'reversible',
  at: T(1),
  outcome: 'applied',
  end: 'in-force',
  before: { kind: 'traffic', service: 'backend', traffic: to('old'), generation: '1' },
  after: { kind: 'traffic', service: 'backend', traffic: SHARED, generation: '2' },
  operation: null,
  undo: 'put back the recorded traffic vector: gcloud run services update-traffic backend --to-revisions=old=100',
};
const CANARY: IncidentContext = {
  ...LEFT,
  mutations: [MOVED],
  attempts: FIRST,
  expected: { connectors: {}, services: {}, traffic: { backend: SHARED } },
  look: {
    ...(LEFT.look ?? BY_HAND.look ?? expect.fail()),
    served: { backend: { new: { total: 46, failed: 29, deaths: 0, sinceAt: T(1), untilAt: T(3) } } },
  },
};

describe('putting back that is refused', () => {
  test('is tried on slowly, and people hear once what users have and how a hand puts it back', () => {
    expect(guards.restoreMayPass({ context: CANARY, event: DENIED })).toBe(true);
    const first = { ...CANARY, ...noteRestoreRefusal({ context: CANARY, event: DENIED }) };
    expect(delays.RETRY({ context: first, event: { type: 'x', at: 0 } })).toBe(SLOW_RETRY_MS);
    const said = first.outbox.at(-1);
    expect(said).toContain('the traffic of backend could not be put back yet: PERMISSION_DENIED: denied. As known at');
    expect(said).toContain('10 % of the users of backend are on new (29 of 46 requests failed, ');
    expect(said).toContain('90 % on old.');
    expect(said).toContain('To put it back by hand: gcloud run services update-traffic backend --to-revisions=old=100.');
    expect(first.failure).toContain('Deploy backend: made it worse; the traffic of backend could not be put back at ');
    expect(noteRestoreRefusal({ context: first, event: DENIED }).outbox).toBeUndefined();
    expect(progressWords(first)).toContain('still working: putting back backend is tried every 5m.');
  });

  test('goes on for hours, and after half of one people are called', () => {
    const long = { ...CANARY, attempts: FIRST + 6 };
    expect(guards.restoreRefusedLong({ context: { ...long, attempts: FIRST + 5 }, event: DENIED })).toBe(false);
    expect(guards.restoreRefusedLong({ context: long, event: DENIED })).toBe(true);
    const called = { ...long, attempts: FIRST + 60, escalation: { reason: 'so it is', at: T(3) } };
    expect(guards.restoreRefusedLong({ context: called, event: DENIED })).toBe(false);
    expect(guards.restoreMayPass({ context: called, event: DENIED })).toBe(true);
    expect(progressWords(called)).toContain('nothing more is changed, but that putting back backend is tried every 5m.');
  });

  test('is not tried on where no time helps', () => {
    expect(guards.restoreMayPass({ context: CANARY, event: failed('terminal', 'INVALID_ARGUMENT') })).toBe(false);
  });

  test('leaves no doubt that it was sent: somebody else may put it back and be seen', () => {
    expect(noteRestoreRefusal({ context: CANARY, event: DENIED }).unanswered).toEqual([]);
    expect(noteRestoreRefusal({ context: CANARY, event: failed('outcome-unknown', 'x') }).unanswered).toHaveLength(1);
  });
});

describe('a shift that is refused', () => {
  test('is tried on for half an hour, an answer that was lost too', () => {
    const shifting = (attempts: number): IncidentContext => ({ ...CANARY, attempts, revision: 'new' });
    expect(guards.shiftMayPass({ context: shifting(FIRST), event: failed('outcome-unknown', 'UNAVAILABLE') })).toBe(true);
    expect(guards.shiftMayPass({ context: shifting(FIRST + 6), event: DENIED })).toBe(false);
    expect(noteRefusal({ context: shifting(0), event: DENIED }).outbox?.at(-1)).toContain('10 % of the users of backend are on new');
  });
});

describe('a question after a putting back that failed', () => {
  test('says what is in force, and a yes puts it back first', () => {
    const stuck = { ...CANARY, failure: 'the traffic of backend could not be put back.' };
    expect(failureAsked(stuck)).toContain('could not be put back. As known at ');
    expect(failureAsked(stuck)).toContain('update-traffic backend --to-revisions=old=100. Try once more to put it back');
    expect(guards.answersUndo({ context: LEFT, event: { type: 'APPROVE' } })).toBe(true);
    expect(failureAsked({ ...stuck, restoreQueue: [] })).toBe('the traffic of backend could not be put back. Look and plan again?');
  });

  test('of a target that did worse, a yes counts the step as tried and leaves what serves', () => {
    const worse = toPutBack(290, 20);
    expect(guards.answersUndo({ context: worse, event: { type: 'APPROVE' } })).toBe(false);
    expect(guards.answersKept({ context: worse, event: { type: 'APPROVE' } })).toBe(true);
  });
});

describe('what a hand has put back', () => {
  test('is not put back again, and the way back is not told any more', () => {
    const context = { ...BY_HAND, mutations: [MOVED] };
    expect(guards.undoneByHand({ context })).toBe(true);
    const noted = { ...context, ...notePutBackByHand({ context, event: { type: 'OBSERVED', at: T(3) + MINUTE } }) };
    expect(noted.restoreQueue).toEqual([]);
    expect(noted.outbox.at(-1)).toContain('the traffic of backend was put back by ann, as it was before');
    expect(undoWords(noted)).toBe('');
    expect(leftWords(noted)).toBe('');
  });

  test('is another change where more than the traffic was changed, or it was given to others', () => {
    const seen = BY_HAND.look ?? expect.fail();
    const change = { subject: 'service:backend', diff: [], actor: 'ann', touches: ['traffic', 'template'] };
    expect(guards.putBackByHand({ context: { ...BY_HAND, look: { ...seen, foreignChange: change } } })).toBe(false);
    const configuration = { ...seen.configuration, traffic: { backend: to('third') } };
    expect(guards.putBackByHand({ context: { ...BY_HAND, look: { ...seen, configuration } } })).toBe(false);
    expect(guards.putBackByHand({ context: LEFT })).toBe(false);
  });

  test('is shared out alike by whatever name and tag, and not where LATEST is not known', () => {
    const latest = { latest: true, revision: 'old', percent: 100, tag: 'mine' };
    expect(sharesAlike([latest], to('old'))).toBe(true);
    expect(sharesAlike([{ ...latest, revision: null }], [{ ...latest, revision: null }])).toBe(false);
    expect(sharesAlike([], [])).toBe(false);
  });
});
