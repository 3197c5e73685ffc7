import { describe, expect, test } from 'vitest';
import { initialContext } from '../../machines/incident/initial-context.ts';
import type { Held, IncidentContext } from '../../machines/incident/context.ts';
import { holdForChange, tellIllWhileHeld } from '../../machines/incident/others/holding.ts';
import type { Outcome } from '../../src/core/model/verdict.ts';
import { ANSWERS, INPUT, MINUTE, STARTED_AT } from './incident-samples.ts';

const AT = STARTED_AT + 4 * MINUTE;
const SEEN = { connectors: {}, services: { backend: '2', auth: '1' } };
const HELD: Held = {
  by: 'ann',
  human: false,
  reason: 'service:backend was changed',
  at: STARTED_AT,
  change: { subjects: ['service:backend'], touches: [], seen: SEEN, toldAt: STARTED_AT },
};

/** Backend has failed in `looks` looks in a row. */
function after(looks: number, held: Held | null, outcome: Outcome = 'fail'): IncidentContext {
  const gates = { 'healthy:backend': { outcome, because: '9 of 10 requests failed' } };
  const look = { ...ANSWERS.observe(AT)[1]!, at: AT, gates };
  return { ...initialContext(INPUT), look, held, failing: looks === 0 ? {} : { 'healthy:backend': looks } };
}
const told = (context: IncidentContext): readonly string[] => tellIllWhileHeld(context).outbox;

describe('while a change by others holds the run', () => {
  test('what has begun to fail since is told, with the change before it and its time', () => {
    expect(told(after(3, HELD))).toEqual([
      expect.stringContaining(
        'held since 2026-01-05T03:00:00Z for service:backend, changed by ann. backend is ill by several looks, the last of 2026-01-05T03:04:00Z: 9 of 10 requests failed',
      ),
    ]);
  });

  test('is told once', () => {
    const { held } = tellIllWhileHeld(after(3, HELD));
    expect(told(after(4, held))).toEqual([]);
  });

  test('is not told of one look or two, nor of what was ill when it was held', () => {
    expect(told(after(2, HELD))).toEqual([]);
    const before = { ...after(3, null), expected: { connectors: {}, services: { backend: '1', auth: '1' } } };
    const { held } = holdForChange({ context: before, event: { type: 'OBSERVED', at: AT } });
    expect(held?.illTold).toEqual(['backend']);
    expect(told(after(5, { ...HELD, illTold: held!.illTold! }))).toEqual([]);
  });

  test('is nothing where nobody holds it, or a human does by their own word', () => {
    expect(told(after(3, null))).toEqual([]);
    expect(told(after(3, { ...HELD, human: true }))).toEqual([]);
  });
});
