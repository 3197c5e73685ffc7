import type { Server } from 'node:net';
import type { Conversation } from './endpoints.ts';
import type { Faults } from './faults.ts';
import type { SimRequest, SimResponse } from './messages.ts';
import type { People } from './people/people.ts';
import type { Scenario } from './scenario.ts';
import type { SimClock } from './clocks/sim-clock.ts';
import type { CommittedWrite, LoggedRequest } from './surface/request-log.ts';

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
  /** Why a TLS handshake for one of the load balancers' host names would fail now; null: it would not, or nothing is known of the name. */
  tlsProblem(host: string): { readonly code: string; readonly message: string } | null;
  /** Opens a WebSocket conversation with a simulated service. */
  webSocket(request: { readonly path: string; readonly headers: Readonly<Record<string, string>> }): Conversation;
  /** Whether one of the services takes a bare TCP connection there now. */
  listensAt(host: string, port: number): boolean;
  /** A PostgreSQL server, not yet listening, that stands for the scenario's first database; null: it has none. */
  postgres(): Server | null;
  /** Lets happen all that is due by now, in order, and returns now. `handle` does it first; only an idle server need call it. */
  settle(): number;
  /** Every request so far, in order of arrival. */
  readonly ledger: readonly LoggedRequest[];
  /** Requests by API host; the simulated services and the control plane count as `services` and `control`. */
  requestsByApi(): Readonly<Record<string, number>>;
  /** Mutations of Google resources that took effect, in order. */
  writes(): readonly CommittedWrite[];
  readonly faults: Faults;
  /** Changes by hand that were refused although the scenario counts on them: it tests less than it says. */
  readonly missedHands: string[];
  readonly chat: readonly ChatMessage[];
  /** The channels of people, and what has arrived there. */
  readonly people: People;
  say(message: ChatMessage): void;
}
