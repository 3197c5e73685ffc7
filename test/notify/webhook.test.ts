import { describe, expect, test } from 'vitest';
import { createWebhook } from '../../src/notify/webhook.ts';
import { createProbes } from '../../src/probes/probes.ts';
import { startPeer } from '../gcp/support/peer.ts';
import { SkippingClock } from '../gcp/support/skipping-clock.ts';
import { messageOf } from './support/messages.ts';

function webhook(url: string, clock = new SkippingClock()) {
  const { deliver, described } = createWebhook({
    name: 'webhook-1',
    url,
    clock,
    random: { next: () => 0.5 },
    http: createProbes({ clock: new SkippingClock(5_000) }).http,
  });
  return { described, tell: (text: string, key: string) => deliver({ ...messageOf(1), text, key }, {}, { doubt: false }) };
}

describe('a webhook', () => {
  test('posts the text with a key for those who care about repetition', async () => {
    await using peer = await startPeer(() => ({ body: 'ok' }));
    await webhook(`${peer.url}/services/SECRET`).tell('backend is back', 'run-1/m7');
    expect(peer.received).toHaveLength(1);
    expect(peer.received[0]).toMatchObject({
      method: 'POST',
      body: '{"text":"backend is back"}',
      headers: { 'idempotency-key': 'run-1/m7', 'content-type': 'application/json; charset=utf-8' },
    });
  });

  test('is tried three times, with the same key, before nobody knows whether it arrived', async () => {
    await using peer = await startPeer(() => ({ status: 503 }));
    const clock = new SkippingClock();
    await expect(webhook(peer.url, clock).tell('x', 'k')).rejects.toMatchObject({ kind: 'outcome-unknown', code: 'channel-failed' });
    expect(peer.received.map(({ headers }) => headers['idempotency-key'])).toEqual(['k', 'k', 'k']);
    expect(clock.skipped).toEqual([750, 1_500]);
  });

  test('gets its message through when a later attempt works', async () => {
    await using peer = await startPeer((_request, nth) => (nth === 1 ? { instead: 'reset' } : { body: 'ok' }));
    await webhook(peer.url).tell('x', 'k');
    expect(peer.received).toHaveLength(2);
  });

  test('that is gone is not tried again, and how to mend it is said', async () => {
    await using peer = await startPeer(() => ({ status: 404 }));
    await expect(webhook(peer.url).tell('x', 'k')).rejects.toMatchObject({
      kind: 'terminal',
      code: 'channel-refused',
      message: expect.stringContaining('answered 404. Fix: make the incoming webhook anew'),
    });
    expect(peer.received).toHaveLength(1);
  });

  test('never shows its path, which is the secret', async () => {
    const notifier = webhook('http://127.0.0.1:1/services/SECRET');
    expect(notifier.described).toBe('webhook 127.0.0.1:1');
    await expect(notifier.tell('x', 'k')).rejects.toMatchObject({ kind: 'transient', message: 'webhook 127.0.0.1:1: refused' });
  });
});
