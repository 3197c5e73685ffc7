import { describe, expect, test } from 'vitest';
import { messageOf } from './support/messages.ts';
import { CHAT, peersWith } from './support/peers.ts';

const sure = { doubt: false };

describe('Google Chat', () => {
  test('has one thread a run, each message once, also when an answer is lost', async () => {
    const { people, channel, befall } = peersWith();
    const chat = channel(CHAT);
    await chat.deliver(messageOf(1), {}, sure);
    befall('spaces/AAA', 'lost');
    await chat.deliver(messageOf(2), {}, sure);
    await chat.deliver(messageOf(1, { runId: 'run-2', key: 'run-2/m1' }), {}, sure);
    expect(people.delivered.map(({ key }) => key)).toEqual(['run-1/m1', 'run-1/m2', 'run-2/m1']);
    const [one, two, other] = people.delivered.map(({ thread }) => thread);
    expect(two).toBe(one);
    expect(other).not.toBe(one);
  });

  test('says all of it in words', async () => {
    const { people, channel } = peersWith();
    const parts = { page: 'https://fb.example.com/runs/run-1', commands: ['firebreak why --state ./s'] };
    await channel(CHAT).deliver(messageOf(1, { ...parts, happened: 'seen <users/all> @all *x*' }), {}, sure);
    expect(people.delivered[0]?.text).toMatchInlineSnapshot(`
      "*issue-1278 (netra-staging, us-central1): News*
      seen &lt;users/all&gt; @ all ∗x∗
      *Why:* connector saturated (diagnosis of 2025-09-15T20:02:00Z)
      *Next:* scale the connector. Next message at once when something happens, else by 2025-09-15T17:00:00Z.
      https://fb.example.com/runs/run-1
      \`\`\`
      firebreak why --state ./s
      \`\`\`"
    `);
  });

  test('keeps to the 32,000 bytes of a message', async () => {
    const { people, channel } = peersWith();
    await channel(CHAT).deliver(messageOf(1, { happened: 'ü'.repeat(40_000) }), {}, sure);
    expect(people.delivered[0]?.text).toContain('(shortened)');
  });

  test.each([
    [{ tokens: ['other'] }, 401, 'the key or token of the webhook is not valid'],
    [{ spaces: ['BBB'] }, 404, 'the space or its webhook is gone'],
  ])('%j: answered %i, with the fix, without the secret', async (googleChat, status, fix) => {
    const { channel } = peersWith({ googleChat });
    const refused = channel(CHAT).deliver(messageOf(1), {}, sure);
    await expect(refused).rejects.toMatchObject({ kind: 'terminal' });
    await expect(refused).rejects.toThrow(new RegExp(`^Google Chat AAA: answered ${status}.*Fix: ${fix}`));
  });
});
