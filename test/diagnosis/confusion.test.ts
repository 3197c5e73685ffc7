import { expect, test } from 'vitest';
import { confusionMatrix, renderMatrix, SHOWN_LATER } from './confusion-matrix.ts';
import type { ConfusionMatrix } from './confusion-matrix.ts';
import { listScenarios } from '../../src/simulator/scenario.ts';

let matrix: ConfusionMatrix;

test('the first diagnosis of every scenario names its true cause first', async () => {
  matrix = await confusionMatrix();
  process.stdout.write(`${renderMatrix(matrix)}\n`);
  expect(matrix.rows.map(({ scenario }) => scenario)).toEqual(listScenarios().map(({ name }) => name));
  expect(matrix.rows.filter(({ truth, said }) => truth !== said).map(({ scenario, truth, said }) => ({ scenario, truth, said }))).toEqual(
    [],
  );
}, 300_000);

test('every cause that is not healthy comes with evidence that can be opened, and the shares are whole', () => {
  for (const { scenario, diagnosis } of matrix.rows) {
    if (diagnosis.healthy) continue;
    expect(diagnosis.causes[0]?.evidence.length, scenario).toBeGreaterThan(0);
    expect(Math.round(diagnosis.causes.reduce((sum, { share }) => sum + share * 100, 0)), scenario).toBe(100);
  }
});

test('the exceptions are scenarios that exist', () => {
  const names = listScenarios().map(({ name }) => name);
  for (const name of Object.keys(SHOWN_LATER)) expect(names).toContain(name);
});
