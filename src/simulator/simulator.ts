import type { Server } from 'node:net';
import { allRoutes } from './apis/all-routes.ts';
import { CloudRun } from './apis/run/run.ts';
import { CONTROL_PREFIX, controlPlane } from './control-plane.ts';
import { converse, ENDPOINT_PREFIX, endpointTarget, refusedHandshake, type Conversation, type EndpointTarget } from './endpoints.ts';
import { Faults, faultResponse, type Fault } from './faults.ts';
import { LoadBalancers, NOT_FOUND } from './load-balancers.ts';
import { googlesClock, inGooglesTime } from './clocks/google-time-clock.ts';
import { Invokers } from './invokers.ts';
import { dated, jsonResponse, RESET, type SimRequest, type SimResponse } from './messages.ts';
import { People, PEOPLE_PREFIX, type PeopleOptions } from './people/people.ts';
import { createPostgres } from './postgres.ts';
import { corrupted } from './corrupted-answers.ts';
import type { Scenario } from './scenario.ts';
import type { SimClock } from './clocks/sim-clock.ts';
import type { ChatMessage, Simulator } from './simulator-interface.ts';
import { EventQueue } from './surface/event-queue.ts';
import { ApiError, modernBody } from './surface/api-error.ts';
import { Dispatcher } from './surface/dispatch.ts';
import type { CommittedWrite, LoggedRequest } from './surface/request-log.ts';
import type { Match } from './surface/router.ts';
import { USUAL_SWITCHES, type Surface, type Switches } from './surface/surface.ts';
import type { World } from './world/contract.ts';

export type { SimRequest } from './messages.ts';
export type { SimClock } from './clocks/sim-clock.ts';
export type { Simulator } from './simulator-interface.ts';
export type { LoggedRequest } from './surface/request-log.ts';

export interface SimulatorOptions {
  readonly scenario: Scenario;
  readonly world: World;
  readonly clock: SimClock;
  /** Where it can be reached; the services' URIs begin with it. */
  readonly baseUrl: string;
  /** What `GET /_sim/clock` tells besides the time; 0 on a clock that jumps. */
  readonly speed?: number;
  readonly switches?: Partial<Switches>;
  /** What the channels of people are like. */
  readonly people?: PeopleOptions;
}

/** How long a hung connection is kept open before it is reset, when the fault has no earlier end. */
const HANG_MS = 3_600_000;
/** Who reads the world for itself, and is no part of what is played. */
export const ONLOOKER = 'onlooker';
const CHAT_PATH = `${CONTROL_PREFIX}chat`;

/** Google Cloud as the scenario describes it, over a world that has not been used yet. */
export function createSimulator(options: SimulatorOptions): Simulator {
  return new GoogleCloud(options);
}

class GoogleCloud implements Simulator {
  readonly scenario: Scenario;
  readonly clock: SimClock;
  readonly baseUrl: string;
  readonly speed: number;
  readonly faults: Faults;
  readonly ledger: LoggedRequest[] = [];
  readonly missedHands: string[] = [];
  readonly chat: ChatMessage[] = [];
  readonly people: People;
  readonly #surface: Surface;
  readonly #run: CloudRun;
  readonly #door: LoadBalancers;
  readonly #invokers: Invokers;
  readonly #dispatcher: Dispatcher;
  readonly #defaultActor: string;
  #settledAt: number;

