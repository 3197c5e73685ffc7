import type { ChannelIds, Message } from '../core/model/message.ts';

export interface Delivery {
  /** What the channel is handed with the next message. */
  readonly ids: ChannelIds;
  /** false: this message is none for this channel (a pager is not told of progress). */
  readonly sent: boolean;
  /** It has arrived, but something beside it did not work; with the fix. */
  readonly problem?: string;
}

export interface DeliveryOptions {
  /** An earlier try got no answer: whoever cannot tell a double from its key looks before it sends. */
  readonly doubt: boolean;
  readonly signal?: AbortSignal;
}

/**
 * One way to people. `deliver` may be called again with the same message and must not double it. It has a bound of its own for each
 * request. Throws `TransientError` (not sent, later may work), `OutcomeUnknownError` (no answer: it may have arrived) or
 * `TerminalError` (it will not work; the message says how to mend it).
 */
export interface Channel {
  /** Under which its record is kept: stable, and nothing secret. */
  readonly name: string;
  /** As people call it, without anything secret. */
  readonly described: string;
  /** What arrives there, for whoever tries it: `the message`, `a change event`. */
  readonly arrives: string;
  /** In doubt it looks whether the message stands there before it sends it again. */
  readonly readsBack?: true;
  deliver(message: Message, ids: ChannelIds, options: DeliveryOptions): Promise<Delivery>;
}
