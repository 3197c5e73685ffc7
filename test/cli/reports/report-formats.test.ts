import { expect, test } from 'vitest';
import { FORMATS, renderAs } from '../../../src/cli/reports/report-formats.ts';
import { buildReport } from '../../../src/report/build-report.ts';
import { recoveredRun } from '../../report/journal.ts';

test('the commands in the object for programs can be pasted as they stand, and every other value is as it was', async () => {
  const lines = recoveredRun();
  const report = { ...buildReport(lines), warnings: ['see it with firebreak status', 'nothing to run'] };
  const told = { report, lines, signOffs: [], status: null, driven: null, state: 'gs://b/f' };
  const json = renderAs('json', await FORMATS.json.load(), { ...told, place: { state: 'gs://b/f', target: 'p/r/n' } });
  const { warnings, ...rest } = JSON.parse(json) as typeof report;
  expect(warnings).toEqual(['see it with firebreak status --state gs://b/f --target p/r/n', 'nothing to run']);
  const { warnings: _, ...before } = report;
  expect(JSON.stringify(rest).replaceAll(/ --state gs:\/\/b\/f| --target p\/r\/n/g, '')).toBe(JSON.stringify(before));
});
