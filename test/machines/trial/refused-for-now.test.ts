import { describe, expect, test } from 'vitest';
import { initialContext } from '../../../machines/incident/initial-context.ts';
import { newStep } from '../../../machines/incident/assigns.ts';
import { delays } from '../../../machines/incident/delays.ts';
import { refusedForNow } from '../../../machines/incident/guards.ts';
import { isRefused, overdue, refusedAgain, SLOW_RETRY_MS } from '../../../machines/incident/trial/refused-for-now.ts';
import { newRound } from '../../../machines/incident/people/operator-actions.ts';
import type { IncidentContext } from '../../../machines/incident/context.ts';
import { INPUT, MINUTE } from '../incident-samples.ts';

const { attempts: FIRST } = INPUT.settings;
const at = (attempts: number): IncidentContext => ({ ...initialContext(INPUT), attempts });
const failed = (kind: string, code: string) => ({ type: 'x', error: { kind, code, message: 'denied' } });
const event = { type: 'x', at: 0 };
const REFUSAL = { title: 'Deploy shop', why: 'PERMISSION_DENIED: run.services.update', stands: '' };

describe('a write that Google refuses for longer', () => {
  test('is tried on where Google may change its mind, so often and no more', () => {
    const mayGoOn = (attempts: number, kind: string, code: string) => refusedForNow({ context: at(attempts), event: failed(kind, code) });
    expect(mayGoOn(FIRST, 'transient', 'RATE_LIMIT_EXCEEDED')).toBe(true);
    expect(mayGoOn(0, 'terminal', 'PERMISSION_DENIED')).toBe(true);
    expect(mayGoOn(0, 'terminal', 'INVALID_ARGUMENT')).toBe(false);
    expect(mayGoOn(FIRST, 'outcome-unknown', 'DEADLINE_EXCEEDED')).toBe(false);
    expect(mayGoOn(FIRST + 6, 'transient', 'UNAVAILABLE')).toBe(false);
  });

  test('is tried slowly, and people hear of it once', () => {
    const first = { ...at(0), ...refusedAgain(at(0), REFUSAL) };
    expect(isRefused(first)).toBe(true);
    expect(delays.RETRY({ context: first, event })).toBe(SLOW_RETRY_MS);
    expect(first.outbox.at(-1)).toContain(
      'Deploy shop is refused: PERMISSION_DENIED: run.services.update. It is tried again every 5m for 30m',
    );
    const second = refusedAgain(first, REFUSAL);
    expect(second.outbox).toBeUndefined();
    expect(second.attempts).toBe(first.attempts + 1);
  });

  test('goes on being counted when a look has the same step planned again, and begins anew when people have it tried again', () => {
    const step = { ...at(0), stepId: 'deploy:shop' };
    const refused = { ...step, ...refusedAgain(step, REFUSAL) };
    const planned = { ...refused, stepId: null, attempts: 0 };
    expect(newStep(planned, 'deploy:shop').attempts).toBe(refused.attempts);
    expect(newStep(planned, 'deploy:cart').attempts).toBe(0);
    expect(newStep({ ...planned, ...newRound({ context: planned, event }) }, 'deploy:shop').attempts).toBe(0);
  });

  test('is what a phase is over for, and only then', () => {
    const refused = { ...at(FIRST + 1), failure: 'Deploy shop is refused: 403' };
    expect(overdue(refused, 'the services phase')).toBe('the services phase passed its deadline: Deploy shop is refused: 403');
    expect(overdue({ ...refused, attempts: 0 }, 'the services phase')).toBe('the services phase passed its deadline');
  });

  test('the first tries keep their rhythm', () => {
    expect(delays.RETRY({ context: at(FIRST), event })).toBeLessThanOrEqual(MINUTE);
    expect(delays.RETRY({ context: at(0), event })).toBe(5_000);
  });
});
