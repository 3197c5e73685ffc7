import { expect, test } from 'vitest';
import type { StateValue } from 'xstate';
import { incidentMachine } from '../../../machines/incident/incident.machine.ts';
import { initialContext } from '../../../machines/incident/initial-context.ts';
import { activeStates } from '../../../machines/incident/places.ts';
import { proofOf } from '../../../machines/incident/health/recovery-progress.ts';
import { INPUT } from '../incident-samples.ts';

const NOW = 10_000_000;
const at = (runbook: StateValue) => {
  const regions = { watch: 'looking', escalation: 'watching', operator: 'active', telling: 'quiet', runbook };
  return activeStates(incidentMachine.resolveState({ value: { working: regions }, context: initialContext(INPUT) } as never));
};
const proven = (runbook: StateValue, streak: { readonly healthyMs: number; readonly lastPassAt: number | null }) =>
  proofOf({ ...initialContext(INPUT), streak: { ...streak, relapses: 0 } }, at(runbook), NOW);

test('a soak is whole at the earliest when all looks from the last one that passed on pass', () => {
  const wantedMs = INPUT.settings.soakForMs;
  expect(proven({ proving: 'soaking' }, { healthyMs: 60_000, lastPassAt: NOW - 5_000 })).toEqual({
    healthyMs: 60_000,
    wantedMs,
    earliestAt: NOW - 5_000 + wantedMs - 60_000,
  });
});

test('with no look that passed it begins now', () => {
  expect(proven({ proving: 'soaking' }, { healthyMs: 0, lastPassAt: null })?.earliestAt).toBe(NOW + INPUT.settings.soakForMs);
});

test('nothing is proven by time elsewhere', () => {
  expect(proven({ proving: 'validating' }, { healthyMs: 60_000, lastPassAt: NOW })).toBeNull();
});
