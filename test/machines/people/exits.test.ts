import { describe, expect, test } from 'vitest';
import type { AnyStateNode } from 'xstate';
import { exitsOf } from '../../../machines/incident/people/exits.ts';
import { EXIT_WORDS, ORDER_WORDS } from '../../../machines/incident/people/exit-words.ts';
import { incidentMachine } from '../../../machines/incident/incident.machine.ts';
import { everyState, guardOf, pathOf, transitionsOf } from '../../../machines/outline.ts';

const RUNBOOK = 'working.runbook.';
const inRunbook = everyState(incidentMachine.root).filter((node) => pathOf(node).startsWith(RUNBOOK));
/** Where a run can be seen: what only decides is left in the instant in which it is entered. */
const seen = inRunbook.filter(({ type, tags }) => type === 'atomic' && !tags.includes('deciding'));
const at = (path: string) => exitsOf(seen.filter((node) => pathOf(node) === `${RUNBOOK}${path}`));

function around(node: AnyStateNode): readonly AnyStateNode[] {
  return node.parent === undefined ? [node] : [node, ...around(node.parent)];
}

test('every guard that leads out of a place where a run can be seen has words, and no words are left over', () => {
  const leaving = seen.flatMap((node) =>
    around(node)
      .filter((each) => pathOf(each).startsWith('working.runbook'))
      .flatMap(transitionsOf)
      .filter(({ target, eventType }) => target !== undefined && (target[0] !== node || eventType.startsWith('xstate.after.'))),
  );
  const guards = new Set(leaving.flatMap((transition) => guardOf(transition) ?? []));
  expect([...guards].toSorted()).toEqual(Object.keys(EXIT_WORDS).toSorted());
});

describe('what leads out of a state', () => {
  test.each(seen.map((node) => [pathOf(node), node] as const))('is said in words: %s', (_path, node) => {
    const exits = exitsOf([node]);
    if (pathOf(node) !== `${RUNBOOK}proven`) expect(exits.length).toBeGreaterThan(1);
    for (const { when, timer, to } of exits) {
      expect(to).toMatch(/^[A-Z]/);
      expect(`${when} ${to}`).not.toMatch(/undefined|xstate/);
      expect(when).not.toMatch(/[a-z][A-Z]/);
      expect(when === '' && timer === null).toBe(false);
    }
  });

  test('names the end that an exit leads to, not the place in which the last words are said', () => {
    const ends = at('assessing.awaitingApproval').filter(({ when }) => when.startsWith(ORDER_WORDS.REJECT));
    expect(ends).toEqual([{ when: 'a human says reject', timer: null, to: 'The run ends: aborted' }]);
  });

  test('holds the deadlines of the state and of those around it, each with what must hold then', () => {
    const timers = at('proving.soaking').filter(({ timer }) => timer !== null);
    expect(timers.map(({ when, to }) => [when, to.slice(0, 25)])).toEqual([
      [EXIT_WORDS.onlyProbesFail, 'The run ends: aborted'],
      ['none of the others holds', 'The run writes no more: i'],
    ]);
    expect(timers.every(({ timer }) => timer?.startsWith('xstate.after.VALIDATION_PHASE.'))).toBe(true);
  });

  test('says what keeps the run where it is when a deadline comes', () => {
    const [atDeadline] = at('services.stabilizing').filter(({ when, timer }) => timer?.includes('STABLE_LIMIT') && when !== '');
    expect(atDeadline?.when).toBe(
      `unless ${EXIT_WORDS.isHeld}, or ${EXIT_WORDS.trialExcused}, or ${EXIT_WORDS.trialSawNothing}, or ${EXIT_WORDS.trialAwaitsUsers}`,
    );
  });

  test('leaves out what only begins the same state anew, and is nothing outside of the runbook', () => {
    expect(at('services.stabilizing').map(({ to }) => to)).not.toContain(
      seen.find((node) => pathOf(node) === `${RUNBOOK}services.stabilizing`)!.description,
    );
    expect(exitsOf(everyState(incidentMachine.root).filter((node) => pathOf(node) === 'concluding'))).toEqual([]);
  });
});
