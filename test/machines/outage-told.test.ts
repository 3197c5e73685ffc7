import { expect, test } from 'vitest';
import type { IncidentContext } from '../../machines/incident/context.ts';
import { tellOutage } from '../../machines/incident/trial/trial.ts';
import type { Trial } from '../../src/core/model/trial.ts';
import { begunTrial } from '../diagnosis/trials.ts';
import { MINUTE, STARTED_AT } from './incident-samples.ts';
import { DEPLOYING } from './present-ways.ts';

const T = (minutes: number): number => STARTED_AT + minutes * MINUTE;

function during(minutes: number, isLong: boolean, over: Partial<Trial> = {}): IncidentContext {
  const at = T(minutes);
  const looks = [{ at, probes: 'silent', deaths: 'silent', excused: true }] as const;
  const outage = { sinceAt: T(0), at, what: 'its own lines tell of it', isLong };
  return { ...DEPLOYING, stepId: 'deploy:auth', trial: begunTrial('auth', { looks, outage, because: 'since 03:00 it is away', ...over }) };
}

test('an outage beside a change that lasts is told once, with what is away and what waits for it', () => {
  const told = tellOutage(during(4, false), during(5, true));
  expect(told.at(-1)).toContain('neither undone nor taken further');
  expect(told.at(-1)).toContain('since 03:00 it is away');
  expect(tellOutage(during(5, true), during(6, true))).toEqual([]);
  expect(tellOutage(during(3, false), during(4, false))).toEqual([]);
});

test('one that is over, or waited for no longer, is not told', () => {
  const over = { looks: [{ at: T(5), probes: 'ill', deaths: 'well' }] } as const;
  expect(tellOutage(during(4, false), during(5, true, over))).toEqual([]);
  expect(tellOutage(during(4, false), { ...during(5, true), trial: null })).toEqual([]);
});
