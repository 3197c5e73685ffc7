import type { WorldServe } from './contract.ts';
import { answers } from './database.ts';
import { drawn, hexFor } from './random.ts';
import type { RequestOutcome } from './requests.ts';
import { FATES, fatesOf, latencyOf, statusOf } from './requests.ts';
import { leaveTrail } from './probe-trail.ts';
import type { Recorders } from './recorders.ts';
import { CHECK_PATH, grpcReply } from './serve-grpc.ts';
import { countIn } from './state.ts';
import type { Revision, Service, WorldState } from './state.ts';

type HttpRequest = Parameters<WorldServe['http']>[0];
type HttpAnswer = ReturnType<WorldServe['http']>;
type SocketAnswer = ReturnType<WorldServe['webSocket']>;

interface Handling {
  readonly state: WorldState;
  readonly service: Service;
  readonly request: HttpRequest;
}

/** What a running application answers: status, body, and how much longer than usual it takes. */
interface Reply {
  readonly status: number;
  readonly body: unknown;
  readonly extraMs?: number;
  readonly html?: string;
}

const EVENTS: readonly (readonly [string, number])[] = [
  ['agent_started', 120],
  ['agent_thinking', 260],
  ['tool_executing', 340],
  ['tool_completed', 620],
  ['agent_completed', 410],
];

/** After the one before. */
const EVENT_MS = 250;

/**
 * The simulated services towards their own users. Answers follow from the state alone, by a draw that depends on the instant
 * and the path, never on how often somebody asks. They are counted and logged as requests, and are no load.
 */
export function createServe(state: WorldState, recorders: Recorders): WorldServe {
  return {
    http: (request) => serveHttp(state, request, recorders),
    webSocket: (request) => serveSocket(state, request, recorders),
    listensAt: (address) =>
      state.services.some(
        ({ description, revisions }) =>
          description.listens.includes(address) &&
          [...revisions.values()].some((revision) => revision.percent > 0 && countIn(revision, 'ready') > 0),
      ),
  };
}

function serveHttp(state: WorldState, request: HttpRequest, recorders: Recorders): HttpAnswer {
  const { revision, ...answered } = answerHttp(state, request);
  const { status, latencyMs } = answered;
  leaveTrail(state, recorders, { ...request, path: pathOnly(request.path), revision, status, latencyMs });
  return answered;
}

function answerHttp(state: WorldState, request: HttpRequest): HttpAnswer & { readonly revision: Revision | null } {
  const path = pathOnly(request.path);
  const service = state.byName.get(request.service);
  if (service === undefined) return { ...answer(404, 20, { error: 'not found' }), revision: null };
  const met = meet(state, service, request.revision, `${request.method} ${path}`);
  const { revision } = met;
  const speaksGrpc = (header(request.headers, 'content-type') ?? '').startsWith('application/grpc');
  const own = service.application.answers[path];
  if (service.application.grpc !== undefined && (speaksGrpc || own === undefined) && MET_BY_THE_APPLICATION.includes(met.fate))
    return { ...overGrpc(service.application.grpc.health, request, met), revision };
  if (speaksGrpc && met.status === 200) return { ...answer(404, met.latencyMs, { detail: 'Not Found' }), revision };
  if (met.status !== 200) return { ...failure(met), revision };
  if (own !== undefined) {
    const { status, json } = typeof own === 'number' ? { status: own, json: { status: own } } : own;
    return { ...answer(status, met.latencyMs, json), revision };
  }
  const reply = route({ state, service, request }, path);
  const latencyMs = met.latencyMs + (reply.extraMs ?? 0) * (0.8 + 0.4 * drawn(state.seed, state.at, path, 'extra'));
  if (reply.html !== undefined)
    return {
      revision,
      status: reply.status,
      latencyMs: Math.round(latencyMs),
      headers: { 'content-type': 'text/html; charset=utf-8' },
      body: reply.html,
    };
  return { ...answer(reply.status, latencyMs, reply.body), revision };
}

/** Fates in which a request comes as far as the application. */
const MET_BY_THE_APPLICATION: readonly RequestOutcome[] = ['ok', 'queued', 'wedged', 'failing', 'erring'];

