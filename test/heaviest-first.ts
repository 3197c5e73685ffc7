import { BaseSequencer } from 'vitest/node';
import type { TestSpecification } from 'vitest/node';

/**
 * Suites that take longest, longest first, by what they took on two quiet cores: begun last, one of them would go on alone while the
 * other core rests. A fresh clone has no cache of durations to tell.
 */
const HEAVIEST = [
  'scenarios/scenarios',
  'people/verbs',
  'machines/incident-cover',
  'crash/incident/prove',
  'mutants/mutants',
  'simulation/seeds',
  'cli/two-controllers',
  'crash/incident/kill',
  'server/browser',
  'people/support-case',
  'security/hostile-verbs',
  'people/their-own',
  'people/no-false-hold',
  'crash/incident/sweep',
  'crash/incident/channels',
  'cli/lockstep',
  'simulation/paused',
  'people/every-phase',
  'store/gcs-incident',
  'cli/run',
  'worlds/draw-live',
  'faults/fault',
  'simulation/worlds/worlds',
  'security/secret-walls',
  'cli/printed-commands',
  'durable/fit',
  'cli/mcp',
  'deploy/manifests',
  'crash/toy/crash',
  'deploy/roles',
  'deploy/setup',
  'worlds/regions',
  'people/stopped-in-time',
  'scenarios/thin-evidence',
  'people/foreign-change',
  'cli/drawn-world',
  'controller/activities/preflight-freeze',
  'probes/postgres',
  'security/secrets',
  'diagnosis/improvement',
  'scenarios/after-write',
  'store/folder',
  'watchdog/watchdog',
  'machines/former-records',
  'people/connector-by-hand',
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
