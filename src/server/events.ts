import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { plainValue } from '../core/outside/plain.ts';
import type { Clock } from '../ports/clock.ts';
import type { JournalLine } from '../ports/store.ts';
import { SHARED_MS } from './shared.ts';

/** A connection over which nothing has come for a minute is closed by much of what stands between two machines. */
const HEARTBEAT_MS = 15_000;
/** After so long a client that lost the connection comes again. */
const RETRY_MS = 2_000;

export interface Followed {
  /** The journal as it is now. */
  readonly lines: () => Promise<readonly JournalLine[] | null>;
  /** The client has seen the lines up to this number. */
  readonly after: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** The number after which a client goes on: what it says it has seen, or where its page ends (`?after=`); 0: it has seen nothing, or says something else. */
export function lastSeen(request: Pick<IncomingMessage, 'headers' | 'url'>): number {
  const said = request.headers['last-event-id'] ?? /[?&]after=(\d+)$/.exec(request.url ?? '')?.[1];
  return typeof said === 'string' && /^\d{1,15}$/.test(said) ? Number(said) : 0;
}

/**
 * Sends every line of a journal as an event, its number as the id, those to come as well, until the client goes or `signal` says so.
 * Waits for a slow reader. When the store cannot be read any more the stream ends, and the client comes again by itself.
 */
export async function follow(response: ServerResponse, { lines, after, clock, signal }: Followed): Promise<void> {
  const gone = new AbortController();
  response.on('close', () => gone.abort());
  const over = AbortSignal.any([gone.signal, signal]);
  try {
    await send(response, `retry: ${RETRY_MS}\n\n`, over);
    let seen = after;
    let spokeAt = clock.now();
    while (!over.aborted) {
      const fresh = ((await lines()) ?? []).filter(({ seq }) => seq > seen);
      for (const line of fresh) await send(response, eventOf(line), over);
      seen = fresh.at(-1)?.seq ?? seen;
      if (fresh.length > 0) spokeAt = clock.now();
      await clock.sleepUntil(clock.now() + SHARED_MS, over);
      if (clock.now() - spokeAt < HEARTBEAT_MS) continue;
      await send(response, ': at work\n\n', over);
      spokeAt = clock.now();
    }
  } catch (thrown) {
    if (!over.aborted) throw thrown;
  } finally {
    response.end();
  }
}

function eventOf(line: JournalLine): string {
  return `id: ${line.seq}\ndata: ${JSON.stringify(plainValue(line))}\n\n`;
}

async function send(response: ServerResponse, text: string, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  if (!response.write(text)) await once(response, 'drain', { signal });
}
