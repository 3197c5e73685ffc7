import type { AnyStateNode } from 'xstate';
import type { WorldFacts } from '../../src/composition/world-facts.ts';
import type { IncidentContext } from '../../machines/incident/context.ts';
import type { StateMeta } from '../../machines/incident/state-meta.ts';
import type { SavedStep } from '../../src/durable/run-options.ts';
import { MINUTE } from '../../src/core/duration.ts';
import type { RunRecord, RunStatus } from '../../src/ports/store.ts';
import type { Incarnation } from '../../src/proof/incarnation.ts';
import { changesTheWorld, requestWords } from '../../src/proof/crashable-ports.ts';
import type { CrashHarness } from '../../src/proof/crash-harness.ts';
import type { SimRequest } from '../../src/simulator/simulator.ts';
import type { CommittedWrite } from '../../src/simulator/surface/request-log.ts';
import type { Incident } from './generate.ts';
import { givenBack } from './given-back.ts';
import { HandMarks } from './hand-marks.ts';
import { hasMetrics, isConnectorWell, isNewCase, lastProbe, wasHeard } from './seen-on-the-wire.ts';
import { boundsOf, spelled, vectorOf } from './operator-overrides.ts';
import type { Fields, Vector } from './operator-overrides.ts';

const MOST_SAVES_AT_ONCE = 300;

/**
 * Watches a whole incident from outside, every request to Google and every saved step, and says what must never be. It reads the
 * wire and the true world; what the run itself believes is used only where the rule is about that.
 */
export class Inspector {
  readonly violations: string[] = [];
  readonly #incident: Incident;
  #stage: CrashHarness | null = null;
  #waitedMs = 0;
  readonly #contexts = new Map<number, IncidentContext>();
  #timers: ReadonlyMap<string, number> = new Map();
  #newestEpoch = 0;
  readonly #traffic = new Map<string, Vector>();
  readonly #hand = new HandMarks();
  readonly #changeKeys = new Set<string>();
  #seenWrites = 0;
  #stopSince: string | null = null;
  #released = 0;
  #savesNow = { at: 0, count: 0 };
  /** Writes of a life whose lease had gone to another while it stood still right before the send. */
  lateWrites = 0;
  /** Those that opened a case in that way. */
  readonly #lateCases = new Set<Incarnation>();

