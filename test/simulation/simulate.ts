import type { IncidentContext } from '../../machines/incident/context.ts';
import { readWorldFacts } from '../../src/composition/world-facts.ts';
import { verifyJournal } from '../../src/durable/journal.ts';
import { MINUTE, SECOND } from '../../src/core/duration.ts';
import { FirebreakError, TransientError, UserError } from '../../src/core/errors.ts';
import type { RunStatus } from '../../src/ports/store.ts';
import type { CrashDecision, Incarnation } from '../../src/proof/incarnation.ts';
import { RUN_ID, CrashHarness } from '../../src/proof/crash-harness.ts';
import type { RunningController } from '../../src/proof/crash-harness.ts';
import { createWorld } from '../../src/simulator/world/world.ts';
import { chanceOf } from './chance.ts';
import type { Chance } from './chance.ts';
import { ENDS_WITHIN, incidentOf } from './generate.ts';
import type { Disturbance, Incident } from './generate.ts';
import { changeByHand, serviceNow } from './hands.ts';
import type { Keepsake } from './hands.ts';
import { Inspector } from './inspector.ts';
import { wrongEnds } from './truths.ts';
import { Twins } from './worlds/twins.ts';

export interface Simulated {
  readonly seed: number;
  readonly described: string;
  readonly outcome: string | null;
  readonly violations: readonly string[];
  readonly boots: number;
  readonly kills: number;
  readonly lateWrites: number;
  readonly writes: number;
  readonly requests: number;
  readonly virtualMs: number;
  /** Faults of the library that were met, by kind. */
  readonly faults: Readonly<Record<string, number>>;
  /** What happened, in order, for `--verbose`. */
  readonly story: readonly string[];
}

/** One whole incident of one seed: generated, disturbed, watched. Same seed, same story. */
export async function simulate(seed: number): Promise<Simulated> {
  return new Simulation(await incidentOf(seed)).toTheEnd();
}

/** Restarts one after the other that end at once would go on for ever. */
const MOST_BOOTS = 60;
const SCHEDULER_EVERY = 90 * SECOND;

class Simulation {
  readonly #incident: Incident;
  readonly #inspector: Inspector;
  readonly #stage: CrashHarness;
  readonly #twins: Twins;
  readonly #chance: Chance;
  readonly #story: string[] = [];
  readonly #keepsakes: Keepsake[] = [];
  #points = 0;
  #writes = 0;
  #kills = 0;
  #answers = 0;
  #asked = '';
  #commands = 0;
  /** Hash of the plan as people see it. */
  #plan = '';
  #over = false;

