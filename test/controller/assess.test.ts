import { describe, expect, test } from 'vitest';
import { rehearsalDocument } from '../../src/composition/rehearsal-document.ts';
import { seededRandom } from '../../src/composition/seeded-random.ts';
import { assess } from '../../src/controller/assess.ts';
import type { Assessment } from '../../src/controller/assess.ts';
import { VirtualClock } from '../../src/clocks/virtual-clock.ts';
import { createCloud } from '../../src/gcp/cloud.ts';
import { createProbesOver } from '../../src/probes/probes.ts';
import { inProcessClient, inProcessProbeTransport } from '../../src/simulator/http/in-process.ts';
import { readScenario } from '../../src/simulator/scenario.ts';
import type { Scenario } from '../../src/simulator/scenario.ts';
import { createSimulator } from '../../src/simulator/simulator.ts';
import { createWorld } from '../../src/simulator/world/world.ts';

const BASE = 'http://simulator.invalid';

interface Assessed {
  readonly assessed: Assessment;
  readonly told: readonly (readonly [readonly string[], number])[];
}

async function assessedIn(scenario: Scenario): Promise<Assessed> {
  const { spec } = await rehearsalDocument(scenario, null, { env: {}, readFile: () => Promise.reject(new Error('no file')) });
  const clock = new VirtualClock(scenario.startAt);
  const simulator = createSimulator({ scenario, world: createWorld(scenario), clock, baseUrl: BASE });
  const { project, region } = spec;
  const authClient = inProcessClient(simulator);
  const cloud = createCloud({ project, region, authClient, baseUrl: BASE, clock, random: seededRandom(1), readOnly: true });
  const probes = createProbesOver({ clock, ...inProcessProbeTransport(simulator) });
  const told: [readonly string[], number][] = [];
  const onSuspected = (services: readonly string[], more: number) => void told.push([services, more]);
  const work = assess({ spec, cloud, probes, clock, probe: false, signal: new AbortController().signal, onSuspected });
  await clock.run(work.catch(() => undefined));
  const assessed = await work;
  expect(simulator.writes()).toEqual([]);
  return { assessed, told };
}

describe('a plan without a run', () => {
  test('looks three times where one look only suspects, says so before, and plans what a run would do', async () => {
    const { assessed, told } = await assessedIn(readScenario('issue-1278'));
    expect(told).toEqual([[expect.arrayContaining(['netra-auth-service', 'netra-backend-staging']), 2]]);
    expect(assessed.plan.steps.filter(({ decision }) => decision === 'apply').map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(['connector', 'pin', 'deploy']),
    );
    expect(assessed.observation.at - readScenario('issue-1278').startAt).toBeGreaterThanOrEqual(60_000);
  });

  test('looks once where nothing is suspected', async () => {
    const { assessed, told } = await assessedIn(readScenario('already-healthy'));
    expect(told).toEqual([]);
    expect(assessed.observation.at - readScenario('already-healthy').startAt).toBeLessThan(30_000);
  });

  test('looks once where a run would be refused', async () => {
    const scenario = readScenario('permission-denied');
    const { assessed, told } = await assessedIn(scenario);
    expect(assessed.preflight.refusals.length).toBeGreaterThan(0);
    expect(told).toEqual([]);
    expect(assessed.observation.at - scenario.startAt).toBeLessThan(30_000);
  });
});
