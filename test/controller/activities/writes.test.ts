import { describe, expect, test } from 'vitest';
import type { ActivityContext, StepInput } from '../../../machines/incident/activities.ts';
import { seededRandom } from '../../../src/composition/seeded-random.ts';
import { deployService } from '../../../src/controller/activities/revision.ts';
import { updateInPlace } from '../../../src/controller/activities/in-place.ts';
import type { ActivityOptions } from '../../../src/controller/activities/options.ts';
import { pinTraffic, restoreTraffic } from '../../../src/controller/activities/traffic.ts';
import { VirtualClock } from '../../../src/clocks/virtual-clock.ts';
import { MINUTE } from '../../../src/core/duration.ts';
import { FencedError } from '../../../src/core/errors.ts';
import type { Plan } from '../../../src/core/model/plan.ts';
import { createCloud } from '../../../src/gcp/cloud.ts';
import { inProcessClient } from '../../../src/simulator/in-process.ts';
import { readScenario } from '../../../src/simulator/scenario.ts';
import { createSimulator } from '../../../src/simulator/simulator.ts';
import type { Simulator } from '../../../src/simulator/simulator.ts';
import { createWorld } from '../../../src/simulator/world/world.ts';
import { assess } from '../../../src/controller/assess.ts';
import { rehearsalDocument } from '../../../src/composition/rehearsal-document.ts';
import { createProbesOver } from '../../../src/probes/probes.ts';
import { inProcessProbeTransport } from '../../../src/simulator/in-process.ts';

const BASE = 'http://simulator.invalid';
const BACKEND = 'netra-backend-staging';
const CONNECTOR = 'connector:staging-connector';

interface Rig {
  readonly clock: VirtualClock;
  readonly simulator: Simulator;
  readonly options: ActivityOptions;
  readonly plan: Plan;
  readonly step: (stepId: string, over?: Partial<StepInput>) => StepInput;
  readonly context: ActivityContext;
}

/** Issue 1278 in process, observed and planned; the fence as given. */
async function rig(fence: () => Promise<void> = async () => {}): Promise<Rig> {
  const scenario = readScenario('issue-1278');
  const { spec } = await rehearsalDocument(scenario, null, { env: {}, readFile: () => Promise.reject(new Error('none')) });
  const clock = new VirtualClock(scenario.startAt);
  const simulator = createSimulator({ scenario, world: createWorld(scenario), clock, baseUrl: BASE });
  const random = seededRandom(1);
  const cloud = createCloud({
    project: spec.project,
    region: spec.region,
    authClient: inProcessClient(simulator),
    baseUrl: BASE,
    clock,
    random,
    readOnly: false,
  });
  const transport = inProcessProbeTransport(simulator);
  const probes = createProbesOver({ clock, http: transport.http, connect: transport.connect });
  const context = { key: 'run/1/step', repeated: false, signal: new AbortController().signal };
  const { plan } = await timed(clock, assess({ spec, cloud, probes, clock, probe: false, signal: context.signal }));
  const observer = { observe: () => Promise.reject(new Error('not asked here')) };
  const options: ActivityOptions = {
    runId: 'run',
    spec,
    cloud,
    probes,
    notifiers: [],
    clock,
    observer,
    fence: { assertHeld: fence, assertMayChange: fence },
  };
  const step = (stepId: string, over: Partial<StepInput> = {}): StepInput => ({
    stepId,
    plan,
    mutationsMade: 0,
    lookedAt: clock.now(),
    maybeSent: false,
    ...over,
  });
  return { clock, simulator, options, plan, step, context };
}

async function timed<T>(clock: VirtualClock, work: Promise<T>): Promise<T> {
  await clock.run(work.catch(() => undefined));
  return work;
}

const writes = ({ simulator }: Rig): number => simulator.writes().length;

