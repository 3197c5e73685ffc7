import { createHmac } from 'node:crypto';
import type { Message } from '../core/model/message.ts';
import type { Channel } from '../ports/notify.ts';
import { ask, attempting, refused } from './wire.ts';
import type { Wire } from './wire.ts';

export interface SignedWebhookOptions extends Wire {
  readonly name: string;
  readonly url: string;
  /** `whsec_` and base64. */
  readonly secret: string;
}

/**
 * The whole message as JSON, signed as Standard Webhooks say: `webhook-id` (the message's key, the same at every attempt, by which the
 * receiver knows a double), `webhook-timestamp` and `webhook-signature` (`v1,` and the HMAC-SHA256 of id, time and body in base64).
 */
export function createSignedWebhook({ name, url, secret, ...wire }: SignedWebhookOptions): Channel {
  const described = `signed webhook ${new URL(url).host}`;
  const key = keyOf(secret);
  return {
    name,
    described,
    arrives: 'the message',
    async deliver(message, ids, { signal }) {
      const body = bodyOf(message);
      const interruptible = signal === undefined ? {} : { signal };
      await attempting(wire, { doubt: false, ...interruptible }, async () => {
        const timestamp = String(Math.floor(wire.clock.now() / 1_000));
        const headers = {
          'content-type': 'application/json',
          'webhook-id': message.key,
          'webhook-timestamp': timestamp,
          'webhook-signature': `v1,${createHmac('sha256', key).update(`${message.key}.${timestamp}.${body}`).digest('base64')}`,
        };
        const { status } = await ask(wire, { url, method: 'POST', headers, body }, { described, ...interruptible });
        if (status === 401 || status === 403)
          throw refused(
            described,
            `answered ${status}`,
            'give both sides the same secret (whsec_…), and look at the clock of the receiver',
          );
        if (status < 200 || status >= 300)
          throw refused(described, `answered ${status}`, 'look at what the receiver wants, and at its address');
      });
      return { ids, sent: true };
    },
  };
}

/** The bytes behind `whsec_`. */
function keyOf(secret: string): Buffer {
  return Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
}

function bodyOf({ at, nextBy, changes, ...message }: Message): string {
  const instant = (ms: number): string => new Date(ms).toISOString();
  return JSON.stringify({
    type: `firebreak.${message.kind}`,
    timestamp: instant(at),
    data: {
      ...message,
      at: instant(at),
      nextBy: nextBy === null ? null : instant(nextBy),
      changes: changes.map((change) => ({ ...change, at: instant(change.at) })),
    },
  });
}
