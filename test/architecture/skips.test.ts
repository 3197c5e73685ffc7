import { existsSync, globSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { OUTSIDE, isThere } from './outside.ts';
import type { Outside } from './outside.ts';
import { ROOT } from './source.ts';

/** Every file that leaves tests out where something outside the checkout is missing, and what that is. */
const CONDITIONAL: Readonly<Record<string, readonly Outside[]>> = {
  'test/cli/completion.test.ts': ['zsh', 'fish', 'groff'],
  'test/cli/diagnose.test.ts': ['captures'],
  'test/cli/launcher.test.ts': ['olderNode'],
  'test/contract/simulator-discovery.test.ts': ['descriptions'],
  'test/controller/validating/same-table.test.ts': ['postgres'],
  'test/deploy/manifests.test.ts': ['descriptions', 'gcloud'],
  'test/deploy/setup.wide.ts': ['gcloud'],
  'test/deploy/terraform.test.ts': ['terraform'],
  'test/diagnosis/diagnose.test.ts': ['captures'],
  'test/diagnosis/logs/group-logs.test.ts': ['captures'],
  'test/gcp/logging/entries.test.ts': ['captures'],
  'test/probes/postgres.test.ts': ['postgres'],
  'test/server/browser.wide.ts': ['browser'],
  'test/store/folder.test.ts': ['proc'],
  'test/store/read-only.test.ts': ['mounts'],
};

describe('tests that are left out', () => {
  test('are only left out for a reason that is listed here', () => {
    const leavesOut = /\b(?:test|it|describe)\.(?:skip|skipIf|runIf|todo|only)\(/;
    const found = globSync('test/**/*.{test,wide,long}.ts', { cwd: ROOT }).filter((file) =>
      leavesOut.test(readFileSync(`${ROOT}${file}`, 'utf8')),
    );
    expect(found.toSorted()).toEqual(Object.keys(CONDITIONAL).toSorted());
  });

  test('are named, with the reason', () => {
    const lines = Object.entries(CONDITIONAL).flatMap(([file, needs]) =>
      needs.flatMap((need) => (isThere(need) ? [] : [`left out in ${file}: ${OUTSIDE[need].missing}\n`])),
    );
    if (lines.length > 0) process.stderr.write(lines.join(''));
    expect(lines.every((line) => line.length > 'left out in : \n'.length)).toBe(true);
  });

  test('are none in CI for want of references that lie beside the checkout', () => {
    const isExpected = process.env['CI'] !== undefined && existsSync(`${ROOT}../shared`);
    const wanted: readonly Outside[] = isExpected ? ['descriptions', 'captures'] : [];
    expect(wanted.filter((need) => !isThere(need))).toEqual([]);
  });
});
