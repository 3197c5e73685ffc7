import type { IncidentContext } from '../../machines/incident/context.ts';
import { rehearsalDocument } from '../../src/composition/rehearsal-document.ts';
import { readWorldFacts } from '../../src/composition/world-facts.ts';
import { HOUR, MINUTE, SECOND } from '../../src/core/duration.ts';
import type { RemediationSpec } from '../../src/core/model/spec.ts';
import type { JournalLine, RunStatus } from '../../src/ports/store.ts';
import { shortened } from '../../src/proof/shorten-scenario.ts';
import { CrashHarness } from '../../src/proof/crash-harness.ts';
import { readScenario } from '../../src/simulator/scenario.ts';
import type { Scenario } from '../../src/simulator/scenario.ts';

export const ANN = 'ann@example.com';
export const REGION = '/projects/netra-staging/locations/us-central1';
export const BACKEND = 'netra-backend-staging';
export const AUTH = 'netra-auth-service';

/** One thing that people do: the first time that a saved step looks like `when`, so many milliseconds later. */
export interface Cue {
  readonly when: (status: RunStatus, now: number) => boolean;
  readonly afterMs?: number;
  readonly act: (hands: Hands) => Promise<void>;
}

export interface Shown {
  readonly at: number;
  readonly status: RunStatus;
}

/** What a person can do: change things through the same API as everybody, and say things to the run through its store. */
export class Hands {
  readonly #stage: CrashHarness;
  readonly #status: () => RunStatus;
  #said = 0;

  constructor(stage: CrashHarness, status: () => RunStatus) {
    this.#stage = stage;
    this.#status = status;
  }

  get status(): RunStatus {
    return this.#status();
  }

  async patch(path: string, mask: string, body: object): Promise<void> {
    const answer = await this.#stage.simulator.handle({
      method: 'PATCH',
      path: `${path}?updateMask=${mask}`,
      headers: { 'content-type': 'application/json', 'x-sim-actor': ANN },
      body: JSON.stringify(body),
    });
    if (answer.status !== 200) throw new Error(`the change by hand was answered ${answer.status}: ${answer.body}`);
  }

  /** A field of the template that no step of ours writes: still there at the end unless somebody has overwritten it. */
  async changeTemplate(service: string): Promise<void> {
    await this.patch(`/v2${REGION}/services/${service}`, 'template.labels', { template: { labels: { changedby: 'ann' } } });
  }

  async moveTraffic(service: string, revision: string, tag?: string): Promise<void> {
    const target = { type: 'TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION', revision, percent: 100 };
    const traffic = [tag === undefined ? target : { ...target, tag }];
    await this.patch(`/v2${REGION}/services/${service}`, 'traffic', { traffic });
  }

  async changeConnector(machineType: string): Promise<void> {
    await this.patch(`/v1${REGION}/connectors/staging-connector`, 'machineType', { machineType });
  }

  async scaleConnector(config: {
    readonly minInstances: number;
    readonly maxInstances: number;
    readonly machineType: string;
  }): Promise<void> {
    await this.patch(`/v1${REGION}/connectors/staging-connector`, 'minInstances,maxInstances,machineType', config);
  }

  async say(event: { readonly type: string } & Readonly<Record<string, unknown>>): Promise<void> {
    const { store, clock, actors } = this.#stage;
    this.#said += 1;
    await store.sendCommand({ id: `said-${this.#said}`, at: clock.now(), by: ANN, event: { by: ANN, ...event } });
    await actors.at(-1)?.run.nudge();
  }
}

export interface Performance {
  readonly outcome: string;
  readonly context: IncidentContext;
  readonly lines: readonly JournalLine[];
  /** Every status that was shown. */
  readonly shown: readonly Shown[];
  /** When each cue was acted on; null: it never came. */
  readonly actedAt: readonly (number | null)[];
  /** Committed changes by our hand, in order. */
  readonly ours: readonly { readonly at: number; readonly path: string }[];
  readonly traffic: Readonly<Record<string, readonly string[]>>;
  readonly told: readonly string[];
  readonly stage: CrashHarness;
  readonly endedAt: number;
}

