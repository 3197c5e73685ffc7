import { describe, expect, test } from 'vitest';
import type { Message } from '../../src/core/model/message.ts';
import type { ChannelIds } from '../../src/core/model/message.ts';
import { AT, messageOf } from './support/messages.ts';
import { PAGER, peersWith } from './support/peers.ts';

const sure = { doubt: false };
const needs = { needsPerson: true, standing: 'waiting', kind: 'needs-you' } as const;
const change = (key: string) => ({ key, title: `scale ${key}`, at: AT, standing: 'in force' });

/** What a run says one after the other, and what PagerDuty makes of it. */
async function told(messages: readonly Partial<Message>[]) {
  const { people, channel } = peersWith();
  const pager = channel(PAGER);
  let ids: ChannelIds = {};
  for (const [index, parts] of messages.entries()) ({ ids } = await pager.deliver(messageOf(index + 1, parts), ids, sure));
  return {
    events: people.delivered.map(({ kind, key }) => `${kind} ${key}`),
    rings: people.pagerDuty.rings,
    alerts: people.pagerDuty.alerts,
  };
}

describe('PagerDuty', () => {
  test('rings when a person is needed, and not before', async () => {
    expect((await told([{}, { kind: 'progress' }])).events).toEqual([]);
    expect((await told([{}, needs])).rings).toEqual(['run-1']);
  });

  test('acknowledges what somebody has answered, and resolves what has recovered', async () => {
    const { events } = await told([needs, {}, {}, { kind: 'recovered', standing: 'recovered' }]);
    expect(events).toEqual(['trigger run-1', 'acknowledge run-1', 'resolve run-1']);
  });

  test('rings again for the next need: an acknowledged alert rings nobody', async () => {
    const { rings, alerts } = await told([needs, {}, needs, { kind: 'recovered', standing: 'recovered' }]);
    expect(rings).toEqual(['run-1', 'run-1#2']);
    expect([...alerts.values()]).toEqual(['resolved', 'resolved']);
  });

  test('a need that lasts rings once; what is new about it is added to the alert', async () => {
    const { events, rings } = await told([needs, { ...needs, kind: 'progress' }, { ...needs, standing: 'escalated', kind: 'escalated' }]);
    expect(events).toEqual(['trigger run-1', 'trigger run-1']);
    expect(rings).toEqual(['run-1']);
  });

  test('every change of the run is a change event, once, with its own time', async () => {
    const { events } = await told([{}, { changes: [change('a')] }, { changes: [change('a')] }, { changes: [change('a'), change('b')] }]);
    expect(events).toEqual(['change a', 'change b']);
  });

  test('an alert whose answer was lost is one alert', async () => {
    const { people, channel, befall } = peersWith();
    befall('/v2/enqueue', 'lost');
    await channel(PAGER).deliver(messageOf(1, needs), {}, sure);
    expect(people.pagerDuty.rings).toEqual(['run-1']);
  });

  test('a page that is out is not taken back by a change event that fails: it goes with the next message', async () => {
    const { people, channel, befall } = peersWith();
    for (let nth = 0; nth < 3; nth += 1) befall('/v2/change', { status: 500 });
    const pager = channel(PAGER);
    const first = await pager.deliver(messageOf(1, { ...needs, changes: [change('a')] }), {}, sure);
    expect(first).toMatchObject({ sent: true, problem: expect.stringContaining('answered 500') });
    await pager.deliver(messageOf(2, { ...needs, kind: 'progress', changes: [change('a')] }), first.ids, sure);
    expect(people.delivered.map(({ kind }) => kind)).toEqual(['trigger', 'change']);
  });

  test('a key that is none is refused, with the fix, and not shown', async () => {
    const { channel } = peersWith({ pagerDuty: { routingKeys: ['other'] } });
    const refused = channel(PAGER).deliver(messageOf(1, needs), {}, sure);
    await expect(refused).rejects.toThrow(/answered 400 \(Event object is invalid: Invalid routing key\)\. Fix: the routing key must be/);
    await expect(refused).rejects.not.toThrow(/RRRR/);
  });
});
