import { loggingRoutes } from './apis/logging/entries.ts';
import { monitoringRoutes } from './apis/monitoring/time-series.ts';
import { projectRoutes } from './apis/projects.ts';
import { cloudRunRoutes } from './apis/run/routes.ts';
import { CloudRun } from './apis/run/run.ts';
import { sqlRoutes } from './apis/sql.ts';
import { supportRoutes } from './apis/support.ts';
import { vpcAccessRoutes } from './apis/vpc-access/vpc-access.ts';
import { CONTROL_PREFIX, controlPlane } from './control-plane.ts';
import { converse, ENDPOINT_PREFIX, endpointTarget, type Conversation } from './endpoints.ts';
import { Faults, faultResponse, type Fault } from './faults.ts';
import { jsonResponse, RESET, type SimRequest, type SimResponse } from './messages.ts';
import type { Scenario } from './scenario.ts';
import type { SimClock } from './sim-clock.ts';
import { Agenda } from './surface/agenda.ts';
import { ApiError, legacyBody, modernBody, permissionDenied, serviceDisabled } from './surface/api-error.ts';
import { auditEntry } from './surface/audit.ts';
import type { CommittedWrite, LedgerEntry } from './surface/ledger.ts';
import { Query } from './surface/query.ts';
import { Later, Router, type Call, type Committed, type Match, type Route } from './surface/router.ts';
import { USUAL_SWITCHES, type Surface, type Switches } from './surface/surface.ts';
import { parseBody, type Fields } from './surface/wire.ts';
import type { World } from './world/contract.ts';

export type { SimRequest, SimResponse } from './messages.ts';
export type { SimClock } from './sim-clock.ts';
export type { CommittedWrite, LedgerEntry } from './surface/ledger.ts';

export interface SimulatorOptions {
  readonly scenario: Scenario;
  readonly world: World;
  readonly clock: SimClock;
  /** Where it can be reached; the services' URIs begin with it. */
  readonly baseUrl: string;
  /** What `GET /_sim/clock` tells besides the time; 0 on a virtual clock, which jumps. */
  readonly speed?: number;
  readonly switches?: Partial<Switches>;
}

export interface ChatMessage {
  readonly at: number;
  readonly text: string;
  /** A message with a key that was seen before is the same message. */
  readonly key: string | null;
}

/** Google Cloud and the services in it, behind one function (DESIGN section 10). */
export interface Simulator {
  readonly scenario: Scenario;
  readonly clock: SimClock;
  readonly baseUrl: string;
  readonly speed: number;
  /**
   * Answers one request. Rejects only with the reason of `request.signal`; a lost answer has `status` null. Safe to call
   * from anywhere; requests are served in the order in which they arrive.
   */
  handle(request: SimRequest): Promise<SimResponse>;
  /** Opens a WebSocket conversation with a simulated service. */
  webSocket(request: { readonly path: string; readonly headers: Readonly<Record<string, string>> }): Conversation;
  /** Lets happen all that is due by now, in order, and returns now. `handle` does it first; only an idle server need call it. */
  settle(): number;
  /** Every request so far, in order of arrival. */
  readonly ledger: readonly LedgerEntry[];
  /** Requests by API host; the simulated services and the control plane count as `services` and `control`. */
  requestsByApi(): Readonly<Record<string, number>>;
  /** Mutations of Google resources that took effect. */
  writes(): readonly CommittedWrite[];
  readonly faults: Faults;
  readonly chat: readonly ChatMessage[];
  say(message: ChatMessage): void;
}

/** How long a hung connection is kept open before it is reset, when the fault has no window. */
const HANG_MS = 3_600_000;

export function createSimulator(options: SimulatorOptions): Simulator {
  return new GoogleCloud(options);
}

class GoogleCloud implements Simulator {
  readonly scenario: Scenario;
  readonly clock: SimClock;
  readonly baseUrl: string;
  readonly speed: number;
  readonly faults: Faults;
  readonly ledger: LedgerEntry[] = [];
  readonly chat: ChatMessage[] = [];
  readonly #writes: CommittedWrite[] = [];
  readonly #surface: Surface;
  readonly #run: CloudRun;
  readonly #router: Router;
  readonly #denied: ReadonlySet<string>;
  readonly #disabled: ReadonlySet<string>;
  readonly #defaultActor: string;
  #settledAt: number;

