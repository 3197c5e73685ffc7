import { describe, expect, test } from 'vitest';
import { transition } from 'xstate';
import type { AnyMachineSnapshot, StateValue } from 'xstate';
import { accepts, ORDERS } from '../../machines/incident/facade.ts';
import { incidentMachine } from '../../machines/incident/incident.machine.ts';
import { initialContext } from '../../machines/incident/initial-context.ts';
import { everyState, pathOf } from '../../machines/outline.ts';
import { INPUT, STARTED_AT } from './incident-samples.ts';

type Snapshot = Parameters<typeof accepts>[0];

const context = initialContext(INPUT);
const leaves = everyState(incidentMachine.root).filter(({ type }) => type === 'atomic');
const runbook = leaves.filter((node) => pathOf(node).startsWith('working.runbook.'));

/** The run with this place in its runbook, the other regions where they begin. */
function at(path: string, others: Readonly<Record<string, StateValue>> = {}): Snapshot {
  const place = path
    .split('.')
    .slice(2)
    .reduceRight<StateValue>((inner, key) => (inner === '' ? key : { [key]: inner }), '');
  const regions = { watch: 'resting', escalation: 'watching', operator: 'active', telling: 'quiet', runbook: place, ...others };
  return incidentMachine.resolveState({ value: { working: regions }, context } as never) as Snapshot;
}

const saidTo = (snapshot: Snapshot, type: string): boolean => {
  const order = { type, by: 'ann', reason: 'so', step: '', at: STARTED_AT };
  const [next, actions] = transition(incidentMachine, snapshot, order as never);
  return next !== (snapshot as AnyMachineSnapshot) || actions.length > 0;
};

/** Places where a run with nothing behind it may rest; of the others it would leave by itself. */
const resting = runbook.map(pathOf).filter((path) => !saidTo(at(path), 'nothing that anybody hears'));

describe('the orders that the chart says it accepts', () => {
  test.each(resting)('are those that change something: %s', (path) => {
    const snapshot = at(path);
    expect(ORDERS.filter((type) => saidTo(snapshot, type))).toEqual(accepts(snapshot, STARTED_AT));
  });

  test('are a resume only where it is held, and a hold only where it is not', () => {
    const path = resting[0]!;
    expect(accepts(at(path), STARTED_AT)).toContain('HOLD');
    expect(accepts(at(path), STARTED_AT)).not.toContain('RESUME');
    const held = accepts(at(path, { operator: 'held' }), STARTED_AT);
    expect(held).toContain('RESUME');
    expect(held).not.toContain('HOLD');
    expect(held, 'nothing was changed by anybody').not.toContain('ADOPT');
  });
});

/** Delays between two tries, or until something else ends. */
const BETWEEN_TRIES = ['RETRY', 'BUSY', 'THAW'];

test('every wait between two tries hears a human who wants it tried now', () => {
  const waits = leaves.filter(
    ({ tags, after }) => tags.includes('waiting') && after.some(({ delay }) => BETWEEN_TRIES.includes(String(delay))),
  );
  expect(waits.length).toBeGreaterThan(12);
  const deaf = waits.filter((node) => ![node, node.parent, node.parent?.parent].some((hears) => hears?.on['RETRY'] !== undefined));
  expect(deaf.map(pathOf)).toEqual([]);
});
