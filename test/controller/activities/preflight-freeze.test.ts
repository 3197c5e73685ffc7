import { expect, test } from 'vitest';
import { rehearsalDocument } from '../../../src/composition/rehearsal-document.ts';
import { rehearse } from '../../../src/composition/rehearsal.ts';
import { HOUR, SECOND } from '../../../src/core/duration.ts';
import { readScenario } from '../../../src/simulator/scenario.ts';
import { createMemoryStore } from '../../../src/store/memory.ts';

test('nothing is written inside a freeze window that opens after the run has begun; a human is asked instead', async () => {
  const scenario = readScenario('issue-1278');
  const { spec } = await rehearsalDocument(scenario, null, { readFile: () => Promise.reject(new Error('no file is read')), env: {} });
  const window = { fromAt: scenario.startAt + SECOND, untilAt: scenario.startAt + 20 * HOUR, reason: 'payday' };
  const { simulator, lines, end } = await rehearse({
    scenario,
    spec: { ...spec, policy: { ...spec.policy, freeze: [window] } },
    specHash: 'of-a-test',
    openStore: () => createMemoryStore('memory', { recordsStay: true }),
    owner: { token: 't', host: 'h', pid: 1, described: 'a test' },
  });
  const changed = simulator.writes().filter(({ resourceName }) => /\/(?:services|connectors)\//.test(resourceName));
  expect(changed).toEqual([]);
  expect(JSON.stringify(lines)).toContain('nothing may be changed until');
  expect(end.outcome).not.toBe('recovered');
});
