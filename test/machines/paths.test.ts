import { describe, expect, test } from 'vitest';
import { ASKED, AT_REST, clockAt, isEscalatedAt, isHeldAt, phaseAt, placeWords, waitsAt } from '../../machines/incident/paths.ts';
import { incidentMachine } from '../../machines/incident/incident.machine.ts';
import { childrenOf, everyState, pathOf } from '../../machines/outline.ts';

const paths = everyState(incidentMachine.root).map(pathOf);

test.each([...Object.values(ASKED), ...AT_REST])('%s is a state of the chart', (asked) => {
  expect(paths).toContain(`working.${asked}`);
});

describe('where a run stood', () => {
  test('is the state of its runbook, with a hold or a case beside it', () => {
    const called = ['working.watch.looking', 'working.runbook.following', 'working.escalation.escalated', 'working.operator.active'];
    expect(placeWords(called)).toBe('following, escalated');
    expect(placeWords(['working.runbook.services.stabilizing', 'working.escalation.resting', 'working.operator.held'])).toBe(
      'services › stabilizing, held',
    );
    expect(placeWords(['concluding'])).toBe('concluding');
    expect(placeWords([])).toBe('');
  });

  test('is a phase only inside the runbook; two tries of the proof are one', () => {
    expect(phaseAt(['working.watch.looking', 'working.runbook.proving.validatingAgain'])).toBe('validating');
    expect(phaseAt(['working.runbook.capacity.pinningTraffic.applying'])).toBe('capacity');
    expect(phaseAt(['working.watch.looking'])).toBeNull();
  });

  test('is a hold, or an escalation, by the whole of a name and in journals of former versions', () => {
    expect(isHeldAt(['working.operator.held'])).toBe(true);
    expect(isHeldAt(['working.operator.heldBack', 'working.runbook.held'])).toBe(false);
    expect(isEscalatedAt(['working.escalation.openingCase'])).toBe(true);
    expect(isEscalatedAt(['working.escalation.watching'])).toBe(false);
  });

  test('waits for a human: a question comes before the hold beside it', () => {
    expect(waitsAt(['working.operator.held', 'working.runbook.awaitingOperator'])).toBe('question');
    expect(waitsAt(['working.operator.held', 'working.runbook.proving.soaking'])).toBe('hold');
    expect(waitsAt(['working.operator.active', 'working.runbook.proving.soaking'])).toBeNull();
  });
});

describe('whose time passes', () => {
  const places = everyState(incidentMachine.root).filter(
    (state) => pathOf(state).startsWith('working.runbook.') && childrenOf(state).length === 0,
  );

  test.each(places.map((state) => [pathOf(state), state] as const))('%s: the run acts exactly where it does not wait', (path, state) => {
    const isOurs = !state.tags.includes('waiting');
    // Validation is part of the proof, and what is put back is waited for in the same state.
    if (/\.(?:validating|puttingBack)$/.test(path)) return;
    expect(clockAt([path]) === 'acting').toBe(isOurs);
  });

  test('is that of people while the run is held', () => {
    expect(clockAt(['working.runbook.proving.soaking', 'working.operator.held'])).toBe('people');
    expect(clockAt(['working.runbook.proving.soaking', 'working.operator.active'])).toBe('proof');
    expect(clockAt(['concluding'])).toBe('acting');
  });
});
