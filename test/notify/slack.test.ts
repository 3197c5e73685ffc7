import { describe, expect, test } from 'vitest';
import type { SlackWorkspace } from '../../src/simulator/people/slack.ts';
import { messageOf } from './support/messages.ts';
import { peersWith, SLACK } from './support/peers.ts';

const sure = { doubt: false };
const unsure = { doubt: true };

describe('Slack', () => {
  test('has one thread a run; what must not be overlooked stands in the channel, too', async () => {
    const { people, channel, requests } = peersWith();
    const slack = channel(SLACK);
    const first = await slack.deliver(messageOf(1, { kind: 'started' }), {}, sure);
    const second = await slack.deliver(messageOf(2), first.ids, sure);
    await slack.deliver(messageOf(3, { kind: 'needs-you' }), second.ids, sure);
    expect(people.delivered.map(({ key, thread }) => [key, thread])).toEqual(
      ['run-1/m1', 'run-1/m2', 'run-1/m3'].map((key) => [key, first.ids['thread']]),
    );
    expect(requests.map(({ body }) => new URLSearchParams(body).get('reply_broadcast'))).toEqual([null, null, 'true']);
  });

  test('shows environment, what happened, why, what next, when it speaks again, link and commands', async () => {
    const { people, channel } = peersWith();
    const parts = { page: 'https://fb.example.com/runs/run-1', commands: ['firebreak why --state ./s'], kind: 'needs-you' as const };
    await channel(SLACK).deliver(messageOf(1, { ...parts, happened: 'Your approval of plan 1 is needed.' }), {}, sure);
    expect(people.delivered[0]?.text).toMatchInlineSnapshot(`
      "issue-1278 (netra-staging, us-central1): NEEDS YOU
      Your approval of plan 1 is needed.
      *Why:* connector saturated (diagnosis of 2025-09-15T20:02:00Z)
      *Next:* scale the connector. Next message at once when something happens, else by 2025-09-15T17:00:00Z.
      <https://fb.example.com/runs/run-1|Open the run>
      \`\`\`firebreak why --state ./s\`\`\`
      2025-09-15T15:00:00Z · run run-1"
    `);
  });

  test('calls nobody and links nothing by what it quotes', async () => {
    const { people, channel } = peersWith();
    const happened = 'log: <!channel> <https://evil.example|click> @here *bold* `code` a_b <@U123>';
    await channel(SLACK).deliver(messageOf(1, { happened }), {}, sure);
    expect(people.delivered[0]?.text).toContain(
      '&lt;!channel&gt; &lt;https://evil.example|click&gt; @ here ∗bold∗ ʹcodeʹ a_b &lt;@ U123&gt;',
    );
  });

  test('takes a text longer than a section in several, whole', async () => {
    const { people, channel } = peersWith();
    const words = Array.from({ length: 1_500 }, (_, index) => `word${index}&`).join(' ');
    await channel(SLACK).deliver(messageOf(1, { happened: words }), {}, sure);
    const shown = (people.delivered[0]?.text ?? '').replaceAll('\n', ' ').replaceAll('&amp;', '&');
    for (const word of words.split(' ')) expect(shown).toContain(word);
  });

  test.each([
    ['of the first message', 1],
    ['of a reply', 2],
  ])('looks before it sends again when the answer %s was lost: it stands there once', async (_, no) => {
    const { people, channel, befall } = peersWith();
    const slack = channel(SLACK);
    const ids = no === 1 ? {} : (await slack.deliver(messageOf(1), {}, sure)).ids;
    befall('chat.postMessage', 'lost');
    const { sent, ids: after } = await slack.deliver(messageOf(no), ids, sure);
    expect(sent).toBe(true);
    expect(people.delivered.filter(({ key }) => key === `run-1/m${no}`)).toHaveLength(1);
    await slack.deliver(messageOf(no + 1), after, sure);
    expect(new Set(people.delivered.map(({ thread }) => thread)).size).toBe(1);
  });

  test('a process that begins again without knowing the thread finds it among other messages of the channel', async () => {
    const { people, channel, clock } = peersWith();
    const slack = channel(SLACK);
    const { ids } = await slack.deliver(messageOf(1), {}, sure);
    for (let nth = 1; nth <= 40; nth += 1) {
      clock.advance(1_000);
      await slack.deliver(messageOf(nth, { key: `other-${nth}`, runId: 'other' }), {}, sure);
    }
    const again = await slack.deliver(messageOf(1), {}, unsure);
    expect(again.ids['thread']).toBe(ids['thread']);
    expect(people.delivered.filter(({ key }) => key === 'run-1/m1')).toHaveLength(1);
  });

  test('waits as long as Slack asks, and leaves it for later where that is long', async () => {
    const { channel, befall, clock, people } = peersWith();
    befall('chat.postMessage', { status: 429, headers: { 'retry-after': '7' } });
    await channel(SLACK).deliver(messageOf(1), {}, sure);
    expect(clock.skipped).toEqual([7_000]);
    expect(people.delivered).toHaveLength(1);
    befall('chat.postMessage', { status: 429, headers: { 'retry-after': '120' } });
    await expect(channel(SLACK).deliver(messageOf(2), {}, sure)).rejects.toMatchObject({ kind: 'transient', retryAfterMs: 120_000 });
  });

  test.each([
    [{ tokens: ['xoxb-other'] }, 'invalid_auth', 'put a valid bot token'],
    [{ channels: ['C999'] }, 'channel_not_found', 'the channel must be the id'],
    [{ joined: [] }, 'not_in_channel', 'invite the app'],
    [{ archived: ['C0123ABCDEF'] }, 'is_archived', 'unarchive'],
    [{ scopes: ['channels:history'] }, 'missing_scope', 'give the app the scope chat:write'],
  ])('%j is refused as %s, with the fix', async (workspace, error, fix) => {
    const refusal = await channelRefusal(workspace);
    expect(refusal).toMatchObject({ kind: 'terminal', code: 'channel-refused' });
    expect(refusal.message).toMatch(new RegExp(`Slack C0123ABCDEF: chat.postMessage: ${error}.*Fix: ${fix}`));
    expect(refusal.message).not.toContain('xoxb-1');
  });

  test('that may not be read tells all the same, and says what that costs', async () => {
    const { people, channel, befall } = peersWith({ slack: { scopes: ['chat:write'] } });
    befall('chat.postMessage', 'lost');
    const { problem } = await channel(SLACK).deliver(messageOf(1), {}, sure);
    expect(problem).toMatch(/conversations\.history: missing_scope.*channels:history.*may stand there twice/);
    expect(people.delivered).toHaveLength(2);
  });
});

async function channelRefusal(slack: SlackWorkspace): Promise<Error> {
  const { channel } = peersWith({ slack });
  return channel(SLACK)
    .deliver(messageOf(1), {}, sure)
    .then(
      () => new Error('it was taken'),
      (thrown: unknown) => thrown as Error,
    );
}
