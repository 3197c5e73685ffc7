import type { AuthClient } from 'google-auth-library';
import { createCloud } from '../gcp/cloud.ts';
import { startIncidentRun } from '../controller/incident-run.ts';
import type { Run, RunEnd, SavedStep } from '../durable/run-options.ts';
import { placesOf, regionsOf } from '../core/region.ts';
import { VirtualClock } from '../clocks/virtual-clock.ts';
import { InvariantError } from '../core/errors.ts';
import { HOUR } from '../core/duration.ts';
import type { RemediationSpec } from '../core/model/spec.ts';
import { createChannels } from '../notify/channels.ts';
import { createWebhook } from '../notify/webhook.ts';
import type { JournalLine, LeaseOwner, RunStatus, RunStore } from '../ports/store.ts';
import type { Reach } from '../controller/message.ts';
import { createProbesOver } from '../probes/probes.ts';
import { inProcessClient, inProcessProbeTransport } from '../simulator/http/in-process.ts';
import type { Scenario } from '../simulator/scenario.ts';
import { createSimulator } from '../simulator/simulator.ts';
import type { Simulator } from '../simulator/simulator.ts';
import { createWorld } from '../simulator/world/world.ts';
import { caseEvidence } from './case-evidence.ts';
import { runScriptedOperators } from './scripted-operators.ts';
import { toSimulatedChannels } from './simulated-channels.ts';
import { seededRandom } from './seeded-random.ts';
import { readWorldFacts } from './world-facts.ts';
import type { WorldFacts } from './world-facts.ts';

/** Where the simulated Google answers; a name that resolves nowhere, so that a leak fails loudly. */
export const SIMULATED = 'http://simulator.invalid';
/** No rehearsal is meant to last longer than this in virtual time. */
const LONGEST = 24 * HOUR;

export interface RehearsalOptions {
  readonly scenario: Scenario;
  readonly spec: RemediationSpec;
  readonly specHash: string;
  /** `open` gets the rehearsal's clock: saves to a real disk must hold virtual time. */
  readonly openStore: (clock: VirtualClock) => RunStore;
  readonly owner: LeaseOwner;
  /** Version and build of the program, for record and journal. */
  readonly program?: string;
  /** Where people would look at the run and steer it: shown, nobody is told. */
  readonly reach?: Reach;
  readonly onStep?: (saved: SavedStep, status: RunStatus) => void;
  readonly onWarning?: (message: string, cause: unknown) => void;
  /** Asks the run to stop at the next step, saved and resumable. */
  readonly signal?: AbortSignal;
}

export interface Rehearsed {
  readonly end: RunEnd;
  readonly runId: string;
  readonly simulator: Simulator;
  readonly lines: readonly JournalLine[];
  readonly before: WorldFacts;
  readonly after: WorldFacts;
  /** The run's own requests, by API. */
  readonly requests: Readonly<Record<string, number>>;
  readonly virtualMs: number;
  readonly ticks: number;
}

/**
 * One whole incident in this process: the ordinary controller and the ordinary clients against the simulator, on a virtual
 * clock that moves only when nothing is in flight. Throws `InvariantError` when the run waits for nobody (a deadlock).
 */
export async function rehearse(options: RehearsalOptions): Promise<Rehearsed> {
  const { scenario, spec } = options;
  const clock = new VirtualClock(scenario.startAt);
  const simulator = createSimulator({ scenario, world: createWorld(scenario), clock, baseUrl: SIMULATED });
  const before = await readWorldFacts(simulator, spec.project, spec.region, regionsOf(spec));
  const earlier = simulator.requestsByApi();
  const store = options.openStore(clock);
  const random = seededRandom(scenario.seed);
  const transport = inProcessProbeTransport(simulator);
  const probes = createProbesOver({ clock, ...transport });
  const authClient: AuthClient = inProcessClient(simulator);
  const cloud = createCloud({ ...placesOf(spec), authClient, baseUrl: SIMULATED, clock, random, readOnly: false });
  const wire = { clock, random, http: probes.http };
  const chat = createWebhook({ name: 'chat', url: `${SIMULATED}/_sim/chat`, ...wire });
  const channels = createChannels(spec.communication, { ...wire, http: toSimulatedChannels(probes.http, SIMULATED) });
  const runId = `${spec.name}-${scenario.name}-${scenario.seed}`;
  let ticks = 0;
  const run = startIncidentRun({
    runId,
    spec,
    specHash: options.specHash,
    startedAt: scenario.startAt,
    cloud,
    probes,
    channels: [chat, ...channels],
    ...(options.reach === undefined ? {} : { reach: options.reach }),
    clock,
    store,
    owner: options.owner,
    ...(options.program === undefined ? {} : { program: options.program }),
    rehearsal: { scenario: scenario.name, seed: scenario.seed },
    evidence: caseEvidence(store, runId),
    onStep: (saved, status) => {
      ticks += saved.lines.filter(({ kind }) => kind === 'tick').length;
      options.onStep?.(saved, status);
    },
    ...(options.onWarning === undefined ? {} : { onWarning: options.onWarning }),
  });
  options.signal?.addEventListener('abort', () => void run.stop('interrupted'), { once: true });
  const over = new AbortController();
  const people = runScriptedOperators({ scenario, simulator, store, clock, nudge: () => run.nudge(), signal: over.signal });
  const end = await throughTime(clock, run, scenario.startAt);
  over.abort();
  await people;
  const requests = minus(simulator.requestsByApi(), earlier);
  const after = await readWorldFacts(simulator, spec.project, spec.region, regionsOf(spec));
  return {
    end,
    runId,
    simulator,
    lines: await store.readJournal(runId),
    before,
    after,
    requests,
    virtualMs: clock.now() - scenario.startAt,
    ticks,
  };
}

async function throughTime(clock: VirtualClock, run: Run, startAt: number): Promise<RunEnd> {
  const passed = await clock.run(run.done, { limitAt: startAt + LONGEST, explain: () => run.awaiting() });
  if (passed.ended === 'done') return run.done;
  throw new InvariantError(`the rehearsal is ${passed.ended}: it waits for ${passed.awaiting.join(', ') || 'nothing'}`);
}

function minus(later: Readonly<Record<string, number>>, earlier: Readonly<Record<string, number>>): Readonly<Record<string, number>> {
  return Object.fromEntries(Object.entries(later).map(([api, count]) => [api, count - (earlier[api] ?? 0)]));
}
