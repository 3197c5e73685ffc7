import { defined } from '../core/defined.ts';
import type { Server as HttpServer } from 'node:http';
import type { AddressInfo, Server as NetServer, Socket } from 'node:net';
import { UserError } from '../core/errors.ts';
import { makeManualChanges } from './manual-changes.ts';
import { createHttpServer } from './http/http-server.ts';
import type { Scenario } from './scenario.ts';
import { OPEN_LANE, type Lane } from './lane.ts';
import { LockstepClock } from './clocks/lockstep-clock.ts';
import { SpeedClock, type SimClock } from './clocks/sim-clock.ts';
import { createSimulator, type Simulator } from './simulator.ts';
import { createWorld } from './world/world.ts';

export interface ServeOptions {
  /** 0 takes a free one. */
  readonly port: number;
  readonly scenario: Scenario;
  /** Simulated seconds per real one; `lockstep`: time moves with the processes that join it (`LockstepClock`). */
  readonly speed: number | 'lockstep';
  /** Told when time in lock-step has stood still for long: for which process, and for how many real milliseconds. */
  readonly onStandstill?: (described: string, forMs: number) => void;
  readonly host?: string;
  /** Where the first database of the scenario answers PostgreSQL clients; 0 takes a free port, absent: nowhere. */
  readonly pgPort?: number;
}

export interface ServedSimulator {
  /** Without trailing slash. */
  readonly url: string;
  readonly simulator: Simulator;
  /** Port of the database, when it was asked for. */
  readonly pgPort: number | null;
  close(): Promise<void>;
}

/** Real time between looks of the world at its clock, so that a question after a long silence is answered at once. */
const IDLE_STEP_MS = 250;

/**
 * The simulator on a port, its clock beginning at the scenario's start and running at `speed`; the scenario's people make their
 * changes at their times. Throws `UserError` when the port cannot be had.
 */
export async function serveSimulator(options: ServeOptions): Promise<ServedSimulator> {
  const { port, scenario, host = '127.0.0.1', pgPort } = options;
  const { clock, lane, speed } = timeOf(options);
  if (pgPort !== undefined) requireDatabase(scenario);
  const world = createWorld(scenario);
  // The services' addresses contain the port, which is known only after listening; no request is read before that.
  let simulator: Simulator | null = null;
  const server = createHttpServer(() => defined(simulator), lane);
  const connections = new Set<Socket>();
  const watch = (listener: HttpServer | NetServer): void => {
    listener.on('connection', (socket: Socket) => connections.add(socket.on('close', () => connections.delete(socket))));
  };
  watch(server);
  const actual = await listen(server, port, host);
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${actual}`;
  const made = createSimulator({ scenario, world, clock, baseUrl: url, speed });
  simulator = made;
  const closing = new AbortController();
  const database = pgPort === undefined ? null : made.postgres();
  if (database !== null) watch(database);
  const actualPg = database === null ? null : await listen(database, pgPort ?? 0, host).catch((thrown: unknown) => endWith(server, thrown));
  if (speed > 0) void deliverMissed(made, closing.signal);
  void makeManualChanges({ scenario: made.scenario, simulator: made, clock: made.clock, signal: closing.signal });
  const listeners = database === null ? [server] : [server, database];
  return { url, simulator: made, pgPort: actualPg, close: () => close(listeners, connections, closing) };
}

function timeOf({ scenario: { startAt, seed }, speed, onStandstill }: ServeOptions): Time {
  if (speed !== 'lockstep') return { clock: new SpeedClock(startAt, speed), lane: OPEN_LANE, speed };
  const clock = new LockstepClock({ startAt, seed, ...(onStandstill && { onStandstill }) });
  return { clock, lane: clock, speed: 0 };
}

interface Time {
  readonly clock: SimClock;
  readonly lane: Lane;
  /** 0: it does not move by itself. */
  readonly speed: number;
}

/** Half a simulator is none. */
function endWith(server: HttpServer, thrown: unknown): never {
  server.close();
  throw thrown;
}

function requireDatabase(scenario: Scenario): void {
  if (scenario.world.databases.length > 0) return;
  throw new UserError('no-database', `The scenario ${scenario.name} has no database.`, 'Leave --pg-port out, or choose another scenario.');
}

async function deliverMissed(simulator: Simulator, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    simulator.settle();
    await simulator.clock.sleepUntil(simulator.clock.now() + IDLE_STEP_MS * simulator.speed, signal).catch(() => undefined);
  }
}

function listen(server: HttpServer | NetServer, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => reject(unavailable(cause, port, host)));
    server.listen(port, host, () => resolve((server.address() as AddressInfo).port));
  });
}

function unavailable(cause: NodeJS.ErrnoException, port: number, host: string): Error {
  if (cause.code === 'EADDRINUSE') {
    return new UserError(
      'port-in-use',
      `The simulator cannot listen on ${host}:${port}: another process has the port.`,
      'Choose another with --port, or --port 0 for a free one.',
      { cause },
    );
  }
  if (cause.code === 'EACCES' || cause.code === 'EADDRNOTAVAIL') {
    return new UserError(
      'port-unavailable',
      `The simulator cannot listen on ${host}:${port}: ${cause.code === 'EACCES' ? 'not permitted' : 'no such address here'}.`,
      'Choose a port above 1023 with --port.',
      { cause },
    );
  }
  return cause;
}

/** Upgraded connections are no longer the server's own, so they are ended here. */
async function close(
  listeners: readonly (HttpServer | NetServer)[],
  connections: ReadonlySet<Socket>,
  closing: AbortController,
): Promise<void> {
  closing.abort(new Error('the simulator is closed'));
  const closed = listeners.map((listener) => new Promise<void>((resolve) => listener.close(() => resolve())));
  for (const socket of connections) socket.destroy();
  await Promise.all(closed);
}
