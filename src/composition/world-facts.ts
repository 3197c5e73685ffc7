import { identityOf } from '../core/region.ts';
import { ONLOOKER } from '../simulator/simulator.ts';
import type { Simulator } from '../simulator/simulator.ts';

/** What a rehearsal leaves behind in the simulated world, read through the same API as anybody would. */
export interface WorldFacts {
  /** Traffic in force by service, `revision percent tag` per line, in a stable order. */
  readonly traffic: Readonly<Record<string, readonly string[]>>;
  readonly cases: readonly { readonly name: string; readonly createdAt: number; readonly comments: number; readonly isOpen: boolean }[];
  /** What was said on the chat channel. */
  readonly told: readonly string[];
}

interface Listed {
  readonly services?: readonly { readonly name: string; readonly trafficStatuses?: readonly Target[] }[];
}

interface Target {
  readonly revision?: string;
  readonly percent?: number;
  readonly tag?: string;
}

/**
 * Reads as an onlooker: not part of the run's own requests when taken before or after it. `home`: the document's own region, whose
 * services are called by their short names.
 */
export async function readWorldFacts(
  simulator: Simulator,
  project: string,
  home: string,
  regions: readonly string[] = [home],
): Promise<WorldFacts> {
  const services = await Promise.all(
    regions.map((region) => get<Listed>(simulator, `/v2/projects/${project}/locations/${region}/services?pageSize=100`)),
  );
  const listed = await get<{ cases?: readonly { name: string; createTime: string; state: string }[] }>(
    simulator,
    `/v2/projects/${project}/cases?pageSize=100`,
  );
  const cases = await Promise.all(
    (listed.cases ?? []).map(async ({ name, createTime, state }) => ({
      name,
      createdAt: Date.parse(createTime),
      comments: await comments(simulator, name),
      isOpen: state !== 'CLOSED',
    })),
  );
  const chat = await get<{ messages?: readonly { text: string }[] }>(simulator, '/_sim/chat');
  return {
    traffic: Object.fromEntries(
      services.flatMap(({ services: all = [] }, index) =>
        all.map(({ name, trafficStatuses = [] }) => [
          identityOf({ name: lastPart(name), region: regions[index] ?? home }, home),
          vectorLines(trafficStatuses),
        ]),
      ),
    ),
    cases,
    told: (chat.messages ?? []).map(({ text }) => text),
  };
}

async function comments(simulator: Simulator, caseName: string): Promise<number> {
  const listed = await get<{ comments?: readonly unknown[] }>(simulator, `/v2/${caseName}/comments?pageSize=100`);
  return listed.comments?.length ?? 0;
}

async function get<T>(simulator: Simulator, path: string): Promise<T> {
  const { body } = await simulator.handle({ method: 'GET', path, headers: { 'x-sim-actor': ONLOOKER }, body: '' });
  return JSON.parse(body) as T;
}

function vectorLines(targets: readonly Target[]): readonly string[] {
  return targets.map(({ revision, percent, tag }) => [lastPart(revision ?? ''), percent ?? 0, tag ?? '-'].join(' ')).sort();
}

function lastPart(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1);
}
