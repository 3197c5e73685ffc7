import type { Channel } from '../ports/notify.ts';
import { ask, attempting, refused } from './wire.ts';
import type { Wire } from './wire.ts';
import { asWords } from './message-parts.ts';

/** Chat services refuse longer messages. */
const MAX_TEXT = 30_000;

export interface WebhookOptions extends Wire {
  readonly name: string;
  /** Takes a POST of `{"text": …}`. Its path is a secret in most chat services and is never shown. */
  readonly url: string;
}

/**
 * A chat's incoming webhook: plain words, no thread. At most three attempts of five seconds; each carries `idempotency-key: KEY`, so that a
 * receiver that cares shows a repeated message once; most do not, and a message whose answer was lost may stand there twice.
 */
export function createWebhook({ name, url, ...wire }: WebhookOptions): Channel {
  const described = `webhook ${new URL(url).host}`;
  return {
    name,
    described,
    arrives: 'the message',
    async deliver({ text, key }, ids, { signal }) {
      const shown = text.length <= MAX_TEXT ? text : `${text.slice(0, MAX_TEXT - 1)}…`;
      const request = {
        url,
        method: 'POST' as const,
        headers: { 'content-type': 'application/json; charset=utf-8', 'idempotency-key': key },
        body: JSON.stringify({ text: asWords(shown) }),
      };
      const asked = { described, ...(signal === undefined ? {} : { signal }) };
      await attempting(wire, { doubt: false, ...(signal === undefined ? {} : { signal }) }, async () => {
        const { status } = await ask(wire, request, asked);
        if (status < 200 || status >= 300)
          throw refused(
            described,
            `answered ${status}`,
            'make the incoming webhook anew and put its address into the variable that the document names',
          );
      });
      return { ids, sent: true };
    },
  };
}
