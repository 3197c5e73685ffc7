import { expect, test } from 'vitest';
import { VirtualClock } from '../../src/clocks/virtual-clock.ts';
import { createProbesOver } from '../../src/probes/probes.ts';
import { inProcessProbeTransport } from '../../src/simulator/http/in-process.ts';
import { readScenario } from '../../src/simulator/scenario.ts';
import { createSimulator } from '../../src/simulator/simulator.ts';
import { createWorld } from '../../src/simulator/world/world.ts';

const ASK = { host: '10.20.0.3', port: 5432, database: 'app', user: 'probe', password: 'x', tls: true, deadlineMs: 60_000 } as const;

/** What so many connections at once find in the first minute of a scenario, over the streams of a rehearsal. */
async function findings(name: string, connections: number) {
  const scenario = readScenario(name);
  const clock = new VirtualClock(scenario.startAt);
  const simulator = createSimulator({ scenario, world: createWorld(scenario), clock, baseUrl: 'http://simulator.invalid' });
  const probes = createProbesOver({ clock, ...inProcessProbeTransport(simulator) });
  const answered = probes.database({ ...ASK, connections });
  expect(await clock.run(answered, { limitAt: scenario.startAt + 120_000 })).toEqual({ ended: 'done' });
  return (await answered).connections.map(({ problem }) => problem);
}

test('a rehearsal’s database answers as many connections as it has slots', async () => {
  expect(await findings('already-healthy', 10)).toEqual(Array.from({ length: 10 }, () => null));
});

test('a connection too many is refused with what the real one says', async () => {
  const problems = await findings('connection-exhaustion', 5);
  expect(problems).toContainEqual(expect.stringMatching(/53300 \(no connection slot is left\)/));
});