describe('the fence at the instant of a write', () => {
  test('sends nothing when the lease is gone', async () => {
    const lost = await rig(() => Promise.reject(new FencedError('lease-lost', 'held by another')));
    for (const act of [
      () => updateInPlace(lost.options, lost.step(CONNECTOR), lost.context),
      () => pinTraffic(lost.options, lost.step(`pin:${BACKEND}`), lost.context),
      () => deployService(lost.options, lost.step('deploy:netra-auth-service'), lost.context),
    ])
      await expect(timed(lost.clock, act())).rejects.toMatchObject({ kind: 'fenced', code: 'lease-lost' });
    expect(writes(lost)).toBe(0);
  });

  test.each<[string, Partial<StepInput>, object]>([
    ['the look behind it is too old', { lookedAt: 0 }, { kind: 'conflict', code: 'stale' }],
    ['the budget is spent', { mutationsMade: 12 }, { kind: 'human', code: 'budget' }],
  ])('sends nothing when %s', async (_why, over, error) => {
    const held = await rig();
    await expect(timed(held.clock, updateInPlace(held.options, held.step(CONNECTOR, over), held.context))).rejects.toMatchObject(error);
    expect(writes(held)).toBe(0);
  });

  test('sends nothing when the plan is not the one that was decided', async () => {
    const held = await rig();
    const plan = {
      ...held.plan,
      steps: held.plan.steps.map((step) => ({ ...step, decision: 'apply' as const, change: step.change })),
      hash: 'another',
    };
    await expect(timed(held.clock, updateInPlace(held.options, held.step(CONNECTOR, { plan }), held.context))).rejects.toMatchObject({
      code: 'stale',
    });
    expect(writes(held)).toBe(0);
  });

  test('sends nothing when somebody else has moved the traffic since the plan', async () => {
    const held = await rig();
    const path = `/v2/projects/netra-staging/locations/us-central1/services/${BACKEND}?updateMask=traffic`;
    const traffic = [{ type: 'TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION', revision: `${BACKEND}-00749-6tr`, percent: 100 }];
    await held.simulator.handle({
      method: 'PATCH',
      path,
      headers: { 'x-sim-actor': 'ann@example.com' },
      body: JSON.stringify({ traffic }),
    });
    await expect(timed(held.clock, pinTraffic(held.options, held.step(`pin:${BACKEND}`), held.context))).rejects.toMatchObject({
      kind: expect.stringMatching(/conflict|transient/),
    });
    expect(writes(held)).toBe(1);
  });
});

describe('a write that may have been sent before', () => {
  test('a deploy carries its key: the second call sends nothing and tells the same change', async () => {
    const held = await rig();
    const input = held.step('deploy:netra-auth-service');
    const first = await timed(held.clock, deployService(held.options, input, held.context));
    const again = await timed(held.clock, deployService(held.options, input, { ...held.context, repeated: true }));
    expect(writes(held)).toBe(1);
    expect(again.mutation.key).toBe(first.mutation.key);
    expect(again.mutation.outcome).toBe('applied');
  });

  test('a pin found in force after a crash is ours, with what was there before; without one it was there already', async () => {
    const held = await rig();
    const input = held.step(`pin:${BACKEND}`);
    const first = await timed(held.clock, pinTraffic(held.options, input, held.context));
    const repeated = await timed(held.clock, pinTraffic(held.options, input, { ...held.context, repeated: true }));
    const fresh = await timed(held.clock, pinTraffic(held.options, input, held.context));
    expect(writes(held)).toBe(1);
    expect(repeated.mutation).toMatchObject({
      outcome: 'applied',
      before: { kind: 'traffic', traffic: first.mutation.before.kind === 'traffic' ? first.mutation.before.traffic : null },
    });
    expect(fresh.mutation.outcome).toBe('already');
  });

  test('a connector that somebody is changing is waited for, never sent to', async () => {
    const held = await rig();
    await timed(held.clock, updateInPlace(held.options, held.step(CONNECTOR), held.context));
    await expect(timed(held.clock, updateInPlace(held.options, held.step(CONNECTOR), held.context))).rejects.toMatchObject({
      kind: 'conflict',
      code: 'busy',
    });
    expect(writes(held)).toBe(1);
  });

  test('after a crash, an update of the connector that still runs may be anybody’s: nothing is sent, and what it ends in decides', async () => {
    const held = await rig();
    const first = await timed(held.clock, updateInPlace(held.options, held.step(CONNECTOR), held.context));
    const repeat = () => timed(held.clock, updateInPlace(held.options, held.step(CONNECTOR), { ...held.context, repeated: true }));
    await expect(repeat()).rejects.toMatchObject({ kind: 'conflict', code: 'busy-maybe-ours' });
    await timed(held.clock, held.clock.sleepUntil(held.clock.now() + 10 * MINUTE));
    const again = await timed(
      held.clock,
      updateInPlace(held.options, held.step(CONNECTOR, { lookedAt: held.clock.now() }), { ...held.context, repeated: true }),
    );
    expect(again.mutation).toMatchObject({ outcome: 'applied', before: first.mutation.before, after: first.mutation.after });
    expect(writes(held)).toBe(1);
  });
});

describe('putting traffic back', () => {
  test('restores the recorded vector exactly, tags included, and waits until it is in force', async () => {
    const held = await rig();
    const { mutation } = await timed(held.clock, pinTraffic(held.options, held.step(`pin:${BACKEND}`), held.context));
    if (mutation.before.kind !== 'traffic') throw new Error('a pin records traffic');
    const answer = await timed(
      held.clock,
      restoreTraffic(held.options, { service: BACKEND, traffic: mutation.before.traffic, planHash: held.plan.hash }, held.context),
    );
    expect(answer).toMatchObject({ exact: true, note: null, mutation: { outcome: 'applied' } });
    const state = await timed(held.clock, held.options.cloud.run.getService(BACKEND));
    expect(state.traffic).toEqual(mutation.before.traffic);
  });
});
