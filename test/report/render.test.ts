import { describe, expect, test } from 'vitest';
import { diagnose } from '../../src/diagnosis/diagnose.ts';
import { buildReport } from '../../src/report/build-report.ts';
import { renderDiagnosis } from '../../src/report/render/render-diagnosis.ts';
import { renderMarkdown } from '../../src/report/render/render-markdown.ts';
import { renderText } from '../../src/report/render/render-text.ts';
import { blindWorld, loggedWorld, SPEC, wellWorld } from '../diagnosis/fixtures.ts';
import { expectGolden } from '../golden/golden.ts';
import { escalatedRun, line, recoveredRun } from './journal.ts';

const EXTRAS = { scenario: 'issue-1278', seed: 1278, wallMs: 900, requests: 4_321 };

describe('what people read', () => {
  test('the report as text', () => expectGolden('report-recovered.txt', renderText(buildReport(recoveredRun(), EXTRAS))));
  test('the report as Markdown', () => expectGolden('report-recovered.md.txt', renderMarkdown(buildReport(recoveredRun(), EXTRAS))));
  test('the report of an escalation', () =>
    expectGolden('report-escalated.txt', renderText(buildReport(escalatedRun('Reason: no improvement in 2h\nProject p.')))));
  test('the diagnosis of the incident as logged', () =>
    expectGolden('diagnosis-as-logged.txt', renderDiagnosis(diagnose(loggedWorld(), SPEC))));

  test('an empty journal gives a readable report', () => {
    expect(renderText(buildReport([]))).toContain('still running');
    expect(renderMarkdown(buildReport([]))).toContain('# Run: still running');
  });

  test('says that nothing was measured instead of a green zero', () => {
    const text = renderText(buildReport([]));
    expect(text).toContain('services up    not measured  →  not measured');
    expect(renderDiagnosis(diagnose(blindWorld(), SPEC))).toContain('Not known');
    expect(renderDiagnosis(diagnose(wellWorld(), SPEC))).toMatch(/^Healthy at /);
  });

  test('what comes from outside cannot break a Markdown table or open a tag', () => {
    const report = buildReport([line(0, 'HOLD', 'capacity', { by: 'x', reason: 'a|b <script> `c`\nd' }, 'command')]);
    const row = renderMarkdown(report)
      .split('\n')
      .find((text) => text.includes('HOLD'))!;
    expect(row).toContain('a\\|b \\<script\\> \\`c\\` d');
  });
});
