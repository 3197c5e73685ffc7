import { describe, expect, test } from 'vitest';
import type { StateValue } from 'xstate';
import { incidentMachine } from '../../machines/incident/incident.machine.ts';
import { initialContext } from '../../machines/incident/initial-context.ts';
import { activeStates, askingStates, isProving, phaseOf, runbookState, statesThatWait } from '../../machines/incident/places.ts';
import { INPUT } from './incident-samples.ts';

const context = initialContext(INPUT);
const at = (runbook: StateValue, others: Readonly<Record<string, StateValue>> = {}) => {
  const regions = { watch: 'looking', escalation: 'watching', operator: 'active', telling: 'quiet', runbook, ...others };
  return activeStates(incidentMachine.resolveState({ value: { working: regions }, context } as never));
};
const keys = (states: readonly { readonly key: string }[]): readonly string[] => states.map(({ key }) => key);

describe('where a run stands', () => {
  test('is its phase and the step in it; outside the runbook the state itself', () => {
    const applying = at({ capacity: { pinningTraffic: 'applying' } });
    expect([phaseOf(applying), runbookState(applying)?.key]).toEqual(['capacity.pinningTraffic', 'applying']);
    const concluding = activeStates(incidentMachine.resolveState({ value: 'concluding', context } as never));
    expect([phaseOf(concluding), runbookState(concluding)]).toEqual(['concluding', undefined]);
  });

  test('names every active state once', () => {
    const active = at({ proving: 'soaking' });
    expect(new Set(active).size).toBe(active.length);
    expect(keys(active)).toEqual(expect.arrayContaining(['incident', 'working', 'runbook', 'proving', 'soaking', 'watch', 'looking']));
  });

  test('waits for a human first, then for what the runbook waits for; looks and silence are no waits', () => {
    expect(keys(statesThatWait(at({ proving: 'soaking' }, { operator: 'held' })))).toEqual(['held', 'soaking', 'watching']);
    expect(keys(statesThatWait(at('following', { escalation: { escalated: 'following' }, telling: 'pausing' })))).toEqual([
      'following',
      'following',
      'pausing',
    ]);
  });

  test('proves recovery, or waits for it', () => {
    expect(isProving(runbookState(at({ proving: 'soaking' }))!)).toBe(true);
    expect(isProving(runbookState(at('following'))!)).toBe(true);
    expect(isProving(runbookState(at({ capacity: 'settling' }))!)).toBe(false);
  });
});

test('a change by others is asked about before what is planned on it', () => {
  const both = askingStates(at({ assessing: 'awaitingApproval' }, { operator: 'held' }));
  expect(both.map(({ asks }) => asks.about)).toEqual(['change', 'plan']);
  expect(askingStates(at({ proving: 'soaking' }))).toEqual([]);
});