  constructor({ scenario, world, clock, baseUrl, speed, switches }: SimulatorOptions) {
    this.scenario = scenario;
    this.clock = clock;
    this.baseUrl = baseUrl.replace(/\/+$/, '');
    this.speed = speed ?? 0;
    this.faults = new Faults(scenario.startAt, scenario.faults);
    this.#denied = new Set(scenario.grants?.denied);
    this.#disabled = new Set(scenario.apis?.disabled);
    this.#defaultActor = `firebreak@${world.project}.iam.gserviceaccount.com`;
    this.#settledAt = scenario.startAt;
    world.advanceTo(scenario.startAt);
    this.#surface = {
      scenario,
      world,
      agenda: new Agenda(),
      switches: { ...USUAL_SWITCHES, ...switches },
      project: world.project,
      projectNumber: scenario.world.projectNumber,
      region: world.region,
      regionPath: `projects/${world.project}/locations/${world.region}`,
      baseUrl: this.baseUrl,
    };
    this.#run = new CloudRun(this.#surface);
    this.#router = new Router(this.#routes());
  }

  #routes(): readonly Route[] {
    const granted = (call: Call, permissions: readonly string[]) => permissions.filter((permission) => !call.lacks(permission));
    return [
      ...vpcAccessRoutes(this.#surface),
      ...cloudRunRoutes(this.#run, granted),
      ...sqlRoutes(this.#surface),
      ...monitoringRoutes(this.#surface),
      ...loggingRoutes(this.#surface),
      ...supportRoutes(this.#surface),
      ...projectRoutes(this.#surface, granted),
    ];
  }

  async handle(request: SimRequest): Promise<SimResponse> {
    request.signal?.throwIfAborted();
    const now = this.settle();
    const { path } = request;
    if (path.startsWith(CONTROL_PREFIX)) {
      const response = await controlPlane(this, request, now);
      this.#note(request, now, 'control', false).status = response.status;
      return response;
    }
    const question = path.indexOf('?');
    const bare = question < 0 ? path : path.slice(0, question);
    const match = bare.startsWith(ENDPOINT_PREFIX) ? null : this.#router.find(request.method, bare);
    const api = match?.route.host ?? (bare.startsWith(ENDPOINT_PREFIX) ? 'services' : 'unknown');
    const entry = this.#note(request, now, api, match?.route.writes ?? false);
    const fault = this.faults.take({ method: request.method, path: bare, writes: entry.wasWrite, now });
    const answer = (at: number) =>
      match
        ? this.#api(request, match, entry, { at, query: question < 0 ? '' : path.slice(question + 1), fault })
        : this.#elsewhere(request, bare, at);
    entry.fault = fault?.id ?? null;
    const response = fault ? await this.#faulty(request, fault, api, match, answer) : await answer(now);
    entry.status = response.status;
    return response;
  }

  webSocket({ path, headers }: { readonly path: string; readonly headers: Readonly<Record<string, string>> }): Conversation {
    const now = this.settle();
    const conversation = converse(this.#surface.world, endpointTarget(this.#run, path), headers);
    this.#note({ method: 'GET', path, headers, body: '' }, now, 'services', false).status = conversation.handshake;
    return { ...conversation, reply: (received) => (this.settle(), conversation.reply(received)) };
  }

  requestsByApi(): Readonly<Record<string, number>> {
    const counts: Record<string, number> = {};
    for (const { api } of this.ledger) counts[api] = (counts[api] ?? 0) + 1;
    return counts;
  }

  writes(): readonly CommittedWrite[] {
    return this.#writes;
  }

  say(message: ChatMessage): void {
    if (message.key === null || !this.chat.some(({ key }) => key === message.key)) this.chat.push(message);
  }

  settle(): number {
    const now = Math.max(this.#settledAt, this.clock.now());
    const { agenda, world } = this.#surface;
    agenda.settle(now, (at) => world.advanceTo(at));
    world.advanceTo(now);
    this.#settledAt = now;
    return now;
  }

  #note(request: SimRequest, at: number, api: string, wasWrite: boolean): LedgerEntry {
    const actor = request.headers['x-sim-actor'] ?? this.#defaultActor;
    const entry: LedgerEntry = {
      at,
      method: request.method,
      path: request.path,
      status: null,
      wasWrite,
      committed: false,
      fault: null,
      api,
      actor,
    };
    this.ledger.push(entry);
    return entry;
  }

  async #faulty(
    request: SimRequest,
    fault: Fault,
    api: string,
    match: Match | null,
    answer: (now: number) => Promise<SimResponse>,
  ): Promise<SimResponse> {
    const told = fault.answer;
    const now = this.#settledAt;
    if ('status' in told) return faultResponse(told, api, match?.route.errors === 'legacy');
    if ('lostBefore' in told) return RESET;
    if ('hang' in told) {
      await this.clock.sleepUntil(Math.min(now + HANG_MS, this.faults.endOf(fault)), request.signal);
      return RESET;
    }
    if ('delay' in told) {
      await this.clock.sleepUntil(now + told.delay, request.signal);
      return answer(this.settle());
    }
    const answered = await answer(now);
    return 'lostAfterCommit' in told ? RESET : answered;
  }

  async #api(
    request: SimRequest,
    match: Match,
    entry: LedgerEntry,
    { at, query, fault }: { at: number; query: string; fault: Fault | null },
  ): Promise<SimResponse> {
    const { route } = match;
    const call = this.#call(request, match, entry, { at, query, fault });
    try {
      this.#admit(call, route);
      let result = route.answer(call);
      while (result instanceof Later) {
        await this.clock.sleepUntil(result.at, request.signal);
        result = route.answer({ ...call, now: this.settle() });
      }
      return jsonResponse(200, result);
    } catch (thrown) {
      if (!(thrown instanceof ApiError)) throw thrown;
      return jsonResponse(thrown.httpStatus, route.errors === 'legacy' ? legacyBody(thrown) : modernBody(thrown));
    }
  }

  #call(
    request: SimRequest,
    { route, params }: Match,
    entry: LedgerEntry,
    { at, query, fault }: { at: number; query: string; fault: Fault | null },
  ): Call {
    const userAgent = request.headers['user-agent'] ?? '';
    const own = entry.actor === this.#defaultActor;
    let body: Fields | undefined;
    const readBody = () => (body ??= parseBody(request.body));
    return {
      now: at,
      receivedAt: at,
      params,
      query: new Query(query),
      body: readBody,
      actor: entry.actor,
      userAgent,
      lacks: (permission) => own && this.#denied.has(permission),
      stuckForMs: fault && 'stuckOperation' in fault.answer ? this.faults.endOf(fault) - at : null,
      commit: (write) => {
        entry.committed = true;
        this.#record(write, route, entry, { at, userAgent, body: readBody() });
      },
    };
  }

  /** API on, caller allowed: in this order, before the resource is even looked for (gcp-facts 10). */
  #admit(call: Call, route: Route): void {
    if (this.#disabled.has(route.host)) throw serviceDisabled(route.host, this.#surface.projectNumber);
    if (route.permission !== null && call.lacks(route.permission))
      throw permissionDenied(route.permission, `projects/${this.#surface.project}`, route.host);
  }

  #record(
    write: Committed,
    route: Route,
    entry: LedgerEntry,
    { at, userAgent, body }: { at: number; userAgent: string; body: Fields },
  ): void {
    const { methodName, resourceName } = write;
    const { actor, method, path } = entry;
    this.#writes.push({ at, method, path, resourceName, methodName, actor, body });
    const insertId = `audit${String(this.#writes.length).padStart(6, '0')}`;
    this.#surface.world.logs.write(
      auditEntry({ ...write, host: route.host, actor, userAgent, project: this.#surface.project, at, insertId }),
    );
  }

  /** The simulated services, and everything that is not simulated. */
  async #elsewhere(request: SimRequest, bare: string, now: number): Promise<SimResponse> {
    if (!bare.startsWith(ENDPOINT_PREFIX)) return notSimulated(request.method, bare);
    const target = endpointTarget(this.#run, request.path);
    if (!target) return jsonResponse(404, { error: `No service answers at ${bare}.` });
    const { method, headers, body } = request;
    const { status, latencyMs, headers: sent, body: text } = this.#surface.world.serve.http({ ...target, method, headers, body });
    await this.clock.sleepUntil(now + latencyMs, request.signal);
    return { status, headers: sent, body: text };
  }
}

/** Loud on purpose: what is not simulated must not look like an empty answer. */
function notSimulated(method: string, path: string): SimResponse {
  const message = `The simulator does not know ${method} ${path}. It is not a 404 of Google's: the route is not simulated.`;
  return jsonResponse(501, modernBody(new ApiError('UNIMPLEMENTED', message)));
}
