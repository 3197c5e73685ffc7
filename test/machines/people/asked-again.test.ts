import { expect, test } from 'vitest';
import type { IncidentContext } from '../../../machines/incident/context.ts';
import { initialContext } from '../../../machines/incident/initial-context.ts';
import { asked } from '../../../machines/incident/people/asked-again.ts';
import { beginQuestion, endQuestion } from '../../../machines/incident/people/operator-actions.ts';
import { INPUT, MINUTE, STARTED_AT } from '../incident-samples.ts';

const QUESTION = { id: 'no-remedy', text: 'web fails. What shall be done?', evidence: [] };
const openedAt = (context: IncidentContext, at: number): IncidentContext => ({
  ...context,
  ...beginQuestion({ context, event: { type: 'LOOKED', at } }),
});
const closedAt = (context: IncidentContext, at: number, by?: string): IncidentContext => ({
  ...context,
  ...endQuestion({ context, event: { type: 'ANSWERED', at, ...(by === undefined ? {} : { by }) } }),
});
const round = (context: IncidentContext, from: number): IncidentContext => closedAt(openedAt(context, from), from + 2 * MINUTE);

test('a question that comes again soon says how often it was asked, and since when', () => {
  const once = round(initialContext(INPUT), STARTED_AT);
  const twice = round(once, STARTED_AT + 10 * MINUTE);
  expect(asked(initialContext(INPUT), QUESTION, STARTED_AT)).toBe(QUESTION);
  const since = new Date(STARTED_AT).toISOString().slice(11, 16);
  expect(asked(once, QUESTION, STARTED_AT + 10 * MINUTE).text).toMatch(new RegExp(`^asked 2 times since .*${since}`));
  expect(asked(twice, QUESTION, STARTED_AT + 20 * MINUTE).text).toMatch(/^asked 3 times since .*: web fails\. What shall be done\?$/);
});

test('one that was answered, or is long ago, is asked as for the first time', () => {
  const answered = closedAt(openedAt(initialContext(INPUT), STARTED_AT), STARTED_AT + 2 * MINUTE, 'ann@example.com');
  expect(asked(answered, QUESTION, STARTED_AT + 10 * MINUTE)).toBe(QUESTION);
  const long = STARTED_AT + 3 * MINUTE + INPUT.settings.questionWithinMs;
  expect(asked(round(initialContext(INPUT), STARTED_AT), QUESTION, long)).toBe(QUESTION);
});
