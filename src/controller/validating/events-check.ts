import { defined } from '../../core/defined.ts';
import { SECOND, sayDuration } from '../../core/duration.ts';
import type { WebSocketSpec } from '../../core/model/spec.ts';
import type { Verdict } from '../../core/model/verdict.ts';
import type { WebSocketAnswer } from '../../ports/probes.ts';
import { turnedAwayBy } from './rejected-probes.ts';
import type { AskedCheck } from './rejected-probes.ts';
import { urlOf } from './options.ts';
import type { Validation } from './options.ts';

const HANDSHAKE_WITHIN = 10 * SECOND;

/**
 * The WebSocket's events in order, each within its deadline. A conversation that is dropped is begun once more, as a browser
 * does; a refused handshake is not. Each way to go wrong is a finding of its own.
 */
export async function checkEvents(validation: Validation): Promise<readonly AskedCheck[]> {
  const wanted = validation.options.spec.validation.webSocket;
  if (wanted === null) return [];
  const found = await judged(wanted, validation);
  return [{ category: 'agent events', name: `${wanted.events.length} events in order`, critical: true, service: wanted.service, ...found }];
}

async function judged(wanted: WebSocketSpec, validation: Validation): Promise<Pick<AskedCheck, 'verdict' | 'turnedAway'>> {
  const url = urlOf(validation.uriOf, wanted.service, wanted.path)?.replace(/^http/, 'ws') ?? null;
  if (url === null) return { verdict: { outcome: 'error', because: `the address of ${wanted.service} is not known` }, turnedAway: null };
  const first = await converse(url, wanted, validation);
  const met = { url: url.replace(/^ws/, 'http'), status: first.handshake, expectStatus: 101 };
  const turnedAway = turnedAwayBy(validation.observation.services[wanted.service], met);
  if (!dropped(first)) return { verdict: judgeConversation(wanted, first), turnedAway };
  const second = judgeConversation(wanted, await converse(url, wanted, validation));
  const before = `dropped after ${first.events.at(-1)?.type ?? 'the handshake'} (${first.problem ?? ''})`;
  return { verdict: { ...second, because: `${before}, connected again: ${second.because}` }, turnedAway: null };
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
  if (!inOrder(wanted.events, came))
    return { outcome: 'fail', because: orderFault(wanted.events, came) ?? missing(wanted, came, answer.problem) };
  const slowest = Math.max(...answer.events.map(({ afterMs }) => afterMs));
  return { outcome: 'pass', because: `${wanted.events.join(' → ')}, slowest after ${sayDuration(slowest)}` };
}

function noHandshake({ handshake, problem, detail }: WebSocketAnswer): string {
  if (handshake !== null) return `handshake refused: HTTP ${handshake}`;
  if (problem === 'deadline') return `handshake hangs: no answer within ${sayDuration(HANDSHAKE_WITHIN)}`;
  return `no handshake: ${detail ?? problem ?? 'no reason'}`;
}

/** Of two wanted events that both came: the later one came first. null: what came, came in order. */
function orderFault(wanted: readonly string[], came: readonly string[]): string | null {
  const present = wanted.filter((type) => came.includes(type));
  const late = present.find((type, index) => index > 0 && came.indexOf(type) < came.indexOf(defined(present[index - 1])));
  if (late === undefined) return null;
  return `wrong order: ${late} came before ${defined(present[present.indexOf(late) - 1])} (came: ${sayCame(came)})`;
}

const MOST_SAID = 12;

function sayCame(came: readonly string[]): string {
  return came.length <= MOST_SAID ? came.join(', ') : `${came.slice(0, MOST_SAID).join(', ')} and ${came.length - MOST_SAID} more`;
}

/** Others in between, and repetitions, are allowed. */
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
