import { expect, test } from 'vitest';
import { incidentMachine } from '../../machines/incident/incident.machine.ts';
import { initialContext } from '../../machines/incident/initial-context.ts';
import { DeadlineBook } from '../../src/controller/deadline-book.ts';
import type { Describe, JournalNote } from '../../src/durable/describe.ts';
import { INPUT, MINUTE, STARTED_AT } from '../machines/incident-samples.ts';

const AT = STARTED_AT + MINUTE;
const places = { watch: 'resting', escalation: 'watching', operator: 'active', telling: 'quiet' };
const standing = (runbook: unknown) =>
  incidentMachine.resolveState({ value: { working: { ...places, runbook } } as never, context: initialContext(INPUT) });
const note = (event: string): JournalNote => ({ kind: 'decision', event, data: {} });
const said = (describe: Describe, event: string, runbook: unknown) =>
  (describe({ type: 'x', at: AT }, standing(runbook), note(event))?.data as { until?: readonly unknown[] } | undefined)?.until;
const asIs: Describe = (_event, _snapshot, standard) => standard;

test('the first process says until when each state may last and what follows; one that goes on says it of what it enters itself', () => {
  const begins = new DeadlineBook().describing(asIs);
  expect(said(begins, 'run.started', { proving: 'soaking' })).toContainEqual([
    'runbook.proving',
    AT + INPUT.settings.phases.validationMs,
    expect.stringContaining('writes no more'),
  ]);
  expect(said(begins, 'observe.done', { proving: 'soaking' })).toBeUndefined();
  const goesOn = new DeadlineBook().describing(asIs);
  expect(said(goesOn, 'observe.done', 'following')).toBeUndefined();
  expect(said(goesOn, 'observe.done', { proving: 'soaking' })).toHaveLength(1);
});

test('what a line that is not written would have told stands in the next', () => {
  let silent = true;
  const describe = new DeadlineBook().describing((_event, _snapshot, standard) => (silent ? null : standard));
  expect(said(describe, 'run.started', { proving: 'soaking' })).toBeUndefined();
  silent = false;
  expect(said(describe, 'observe.done', { proving: 'soaking' })?.length).toBeGreaterThan(0);
});
