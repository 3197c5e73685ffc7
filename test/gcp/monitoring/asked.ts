import { MINUTE } from '../../../src/core/duration.ts';
import type { Cloud } from '../../../src/ports/cloud.ts';
import { cloudOver } from '../support/cloud-over.ts';
import { startPeer } from '../support/peer.ts';
import type { Scripted } from '../support/peer.ts';
import { SkippingClock } from '../support/skipping-clock.ts';

export const NOW = Date.parse('2025-09-15T15:00:40Z');
export const MINUTE_BEFORE = (minutes: number): string => new Date(Date.parse('2025-09-15T15:00:00Z') - minutes * MINUTE).toISOString();

export function series(
  labels: { service?: string; revision?: string; class?: string; code?: string },
  points: readonly (readonly [minutesAgo: number, value: object])[],
): object {
  return {
    metric: {
      type: 'x',
      labels: {
        ...(labels.class === undefined ? {} : { response_code_class: labels.class }),
        ...(labels.code === undefined ? {} : { response_code: labels.code }),
      },
    },
    resource: { type: 'y', labels: { service_name: labels.service, revision_name: labels.revision } },
    points: points.map(([ago, value]) => ({ interval: { endTime: MINUTE_BEFORE(ago) }, value })),
  };
}

/** One question, answered by a peer as scripted; with what was asked. */
export async function asked<T>(
  scripted: Scripted | ((nth: number) => Scripted),
  ask: (cloud: Cloud) => Promise<T>,
): Promise<{ answer: T; query: URLSearchParams; reads: number }> {
  await using peer = await startPeer((_request, nth) => (typeof scripted === 'function' ? scripted(nth) : scripted));
  const cloud = cloudOver(peer.url, new SkippingClock());
  const answer = await ask(cloud);
  return { answer, query: new URL(peer.received[0]?.path ?? '', peer.url).searchParams, reads: cloud.takeReads().monitoring ?? 0 };
}
