import type { ActivityContext, Awaited, ChangeStarted, Expected, OperationEnd, StepInput } from '../../../machines/incident/activities.ts';
import { VirtualClock } from '../../../src/clocks/virtual-clock.ts';
import { rehearsalDocument } from '../../../src/composition/rehearsal-document.ts';
import { seededRandom } from '../../../src/composition/seeded-random.ts';
import { awaitBounds, boundInstances } from '../../../src/controller/activities/bounds.ts';
import { awaitInPlace, updateInPlace } from '../../../src/controller/activities/in-place.ts';
import type { ActivityOptions } from '../../../src/controller/activities/options.ts';
import { awaitRevision, deployService } from '../../../src/controller/activities/revision.ts';
import { configurationOf } from '../../../src/controller/activities/foreign-change-diff.ts';
import { awaitTraffic, pinTraffic } from '../../../src/controller/activities/traffic.ts';
import { assess } from '../../../src/controller/assess.ts';
import type { Plan } from '../../../src/core/model/plan.ts';
import { planHash } from '../../../src/planning/plan-hash.ts';
import { createCloud } from '../../../src/gcp/cloud.ts';
import { createProbesOver } from '../../../src/probes/probes.ts';
import type { Fault } from '../../../src/simulator/faults.ts';
import { inProcessClient, inProcessProbeTransport } from '../../../src/simulator/http/in-process.ts';
import { readScenario } from '../../../src/simulator/scenario.ts';
import { createSimulator } from '../../../src/simulator/simulator.ts';
import type { Simulator } from '../../../src/simulator/simulator.ts';
import { createWorld } from '../../../src/simulator/world/world.ts';
import type { Way } from '../../../src/steps/ways.ts';

const BASE = 'http://simulator.invalid';

export interface Rig {
  readonly clock: VirtualClock;
  readonly simulator: Simulator;
  readonly options: ActivityOptions;
  readonly plan: Plan;
  /** What the look behind the plan has seen of the configuration. */
  readonly seen: Expected;
  readonly step: (stepId: string, over?: Partial<StepInput>) => StepInput;
  readonly context: ActivityContext;
  /** Writes that were committed, by whomever. */
  readonly writes: () => number;
}

export interface RigOptions {
  readonly fence?: () => Promise<void>;
  readonly scenario?: string;
  /** A step that one look only suspects, applied as a run would after the next one. */
  readonly applied?: string;
}

/** Issue 1278, or another scenario, in process, with the real adapters, observed and planned. */
export async function rig({ fence = async () => {}, scenario: name = 'issue-1278', applied }: RigOptions = {}): Promise<Rig> {
  const scenario = readScenario(name);
  const { spec } = await rehearsalDocument(scenario, null, { env: {}, readFile: () => Promise.reject(new Error('none')) });
  const clock = new VirtualClock(scenario.startAt);
  const simulator = createSimulator({ scenario, world: createWorld(scenario), clock, baseUrl: BASE });
  const { project, region } = spec;
  const authClient = inProcessClient(simulator);
  const cloud = createCloud({ project, region, authClient, baseUrl: BASE, clock, random: seededRandom(1), readOnly: false });
  const transport = inProcessProbeTransport(simulator);
  const probes = createProbesOver({ clock, http: transport.http, connect: transport.connect });
  const context = { key: 'run/1/step', repeated: false, signal: new AbortController().signal };
  const { plan: made, observation } = await timed(clock, assess({ spec, cloud, probes, clock, probe: false, signal: context.signal }));
  const steps = made.steps.map((step) => (step.id === applied ? { ...step, decision: 'apply' as const } : step));
  const plan = { ...made, steps, hash: planHash(steps) };
  const observer = { observe: () => Promise.reject(new Error('not asked here')) };
  const assertions = { assertHeld: fence, assertMayChange: fence };
  const options: ActivityOptions = { runId: 'run', spec, cloud, probes, channels: [], clock, observer, fence: assertions };
  const step = (stepId: string, over: Partial<StepInput> = {}): StepInput => ({
    stepId,
    plan,
    mutationsMade: 0,
    lookedAt: clock.now(),
    maybeSent: false,
    ...over,
  });
  return { clock, simulator, options, plan, seen: configurationOf(observation), step, context, writes: () => simulator.writes().length };
}

/** Lets time pass until the work has ended. */
export async function timed<T>(clock: VirtualClock, work: Promise<T>): Promise<T> {
  await clock.run(work.catch(() => undefined));
  return work;
}

/** The next write meets this. */
export function nextWrite({ simulator }: Rig, answer: Fault['answer']): void {
  simulator.faults.add({ id: 'next-write', match: { method: 'PATCH', path: '**' }, times: 1, answer });
}

/** Somebody else writes. */
export async function byAnn({ simulator }: Rig, path: string, body: object): Promise<void> {
  await simulator.handle({ method: 'PATCH', path, headers: { 'x-sim-actor': 'ann@example.com' }, body: JSON.stringify(body) });
}

interface Activities {
  readonly send: (options: ActivityOptions, input: StepInput, context: ActivityContext) => Promise<ChangeStarted>;
  readonly inForce: (options: ActivityOptions, input: StepInput & Awaited, key: string, context: ActivityContext) => Promise<OperationEnd>;
}

/** What the chart asks for to carry out the first write of a step, and to see it in force. */
export const ACTIVITIES: Readonly<Record<Way, Activities>> = {
  'in-place': { send: updateInPlace, inForce: (options, input, _key, context) => awaitInPlace(options, input, context) },
  bounds: { send: boundInstances, inForce: (options, input, _key, context) => awaitBounds(options, input, context) },
  traffic: {
    send: pinTraffic,
    inForce: (options, input, _key, context) => awaitTraffic(options, { ...input, revision: null, share: 100 }, context),
  },
  revision: {
    send: deployService,
    inForce: (options, input, changeKey, context) => awaitRevision(options, { ...input, changeKey }, context),
  },
};
