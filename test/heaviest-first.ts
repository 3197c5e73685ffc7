import { BaseSequencer } from 'vitest/node';
import type { TestSpecification } from 'vitest/node';

/**
 * Suites that take longest, longest first, by what they took on two quiet cores: begun last, one of them would go on alone while the
 * other core rests. A fresh clone has no cache of durations to tell.
 */
const HEAVIEST = [
  'cli/two-controllers',
  'cli/lockstep',
  'scenarios/scenarios',
  'crash/incident/prove',
  'machines/incident-cover',
  'crash/incident/sweep',
  'deploy/roles',
  'security/secrets',
  'mutants/mutants',
  'faults/fault',
  'people/every-phase',
  'people/verbs',
  'crash/incident/kill',
  'store/gcs-incident',
  'security/hostile-verbs',
  'people/connector-by-hand',
  'people/their-own',
  'people/no-false-hold',
  'simulation/paused',
  'simulation/seeds',
  'people/foreign-change',
  'cli/run',
  'simulation/worlds/worlds',
  'controller/activities/preflight-freeze',
  'crash/toy/crash',
  'machines/former-records',
  'worlds/few',
];

/** The heaviest suites in the order above, the others as Vitest has them. */
export class HeaviestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.toSorted((one, other) => rankOf(one) - rankOf(other));
  }
}

function rankOf({ moduleId }: TestSpecification): number {
  const rank = HEAVIEST.findIndex((suite) => moduleId.endsWith(`/test/${suite}.test.ts`));
  return rank === -1 ? HEAVIEST.length : rank;
}
