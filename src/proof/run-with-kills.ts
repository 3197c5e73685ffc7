import { locatedOf, regionsOf } from '../core/region.ts';
import { defined } from '../core/defined.ts';
import type { IncidentContext } from '../../machines/incident/context.ts';
import { readWorldFacts } from '../composition/world-facts.ts';
import { verifyJournal } from '../durable/journal.ts';
import type { RunEnd } from '../durable/run-options.ts';
import { HOUR } from '../core/duration.ts';
import { InvariantError } from '../core/errors.ts';
import type { RemediationSpec } from '../core/model/spec.ts';
import type { Scenario } from '../simulator/scenario.ts';
import type { Delivered } from '../simulator/people/people.ts';
import { ONLOOKER } from '../simulator/simulator.ts';
import type { Simulator } from '../simulator/simulator.ts';
import { RUN_ID, CrashHarness } from './crash-harness.ts';

/** What is carried out: an incident and the document it is met with. */
export interface Play {
  readonly scenario: Scenario;
  readonly spec: RemediationSpec;
  readonly specHash: string;
}

/** A place where the controller can be killed: around each save, and around each request that may change the world. */
export interface Point {
  readonly number: number;
  readonly what: string;
}

export interface KilledRun {
  readonly outcome: string;
  /** Why it ended so, where something failed or was missing. */
  readonly failure: string | null;
  readonly boots: number;
  /** Committed changes of the world, in order, without what differs from run to run (etags, the words of a case). */
  readonly writes: readonly string[];
  readonly traffic: Readonly<Record<string, readonly string[]>>;
  /** By service: the revisions that exist, in order, and the template's change key; by connector: its bounds and type. */
  readonly resources: readonly string[];
  readonly cases: number;
  /** What the run says that it changed: title, outcome, and what was there before. */
  readonly mutations: readonly unknown[];
  /** What has arrived at the channels of people, in order. */
  readonly messages: readonly Delivered[];
  readonly points: readonly Point[];
}

const LONGEST = 24 * HOUR;

/**
 * One incident in which the controller is killed at the given points and started again at once, on the same store and world.
 * A dead one is never heard of again: its calls get no answer, its saves do not happen. Throws when the run fails, or waits
 * for nobody.
 */
export async function runThroughKills(play: Play, kills: ReadonlySet<number>): Promise<KilledRun> {
  const points: Point[] = [];
  const stage: CrashHarness = new CrashHarness({
    ...play,
    deathIsKnown: true,
    decideAt: (what) => {
      points.push({ number: points.length + 1, what });
      return kills.has(points.length) ? 'die' : 'go';
    },
    onDeath: () => void stage.boot(),
  });
  stage.boot();
  const last = (): (typeof stage.actors)[number] => defined(stage.actors.at(-1));
  const isOver = (): boolean => last().ended.end !== null || last().ended.failure !== null;
  const passed = await stage.clock.run(isOver, { limitAt: play.scenario.startAt + LONGEST, explain: () => last().run.awaiting() });
  const { end, failure } = last().ended;
  if (failure !== null) throw new Error(`the run failed after ${stage.actors.length} boots`, { cause: failure });
  if (passed.ended !== 'done' || end === null)
    throw new InvariantError(
      `the run is ${passed.ended} after ${stage.actors.length} boots: it waits for ${passed.ended === 'done' ? 'nothing' : passed.awaiting.join(', ')}`,
    );
  return survivedOf(play, stage, end, points);
}

async function survivedOf({ spec }: Play, stage: CrashHarness, end: RunEnd, points: readonly Point[]): Promise<KilledRun> {
  const { simulator } = stage;
  const facts = await readWorldFacts(simulator, spec.project, spec.region, regionsOf(spec));
  const { mutations, failure } = end.snapshot.context as IncidentContext;
  const journal = verifyJournal(await stage.store.readJournal(RUN_ID));
  if (!journal.ok) throw new InvariantError(`the journal is not whole: line ${journal.badSeq}: ${journal.why}`);
  return {
    outcome: end.outcome,
    failure,
    boots: stage.actors.length,
    writes: simulator.writes().map(written),
    traffic: facts.traffic,
    resources: await resourcesOf(simulator, spec),
    cases: facts.cases.length,
    mutations: mutations.map(({ title, outcome, before }) => ({ title, outcome, before: withoutGeneration(before) })),
    messages: simulator.people.delivered,
    points,
  };
}

/** Generations count every write of a service, other people's too. */
function withoutGeneration(before: IncidentContext['mutations'][number]['before']): unknown {
  const { generation: _generation, ...rest } = { generation: null, ...before };
  return rest;
}

/** A committed write as text. The words of a case tell the time and the step at which they were written. */
export function written({ method, path, body }: ReturnType<Simulator['writes']>[number]): string {
  const plain: Record<string, unknown> = typeof body === 'object' && body !== null ? { ...body } : {};
  delete plain['etag'];
  const route = path.split('?', 1)[0] ?? '';
  if (/\/cases(?:\/|:|$)/.test(route)) for (const words of ['description', 'body']) delete plain[words];
  return JSON.stringify([method, route, plain]);
}

interface ListedRevision {
  readonly name: string;
  readonly service?: string;
}

async function resourcesOf(simulator: Simulator, spec: RemediationSpec): Promise<readonly string[]> {
  const pathOf = (region: string): string => `projects/${spec.project}/locations/${region}`;
  const ask = async (path: string): Promise<unknown> => {
    const { body } = await simulator.handle({ method: 'GET', path, headers: { 'x-sim-actor': ONLOOKER }, body: '' });
    return JSON.parse(body) as unknown;
  };
  const listed = regionsOf(spec).map(async (region) => {
    const { revisions = [] } = (await ask(`/v2/${pathOf(region)}/services/-/revisions?pageSize=1000`)) as {
      revisions?: readonly ListedRevision[];
    };
    const where = region === spec.region ? '' : ` in ${region}`;
    return revisions.map(({ name }) => `revision ${name.slice(name.lastIndexOf('/') + 1)}${where}`).sort();
  });
  const names = (await Promise.all(listed)).flat();
  const sizes = spec.connectors.map(async ({ name }) => {
    const place = locatedOf(name, spec.region);
    const { machineType, minInstances, maxInstances } = (await ask(`/v1/${pathOf(place.region)}/connectors/${place.name}`)) as Record<
      string,
      unknown
    >;
    return `connector ${name} ${String(machineType)} ${String(minInstances)}–${String(maxInstances)}`;
  });
  return [...names, ...(await Promise.all(sizes))];
}
