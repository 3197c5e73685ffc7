import { expect, it } from 'vitest';
import { rehearsed } from '../support/rehearsal.ts';

it('every fault is played on one world, and the table says how each ends, what changes and where a human is called', async () => {
  const { code, stdout } = await rehearsed(['-f', 'deploy/examples/minimal.yaml', '--all']);
  expect(code).toBe(0);
  const lines = stdout.split('\n');
  expect(lines[0]).toMatch(/^what is broken +ends +after +calls you +changes$/);
  expect(stdout).toMatch(/\nnothing is broken +recovered +\S+ \S+ +no +none\n/);
  for (const fault of ['revision', 'missing-module', 'memory'])
    expect(stdout).toMatch(new RegExp(`\\n${fault}:my-service +recovered .* no +Pin 100 % of my-service to my-service-00001-old\\n`));
  expect(stdout).toMatch(/\npermission +refused +0ms +after 0ms +none\n +calls because: permission run\.services\.update/);
  expect(stdout).toMatch(/\n8 rehearsals: .*\nThe world was drawn from the document\. Guessed:\n/);
});
