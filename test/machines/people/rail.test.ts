import { describe, expect, test } from 'vitest';
import { incidentMachine } from '../../../machines/incident/incident.machine.ts';
import { ASIDE, RAIL, outermostPhase, railOf } from '../../../machines/incident/people/rail.ts';
import { childrenOf } from '../../../machines/outline.ts';

const marks = (been: readonly string[], here: string | null) => railOf(new Set(been), here).map(({ name, state }) => `${state} ${name}`);

test('every outermost state of the runbook has its place on the rail, or aside of it', () => {
  const runbook = incidentMachine.root.states['working']!.states['runbook']!;
  const known = [...Object.keys(RAIL), ...Object.keys(ASIDE)];
  expect(
    childrenOf(runbook)
      .map(({ key }) => key)
      .toSorted(),
  ).toEqual(known.toSorted());
});

describe('the rail', () => {
  test('tells where the run has been, what it passed over, where it is, and what lies ahead', () => {
    expect(marks(['assessing', 'services'], 'services')).toEqual([
      'been assess',
      'passed-over capacity',
      'here services',
      'ahead prove',
      'ahead proven',
    ]);
  });

  test('after a relapse promises nothing of what has been', () => {
    expect(marks(['assessing', 'capacity', 'proving'], 'assessing').slice(0, 2)).toEqual(['here assess', 'ahead capacity']);
  });

  test('aside of the way shows what was passed, and that it was left', () => {
    expect(marks(['assessing', 'capacity'], 'restoring')).toEqual(['been assess', 'been capacity', 'here restore']);
    expect(marks(['assessing'], null)).toEqual(['been assess']);
  });

  test('reads the outermost state of the runbook alone', () => {
    expect(outermostPhase(['working.watch.looking', 'working.runbook.capacity.pinningTraffic.applying'])).toBe('capacity');
    expect(outermostPhase(['concluding'])).toBeNull();
  });
});
