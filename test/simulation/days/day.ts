import { readFile } from 'node:fs/promises';
import { rehearsalDocument } from '../../../src/composition/rehearsal-document.ts';
import { rehearse } from '../../../src/composition/rehearsal.ts';
import { HOUR } from '../../../src/core/duration.ts';
import { loadScenario } from '../../../src/simulator/scenario.ts';
import type { Scenario } from '../../../src/simulator/scenario.ts';
import { mergeDeeply } from '../../../src/simulator/world/merge.ts';
import { createMemoryStore } from '../../../src/store/memory.ts';
import { chanceOf } from '../chance.ts';
import { isOurs } from '../worlds/twins.ts';
import type { Environment } from './environments.ts';
import { ordinaryNoise } from './noise.ts';

/** What became of a run that somebody began in this hour of an ordinary day. */
export interface Hour {
  readonly hour: number;
  readonly outcome: string | null;
  /** By us, as the simulator took them: `PATCH /v2/…`. */
  readonly writes: readonly string[];
  readonly looks: number;
}

const MIDNIGHT = Date.parse('2026-01-06T00:00:00Z');

/** The same for the same environment and hour. Looks at whatever the world brings until the run has ended. */
export async function runAt({ name, scenario: quiet, documentFile }: Environment, hour: number): Promise<Hour> {
  const scenario = at(quiet, hour, chanceOf(hour, name));
  const document = await rehearsalDocument(scenario, documentFile, { readFile: (path) => readFile(path), env: {} });
  const { end, simulator, ticks } = await rehearse({
    scenario,
    spec: document.spec,
    specHash: document.hash,
    openStore: () => createMemoryStore('memory', { recordsStay: true }),
    owner: { token: 'day', host: 'here', pid: 1, described: 'an ordinary day' },
  });
  const writes = simulator
    .writes()
    .filter(isOurs)
    .map(({ method, path }) => `${method} ${path}`);
  return { hour, outcome: end.outcome, writes, looks: ticks };
}

function at(quiet: Environment['scenario'], hour: number, chance: ReturnType<typeof chanceOf>): Scenario {
  const dated = { ...quiet, startAt: new Date(MIDNIGHT + hour * HOUR).toISOString() };
  const noise = ordinaryNoise(loadScenario(JSON.stringify(dated), 'an ordinary day'), hour, chance);
  return loadScenario(JSON.stringify(mergeDeeply(dated, noise)), `hour ${hour} of an ordinary day`);
}
