import { expect, it } from 'vitest';
import { rehearsed } from './support/rehearsal.ts';

it(
  'Ctrl-C among several rehearsals tells those that came to an end, and nothing of the one that did not',
  { timeout: 120_000 },
  async () => {
    const { code, stdout } = await rehearsed(['already-healthy', 'issue-1278', 'no-improvement'], {}, /^already-healthy/);
    expect(code).toBe(130);
    expect(stdout).toMatch(/^already-healthy +\S+ +as expected .*\n$/);
  },
);
