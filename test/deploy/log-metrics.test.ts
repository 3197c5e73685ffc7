import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ASKED } from '../../machines/incident/paths.ts';
import { createRunLog } from '../../src/cli/process/log.ts';
import type { RunRecord } from '../../src/ports/store.ts';
import { ROOT } from '../architecture/source.ts';
import { recoveredRun } from '../report/journal.ts';

const text = readFileSync(`${ROOT}deploy/terraform/log-metrics.tf`, 'utf8');

/** What a run writes on standard error in Cloud Run, line by line. */
async function logged(): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const lines: string[] = [];
  const log = await createRunLog({ write: (line) => void lines.push(line) }, true);
  log.step({ lines: recoveredRun(), record: {} as RunRecord } as unknown as Parameters<typeof log.step>[0]);
  return lines.map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
}

test('every message that a metric counts is one that a run writes', async () => {
  const written = (await logged()).map(({ message }) => message);
  const counted = [...text.matchAll(/jsonPayload\.message = \\"([\w.]+)\\"/g)].map(([, message]) => message ?? '');
  expect(counted.toSorted()).toEqual(['observe.done', 'run.ended']);
  for (const message of counted) expect(written).toContain(message);
});

test('every figure that a metric extracts stands in the line of a look, and how a run ended in its last', async () => {
  const lines = await logged();
  const look = lines.find(({ message }) => message === 'observe.done');
  const fields = [...text.matchAll(/field = "(\w+)"/g)].map(([, field]) => field!);
  expect(fields).toHaveLength(4);
  expect(look).toMatchObject({ data: { indicators: Object.fromEntries(fields.map((field) => [field, expect.anything()])) } });
  expect(lines.at(-1)).toMatchObject({ message: 'run.ended', data: { outcome: 'recovered' } });
});

test('what needs a person is told by the states that the chart has for it', () => {
  const pattern = new RegExp(/states =~ \\"(.+?)\\"/.exec(text)![1]!);
  for (const asks of ['hold', 'plan', 'question'] as const) expect(`working.${ASKED[asks]}`).toMatch(pattern);
  for (const other of ['escalated', 'restoring'] as const) expect(`working.${ASKED[other]}`).not.toMatch(pattern);
});
