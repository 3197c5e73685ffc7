import { expect, test } from 'vitest';
import { HOUR, MINUTE, SECOND } from '../../src/core/duration.ts';
import { loadScenario } from '../../src/simulator/scenario.ts';
import type { ScenarioFault } from '../../src/simulator/scenario.ts';
import { inState, perform } from './theatre.ts';

const LOGGING = '/v2/entries:list';
const MONITORING = '/v3/projects/*/timeSeries';

test('a question that missing figures raised is withdrawn, in words, once the figures are there', { timeout: 300_000 }, async () => {
  const fault: ScenarioFault = { id: 'gap', match: { path: MONITORING }, from: 0, for: 12 * MINUTE, answer: { rewrite: 'series-missing' } };
  const run = await perform({
    change: (scenario) => ({ ...scenario, faults: [fault] }),
    people: [],
  });
  expect(run.outcome).toBe('recovered');
  expect(run.shown.some(({ status, at }) => inState('awaitingOperator')(status, at))).toBe(true);
  expect(run.told.some((text) => text.includes('the question is withdrawn'))).toBe(true);
  expect(run.endedAt - run.shown[0]!.at).toBeLessThan(4 * HOUR);
});

test('absent logs stop the clocks and put nothing back: the new revisions stay', { timeout: 300_000 }, async () => {
  const fault: ScenarioFault = {
    id: 'logs',
    match: { path: LOGGING },
    from: 20 * MINUTE,
    for: 40 * MINUTE,
    answer: { status: 503, statusText: 'UNAVAILABLE' },
  };
  const run = await perform({ change: (scenario) => ({ ...scenario, faults: [fault] }), people: [] });
  expect(run.outcome).toBe('recovered');
  expect(run.context.mutations.filter(({ stepId }) => stepId.startsWith('restore:'))).toEqual([]);
  expect(run.endedAt).toBeGreaterThan(run.shown[0]!.at + 30 * SECOND);
});

/** The connector is at its limit with nobody wedged; the load goes away by itself while it is being scaled. */
const HEALS_ITSELF = `
name: heals-itself
title: The load goes away by itself
base: issue-1278
cause: connector-saturation
world:
  services:
    - name: netra-frontend-staging
      application: { calls: [] }
    - name: netra-backend-staging
      load: { requestsPerSecond: 1150, changes: [{ at: 3m, requestsPerSecond: 2 }] }
      application: { chatterPacketsPerSecond: 100, calls: [], database: { instance: staging-shared-postgres, startupConnections: 3, heldConnections: 2 } }
      revisions:
        - { name: netra-backend-staging-00749-6tr, minInstances: 10, maxInstances: 20, running: { ready: 20, wedged: 0 } }
        - { name: netra-backend-staging-00750-69k, minInstances: 10, maxInstances: 20, running: { ready: 20, wedged: 0 } }
    - name: netra-auth-service
      application: { chatterPacketsPerSecond: 100, database: { instance: staging-shared-postgres, startupConnections: 3, heldConnections: 2 } }
      revisions:
        - { name: netra-auth-service-00181-h4z, minInstances: 4, maxInstances: 4, running: { ready: 4, wedged: 0 } }
expect: { outcome: recovered }
`;

test(
  'steps whose reason has gone by itself are left out, with the instant, and the recovery is not claimed',
  { timeout: 300_000 },
  async () => {
    const run = await perform({ change: () => loadScenario(HEALS_ITSELF, 'heals-itself.yaml'), people: [] });
    expect(run.outcome).toBe('recovered');
    expect(run.context.mutations.filter(({ stepId }) => stepId.startsWith('deploy:'))).toEqual([]);
    const left = run.context.plan?.steps.filter(({ notNeededSince }) => notNeededSince !== undefined) ?? [];
    for (const { title, reason } of left) {
      expect(reason).toMatch(/^no longer needed since \d{4}-/);
      expect(run.told.some((text) => text.includes(`left out: ${title}`))).toBe(true);
    }
    expect(left.length > 0 || run.ours.length === 0).toBe(true);
    if (left.length > 0) expect(run.told.at(-1)).toMatch(/The services were healthy at \d{4}-.*left out/);
  },
);
