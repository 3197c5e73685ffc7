import { expect, test } from 'vitest';
import { complaintOf } from '../../src/cli/process/exit.ts';
import { FencedError } from '../../src/core/errors.ts';

test.each([
  ['lease-lost', 'somebody else drives this run now'],
  ['lease-gone', 'the same command takes the lease anew'],
  ['lease-unwritable', 'mend what is named here'],
  ['lease-expired', 'unless somebody else has'],
])('a lease that is no longer ours (%s) is put down to somebody else only where somebody else has it', (code, fix) => {
  const said = complaintOf(new FencedError(code, 'it is gone'));
  expect(said).toMatchObject({ exitCode: 75, code });
  expect(said.fix).toContain(fix);
});
