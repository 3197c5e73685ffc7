import { describe, expect, test } from 'vitest';
import { createWebhook } from '../../src/notify/webhook.ts';
import { createProbes } from '../../src/probes/probes.ts';
import { startPeer } from '../gcp/support/peer.ts';
import { SkippingClock } from '../gcp/support/skipping-clock.ts';

function webhook(url: string, clock = new SkippingClock()) {
  return createWebhook({ url, clock, random: { next: () => 0.5 }, http: createProbes({ clock: new SkippingClock(5_000) }).http });
}

describe('a webhook', () => {
  test('posts the text with a key for those who care about repetition', async () => {
    await using peer = await startPeer(() => ({ body: 'ok' }));
    await webhook(`${peer.url}/services/SECRET`).tell('backend is back', 'run-1/7/inform');
    expect(peer.received).toHaveLength(1);
    expect(peer.received[0]).toMatchObject({
      method: 'POST',
      body: '{"text":"backend is back"}',
      headers: { 'idempotency-key': 'run-1/7/inform', 'content-type': 'application/json; charset=utf-8' },
    });
  });

  test('is tried three times, with the same key, before it is called unreachable', async () => {
    await using peer = await startPeer(() => ({ status: 503 }));
    const clock = new SkippingClock();
    await expect(webhook(peer.url, clock).tell('x', 'k')).rejects.toMatchObject({ kind: 'transient', code: 'webhook-unreachable' });
    expect(peer.received.map(({ headers }) => headers['idempotency-key'])).toEqual(['k', 'k', 'k']);
    expect(clock.skipped).toEqual([750, 1_500]);
  });

  test('gets its message through when a later attempt works', async () => {
    await using peer = await startPeer((_request, nth) => (nth === 1 ? { instead: 'reset' } : { body: 'ok' }));
    await webhook(peer.url).tell('x', 'k');
    expect(peer.received).toHaveLength(2);
  });

  test('that is gone is not tried again', async () => {
    await using peer = await startPeer(() => ({ status: 404 }));
    await expect(webhook(peer.url).tell('x', 'k')).rejects.toMatchObject({ kind: 'terminal', code: 'webhook-refused' });
    expect(peer.received).toHaveLength(1);
  });

  test('never shows its path, which is the secret', async () => {
    const notifier = webhook('http://127.0.0.1:1/services/SECRET');
    expect(notifier.described).toBe('webhook 127.0.0.1:1');
    await expect(notifier.tell('x', 'k')).rejects.toMatchObject({ message: 'webhook 127.0.0.1:1: refused' });
  });
});