export interface PlayOptions {
  readonly scenario?: string;
  readonly change?: (scenario: Scenario) => Scenario;
  readonly spec?: (spec: RemediationSpec) => RemediationSpec;
  readonly people: readonly Cue[];
  /** Where a human wants the run to begin. */
  readonly from?: { readonly step: string; readonly by: string };
  /** Done once, when a write of the run that is named like this has passed its last check and is about to be sent. */
  readonly inTheGap?: { readonly write: string; readonly act: (hands: Hands) => Promise<void> };
  /** Done before the run begins. */
  readonly before?: (stage: CrashHarness) => Promise<void>;
}

/** A whole incident in this process, with people in it, on virtual time. */
export async function perform({
  scenario: name = 'issue-1278',
  change = same,
  spec: edit = same,
  people,
  before,
  from,
  inTheGap,
}: PlayOptions): Promise<Performance> {
  const scenario = change(shortened(readScenario(name)));
  const { spec: written, hash } = await rehearsalDocument(scenario, null, {
    env: {},
    readFile: () => Promise.reject(new Error('no file')),
  });
  const spec = edit(written);
  const shown: Shown[] = [];
  const actedAt: (number | null)[] = people.map(() => null);
  const begun = new Set<number>();
  const failures: unknown[] = [];
  let gap = inTheGap ?? null;
  const stage: CrashHarness = new CrashHarness({
    scenario,
    spec,
    specHash: hash,
    deathIsKnown: true,
    ...(from === undefined ? {} : { from }),
    decideAt: (what) => {
      if (gap === null || what !== `before PATCH ${gap.write}`) return 'go';
      void stage.clock.during(gap.act(hands).catch((thrown: unknown) => void failures.push(thrown)));
      gap = null;
      return { freezeForMs: SECOND };
    },
    onSaved: (_saved, status) => {
      const now = stage.clock.now();
      shown.push({ at: now, status });
      people.forEach((cue, index) => {
        if (begun.has(index) || (index > 0 && actedAt[index - 1] === null) || !cue.when(status, now)) return;
        begun.add(index);
        void stage.clock.during(act(cue, index).catch((thrown: unknown) => void failures.push(thrown)));
      });
    },
  });
  const hands = new Hands(stage, () => shown.at(-1)!.status);
  const act = async ({ afterMs = 0, act: play }: Cue, index: number): Promise<void> => {
    if (afterMs > 0) return void stage.clock.sleepUntil(stage.clock.now() + afterMs).then(() => stage.clock.during(now(play, index)));
    await now(play, index);
  };
  const now = async (play: Cue['act'], index: number): Promise<void> => {
    actedAt[index] = stage.clock.now();
    await play(hands).catch((thrown: unknown) => void failures.push(thrown));
  };
  await before?.(stage);
  const { run, ended } = stage.boot();
  const passed = await stage.clock.run(run.done, { limitAt: scenario.startAt + 24 * HOUR, explain: () => run.awaiting() });
  if (failures.length > 0) throw failures[0];
  if (passed.ended !== 'done' || ended.end === null) throw new Error(`the run is ${passed.ended}`, { cause: ended.failure });
  const facts = await readWorldFacts(stage.simulator, spec.project, spec.region);
  return {
    outcome: ended.end.outcome,
    context: ended.end.snapshot.context as IncidentContext,
    lines: await stage.store.readJournal('run'),
    shown,
    actedAt,
    ours: stage.simulator.writes().filter(({ actor }) => actor !== ANN),
    traffic: facts.traffic,
    told: facts.told,
    stage,
    endedAt: stage.clock.now(),
  };
}

const same = <T>(value: T): T => value;

/** The status stands in a state whose path holds this. */
export function inState(path: string): Cue['when'] {
  return ({ states }) => states.some((state) => `.${state}.`.includes(`.${path}.`));
}

/** The step is in hand, in a state whose path holds this. */
export function inStep(id: string, path: string): Cue['when'] {
  return (status, now) => inState(path)(status, now) && status.plan?.steps.find((step) => step.id === id)?.state === 'in hand';
}

export const held: Cue['when'] = inState('operator.held');

/** Ten minutes after something: long enough that whatever would go on by itself has gone on. */
export const LATER = 10 * MINUTE;

/** From when to when the run was held, each time. */
export function holds(shown: readonly Shown[]): readonly { readonly from: number; readonly until: number | null }[] {
  const found: { from: number; until: number | null }[] = [];
  for (const { at, status } of shown) {
    const isHeld = held(status, at);
    const open = found.at(-1);
    if (isHeld && (open === undefined || open.until !== null)) found.push({ from: at, until: null });
    if (!isHeld && open !== undefined && open.until === null) open.until = at;
  }
  return found;
}
