import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { messageOf } from './support/messages.ts';
import { peersWith } from './support/peers.ts';

const secret = `whsec_${Buffer.from('0123456789012345678901234567').toString('base64')}`;
const hook = { signedWebhooks: [{ url: 'https://hooks.example.com/firebreak', secret }] };

/** As a receiver checks it, by the specification and not by our code. */
function isGenuine(headers: Readonly<Record<string, string>>, body: string): boolean {
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
  const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
  return headers['webhook-signature'] === `v1,${createHmac('sha256', key).update(signed).digest('base64')}`;
}

describe('a signed webhook', () => {
  test('carries the whole message, signed over id, time and body', async () => {
    const { channel, requests } = peersWith();
    await channel(hook).deliver(
      messageOf(1, { changes: [{ key: 'k', title: 'scale', at: 0, standing: 'in force' }] }),
      {},
      { doubt: false },
    );
    const { headers = {}, body = '' } = requests[0]!;
    expect(isGenuine(headers, body)).toBe(true);
    expect(isGenuine(headers, body.replace('news', 'olds'))).toBe(false);
    expect(headers['webhook-timestamp']).toBe('1757948400');
    expect(JSON.parse(body)).toMatchObject({
      type: 'firebreak.phase',
      timestamp: '2025-09-15T15:00:00.000Z',
      data: { key: 'run-1/m1', happened: 'news 1', nextBy: '2025-09-15T17:00:00.000Z', changes: [{ at: '1970-01-01T00:00:00.000Z' }] },
    });
  });

  test('has the same id at every attempt, by which the receiver knows a double', async () => {
    const { people, channel, befall, requests } = peersWith();
    befall('hooks.example.com', 'lost');
    await channel(hook).deliver(messageOf(1), {}, { doubt: false });
    expect(requests.map(({ headers }) => headers?.['webhook-id'])).toEqual(['run-1/m1', 'run-1/m1']);
    expect(people.delivered).toHaveLength(1);
  });

  test('that is refused for its signature says that both sides need the same secret', async () => {
    const { channel, befall } = peersWith();
    befall('hooks.example.com', { status: 401 });
    await expect(channel(hook).deliver(messageOf(1), {}, { doubt: false })).rejects.toThrow(
      /answered 401\. Fix: give both sides the same secret/,
    );
  });
});
