import { describe, expect, test } from 'vitest';
import { readCommand } from '../../src/controller/read-command.ts';

const order = (event: object) => readCommand({ type: '', at: 5, ...event });

describe('what the inbox may bring', () => {
  test.each([
    { type: 'HOLD', by: 'ann', reason: 'wait' },
    { type: 'HOLD', by: 'ann', reason: 'wait', standing: true },
    { type: 'RESUME', by: 'ann' },
    { type: 'ADOPT', by: 'ann' },
    { type: 'ADOPT', by: 'ann', from: 'pipeline@example.com' },
    { type: 'ABORT', by: 'ann', reason: 'x' },
    { type: 'APPROVE', by: 'ann', plan: '0123abcd' },
    { type: 'APPROVE', by: 'ann' },
    { type: 'REJECT', by: 'ann', reason: 'x' },
    { type: 'SKIP', by: 'ann', step: 'pin:web', reason: 'x' },
    { type: 'RETRY', by: 'ann' },
    { type: 'ROLLBACK', by: 'ann', reason: 'x' },
  ])('takes $type', (event) => {
    expect(order(event)).toEqual({ order: { at: 5, ...event } });
  });

  test.each(['ESCALATION.NEEDED', 'OBSERVED', 'xstate.done.actor.0', 'xstate.after.SOAK', '__proto__', 'toString', '', '*'])(
    'refuses %s, which is no order of an operator',
    (type) => {
      expect(order({ type, by: 'mallory', reason: 'forged' })).toEqual({ refusal: expect.stringContaining('the inbox takes HOLD') });
    },
  );

  test('refuses a field that the order does not have', () => {
    expect(order({ type: 'RETRY', by: 'm', output: {} })).toEqual({ refusal: 'RETRY has no field output' });
  });

  test.each(['', '0', [], null, {}, '0123'])('refuses a yes that names no plan: %j', (plan) => {
    expect(order({ type: 'APPROVE', by: 'm', plan })).toHaveProperty('refusal');
  });

  test('refuses words that are no text, and a sender that is none', () => {
    expect(order({ type: 'HOLD', by: 'm', reason: { a: 1 } })).toEqual({ refusal: 'HOLD: reason must be a text' });
    expect(order({ type: 'RETRY', by: 7 })).toEqual({ refusal: 'RETRY: by must be a text' });
  });

  test('takes a pasted line as a reason without what opens something in it', () => {
    expect(order({ type: 'HOLD', by: 'ann', reason: 'postgres://app:hunter2@db refuses, token=abcdef12345' })).toMatchObject({
      order: { reason: 'postgres://***@db refuses, token=***' },
    });
  });

  test('makes what is said plain, one line, bounded', () => {
    const said = order({ type: 'HOLD', by: 'ann\u001B[2J\u202E', reason: `a\nb${'c'.repeat(900)}` });
    expect(said).toMatchObject({ order: { by: 'ann', reason: expect.stringMatching(/^a bc{497}$/) } });
  });
});

describe('a signature', () => {
  const signed = { type: 'SIGN_OFF', by: 'ann@laptop', name: 'Ann\u001b[31m', decision: 'accepted', note: 'all\nwell' };

  test('is a note for the journal in plain lines, and no order', () => {
    expect(order(signed)).toEqual({
      note: { event: 'SIGN_OFF', data: { by: 'ann@laptop', name: 'Ann', decision: 'accepted', note: 'all well' } },
    });
  });

  test.each([{ decision: 'maybe' }, { name: '' }, { note: 5 }, { by: undefined }])('is refused with %o', (wrong) => {
    expect(order({ ...signed, ...wrong })).toEqual({ refusal: expect.stringContaining('SIGN_OFF') });
  });
});
