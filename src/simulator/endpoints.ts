import type { CloudRun } from './apis/run/run.ts';
import type { World } from './world/contract.ts';

/** Where in the simulated services a path leads. */
export interface EndpointTarget {
  readonly service: string;
  /** null: by the traffic vector. */
  readonly revision: string | null;
  /** What the service itself sees. */
  readonly path: string;
}

export const ENDPOINT_PREFIX = '/_services/';

/** `/_services/NAME/health` or `/_services/NAME~TAG/health`; null when no such service or tag exists, or the path is another. */
export function endpointTarget(run: CloudRun, path: string): EndpointTarget | null {
  if (!path.startsWith(ENDPOINT_PREFIX)) return null;
  const rest = path.slice(ENDPOINT_PREFIX.length);
  const end = rest.search(/[/?]/);
  const label = end < 0 ? rest : rest.slice(0, end);
  const below = end < 0 ? '' : rest.slice(end);
  const [service, tag] = label.split('~') as [string, string | undefined];
  const revision = tag === undefined ? null : run.tagged(service, tag);
  if (!run.has(service) || (tag !== undefined && revision === null)) return null;
  return { service, revision, path: below.startsWith('/') ? below : `/${below}` };
}

/** One WebSocket conversation with a simulated service, to be played by whoever holds the connection. */
export interface Conversation {
  /** null: the connection is reset instead. */
  readonly handshake: number | null;
  readonly handshakeMs: number;
  /** What the service sends after the client's first message, each so long after the one before. */
  reply(received: string): {
    readonly messages: readonly { readonly afterMs: number; readonly text: string }[];
    readonly closeCode: number | null;
  };
}

/** What ends before the service has spoken. */
export function refusedHandshake(handshake: number | null, handshakeMs = 0): Conversation {
  return { handshake, handshakeMs, reply: () => ({ messages: [], closeCode: 1011 }) };
}

/** The handshake is decided now, the rest when the client has spoken: by then the service may have gone. */
export function converse(world: World, target: EndpointTarget | null, headers: Readonly<Record<string, string>>): Conversation {
  if (!target) return refusedHandshake(404);
  const { handshake, handshakeMs } = world.serve.webSocket({ ...target, headers, received: '' });
  return {
    handshake,
    handshakeMs,
    reply: (received) => {
      const answer = world.serve.webSocket({ ...target, headers, received });
      return answer.handshake === 101 ? answer : { messages: [], closeCode: 1011 };
    },
  };
}
