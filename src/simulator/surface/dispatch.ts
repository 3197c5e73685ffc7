import { jsonResponse, type SimRequest, type SimResponse } from '../messages.ts';
import type { SimClock } from '../clocks/sim-clock.ts';
import { ApiError, legacyBody, modernBody, permissionDenied, serviceDisabled } from './api-error.ts';
import { auditEntry } from './audit.ts';
import type { CommittedWrite, LoggedRequest } from './request-log.ts';
import { Query } from './query.ts';
import { Later, Router, Verbatim, type Call, type Committed, type Match, type Route } from './router.ts';
import type { Surface } from './surface.ts';
import { parseBody, type Fields } from './wire.ts';

export interface DispatchOptions {
  readonly surface: Surface;
  readonly routes: readonly Route[];
  readonly clock: SimClock;
  /** Settles what is due and returns now. */
  readonly settle: () => number;
  /** The caller that lacks what the scenario denies; people may do everything. */
  readonly restrictedActor: string;
}

export interface Incoming {
  readonly request: SimRequest;
  readonly match: Match;
  readonly entry: LoggedRequest;
  readonly query: string;
  readonly now: number;
  readonly stuckForMs: number | null;
}

/** Takes a request that has found its route through permission, the API itself, audit log and error body. */
export class Dispatcher {
  readonly writes: CommittedWrite[] = [];
  readonly #options: DispatchOptions;
  readonly #router: Router;
  readonly #denied: ReadonlySet<string>;
  readonly #disabled: ReadonlySet<string>;

  constructor(options: DispatchOptions) {
    const { grants, apis } = options.surface.scenario;
    this.#options = options;
    this.#router = new Router(options.routes);
    this.#denied = new Set(grants?.denied);
    this.#disabled = new Set(apis?.disabled);
  }

  find(method: string, path: string): Match | null {
    return this.#router.find(method, path);
  }

  async answer(incoming: Incoming): Promise<SimResponse> {
    const { route } = incoming.match;
    const { clock, settle } = this.#options;
    const call = this.#call(incoming);
    try {
      this.#admit(call, route);
      let result = route.answer(call);
      while (result instanceof Later) {
        await clock.sleepUntil(result.at, incoming.request.signal);
        result = route.answer({ ...call, now: settle() });
      }
      return result instanceof Verbatim ? result.response : jsonResponse(200, result, route.answersAfresh);
    } catch (thrown) {
      if (!(thrown instanceof ApiError)) throw thrown;
      return jsonResponse(thrown.httpStatus, route.errors === 'legacy' ? legacyBody(thrown) : modernBody(thrown));
    }
  }

  #call({ request, match, entry, query, now, stuckForMs }: Incoming): Call {
    const userAgent = request.headers['user-agent'] ?? '';
    const restricted = entry.actor === this.#options.restrictedActor;
    let body: Fields | undefined;
    const readBody = () => (body ??= parseBody(request.body));
    return {
      now,
      receivedAt: now,
      params: match.params,
      query: new Query(query),
      body: readBody,
      raw: { contentType: request.headers['content-type'] ?? '', text: request.body },
      actor: entry.actor,
      userAgent,
      lacks: (permission) => restricted && this.#denied.has(permission),
      stuckForMs,
      commit: (write) => {
        if (match.route.audited === false) entry.committed = true;
        else this.#record(write, match.route, entry, { now, userAgent, body: match.route.media === true ? {} : readBody() });
      },
    };
  }

  /** API on, caller allowed: in this order, before the resource is even looked for (gcp-facts 10). */
  #admit(call: Call, { host, permission }: Route): void {
    const { project, projectNumber } = this.#options.surface;
    if (this.#disabled.has(host)) throw serviceDisabled(host, projectNumber);
    if (permission !== null && call.lacks(permission)) throw permissionDenied(permission, `projects/${project}`, host);
  }

  #record(
    write: Committed,
    { host }: Route,
    entry: LoggedRequest,
    { now, userAgent, body }: { readonly now: number; readonly userAgent: string; readonly body: Fields },
  ): void {
    const { methodName, resourceName } = write;
    const { actor, method, path } = entry;
    const { world, project } = this.#options.surface;
    entry.committed = true;
    this.writes.push({ at: now, method, path, resourceName, methodName, actor, body });
    const insertId = `audit${String(this.writes.length).padStart(6, '0')}`;
    world.logs.write(auditEntry({ ...write, host, actor, userAgent, project, at: now, insertId }));
  }
}
