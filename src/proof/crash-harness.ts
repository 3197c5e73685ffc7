import { placesOf } from '../core/region.ts';
import { createWebhook } from '../notify/webhook.ts';
import { createChannels } from '../notify/channels.ts';
import { toSimulatedChannels } from '../composition/simulated-channels.ts';
import { seededRandom } from '../composition/seeded-random.ts';
import { caseEvidence } from '../composition/case-evidence.ts';
import { startIncidentRun } from '../controller/incident-run.ts';
import type { Run, RunEnd, SavedStep } from '../durable/run-options.ts';
import { VirtualClock } from '../clocks/virtual-clock.ts';
import type { RemediationSpec } from '../core/model/spec.ts';
import { createCloud } from '../gcp/cloud.ts';
import type { LeaseOwner, RunStatus, RunStore } from '../ports/store.ts';
import { createProbesOver } from '../probes/probes.ts';
import { inProcessClient, inProcessProbeTransport } from '../simulator/http/in-process.ts';
import type { Scenario } from '../simulator/scenario.ts';
import { createSimulator } from '../simulator/simulator.ts';
import type { Simulator } from '../simulator/simulator.ts';
import type { World } from '../simulator/world/contract.ts';
import { createWorld } from '../simulator/world/world.ts';
import { createMemoryStore } from '../store/memory.ts';
import { Incarnation } from './incarnation.ts';
import type { CrashDecision } from './incarnation.ts';
import { crashableClock, crashableSimulator, crashableStore } from './crashable-ports.ts';
import type { StoreTrouble, Watcher } from './crashable-ports.ts';

/** A name that resolves nowhere, so that a leak fails loudly. */
const STAGE_URL = 'http://simulator.invalid';

export interface CrashHarnessOptions {
  readonly scenario: Scenario;
  /** The world behind the simulated APIs; absent: that of the scenario, unseen by anybody else. */
  readonly world?: World;
  readonly spec: RemediationSpec;
  readonly specHash: string;
  readonly decideAt: (what: string, life: Incarnation) => CrashDecision;
  readonly onDeath?: (life: Incarnation) => void;
  readonly onSaved?: (saved: SavedStep, status: RunStatus, life: Incarnation) => void;
  readonly watcher?: Watcher;
  readonly trouble?: StoreTrouble;
  /** The clocks of its incarnations are never set. */
  readonly clocksAreTrue?: boolean;
  /** Where a human wants the run to begin. */
  readonly from?: { readonly step: string; readonly by: string };
  /** Whether a dead life is provably dead to others (same host), so that its lease need not expire first. */
  readonly deathIsKnown: boolean;
}

/** A controller that was started. */
export interface RunningController {
  readonly life: Incarnation;
  readonly run: Run;
  /** How its run ended, as long as it lived to see it. */
  readonly ended: { end: RunEnd | null; failure: unknown };
}

export const RUN_ID = 'run';

/** One simulated world, one store and one clock, on which controllers live, die and follow each other. Everything is in this process and repeats exactly. */
export class CrashHarness {
  readonly clock: VirtualClock;
  /** The truth behind the simulated APIs. */
  readonly world: World;
  readonly simulator: Simulator;
  readonly store: RunStore;
  readonly actors: RunningController[] = [];
  readonly #options: CrashHarnessOptions;
  readonly #deadTokens = new Set<string>();

  constructor(options: CrashHarnessOptions) {
    const { scenario } = options;
    this.#options = options;
    this.clock = new VirtualClock(scenario.startAt);
    this.world = options.world ?? createWorld(scenario);
    this.simulator = createSimulator({ scenario, world: this.world, clock: this.clock, baseUrl: STAGE_URL });
    this.store = createMemoryStore('memory', {
      isDead: ({ token }) => options.deathIsKnown && this.#deadTokens.has(token),
      recordsStay: true,
    });
  }

  /** Starts one more controller on this store and world. */
  boot(): RunningController {
    const life = this.#newLife();
    const run = this.#start(life);
    const ended: RunningController['ended'] = { end: null, failure: null };
    const actor: RunningController = { life, run, ended };
    this.actors.push(actor);
    run.done.then(
      (end) => void (life.isDead || (ended.end = end)),
      (failure: unknown) => void (life.isDead || (ended.failure = failure ?? new Error('no reason given'))),
    );
    return actor;
  }

  #newLife(): Incarnation {
    const { decideAt, onDeath, clocksAreTrue = true } = this.#options;
    return new Incarnation({
      number: this.actors.length + 1,
      decideAt,
      onDeath: (life) => {
        this.#deadTokens.add(ownerOf(life).token);
        onDeath?.(life);
      },
      sleepUntil: (at) => this.clock.sleepUntil(at),
      now: () => this.clock.now(),
      clockIsTrue: clocksAreTrue,
    });
  }

  #start(life: Incarnation): Run {
    const { scenario, spec, specHash, watcher, trouble, onSaved, from } = this.#options;
    const clock = crashableClock(this.clock, life);
    const random = seededRandom(scenario.seed + life.number);
    const cloudSeen = crashableSimulator(this.simulator, life, watcher);
    const transport = inProcessProbeTransport(cloudSeen);
    const probes = createProbesOver({ clock, ...transport });
    const authClient = inProcessClient(cloudSeen);
    const store = crashableStore(this.store, life, trouble ?? null, watcher);
    const wire = { clock, random, http: probes.http };
    const chat = createWebhook({ name: 'chat', url: `${STAGE_URL}/_sim/chat`, ...wire });
    return startIncidentRun({
      runId: RUN_ID,
      spec,
      specHash,
      startedAt: scenario.startAt,
      cloud: createCloud({ ...placesOf(spec), authClient, baseUrl: STAGE_URL, clock, random, readOnly: false }),
      probes,
      channels: [chat, ...createChannels(spec.communication, { ...wire, http: toSimulatedChannels(probes.http, STAGE_URL) })],
      clock,
      store,
      evidence: caseEvidence(store, RUN_ID),
      owner: ownerOf(life),
      ...(from === undefined ? {} : { from }),
      ...(onSaved === undefined
        ? {}
        : { onStep: (saved: SavedStep, status: RunStatus) => void (life.isDead || onSaved(saved, status, life)) }),
    });
  }
}

function ownerOf({ number }: Incarnation): LeaseOwner {
  return { token: `life-${number}`, host: 'stage', pid: number, described: `life ${number}` };
}