/** A gRPC server takes nothing else: what is no gRPC it refuses by its content type, as those of grpc-go and grpc-java do. */
function overGrpc(known: readonly string[], { path, headers, body }: HttpRequest, { fate, latencyMs }: Met): HttpAnswer {
  if (!(header(headers, 'content-type') ?? '').startsWith('application/grpc'))
    return answer(415, latencyMs, { detail: 'Unsupported Media Type' });
  const { grpcStatus, body: text } = grpcReply(pathOnly(path), body, { fate, known });
  const told = { 'content-type': 'application/grpc', 'grpc-status': String(grpcStatus) };
  return { status: 200, latencyMs: Math.round(latencyMs), headers: told, body: text };
}

function serveSocket(state: WorldState, request: Parameters<WorldServe['webSocket']>[0], recorders: Recorders): SocketAnswer {
  const refused = (handshake: number, handshakeMs: number): SocketAnswer => ({
    handshake,
    handshakeMs: Math.round(handshakeMs),
    messages: [],
    closeCode: null,
  });
  const service = state.byName.get(request.service);
  const socket = service === undefined ? null : socketOf(service);
  const path = pathOnly(request.path);
  if (service === undefined || socket === null || path !== socket.path) return refused(404, 20);
  const met = meet(state, service, request.revision, `GET ${path}`);
  const { revision, latencyMs } = met;
  const status = met.status === 200 ? 101 : met.status;
  // The conversation after the handshake is part of the same request.
  if (request.received === '') leaveTrail(state, recorders, { revision, method: 'GET', path, headers: request.headers, status, latencyMs });
  if (met.status !== 200) return refused(met.status, met.latencyMs);
  const authorization = header(request.headers, 'authorization');
  if (authorization !== null && !isToken(state, authorization)) return refused(401, met.latencyMs);
  const thread = hexFor(12, state.seed, 'thread', state.at);
  const messages = socket.events.map(([type, afterMs]) => {
    const spread = 0.8 + 0.4 * drawn(state.seed, state.at, type);
    return { afterMs: Math.round(afterMs * spread), text: JSON.stringify({ type, thread_id: thread, ...detailOf(type) }) };
  });
  return { handshake: 101, handshakeMs: Math.round(met.latencyMs), messages, closeCode: 1000 };
}

/** Where a service talks over a WebSocket, and what it tells; null where it does not. */
function socketOf({ application, description }: Service): { readonly path: string; readonly events: typeof EVENTS } | null {
  const { socket } = application;
  if (socket !== undefined) return { path: socket.path, events: socket.events.map((event) => [event, EVENT_MS] as const) };
  return description.role === 'backend' ? { path: '/ws', events: EVENTS } : null;
}

function detailOf(type: string): Readonly<Record<string, string>> {
  if (type.startsWith('tool_')) return { tool: 'cost_analyzer' };
  return type === 'agent_completed' ? { response: 'Three workloads can be moved to smaller machines.' } : { agent: 'triage' };
}

interface Met {
  readonly revision: Revision | null;
  readonly fate: RequestOutcome;
  readonly status: number;
  readonly latencyMs: number;
}

/** Which revision and what kind of instance the request meets. */
function meet(state: WorldState, service: Service, wanted: string | null, what: string): Met {
  const draw = (purpose: string): number => drawn(state.seed, state.at, service.description.name, what, purpose);
  const revision = wanted === null ? byTraffic(service, draw('revision')) : (service.revisions.get(wanted) ?? null);
  if (revision === null) return { revision, fate: 'absent', status: wanted === null ? 500 : 404, latencyMs: 20 };
  const fate = unawares(revision, what, pick(fatesOf(state, revision), draw('fate')));
  const normal = Math.sqrt(-2 * Math.log(1 - draw('normal'))) * Math.cos(2 * Math.PI * draw('angle'));
  return {
    revision,
    fate,
    status: statusOf(revision, fate),
    latencyMs: latencyOf(state, revision, { fate, spread: draw('spread'), normal }),
  };
}

/** A health endpoint that looks at nothing says well while users meet errors; clients are not limited on it. */
function unawares({ defect }: Revision, what: string, fate: RequestOutcome): RequestOutcome {
  const asksHealth = what.includes(' /health') || what.endsWith(CHECK_PATH);
  if (fate === 'limited' && asksHealth) return 'ok';
  const saysWell = defect?.kind === 'errors' && defect.healthSaysWell && asksHealth;
  return fate === 'erring' && saysWell ? 'ok' : fate;
}

function byTraffic(service: Service, draw: number): Revision | null {
  let left = draw * 100;
  for (const revision of service.revisions.values()) {
    left -= revision.percent;
    if (left < 0) return revision;
  }
  return null;
}

