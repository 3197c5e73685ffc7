import { BaseSequencer } from 'vitest/node';
import type { TestSpecification } from 'vitest/node';

/**
 * Suites that take longest, longest first, by what they took on two quiet cores: begun last, one of them would go on alone while the
 * other core rests. A fresh clone has no cache of durations to tell.
 */
const HEAVIEST = [
  'crash/incident/prove',
  'server/browser',
  'scenarios/scenarios',
  'mutants/mutants',
  'cli/two-controllers',
  'simulation/seeds',
  'cli/run',
  'people/verbs',
  'people/support-case',
  'security/hostile-verbs',
  'people/no-false-hold',
  'cli/printed-commands',
  'crash/incident/kill',
  'crash/incident/channels',
  'people/every-phase',
  'simulation/paused',
  'cli/mcp',
  'cli/lockstep',
  'store/gcs-incident',
  'people/their-own',
  'crash/incident/sweep',
  'worlds/draw-live',
  'faults/fault',
  'crash/toy/crash',
  'simulation/worlds/worlds',
  'deploy/manifests',
  'people/connector-by-hand',
  'deploy/roles',
  'people/foreign-change',
  'probes/postgres',
  'deploy/setup',
  'cli/process/process',
  'crash/toy/sigkill',
  'security/hostile-rehearsal',
];

/** The heaviest suites in the order above, the others as Vitest has them. */
export class HeaviestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.toSorted((one, other) => rankOf(one) - rankOf(other));
  }
}

function rankOf({ moduleId }: TestSpecification): number {
  const rank = HEAVIEST.findIndex((suite) => moduleId.includes(`/test/${suite}.`));
  return rank === -1 ? HEAVIEST.length : rank;
}
