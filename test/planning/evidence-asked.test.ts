import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { EVIDENCE_ASKED, evidenceHelp, evidenceTable } from '../../src/planning/evidence-asked.ts';

const cells = (table: string): string => table.replaceAll(/-{3,}/g, '---').replaceAll(/[ \t]+/g, ' ');

describe('the evidence that each change asks for', () => {
  test('stands in the README as the program keeps it', () => {
    expect(cells(readFileSync(new URL('../../README.md', import.meta.url), 'utf8'))).toContain(cells(evidenceTable()));
  });

  test('is told by --help for every class of change', () => {
    for (const change of Object.keys(EVIDENCE_ASKED)) expect(evidenceHelp()).toContain(`  ${change}: `);
  });

  test('is greatest for what cannot be undone', () => {
    const { 'scale-connector': oneWay, ...others } = EVIDENCE_ASKED;
    for (const other of Object.values(others)) {
      expect(oneWay.sources).toBeGreaterThanOrEqual(other.sources);
      expect(oneWay.looks).toBeGreaterThan(other.looks);
    }
  });
});