  constructor({ scenario: asWritten, world, clock: ours, baseUrl, speed, switches, people }: SimulatorOptions) {
    const scenario = inGooglesTime(asWritten);
    const clock = googlesClock(ours, scenario.world.clockSkew);
    this.scenario = scenario;
    this.clock = clock;
    this.baseUrl = baseUrl.replace(/\/+$/, '');
    this.speed = speed ?? 0;
    this.people = new People(people);
    this.faults = new Faults(scenario.startAt, scenario.faults, scenario.seed);
    this.#defaultActor = `firebreak@${world.project}.iam.gserviceaccount.com`;
    this.#settledAt = scenario.startAt;
    world.advanceTo(scenario.startAt);
    this.#surface = {
      scenario,
      world,
      events: new EventQueue(),
      switches: { ...USUAL_SWITCHES, ...switches },
      project: world.project,
      projectNumber: scenario.world.projectNumber,
      region: world.region,
      baseUrl: this.baseUrl,
    };
    this.#run = new CloudRun(this.#surface);
    this.#door = new LoadBalancers(this.#surface, this.#run);
    this.#invokers = new Invokers(this.#surface, this.#run);
    const routes = allRoutes(this.#surface, this.#run);
    this.#dispatcher = new Dispatcher({
      surface: this.#surface,
      routes,
      clock,
      settle: () => this.settle(),
      restrictedActor: this.#defaultActor,
    });
  }

  async handle(request: SimRequest): Promise<SimResponse> {
    const response = await this.#answered(request);
    return dated(response, this.#settledAt);
  }

  async #answered(request: SimRequest): Promise<SimResponse> {
    request.signal?.throwIfAborted();
    const now = this.settle();
    const { path } = request;
    if (path.startsWith(CONTROL_PREFIX)) {
      const entry = this.#note(request, now, 'control', false);
      // The chat is the one part of the control plane that a run talks to: it can be down like any other.
      const down = path === CHAT_PATH ? this.#met(request, { path, writes: false, now }) : null;
      entry.fault = down?.id ?? null;
      const say = (at: number): Promise<SimResponse> => controlPlane(this, request, at);
      const response = down === null ? await say(now) : await this.#faulty(request, down, null, say);
      entry.status = response.status;
      return response;
    }
    if (path.startsWith(PEOPLE_PREFIX)) {
      const entry = this.#note(request, now, 'people', false);
      const fault = this.#met(request, { path: path.split('?', 1)[0] ?? '', writes: false, now });
      entry.fault = fault?.id ?? null;
      const answer = (at: number): Promise<SimResponse> => Promise.resolve(this.people.handle(request, at));
      const response = fault === null ? await answer(now) : await this.#faulty(request, fault, null, answer);
      entry.status = response.status;
      return response;
    }
    const question = path.indexOf('?');
    const bare = question < 0 ? path : path.slice(0, question);
    const own = bare.startsWith(ENDPOINT_PREFIX) || this.#door.serves(request.headers['host']);
    const match = own ? null : this.#dispatcher.find(request.method, bare);
    const entry = this.#note(request, now, own ? 'services' : (match?.route.host ?? 'unknown'), match?.route.writes ?? false);
    const fault = this.#met(request, { path: bare, writes: entry.wasWrite, now });
    entry.fault = fault?.id ?? null;
    const answer = (at: number): Promise<SimResponse> => {
      if (!match) return own ? this.#endpoint(request, at) : Promise.resolve(notSimulated(request.method, bare));
      const stuckForMs = fault && 'stuckOperation' in fault.answer ? this.faults.endOf(fault, at) - at : null;
      return this.#dispatcher.answer({ request, match, entry, query: question < 0 ? '' : path.slice(question + 1), now: at, stuckForMs });
    };
    const response = fault ? await this.#faulty(request, fault, match, answer) : await answer(now);
    entry.status = response.status;
    return response;
  }

  /** The fault that a request meets. Who only looks on, before the run and after it, stands outside of this world: no fault meets them. */
  #met({ method, headers }: SimRequest, asked: { readonly path: string; readonly writes: boolean; readonly now: number }): Fault | null {
    return headers['x-sim-actor'] === ONLOOKER ? null : this.faults.take({ method, ...asked });
  }

  webSocket({ path, headers }: { readonly path: string; readonly headers: Readonly<Record<string, string>> }): Conversation {
    const now = this.settle();
    const request: SimRequest = { method: 'GET', path, headers, body: '' };
    const entry = this.#note(request, now, 'services', false);
    const fault = this.faults.take({ method: 'GET', path: path.split('?')[0] ?? '', writes: false, now });
    entry.fault = fault?.id ?? null;
    const conversation = this.#handshake(request, fault, now);
    entry.status = conversation.handshake;
    return { ...conversation, reply: (received) => (this.settle(), conversation.reply(received)) };
  }

  /** Whoever turns a request away at the door turns its upgrade away. */
  #handshake(request: SimRequest, fault: Fault | null, now: number): Conversation {
    if (fault === null) return this.#conversation(request, now);
    const told = fault.answer;
    if ('status' in told) return refusedHandshake(told.status);
    if ('lostBefore' in told || 'lostAfterCommit' in told) return refusedHandshake(null);
    if ('hang' in told) return refusedHandshake(null, Math.min(HANG_MS, this.faults.endOf(fault, now) - now));
    const conversation = this.#conversation(request, now);
    return 'delay' in told ? { ...conversation, handshakeMs: conversation.handshakeMs + told.delay } : conversation;
  }

  #conversation(request: SimRequest, now: number): Conversation {
    const target = this.#admitted(request, now);
    return 'status' in target ? refusedHandshake(target.status) : converse(this.#surface.world, target, request.headers);
  }

  tlsProblem(host: string): { readonly code: string; readonly message: string } | null {
    return this.#door.serves(host) ? this.#door.tlsProblem(host, this.settle()) : null;
  }

  listensAt(host: string, port: number): boolean {
    this.settle();
    return this.#surface.world.serve.listensAt(`${host}:${port}`);
  }

  postgres(): Server | null {
    const [database] = this.scenario.world.databases;
    if (database === undefined) return null;
    return createPostgres({ world: this.#surface.world, instance: database.name, clock: this.clock, settle: () => this.settle() });
  }

  settle(): number {
    const now = Math.max(this.#settledAt, this.clock.now());
    const { events, world } = this.#surface;
    events.settle(now, (at) => world.advanceTo(at));
    world.advanceTo(now);
    this.#settledAt = now;
    return now;
  }

  requestsByApi(): Readonly<Record<string, number>> {
    const counts: Record<string, number> = {};
    for (const { api } of this.ledger) counts[api] = (counts[api] ?? 0) + 1;
    return counts;
  }

  writes(): readonly CommittedWrite[] {
    return this.#dispatcher.writes;
  }

  say(message: ChatMessage): void {
    if (message.key === null || !this.chat.some(({ key }) => key === message.key)) this.chat.push(message);
  }

  #note(request: SimRequest, at: number, api: string, wasWrite: boolean): LoggedRequest {
    const { method, path, headers } = request;
    const actor = headers['x-sim-actor'] ?? this.#defaultActor;
    const entry: LoggedRequest = { at, method, path, status: null, wasWrite, committed: false, fault: null, api, actor };
    this.ledger.push(entry);
    return entry;
  }

  async #faulty(
    request: SimRequest,
    fault: Fault,
    match: Match | null,
    answer: (now: number) => Promise<SimResponse>,
  ): Promise<SimResponse> {
    const told = fault.answer;
    const now = this.#settledAt;
    if ('status' in told) return faultResponse(told, match?.route.host ?? 'unknown', match?.route.errors === 'legacy');
    if ('lostBefore' in told) return RESET;
    if ('hang' in told) {
      await this.clock.sleepUntil(Math.min(now + HANG_MS, this.faults.endOf(fault, now)), request.signal);
      return RESET;
    }
    if ('delay' in told) {
      await this.clock.sleepUntil(now + told.delay, request.signal);
      return answer(this.settle());
    }
    const answered = await answer(now);
    if ('deliveredTwice' in told) return answer(this.settle());
    if ('rewrite' in told || 'adds' in told) return corrupted(answered, told, this.#settledAt);
    return 'lostAfterCommit' in told ? RESET : answered;
  }

  /** A request to a simulated service, answered after the time that the service takes. */
  async #endpoint(request: SimRequest, now: number): Promise<SimResponse> {
    const { method, headers, body, signal } = request;
    const target = this.#admitted(request, now);
    if ('status' in target) return target;
    const { status, latencyMs, headers: sent, body: text } = this.#surface.world.serve.http({ ...target, method, headers, body });
    await this.clock.sleepUntil(now + latencyMs, signal);
    return { status, headers: sent, body: text };
  }

  /** The service that a request gets in to, by its own address or by a load balancer's host; or how it is turned away. */
  #admitted({ headers, path }: SimRequest, now: number): EndpointTarget | SimResponse {
    const host = headers['host'] ?? '';
    const target = this.#door.serves(host) ? this.#door.target(host, path, now) : endpointTarget(this.#run, path);
    if (!target) return jsonResponse(404, { error: `No service answers at ${path}.` });
    if ('status' in target) return target;
    return this.#door.admitsDirectly(host, target.service)
      ? (this.#invokers.refuses(headers, target.service, this.#settledAt) ?? target)
      : NOT_FOUND;
  }
}

/** Loud on purpose: what is not simulated must not look like an empty answer. */
function notSimulated(method: string, path: string): SimResponse {
  const message = `The simulator does not know ${method} ${path}. It is not a 404 of Google's: the route is not simulated.`;
  return jsonResponse(501, modernBody(new ApiError('UNIMPLEMENTED', message)));
}