  constructor(incident: Incident) {
    const { play, disturbances, deathIsKnown } = incident;
    this.#incident = incident;
    this.#chance = chanceOf(incident.seed, 'course');
    this.#inspector = new Inspector(incident);
    this.#twins = new Twins(createWorld(play.scenario));
    this.#stage = new CrashHarness({
      ...play,
      world: this.#twins.world,
      deathIsKnown,
      clocksAreTrue: !disturbances.some(({ kind }) => kind === 'jump'),
      decideAt: (what, life) => this.#decideAt(what, life),
      onSaved: (saved, status, life) => {
        this.#inspector.onSaved(saved, status, life);
        const lines = saved.lines.map(({ event }) => event).join(' ');
        if (lines !== '' && lines !== 'observe.done') this.#tell(`life ${life.number}: ${lines} → ${status.states.join(' ')}`);
        this.#plan = (saved.snapshot.context as IncidentContext).plan?.hash ?? '';
        this.#answerIfAsked(status);
      },
      watcher: {
        onRequest: (request, life) => this.#inspector.onRequest(request, life),
        onStored: (record) => this.#inspector.onStored(record),
      },
      trouble: { onSave: () => this.#storeTrouble() },
    });
    this.#inspector.watch(this.#stage);
  }

  async toTheEnd(): Promise<Simulated> {
    const { play, disturbances, quietFrom } = this.#incident;
    const { clock } = this.#stage;
    for (const disturbance of disturbances) void this.#cause(disturbance);
    this.#boot();
    const limitAt = play.scenario.startAt + quietFrom + ENDS_WITHIN;
    const passed = await clock.run(() => this.#isOver(), {
      limitAt,
      explain: () => this.#stage.actors.flatMap(({ run }) => run.awaiting()),
    });
    const ended = this.#stage.actors.find(({ ended: { end } }) => end !== null)?.ended.end ?? null;
    this.#over = true;
    if (passed.ended !== 'done')
      this.#inspector.violations.push(`ends in a declared state: it is ${passed.ended}, waiting for ${passed.awaiting.join(', ')}`);
    return this.#conclude(ended);
  }

  async #conclude(end: RunningController['ended']['end']): Promise<Simulated> {
    const { seed, described, play } = this.#incident;
    const { simulator, store, actors, clock } = this.#stage;
    const endedAt = clock.now();
    this.#inspector.violations.push(...wrongEnds(this.#incident, end?.outcome ?? null, simulator, this.#twins));
    // The onlooker's own reads must not meet the faults.
    await clock.run(clock.sleepUntil(play.scenario.startAt + this.#incident.quietFrom + MINUTE));
    const facts = await readWorldFacts(simulator, play.spec.project, play.spec.region);
    const ended = end === null ? { mutations: [], escalation: null } : (end.snapshot.context as IncidentContext);
    this.#inspector.conclude(end?.outcome ?? null, ended, facts.cases);
    const verdict = verifyJournal(await store.readJournal(RUN_ID));
    if (!verdict.ok) this.#inspector.violations.push(`the journal is whole: line ${verdict.badSeq}: ${verdict.why}`);
    for (const { service, what, holds } of this.#keepsakes) {
      const now = await serviceNow(this.#stage, this.#incident, service);
      if (now !== null && !holds(now))
        this.#inspector.violations.push(`a human’s change is not overwritten: ${what} of ${service} is gone`);
    }
    const met = Object.entries(simulator.faults.counts()).filter(([, count]) => count > 0);
    return {
      seed,
      described,
      outcome: end?.outcome ?? null,
      violations: this.#inspector.violations,
      boots: actors.length,
      kills: this.#kills,
      lateWrites: this.#inspector.lateWrites,
      writes: simulator.writes().length,
      requests: simulator.ledger.length,
      virtualMs: endedAt - play.scenario.startAt,
      faults: Object.fromEntries(met),
      story: this.#story,
    };
  }

  #tell(what: string): void {
    const at = (this.#stage.clock.now() - this.#incident.play.scenario.startAt) / MINUTE;
    this.#story.push(`+${at.toFixed(2).padStart(7)} min  ${what}`);
  }

  #isOver(): boolean {
    const { actors } = this.#stage;
    if (this.#over) return true;
    return (
      actors.some(({ ended: { end } }) => end !== null) &&
      actors.every(({ life, ended: { end, failure } }) => life.isDead || end !== null || failure !== null)
    );
  }

  #decideAt(what: string, life: Incarnation): CrashDecision {
    this.#points += 1;
    if (this.#inspector.spins) return this.#stopSpinning();
    const isWrite = what.startsWith('before ') && !what.includes(' save ');
    if (isWrite) this.#writes += 1;
    for (const disturbance of this.#incident.disturbances) {
      if (disturbance.kind === 'kill' && disturbance.atPoint === this.#points) {
        this.#tell(`life ${life.number} is killed ${what}`);
        this.#kills += 1;
        return 'die';
      }
      const frozen =
        (disturbance.kind === 'freeze' && disturbance.atPoint === this.#points) ||
        (disturbance.kind === 'freeze-when-writing' && isWrite && disturbance.write === this.#writes);
      if (frozen && 'forMs' in disturbance) {
        this.#tell(`life ${life.number} stands still ${what} for ${disturbance.forMs / SECOND} s`);
        return { freezeForMs: disturbance.forMs };
      }
    }
    return 'go';
  }

  /** A run without an end would keep everything that comes after it from being seen. */
  #stopSpinning(): CrashDecision {
    this.#over = true;
    for (const { life } of this.#stage.actors) life.kill();
    return 'die';
  }

  #boot(): void {
    if (this.#over || this.#stage.actors.length >= MOST_BOOTS) return;
    const actor = this.#stage.boot();
    this.#tell(`life ${actor.life.number} begins`);
    actor.run.done.then(
      ({ outcome }) => void (actor.life.isDead || this.#tell(`life ${actor.life.number} ends: ${outcome}`)),
      (failure: unknown) => this.#judgeFailure(actor, failure),
    );
    void actor.life.death.then(() => this.#bootLater(this.#incident.restartAfterMs));
  }

  /** What a process may end with when it is not at its end: no lease, lease lost, store away. Anything else is a bug. */
  #judgeFailure({ life }: RunningController, failure: unknown): void {
    if (life.isDead) return;
    const isFine =
      failure instanceof TransientError ||
      (failure instanceof UserError && failure.code === 'lease-held') ||
      (failure instanceof FirebreakError && failure.kind === 'fenced');
    this.#tell(`life ${life.number} gives up: ${failure instanceof Error ? failure.message : String(failure)}`);
    if (!isFine)
      this.#inspector.violations.push(
        `a controller ends only as it may: ${failure instanceof Error ? (failure.stack ?? failure.message) : String(failure)}`,
      );
    void this.#bootLater(SCHEDULER_EVERY);
  }

  /** The scheduler: starts one when nobody is at work. */
  async #bootLater(afterMs: number): Promise<void> {
    const { clock, actors } = this.#stage;
    await clock.sleepUntil(clock.now() + afterMs);
    const isAtWork = ({ life, ended: { failure } }: RunningController): boolean => !life.isDead && failure === null;
    if (!actors.some(isAtWork)) this.#boot();
  }

  async #cause(disturbance: Disturbance): Promise<void> {
    const { clock } = this.#stage;
    if (!('at' in disturbance)) return;
    await clock.sleepUntil(this.#incident.play.scenario.startAt + disturbance.at);
    if (this.#over || this.#isOver()) return;
    switch (disturbance.kind) {
      case 'second':
        return this.#boot();
      case 'jump':
        this.#tell(`the clock is set by ${disturbance.byMs / SECOND} s`);
        for (const { life } of this.#stage.actors) if (!life.isDead) life.jumpClock(disturbance.byMs);
        return;
      case 'command':
        return this.#command(disturbance.type);
      case 'hand':
        this.#tell(`by hand: ${JSON.stringify(disturbance.what)}`);
        this.#keepsakes.push(...[await changeByHand(this.#stage, this.#incident, disturbance.what)].filter((kept) => kept !== null));
    }
  }

  async #command(type: string): Promise<void> {
    const { clock, store } = this.#stage;
    this.#commands += 1;
    this.#tell(`ann says ${type}`);
    this.#inspector.onCommand(type);
    const step = this.#chance.pick(['connector:staging-connector', 'pin:netra-backend-staging', 'deploy:netra-auth-service']);
    const more = type === 'APPROVE' ? { plan: this.#plan } : type === 'SKIP' ? { step } : {};
    const event = { type, by: 'ann', reason: 'as I wish', ...more };
    await store.sendCommand({ id: `command-${this.#commands}`, at: clock.now(), by: 'ann', event });
  }

  /** Somebody reads the message and answers after a while, in the manner of this seed; not for ever. */
  #answerIfAsked({ states }: RunStatus): void {
    const asked = states.find((state) => /awaitingApproval|awaitingOperator|operator\.held/.test(state)) ?? '';
    const before = this.#asked;
    this.#asked = asked;
    const { manners } = this.#incident;
    if (asked === '' || asked === before || manners.abandons) return;
    this.#answers += 1;
    void this.#answer(asked, this.#stage.clock.now() + manners.answersAfterMs);
  }

  async #answer(asked: string, at: number): Promise<void> {
    const { manners } = this.#incident;
    await this.#stage.clock.sleepUntil(at);
    if (this.#over || this.#isOver()) return;
    if (asked.endsWith('held'))
      return this.#command(
        this.#answers > 6 ? 'ABORT' : this.#chance.is(manners.adopts) ? this.#chance.pick(['ADOPT', 'RESUME']) : 'ABORT',
      );
    return this.#command(this.#answers <= 4 && this.#chance.is(manners.approves) ? 'APPROVE' : 'REJECT');
  }

  #storeTrouble(): { readonly when: 'before' | 'after'; readonly error: Error } | null {
    const since = this.#stage.clock.now() - this.#incident.play.scenario.startAt;
    for (const disturbance of this.#incident.disturbances) {
      if (disturbance.kind !== 'store' || since < disturbance.from || since >= disturbance.from + disturbance.for) continue;
      if (this.#chance.is(disturbance.share))
        return { when: disturbance.when, error: new TransientError('store-away', 'the store did not answer') };
    }
    return null;
  }
}
