import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { keepPage } from '../../../src/cli/reports/keep-page.ts';
import { buildReport } from '../../../src/report/build-report.ts';
import { openStore } from '../../../src/composition/stores.ts';
import { createMemoryStore } from '../../../src/store/memory.ts';
import { recoveredRun } from '../../report/journal.ts';
import { Console } from '../support/console.ts';

const folder = mkdtempSync(join(tmpdir(), 'firebreak-page-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function said(store: Parameters<typeof keepPage>[0]): Promise<string> {
  const written: string[] = [];
  const { stderr } = new Console().deps();
  await keepPage(
    store,
    { report: buildReport(recoveredRun()), lines: recoveredRun() },
    {
      stderr: { ...stderr, write: (text: string) => written.push(text) > 0 },
    },
  );
  return written.join('');
}

describe('the page of a run', () => {
  test('lies beside its state, and its place is said apart from what the verb prints', async () => {
    const words = await said(await openStore(folder, 'p/r/n'));
    const [, place = ''] = /^firebreak: the report as a page: (\S+\.html)\n$/.exec(words) ?? [];
    expect(place.startsWith(folder)).toBe(true);
    expect(readFileSync(place, 'utf8')).toContain('<h1>Recovered after 51m</h1>');
  });

  test('has no place in a store that keeps nothing, and none is said', async () => {
    expect(await said(createMemoryStore())).toBe('');
  });

  test('that cannot be kept is said, with what makes it, and stops nothing', async () => {
    const words = await said({ keepText: () => Promise.reject(new Error('the disk is full')) });
    expect(words).toBe(
      'firebreak: the report could not be kept as a page: the disk is full; firebreak report run-1 -o report.html makes it\n',
    );
  });
});