  constructor(incident: Incident) {
    this.#incident = incident;
    for (const { name, traffic } of incident.play.scenario.world.services)
      this.#traffic.set(
        name,
        traffic.map(({ revision, percent }) => ({ revision: revision ?? 'LATEST', percent })),
      );
  }

  watch(stage: CrashHarness): void {
    this.#stage = stage;
  }

  #say(rule: string, found: string): void {
    const at = this.#stage === null ? 0 : this.#stage.clock.now() - this.#incident.play.scenario.startAt;
    this.violations.push(`[+${(at / MINUTE).toFixed(2)} min] ${rule}: ${found}`);
  }

  /** A human has told the run to stop, or let it go on. */
  onCommand(type: string): void {
    if (type === 'HOLD' || type === 'ABORT') this.#stopSince ??= type;
    else if (this.#stopSince !== 'ABORT') this.#stopSince = null;
    if (type === 'RESUME' || type === 'ADOPT') this.#released = this.#stage?.clock.now() ?? 0;
  }

  onRequest(request: SimRequest, life: Incarnation): void {
    this.#noteWrites();
    for (const { life: other } of this.#stage?.actors ?? []) this.#newestEpoch = Math.max(this.#newestEpoch, other.epoch);
    if (!changesTheWorld(request)) return;
    this.#oneWriter(request, life);
    const body = JSON.parse(request.body === '' ? '{}' : request.body) as Fields;
    const service = /\/services\/([^/?:]+)(?:\?|$)/.exec(request.path)?.[1];
    if (/\/cases(?:\?|$|:|\/)/.test(request.path)) return;
    this.#notAgainstPeople(request, life);
    if (service === undefined) return;
    this.#judgeTraffic(service, body);
    // A controller that stood still after its last check sends what was right when it checked; no check can close that gap.
    if ('template' in body && !stoodStill(life, request)) this.#judgeDeploy(service, life);
  }

  /**
   * Exactly one controller writes: the one with the newest epoch. One that stood still between check and send is counted apart;
   * if that opened a case, it may take that case back.
   */
  #oneWriter({ method, path }: SimRequest, life: Incarnation): void {
    if (life.epoch >= this.#newestEpoch) return;
    if (stoodStill(life, { method, path })) {
      this.lateWrites += 1;
      if (isNewCase(path)) this.#lateCases.add(life);
    } else if (this.#lateCases.has(life) && /\/cases\/\d+(?:\/comments|:close)(?:\?|$)/.test(path)) return;
    else this.#say('one writer', `life ${life.number} of epoch ${life.epoch} sends ${method} ${path} in epoch ${this.#newestEpoch}`);
  }

  #notAgainstPeople({ method, path }: SimRequest, life: Incarnation): void {
    if (this.#stopSince !== null && !stoodStill(life, { method, path }))
      this.#say('no write after a human said stop', `${this.#stopSince}, then ${method} ${path}`);
    const context = this.#contexts.get(life.number);
    if (context?.held != null) this.#say('no write while held', `${context.held.reason}, then ${method} ${path}`);
  }

  #judgeTraffic(service: string, body: Fields): void {
    const vector = vectorOf(body['traffic']);
    if (vector === null) return;
    const total = vector.reduce((sum, { percent }) => sum + percent, 0);
    if (total !== 100) this.#say('traffic sums to 100', `${service}: ${total}`);
    const before = this.#traffic.get(service) ?? [];
    const ready = (revision: string): boolean =>
      revision === 'LATEST' || this.#stage!.world.services.condition(service, revision).state === 'ready';
    // What a human has set before may be put back as it was.
    const isTheirs = this.#hand.knows(service, vector);
    for (const { revision, percent } of vector)
      if (!isTheirs && percent > 0 && !ready(revision) && !before.some((old) => old.revision === revision && old.percent > 0))
        this.#say('no traffic to a revision that is not ready', `${service}: ${percent} % to ${revision}`);
    const had = before.some(({ revision, percent }) => percent > 0 && ready(revision));
    if (had && !vector.some(({ revision, percent }) => percent > 0 && ready(revision)))
      this.#say('never fewer healthy serving revisions by our hand', `${service}: none of ${spelled(vector)} is ready`);
  }

  /** What a human changed stays as the human wanted it until a human says go on. */
  #keepsHandsOff(what: string, value: string): void {
    const theirs = this.#hand.against(what, value, this.#released);
    if (theirs !== null) this.#say('a human’s change is not overwritten', `${what} was set to ${theirs} by hand, and then to ${value}`);
  }

  #judgeDeploy(service: string, life: Incarnation): void {
    const needed = this.#incident.play.spec.services.find(({ name }) => name === service)?.dependsOn ?? [];
    for (const name of needed) {
      const gate = this.#contexts.get(life.number)?.look?.gates[`healthy:${name}`];
      if (gate?.outcome !== 'pass')
        this.#say('a dependency is healthy by evidence first', `${service} is deployed while ${name} is ${gate?.outcome ?? 'not judged'}`);
      const seen = this.#lastProbe(name, 0, this.#endOfLook(life));
      if (seen !== 200)
        this.#say('a dependency is healthy by evidence first', `${service} is deployed; the last probe of ${name} got ${seen}`);
    }
  }

  /** What a look under way has seen so far is nothing that could have been decided by. */
  #endOfLook(life: Incarnation): number {
    const context = this.#contexts.get(life.number);
    return context?.look != null && context.lookBeganAt > context.look.at
      ? context.lookBeganAt - life.clockOffsetMs
      : Number.POSITIVE_INFINITY;
  }

  #lastProbe(name: string, sinceAt = 0, beforeAt = Number.POSITIVE_INFINITY): number | null {
    return lastProbe(this.#stage!.simulator.ledger, name, sinceAt, beforeAt);
  }

  #noteWrites(): void {
    const writes = this.#stage!.simulator.writes();
    for (; this.#seenWrites < writes.length; this.#seenWrites += 1) this.#noteWrite(writes[this.#seenWrites]!);
  }

  /** What was changed before the run had seen the world is how the run finds it. */
  get #hasLooked(): boolean {
    return [...this.#contexts.values()].some(({ look }) => look !== null);
  }

  #noteWrite({ path, body, actor, at }: CommittedWrite): void {
    const fields = (body ?? {}) as Fields;
    const service = /\/services\/([^/?:]+)(?:\?|$)/.exec(path)?.[1];
    const byHand = actor.startsWith('ann@');
    const vector = vectorOf(fields['traffic']);
    const stood = this.#traffic.get(service ?? '') ?? [];
    if (service !== undefined && vector !== null) this.#traffic.set(service, vector);
    if (!byHand) return this.#noteOurs(service, path, fields, vector);
    if (!this.#hasLooked) return;
    if (service === undefined) this.#hand.noteBounds(path, fields, at, this.#stage!.world);
    else if (vector !== null) this.#hand.noteTraffic(service, vector, stood, at, [...this.#contexts.values()]);
  }

  #noteOurs(service: string | undefined, path: string, body: Fields, vector: Vector | null): void {
    if (service !== undefined && vector !== null) this.#keepsHandsOff(`${service} traffic`, spelled(vector));
    if (service !== undefined) this.#noteDeploy(service, body);
    else if (path.includes('/connectors/')) this.#keepsHandsOff('connector bounds', boundsOf(body));
  }

  #noteDeploy(service: string, body: Fields): void {
    const template = body['template'] as { readonly annotations?: Fields } | undefined;
    const key = template?.annotations?.['firebreak.dev/change'];
    if (typeof key !== 'string') return;
    if (this.#changeKeys.has(key)) this.#say('nothing is written twice', `${service}: two revisions of the change ${key}`);
    this.#changeKeys.add(key);
  }

  /** Steps follow each other without any time between them, and would for ever. */
  get spins(): boolean {
    return this.#savesNow.count > MOST_SAVES_AT_ONCE;
  }

  #countSaves(): void {
    const at = this.#stage!.clock.now();
    this.#savesNow = { at, count: at === this.#savesNow.at ? this.#savesNow.count + 1 : 1 };
    if (this.#savesNow.count === MOST_SAVES_AT_ONCE + 1)
      this.#say('time passes between steps', `more than ${MOST_SAVES_AT_ONCE} steps in one instant`);
  }

  /** By what is stored: a dead writer's last save counts. */
  onStored({ timers, pending, savedAt, snapshot }: RunRecord): void {
    this.#countSaves();
    const { waitedMs } = (snapshot as { readonly context: IncidentContext }).context;
    const peopleMs = waitedMs - this.#waitedMs;
    this.#waitedMs = waitedMs;
    this.#judgeTimers(timers, savedAt, givenBack(pending.at(-1)), peopleMs);
  }

  onSaved({ snapshot }: SavedStep, { waiting }: RunStatus, life: Incarnation): void {
    const context = snapshot.context as IncidentContext;
    const before = this.#contexts.get(life.number);
    this.#contexts.set(life.number, context);
    if (snapshot.status !== 'active') return;
    const nodes = (snapshot as unknown as { readonly _nodes: readonly AnyStateNode[] })._nodes;
    this.#judgeWaiting(waiting, nodes, life);
    if (before !== undefined) this.#judgeStreak(before, context);
    if (context.look !== null && before !== undefined && context.look.at !== before.look?.at) this.#judgeLook(context, life);
  }

  /**
   * A phase's deadline stays as long as the phase lasts, but for the time that people took. Every deadline survives a restart: it
   * moves by no more than the time in which nobody looked, or leaves room for one look where it lapsed meanwhile, and never comes
   * earlier (`awayMs`; null: no restart, no step of the clock). The look comes at once; a message that waits ends the wait of the next one, and of those that are owed.
   */
  #judgeTimers(timers: RunRecord['timers'], at: number, awayMs: number | null, peopleMs: number): void {
    const now = new Map(timers.map(({ event, dueAt }) => [event.type, dueAt]));
    for (const [type, dueAt] of this.#timers) {
      const later = now.get(type);
      const isPhase = /_PHASE\.|\.FOLLOW\./.test(type);
      const isExempt = /\.(?:TICK|TELL_EVERY|CATCH_UP|BUSY)\./.test(type);
      const latest = Math.max(dueAt, dueAt + (awayMs ?? 0), at + MINUTE);
      const isKept = later !== undefined && later >= Math.min(dueAt, dueAt + (awayMs ?? 0)) && later <= latest;
      if (awayMs !== null && !isExempt && !isKept)
        this.#say('deadlines survive a restart', `${type} was due at ${dueAt}, is now ${later ?? 'gone'}, ${awayMs} ms were given back`);
      if (awayMs === null && isPhase && later !== undefined && later > dueAt + peopleMs && dueAt > at)
        this.#say('deadlines never move later by themselves', `${type}: by ${later - dueAt} ms`);
    }
    this.#timers = now;
  }

  /** Each wait has an owner, and a deadline: its own, a parent's, or one that the state names. */
  #judgeWaiting(waiting: RunStatus['waiting'], nodes: readonly AnyStateNode[], life: Incarnation): void {
    const now = this.#stage!.clock.now() + life.clockOffsetMs;
    for (const { for: what, owner, until } of waiting) {
      if (owner === '') this.#say('each wait has an owner', what);
      const meta = nodes.find(({ description, key }) => (description ?? key) === what)?.meta as StateMeta | undefined;
      const instant = nodes.some(({ description, key, tags }) => (description ?? key) === what && !tags.includes('waiting'));
      if (until === null && meta?.deadline === undefined && !instant) this.#say('each wait has a deadline', what);
      // Waking up, saving what else was due and a slow store take their time.
      if (until !== null && Date.parse(until) < now - 20 * MINUTE && life.stoodStillAt === null && life.clockIsTrue)
        this.#say('a deadline is not slept through', `${what} until ${until}`);
    }
  }

  /** Nothing passes without data: a service that passes has answered a probe of this look, a connector has a series. */
  #judgeLook({ look, lookBeganAt }: IncidentContext, life: Incarnation): void {
    if (look === null || !life.clockIsTrue) return;
    for (const { name } of this.#incident.play.spec.services)
      if (look.gates[`healthy:${name}`]?.outcome === 'pass' && this.#lastProbe(name, lookBeganAt) !== 200)
        this.#say('nothing passes without data', `${name} passes; its probe in this look got ${this.#lastProbe(name, lookBeganAt)}`);
    if (isConnectorWell(look) && !hasMetrics(this.#stage!.simulator.ledger, look.at))
      this.#say('nothing passes without data', 'the connector passes without a series in ten minutes');
  }

  /** Time counts as healthy only by a look that passes. */
  #judgeStreak(before: IncidentContext, { streak, look, stepId }: IncidentContext): void {
    const grown = streak.healthyMs - Math.max(0, before.streak.healthyMs);
    if (grown <= 0) return;
    const longest = Math.max(3 * this.#incident.play.spec.observe.everyMs, 2 * MINUTE) + MINUTE / 2;
    const blindMs = (look?.at ?? 0) - (before.streak.lastPassAt ?? 0);
    if (blindMs > longest) this.#say('time without a look counts for nothing', `${grown} ms are counted from one look to the next`);
    const gates = ['all', `healthy:${stepId?.replace(/^\w+:/, '') ?? ''}`];
    if (!gates.some((gate) => look?.gates[gate]?.outcome === 'pass'))
      this.#say('unknown is not healthy', `${grown} ms are counted; no gate of the look passes`);
  }

  /** After the end: one case at most (one that was opened too late is closed again), and an end that is one of the declared ones. */
  conclude(outcome: string | null, context: Pick<IncidentContext, 'mutations' | 'escalation'>, cases: WorldFacts['cases']): void {
    this.#noteWrites();
    const { mutations, escalation } = context;
    const isUnreached = cases.length === 0 && !wasHeard(this.#stage!.simulator.ledger, escalation?.at ?? 0);
    const ends = ['recovered', 'escalated', 'restored', 'aborted', 'refused', ...(isUnreached ? ['escalated-but-unreached'] : [])];
    if (outcome === null || !ends.includes(outcome)) this.#say('ends in a declared state', outcome ?? 'it did not end');
    const open = cases.filter(({ isOpen }) => isOpen).length;
    // Killed as well before it could take its late case back.
    const left = [...this.#lateCases].filter(({ isDead }) => isDead).length;
    if (open > 1 + left || cases.length > 1 + this.#lateCases.size)
      this.#say('no second case', `${cases.length} cases, ${open} of them open`);
    const keys = mutations.map(({ key }) => key);
    if (new Set(keys).size !== keys.length) this.#say('a change is told once', keys.join(', '));
  }
}

/** It was frozen between the last check of its fence and the send of this very request: the gap that no check can close. */
function stoodStill(life: Incarnation, request: Pick<SimRequest, 'method' | 'path'>): boolean {
  return life.stoodStillAt === `before ${requestWords(request)}`;
}
