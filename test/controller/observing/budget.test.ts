import { describe, expect, test } from 'vitest';
import type { Observation } from '../../../src/core/model/observation.ts';
import { listScenarios } from '../../../src/simulator/scenario.ts';
import { observerOver } from './support/rig.ts';

const WINDOW = 10;
const LOAD_BALANCER = { urlMap: 'netra-staging-lb', domains: ['staging.netrasystems.ai'], deprecatedDomains: [] };

/** The dearest ten looks in a row, per look. */
function dearest(looks: readonly Observation[], reads: (look: Observation) => number): number {
  const windows = looks.slice(WINDOW - 1).map((_, index) => looks.slice(index, index + WINDOW));
  return Math.max(...windows.map((window) => window.reduce((sum, look) => sum + reads(look), 0) / WINDOW));
}

const allReads = (look: Observation): number => Object.values(look.reads).reduce((sum, reads) => sum + reads, 0);
const loggingReads = (look: Observation): number => look.reads['logging'] ?? 0;

/** Retries of a brown-out are reads too, and are bounded by the calls themselves. */
const calm = listScenarios().filter(({ name }) => name !== 'api-brownout');

describe('any ten looks in a row', () => {
  test.each(calm)('cost at most 12 reads a look, at most 1 of them Logging, with everything there is to read: $name', async ({ name }) => {
    const { looks, simulator } = await observerOver(name, (spec) => ({ ...spec, loadBalancer: spec.loadBalancer ?? LOAD_BALANCER }));
    const earlier = simulator.ledger.length;
    const seen = await looks(25);
    expect(dearest(seen, allReads)).toBeLessThanOrEqual(12);
    expect(dearest(seen, loggingReads)).toBeLessThanOrEqual(1);
    expect(Math.max(...seen.slice(1).map(loggingReads))).toBeLessThanOrEqual(1);
    // What the observation says of itself is what the other side has counted.
    const counted = simulator.ledger.slice(earlier).filter(({ api }) => api.endsWith('.googleapis.com'));
    expect(counted).toHaveLength(seen.reduce((sum, look) => sum + allReads(look), 0));
  });

  test('read nothing of what the document does not name', async () => {
    const { looks } = await observerOver('already-healthy', (spec) => ({ ...spec, loadBalancer: null, databases: [], connectors: [] }));
    const [first] = await looks(1);
    expect(first).toMatchObject({ loadBalancer: null, databases: {}, connectors: {} });
    expect(Object.keys(first?.reads ?? {})).not.toEqual(expect.arrayContaining(['compute']));
    expect(first?.reads).not.toHaveProperty('sqladmin');
    expect(first?.reads).not.toHaveProperty('vpcaccess');
  });
});
