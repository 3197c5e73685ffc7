import { SECOND, sayDuration } from '../../core/duration.ts';
import type { WebSocketSpec } from '../../core/model/spec.ts';
import type { ValidationCheck, Verdict } from '../../core/model/verdict.ts';
import type { WebSocketAnswer } from '../../ports/probes.ts';
import { urlOf } from './options.ts';
import type { Validation } from './options.ts';

const HANDSHAKE_WITHIN = 10 * SECOND;

/**
 * The WebSocket's events in order, each within its deadline. A conversation that is dropped is begun once more, as a browser
 * does; a refused handshake is not. Each way to go wrong is a finding of its own.
 */
export async function checkEvents(validation: Validation): Promise<readonly ValidationCheck[]> {
  const wanted = validation.options.spec.validation.webSocket;
  if (wanted === null) return [];
  const verdict = await judged(wanted, validation);
  return [{ category: 'agent events', name: `${wanted.events.length} events in order`, critical: true, verdict }];
}

async function judged(wanted: WebSocketSpec, validation: Validation): Promise<Verdict> {
  const url = urlOf(validation.uriOf, wanted.service, wanted.path)?.replace(/^http/, 'ws') ?? null;
  if (url === null) return { outcome: 'error', because: `the address of ${wanted.service} is not known` };
  const first = await converse(url, wanted, validation);
  if (!dropped(first)) return judgeConversation(wanted, first);
  const second = judgeConversation(wanted, await converse(url, wanted, validation));
  const before = `dropped after ${first.events.at(-1)?.type ?? 'the handshake'} (${first.problem ?? ''})`;
  return { ...second, because: `${before}, connected again: ${second.because}` };
}

function converse(url: string, wanted: WebSocketSpec, { options, signal }: Validation): Promise<WebSocketAnswer> {
  return options.probes.webSocket({
    url,
    send: wanted.send,
    last: wanted.events.at(-1) ?? '',
    handshakeWithinMs: HANDSHAKE_WITHIN,
    eventWithinMs: wanted.eventWithinMs,
    signal,
  });
}

/** It was open, and the connection went away before the last event. */
function dropped({ handshake, problem }: WebSocketAnswer): boolean {
  return handshake === 101 && problem !== null && (problem.startsWith('closed ') || problem === 'reset');
}

function judgeConversation(wanted: WebSocketSpec, answer: WebSocketAnswer): Verdict {
  const came = answer.events.map(({ type }) => type);
  if (answer.handshake !== 101) return { outcome: 'fail', because: noHandshake(answer) };
  const fault = orderFault(wanted.events, came) ?? (inOrder(wanted.events, came) ? null : missing(wanted, came, answer.problem));
  if (fault !== null) return { outcome: 'fail', because: fault };
  const slowest = Math.max(...answer.events.map(({ afterMs }) => afterMs));
  return { outcome: 'pass', because: `${wanted.events.join(' → ')}, slowest after ${sayDuration(slowest)}` };
}

function noHandshake({ handshake, problem, detail }: WebSocketAnswer): string {
  if (handshake !== null) return `handshake refused: HTTP ${handshake}`;
  if (problem === 'deadline') return `handshake hangs: no answer within ${sayDuration(HANDSHAKE_WITHIN)}`;
  return `no handshake: ${detail ?? problem ?? 'no reason'}`;
}

/** Other messages in between are allowed; a wanted one before its predecessors is not. */
function orderFault(wanted: readonly string[], came: readonly string[]): string | null {
  let next = 0;
  for (const type of came) {
    const place = wanted.indexOf(type, next);
    if (place < 0) continue;
    const skipped = wanted.slice(next, place).find((earlier) => came.includes(earlier));
    if (skipped !== undefined) return `wrong order: ${type} came before ${skipped} (came: ${came.join(', ')})`;
    if (place === next) next += 1;
  }
  return null;
}

function inOrder(wanted: readonly string[], came: readonly string[]): boolean {
  let next = 0;
  for (const type of came) if (type === wanted[next]) next += 1;
  return next === wanted.length;
}

function missing({ events, eventWithinMs }: WebSocketSpec, came: readonly string[], problem: string | null): string {
  const gone = events.find((type) => !came.includes(type)) ?? 'an event';
  const after = `after ${came.at(-1) ?? 'the handshake'}`;
  if (problem === 'half-open') return `half-open socket ${after}: nothing comes, and no ping is answered`;
  if (problem !== 'deadline') return `${gone} did not come: ${problem ?? `the conversation ended with ${came.at(-1) ?? 'nothing'}`}`;
  const hung = came.length === 0 ? 'hangs: the socket is open and answers pings, but ' : '';
  return `${hung}${gone} did not come within ${sayDuration(eventWithinMs)} ${after}`;
}
