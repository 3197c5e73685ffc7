import { FirebreakError } from '../core/errors.ts';
import type { Message } from '../core/model/message.ts';
import type { Channel } from '../ports/notify.ts';

/** What came of trying one channel. */
export interface Tried {
  readonly channel: string;
  readonly arrived: boolean;
  /** What arrived, or exactly why nothing did, with the fix. */
  readonly what: string;
  /** It arrived, and something beside it does not work; with the fix. */
  readonly problem?: string;
}

/**
 * Sends one message by each channel, and where a channel reads back before it repeats, asks it once more for the same: it must find it.
 * A channel that fails keeps none of the others. Throws the signal's reason.
 */
export async function tryChannels(channels: readonly Channel[], message: Message, signal: AbortSignal): Promise<readonly Tried[]> {
  return Promise.all(channels.map((channel) => tryChannel(channel, message, signal)));
}

const TWICE =
  'it was not found again, so a second one was sent: after a lost answer a message may stand there twice. Fix: look at the clock of this machine, and whether the token may read what it writes';

function arrived(channel: string, what: string, problem: string | undefined): Tried {
  return { channel, arrived: true, what, ...(problem === undefined ? {} : { problem }) };
}

async function tryChannel(channel: Channel, message: Message, signal: AbortSignal): Promise<Tried> {
  const { described: name, arrives, readsBack } = channel;
  try {
    const first = await channel.deliver(message, {}, { doubt: false, signal });
    if (readsBack !== true) return arrived(name, `${arrives} arrived`, first.problem);
    const again = await channel.deliver(message, {}, { doubt: true, signal });
    const isSame = again.ids['last'] === first.ids['last'];
    const found = isSame ? ', and was found again: a crash repeats nothing' : '';
    return arrived(name, `${arrives} arrived${found}`, first.problem ?? again.problem ?? (isSame ? undefined : TWICE));
  } catch (thrown) {
    signal.throwIfAborted();
    if (!(thrown instanceof FirebreakError)) throw thrown;
    const fix = thrown.kind === 'terminal' ? '' : '. Fix: look at the network and at the service, then try again';
    return { channel: name, arrived: false, what: `${thrown.message.replace(`${name}: `, '')}${fix}` };
  }
}