function pick(fates: Readonly<Record<RequestOutcome, number>>, draw: number): RequestOutcome {
  let left = draw;
  for (const fate of FATES) {
    left -= fates[fate];
    if (left < 0) return fate;
  }
  return fates.ok > 0 ? 'ok' : 'absent';
}

function failure(met: Met): HttpAnswer {
  if (met.fate === 'erring') return answer(met.status, met.latencyMs, { detail: 'Internal Server Error' });
  if (met.fate === 'limited') return answer(met.status, met.latencyMs, { detail: 'Too Many Requests' });
  if (met.fate === 'wedged' || met.fate === 'failing')
    return answer(met.status, met.latencyMs, { status: 'unhealthy', detail: 'dependencies are not available' });
  const body = met.fate === 'crashing' || met.fate === 'provider' ? 'Service Unavailable' : 'Rate exceeded.';
  return { status: met.status, latencyMs: Math.round(met.latencyMs), headers: { 'content-type': 'text/html' }, body };
}

function route(handling: Handling, path: string): Reply {
  const { role, name } = handling.service.description;
  const { method } = handling.request;
  if (path === '/health' || path === '/health/live') return { status: 200, body: { status: 'healthy', service: name } };
  if (path === '/health/ready') return { status: 200, body: { status: 'ready', service: name } };
  if (path === '/health/infrastructure') return infrastructure(handling);
  if (path === '/auth/login' && role === 'auth')
    return method === 'POST' ? login(handling) : { status: 405, body: { detail: 'Method Not Allowed' } };
  if (path === '/api/chat' && role === 'backend')
    return method === 'POST' ? chat(handling) : { status: 405, body: { detail: 'Method Not Allowed' } };
  if (path !== '/') return { status: 404, body: { detail: 'Not Found' } };
  return role === 'frontend'
    ? { status: 200, body: null, html: '<!doctype html><title>Staging</title><div id="root"></div>' }
    : { status: 200, body: { service: name } };
}

function login({ state, request }: Handling): Reply {
  const credentials = parsed(request.body);
  if (typeof credentials !== 'object' || credentials === null) return { status: 422, body: { detail: 'A JSON object is expected' } };
  const session = hexFor(16, state.seed, 'session', state.at, request.body);
  return {
    status: 200,
    body: { access_token: `${session}.${signature(state, session)}`, token_type: 'bearer', expires_in: 3600 },
    extraMs: 60,
  };
}

function chat({ state, request }: Handling): Reply {
  const authorization = header(request.headers, 'authorization');
  if (authorization === null || !isToken(state, authorization)) return { status: 401, body: { detail: 'Not authenticated' } };
  const thread = hexFor(12, state.seed, 'thread', state.at, request.body);
  return { status: 200, body: { response: 'Three workloads can be moved to smaller machines.', thread_id: thread }, extraMs: 800 };
}

/** How the service sees what it stands on. */
function infrastructure({ state, service }: Handling): Reply {
  const pool = service.application.database;
  const database = pool === undefined ? undefined : state.databases.get(pool.instance);
  const connectors = [...state.connectors.values()].map((one) => ({
    name: one.description.name,
    loss: Number(one.path.loss.toFixed(3)),
  }));
  const well = connectors.every((one) => one.loss === 0) && (database === undefined || answers(database));
  const connections = database === undefined ? null : { used: database.used, max: database.maxConnections };
  return { status: well ? 200 : 503, body: { status: well ? 'healthy' : 'degraded', connectors, database: connections }, extraMs: 40 };
}

function isToken(state: WorldState, authorization: string): boolean {
  const [session, signed] = (/^Bearer (\S+)$/i.exec(authorization)?.[1] ?? '').split('.');
  return session !== undefined && session !== '' && signed === signature(state, session);
}

/** Tokens carry their proof, so that no list of them has to be kept. */
function signature(state: WorldState, session: string): string {
  return hexFor(24, state.seed, 'token', session);
}

function header(headers: Readonly<Record<string, string>>, name: string): string | null {
  for (const [key, value] of Object.entries(headers)) if (key.toLowerCase() === name) return value;
  return null;
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}

function pathOnly(path: string): string {
  const bare = path.split(/[?#]/)[0] ?? '/';
  return bare.length > 1 && bare.endsWith('/') ? bare.slice(0, -1) : bare;
}

function answer(status: number, latencyMs: number, body: unknown): HttpAnswer {
  return { status, latencyMs: Math.round(latencyMs), headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}
