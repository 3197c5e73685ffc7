import type { WebSocket } from 'ws';

/** A request or a conversation, from its arrival to its end. */
export interface Stay {
  /** Something was sent to the client before its end: time waits until it has been heard. */
  told(): void;
  /** Its answer is on its way, or nobody waits for one. Idempotent. */
  leave(): void;
}

/** By whose time requests come in. `stamp`: what the client calls the request (`STAMP`); undefined: it follows no clock of ours. */
export interface Lane {
  /** Resolves when the request may be looked at; rejects with the signal's reason. `hangUp`: its client does not wait for it any more. */
  enter(stamp: string | undefined, signal: AbortSignal, hangUp: () => void): Promise<Stay>;
  /** Whether the process may be left out of account until it speaks again; null: this clock has no members. */
  readonly excuse: ((pid: number) => boolean) | null;
  /** A process joins the clock over this connection, and leaves it with its end; null: this clock goes by itself. */
  readonly join: ((line: WebSocket, who: { readonly name: string; readonly pid: number }) => void) | null;
}

/** The header by which a request of a joined process is known: `MEMBER.NUMBER`. */
export const STAMP = 'x-sim-clock';

/** Every request at once: for a clock that goes by itself. */
export const OPEN_LANE: Lane = { enter: () => Promise.resolve(FREE), excuse: null, join: null };

const FREE: Stay = { told: () => {}, leave: () => {} };
