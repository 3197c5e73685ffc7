import { describe, expect, test } from 'vitest';
import type { GitHubLabels } from '../../src/core/model/communication.ts';
import { labelChanges } from '../../src/notify/github-labels.ts';
import { messageOf } from './support/messages.ts';
import { GITHUB, peersWith } from './support/peers.ts';

const sure = { doubt: false };
const ISSUE = 'acme/shop#1278';
const LABELS: GitHubLabels = {
  underway: ['actively-being-worked-on'],
  escalated: ['infrastructure-team-required'],
  recovered: ['resolved'],
  causes: { 'connector-saturation': ['vpc-capacity-constraint'] },
};
const labelled = { github: { ...GITHUB.github, labels: LABELS } };

describe('GitHub', () => {
  test('has a comment for each message, with a mark that nobody sees', async () => {
    const { people, channel } = peersWith();
    const parts = { page: 'https://fb.example.com/runs/run-1', commands: ['firebreak why --state ./s'] };
    await channel(GITHUB).deliver(messageOf(1, { ...parts, happened: 'seen by @octocat in #12: a|b <img> **x**' }), {}, sure);
    expect(people.github.issue(ISSUE).comments[0]).toMatchInlineSnapshot(`
      "<!-- firebreak run-1/m1 -->

      ### issue-1278 (netra-staging, us-central1): News

      seen by @ octocat in #&#8203;12: a\\|b \\<img\\> \\*\\*x\\*\\*

      **Why:** connector saturated (diagnosis of 2025-09-15T20:02:00Z)

      **Next:** scale the connector. Next message at once when something happens, else by 2025-09-15T17:00:00Z.

      [Open the run](https://fb.example.com/runs/run-1)

      \`\`\`sh
      firebreak why --state ./s
      \`\`\`

      <sub>2025-09-15T15:00:00Z · run run-1</sub>"
    `);
  });

  test('a comment whose answer was lost is found by its mark, and not made again', async () => {
    const { people, channel, befall } = peersWith();
    const github = channel(GITHUB);
    const { ids } = await github.deliver(messageOf(1), {}, sure);
    befall('/comments', 'lost');
    await github.deliver(messageOf(2), ids, sure);
    await github.deliver(messageOf(2), ids, { doubt: true });
    expect(people.delivered.map(({ key }) => key)).toEqual(['run-1/m1', 'run-1/m2']);
  });

  test('bears the labels of where the run stands; what the document does not name is left alone', async () => {
    const { people, channel } = peersWith({ github: { labels: ['bug', 'resolved'] } });
    const github = channel(labelled);
    const now = () => people.github.issue(ISSUE).labels.toSorted();
    await github.deliver(messageOf(1), {}, sure);
    expect(now()).toEqual(['actively-being-worked-on', 'bug', 'vpc-capacity-constraint']);
    await github.deliver(messageOf(2, { standing: 'escalated' }), {}, sure);
    expect(now()).toEqual(['bug', 'infrastructure-team-required', 'vpc-capacity-constraint']);
    await github.deliver(messageOf(3, { standing: 'recovered', kind: 'recovered' }), {}, sure);
    expect(now()).toEqual(['bug', 'resolved']);
  });

  test('is closed only where that is wished, and only once the run has recovered', async () => {
    for (const close of [false, true]) {
      const { people, channel } = peersWith();
      const github = channel({ github: { ...GITHUB.github, close } });
      for (const standing of ['underway', 'waiting', 'escalated', 'ended'] as const) {
        await github.deliver(messageOf(1, { standing, key: standing }), {}, sure);
        expect(people.github.issue(ISSUE).state).toBe('open');
      }
      await github.deliver(messageOf(2, { standing: 'recovered', kind: 'recovered' }), {}, sure);
      expect(people.github.issue(ISSUE).state).toBe(close ? 'closed' : 'open');
    }
  });

  test('a label that cannot be set is said; the comment stands, and is not made again', async () => {
    const { people, channel, befall } = peersWith();
    befall('/labels', { status: 422 });
    const { problem, sent } = await channel(labelled).deliver(messageOf(1), {}, sure);
    expect(sent).toBe(true);
    expect(problem).toMatch(/the comment stands, but: GitHub acme\/shop#1278: POST labels: answered 422.*make the labels/);
    expect(people.github.issue(ISSUE).comments).toHaveLength(1);
  });

  test('a secondary limit is waited for', async () => {
    const { people, channel, befall, clock } = peersWith();
    befall('/comments', { status: 403, headers: { 'retry-after': '9' } });
    await channel(GITHUB).deliver(messageOf(1), {}, sure);
    expect(clock.skipped).toEqual([9_000]);
    expect(people.delivered).toHaveLength(1);
  });

  test.each([
    [{ tokens: ['other'] }, 401, 'put a valid token'],
    [{ issues: ['acme/shop#1'] }, 404, 'repository and issue must exist'],
    [{ readers: ['ghp_1'], tokens: [] }, 403, 'the token may not write here'],
  ])('%j: answered %i, with the fix', async (github, status, fix) => {
    const { channel } = peersWith({ github });
    await expect(channel(GITHUB).deliver(messageOf(1), {}, sure)).rejects.toThrow(
      new RegExp(`^GitHub acme/shop#1278: POST comments: answered ${status}.*Fix: ${fix}`),
    );
  });

  test('labels are compared as GitHub does, without regard to case', () => {
    expect(labelChanges(LABELS, { standing: 'recovered', causes: [] }, ['Resolved', 'Actively-Being-Worked-On'])).toEqual({
      add: [],
      remove: ['Actively-Being-Worked-On'],
    });
  });
});
