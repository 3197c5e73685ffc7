import { describe, expect, test } from 'vitest';
import { notify } from '../../../src/controller/activities/notify.ts';
import type { ActivityOptions } from '../../../src/controller/activities/options.ts';
import type { ChannelRecord, Announcement } from '../../../src/core/model/message.ts';
import { TELLS_NOBODY } from '../../../src/core/model/communication.ts';
import { createChannels } from '../../../src/notify/channels.ts';
import { SPEC } from '../../diagnosis/builders.ts';
import { messageOf } from '../../notify/support/messages.ts';
import { GITHUB, PAGER, peersWith, SLACK } from '../../notify/support/peers.ts';

const said = (no: number, parts: Partial<Announcement> = {}): Announcement => {
  const { runId: _run, key: _key, text: _text, page: _page, commands: _commands, ...saying } = messageOf(no, parts);
  return saying;
};

/** A run with Slack and GitHub, as the controller tells it one message after the other, keeping what it is answered. */
function told(communication = { ...SLACK, ...GITHUB }) {
  const peers = peersWith();
  const channels = createChannels(
    { ...TELLS_NOBODY, ...communication },
    { clock: peers.clock, random: { next: () => 0.5 }, http: peers.http },
  );
  const options = { runId: 'run-1', spec: SPEC, channels, clock: peers.clock } as unknown as ActivityOptions;
  let records: Readonly<Record<string, ChannelRecord>> = {};
  const tell = async (saying: Announcement | null, more: { readonly repeated?: boolean; readonly doubt?: boolean } = {}) => {
    const input = {
      text: saying?.happened ?? '',
      saying,
      doubt: more.doubt ?? false,
      channels: records,
      ...(saying === null ? {} : { now: saying }),
    };
    const answer = await notify(options, input, {
      key: 'run-1/1/inform',
      repeated: more.repeated ?? false,
      signal: new AbortController().signal,
    });
    records = answer.channels ?? records;
    return answer;
  };
  const seen = (channel: string) => peers.people.delivered.filter((one) => one.channel === channel);
  return { ...peers, tell, seen, records: () => records };
}

const away = { status: 503 };

describe('telling every channel', () => {
  test('a channel that fails keeps none of the others, and whom it has not reached is said', async () => {
    const { tell, befall, seen, records } = told();
    for (let nth = 0; nth < 3; nth += 1) befall('slack.com', away);
    expect(await tell(said(1))).toMatchObject({
      told: 1,
      missed: [{ channel: 'Slack C0123ABCDEF', why: expect.stringContaining('answered 503') }],
    });
    expect(seen('github')).toHaveLength(1);
    expect(records()['slack']).toMatchObject({ missed: [{ no: 1 }], problem: { lasting: false } });
  });

  test('what a channel has missed goes before what is new, in order, and says that it is late', async () => {
    const { tell, befall, seen, records } = told();
    for (let nth = 0; nth < 3; nth += 1) befall('slack.com', 'refused');
    await tell(said(1));
    await tell(said(2));
    expect(seen('slack').map(({ key }) => key)).toEqual(['run-1/m1', 'run-1/m2']);
    expect(seen('slack')[0]?.text).toContain('Said 2025-09-15T15:00:00Z; this channel could not be reached until now. news 1');
    expect(seen('slack')[0]?.text).not.toContain('Next');
    expect(new Set(seen('slack').map(({ thread }) => thread)).size).toBe(1);
    expect(records()['slack']).toMatchObject({ missed: [], problem: null });
  });

  test('a channel is brought up to date without anything new to say', async () => {
    const { tell, befall, seen } = told();
    for (let nth = 0; nth < 3; nth += 1) befall('slack.com', 'refused');
    await tell(said(1));
    expect(await tell(null)).toMatchObject({ told: 0 });
    expect(seen('slack')).toHaveLength(1);
    expect(seen('github')).toHaveLength(1);
  });

  test('nobody took it: it is tried again, and stands there once, also where an answer was lost', async () => {
    const { tell, befall, seen } = told();
    for (let nth = 0; nth < 3; nth += 1) befall('api.github.com', 'refused');
    for (const fate of ['lost', away, away] as const) befall('slack.com', fate);
    await expect(tell(said(1))).rejects.toMatchObject({
      kind: 'transient',
      code: 'not-told',
      message: expect.stringContaining('Slack C0123ABCDEF'),
    });
    await tell(said(1), { doubt: true });
    expect(seen('slack')).toHaveLength(1);
    expect(seen('github')).toHaveLength(1);
  });

  test('a process that begins again says nothing twice', async () => {
    const { tell, seen } = told();
    await tell(said(1));
    const before = told();
    expect(before.seen('slack')).toHaveLength(0);
    await tell(said(1), { repeated: true });
    await tell(said(2), { repeated: true });
    expect(seen('slack').map(({ key }) => key)).toEqual(['run-1/m1', 'run-1/m2']);
    expect(seen('github').map(({ key }) => key)).toEqual(['run-1/m1', 'run-1/m2']);
  });

  test('what is kept for a channel is bounded: news and progress of hours ago go first, and how many is said', async () => {
    const { tell, befall, seen, records } = told();
    for (let no = 1; no <= 13; no += 1) {
      for (let nth = 0; nth < 3; nth += 1) befall('slack.com', 'refused');
      await tell(said(no, { kind: no === 1 ? 'needs-you' : 'progress' }));
    }
    expect(records()['slack']?.missed.map(({ no }) => no)).toEqual([1, 5, 6, 7, 8, 9, 10, 11, 12, 13]);
    await tell(null);
    expect(seen('slack')[0]?.text).toContain('(3 earlier messages could not be kept for this channel.)');
  });

  test('a pager that has nothing to say of a message has not failed, and is not counted as told', async () => {
    const { tell } = told({ ...SLACK, ...GITHUB, ...PAGER });
    expect((await tell(said(1))).told).toBe(2);
    const alone = told(PAGER as never);
    expect(await alone.tell(said(1))).toMatchObject({ told: 0 });
  });

  test('a pager that was away pages nobody for what has been answered since', async () => {
    const { tell, befall, people } = told({ ...SLACK, ...PAGER } as never);
    for (let nth = 0; nth < 3; nth += 1) befall('pagerduty.com', 'refused');
    await tell(said(1, { kind: 'needs-you', needsPerson: true, standing: 'waiting' }));
    await tell(said(2));
    expect(people.pagerDuty.rings).toEqual([]);
  });

  test('what a version without numbers still owed is said under the key of that time', async () => {
    const peers = told();
    const answer = await peers.tell(null);
    expect(answer.text).toBe('');
    const { people, clock, http } = peers;
    const channels = createChannels(
      { ...TELLS_NOBODY, webhooks: ['https://old.example.com/x'] },
      { clock, random: { next: () => 0.5 }, http },
    );
    const options = { runId: 'run-1', spec: SPEC, channels, clock } as unknown as ActivityOptions;
    const context = { key: 'run-1/7/inform', repeated: true, signal: new AbortController().signal };
    expect(await notify(options, { text: 'issue: done' }, context)).toMatchObject({ told: 1, text: 'issue: done' });
    expect(people.delivered.at(-1)).toMatchObject({ channel: 'webhook', key: 'run-1/7/inform' });
  });
});
