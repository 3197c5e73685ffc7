import { defined } from '../core/defined.ts';
import { jsonResponse, type SimRequest, type SimResponse } from './messages.ts';
import { isFields } from './surface/wire.ts';
import { readFault } from './read-fault.ts';
import type { Simulator } from './simulator-interface.ts';

export const CONTROL_PREFIX = '/_sim/';

/** What people can ask and tell the simulator itself, below `/_sim/`. It is no part of Google's surface. */
export async function controlPlane(simulator: Simulator, request: SimRequest, now: number): Promise<SimResponse> {
  const path = defined(request.path.split('?', 1)[0]);
  const route = `${request.method} ${path.slice(CONTROL_PREFIX.length)}`;
  switch (route) {
    case 'GET healthz':
      return jsonResponse(200, { status: 'ok' });
    case 'GET clock':
      return jsonResponse(200, { now: now - simulator.scenario.world.clockSkew, speed: simulator.speed });
    case 'GET ledger':
      return jsonResponse(200, { requests: simulator.ledger });
    case 'GET writes':
      return jsonResponse(200, { writes: simulator.writes() });
    case 'GET scenario':
      return jsonResponse(200, simulator.scenario);
    case 'GET faults':
      return jsonResponse(200, { faults: simulator.faults.list(), unconsumed: simulator.faults.unconsumed() });
    case 'POST faults':
      return addFault(simulator, request.body);
    case 'GET people':
      return jsonResponse(200, { missed: simulator.missedHands });
    case 'POST people':
      return actAs(simulator, request.body);
    case 'GET chat':
      return jsonResponse(200, { messages: simulator.chat });
    case 'GET messages':
      return jsonResponse(200, { messages: simulator.people.delivered });
    case 'POST chat':
      return say(simulator, request, now);
    default:
      return problem(404, `The control plane has no ${request.method} ${path}.`);
  }
}

function addFault(simulator: Simulator, body: string): SimResponse {
  const read = readFault(parsed(body));
  if (typeof read === 'string') return problem(400, read);
  simulator.faults.add(read);
  return jsonResponse(200, { id: read.id });
}

/** `{actor, method, path, body}`: a change by somebody else, through the same surface. */
async function actAs(simulator: Simulator, text: string): Promise<SimResponse> {
  const asked = parsed(text);
  if (!isFields(asked) || typeof asked['method'] !== 'string' || typeof asked['path'] !== 'string')
    return problem(400, 'Expected {actor, method, path, body}.');
  const actor = typeof asked['actor'] === 'string' ? asked['actor'] : 'someone@example.com';
  const body = asked['body'] === undefined ? '' : JSON.stringify(asked['body']);
  return simulator.handle({ method: asked['method'], path: asked['path'], headers: { 'x-sim-actor': actor }, body });
}

function say(simulator: Simulator, { headers, body }: SimRequest, at: number): SimResponse {
  const message = parsed(body);
  if (!isFields(message) || typeof message['text'] !== 'string') return problem(400, 'Expected {text}.');
  simulator.say({ at, text: message['text'], key: headers['idempotency-key'] ?? null });
  return jsonResponse(200, {});
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function problem(status: number, message: string): SimResponse {
  return jsonResponse(status, { error: { code: status, message } });
}
