import { describe, expect, test } from 'vitest';
import type { Cloud } from '../../../src/ports/cloud.ts';
import { cloudOver } from '../support/cloud-over.ts';
import { startPeer } from '../support/peer.ts';
import { SkippingClock } from '../support/skipping-clock.ts';

const CASE = { name: 'projects/netra-staging/cases/7', displayName: '[firebreak run-1] backend answers 503', state: 'NEW' };
const ESCALATION = { reason: 'RESOLUTION_TIME', justification: 'two hours without improvement' } as const;
const DRAFT = {
  displayName: 'x',
  description: 'y',
  classificationId: 'c1',
  priority: 'P1',
  timeZone: 'UTC',
  languageCode: 'en',
  subscribers: ['a@b.c'],
};

function refused(status: number, name: string, reason?: string): { status: number; body: unknown } {
  const details = reason === undefined ? [] : [{ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason, domain: 'googleapis.com' }];
  return { status, body: { error: { code: status, message: 'no', status: name, details } } };
}

describe('support that cannot be used', () => {
  const calls: readonly (readonly [string, (cloud: Cloud) => Promise<unknown>])[] = [
    ['findOpen', (cloud) => cloud.support.findOpen('run-1')],
    ['classifications', (cloud) => cloud.support.classifications('Cloud Run')],
    ['create', (cloud) => cloud.support.create(DRAFT)],
    ['comment', (cloud) => cloud.support.comment(CASE.name, 'x')],
    ['attach', (cloud) => cloud.support.attach(CASE.name, { name: 'x.md', text: 'x' })],
    ['escalate', (cloud) => cloud.support.escalate(CASE.name, ESCALATION)],
  ];
  const answers = [
    refused(403, 'PERMISSION_DENIED'),
    refused(400, 'FAILED_PRECONDITION'),
    refused(403, 'PERMISSION_DENIED', 'SERVICE_DISABLED'),
  ];

  test.each(calls)('%s says so with one code, so that the text can be handed to a human', async (_name, call) => {
    for (const answer of answers) {
      await using peer = await startPeer(() => answer);
      await expect(call(cloudOver(peer.url, new SkippingClock()))).rejects.toMatchObject({ kind: 'terminal', code: 'support-unavailable' });
    }
  });
});

describe('support', () => {
  test('finds the open cases that carry our marker, over all pages, the oldest first', async () => {
    const [older, newer] = ['2025-09-15T20:10:00Z', '2025-09-15T20:11:00Z'].map((createTime, index) => ({
      ...CASE,
      name: `${CASE.name}${index}`,
      createTime,
    }));
    await using peer = await startPeer((_request, nth) => ({
      body: nth === 1 ? { cases: [{ ...CASE, displayName: 'other' }, newer], nextPageToken: 't' } : { cases: [older] },
    }));
    expect(await cloudOver(peer.url, new SkippingClock()).support.findOpen('run-1')).toEqual([
      { name: `${CASE.name}0`, state: 'NEW', escalated: false, priority: null, classification: null },
      { name: `${CASE.name}1`, state: 'NEW', escalated: false, priority: null, classification: null },
    ]);
    expect(new URL(peer.received[0]?.path ?? '', peer.url).searchParams.get('filter')).toBe('state=OPEN');
  });

  test('has none when no open case carries it', async () => {
    await using peer = await startPeer(() => ({ body: {} }));
    expect(await cloudOver(peer.url, new SkippingClock()).support.findOpen('run-1')).toEqual([]);
  });

  test('looks classifications up live, over all pages', async () => {
    const [one, two] = ['Networking', 'Deployment'].map((topic, index) => ({
      id: `id-${index}`,
      displayName: `Technical Issue > ${topic}`,
    }));
    await using peer = await startPeer((_request, nth) => ({
      body: nth === 1 ? { caseClassifications: [one], nextPageToken: 't' } : { caseClassifications: [two] },
    }));
    expect(await cloudOver(peer.url, new SkippingClock()).support.classifications('Cloud Run')).toEqual([one, two]);
    expect(new URL(peer.received[0]?.path ?? '', peer.url).searchParams.get('query')).toBe('display_name:"*Cloud Run*"');
  });

  test('uploads a file as its bytes, with the name in the query, to where everything else goes', async () => {
    await using peer = await startPeer(() => ({ body: { name: `${CASE.name}/attachments/1`, filename: 'a b.md' } }));
    await cloudOver(peer.url, new SkippingClock()).support.attach(CASE.name, { name: 'a b.md', text: '54 % → 0 %' });
    const { method, path, body } = peer.received[0]!;
    expect([method, body]).toEqual(['POST', '54 % → 0 %']);
    expect(path).toMatch(new RegExp(`^/upload/v2/${CASE.name}/attachments\\?`));
    expect(new URL(path, peer.url).searchParams.get('attachment.filename')).toBe('a b.md');
  });

  test('a case whose answer was lost may exist', async () => {
    await using peer = await startPeer(() => ({ instead: 'reset' }));
    await expect(cloudOver(peer.url, new SkippingClock()).support.create(DRAFT)).rejects.toMatchObject({ kind: 'outcome-unknown' });
    expect(peer.received).toHaveLength(1);
  });

  test('a comment too long is cut to what Google takes, with a note', async () => {
    await using peer = await startPeer(() => ({ body: {} }));
    await cloudOver(peer.url, new SkippingClock()).support.comment(CASE.name, 'x'.repeat(20_000));
    const { body } = JSON.parse(peer.received[0]?.body ?? '') as { body: string };
    expect(body).toHaveLength(12_800);
    expect(body).toMatch(/\[cut: .*\]$/);
  });

  test('comments come oldest first, and say who of them works at Google', async () => {
    const comments = [
      { body: 'two', createTime: '2025-09-15T02:00:00Z', creator: { displayName: 'Kim', googleSupport: true } },
      { body: 'one', createTime: '2025-09-15T01:00:00Z', creator: { displayName: 'ann', email: 'ann@example.com' } },
    ];
    await using peer = await startPeer(() => ({ body: { comments } }));
    expect(await cloudOver(peer.url, new SkippingClock()).support.comments(CASE.name)).toEqual([
      { at: Date.parse('2025-09-15T01:00:00Z'), by: 'ann', byGoogle: false, body: 'one' },
      { at: Date.parse('2025-09-15T02:00:00Z'), by: 'Kim', byGoogle: true, body: 'two' },
    ]);
  });

  test('escalates an existing case for its resolution time', async () => {
    await using peer = await startPeer(() => ({ body: { ...CASE, escalated: true } }));
    await cloudOver(peer.url, new SkippingClock()).support.escalate(CASE.name, ESCALATION);
    expect(peer.received[0]).toMatchObject({ method: 'POST', path: `/v2/${CASE.name}:escalate` });
    expect(JSON.parse(peer.received[0]?.body ?? '')).toEqual({
      escalation: { reason: 'RESOLUTION_TIME', justification: 'two hours without improvement' },
    });
  });
});
