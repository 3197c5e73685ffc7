import { cloudOver } from './cloud-over.ts';
import { startPeer } from './peer.ts';
import type { Scripted } from './peer.ts';
import { SkippingClock } from './skipping-clock.ts';
import type { Cloud } from '../../../src/ports/cloud.ts';

const NOT_FOUND = { status: 404, body: { error: { code: 404, message: 'not found', errors: [{ reason: 'notFound' }] } } };

/** Asks a cloud over a peer that answers by path (without query); everything else is not found. */
export async function askedOf<T>(
  answers: Readonly<Record<string, Scripted>>,
  ask: (cloud: Cloud) => Promise<T>,
): Promise<{ readonly answer: T; readonly paths: readonly string[] }> {
  await using peer = await startPeer(({ path }) => answers[path.split('?')[0] ?? ''] ?? NOT_FOUND);
  const answer = await ask(cloudOver(peer.url, new SkippingClock()));
  return { answer, paths: peer.received.map(({ path }) => path) };
}
