import { describe, expect, test } from 'vitest';
import { ASKED, AT_REST, isEscalatedAt, isHeldAt, phaseAt, placeWords, waitsAt } from '../../machines/incident/paths.ts';
import { incidentMachine } from '../../machines/incident/incident.machine.ts';
import { everyState, pathOf } from '../../machines/outline.ts';

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
