import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { notify } from '../../src/cli/verbs/notify.ts';
import { readScenario } from '../../src/simulator/scenario.ts';
import { serveSimulator } from '../../src/simulator/server.ts';
import type { ServedSimulator } from '../../src/simulator/server.ts';
import { SECRETS } from '../notify/support/document.ts';
import { incident } from '../spec/support/document.ts';
import { Console } from './support/console.ts';

const verbs = [notify(() => import('../../src/composition/notify.ts'))];

/** The #1278 document with these channels, in the folder of a shell that has their secrets. */
function shellWith(channels: string): Console {
  const shell = new Console();
  shell.files.set('remediation.yaml', incident.replace('webhooks: [] # such', `${channels}# such`));
  Object.assign(shell.env, SECRETS);
  return shell;
}

describe('notify --test', () => {
  let served: ServedSimulator;
  beforeAll(async () => void (served = await serveSimulator({ port: 0, scenario: readScenario('issue-1278'), speed: 'lockstep' })));
  afterAll(() => served.close());

  const everyone = (): string => {
    const at = (host: string): string => `"${served.url}/_people/${host}"`;
    return [
      `slack: { channel: C0123ABCDEF, token: env:SLACK_TOKEN, api: ${at('slack.com/api/')} }`,
      `pagerDuty: { routingKey: env:PAGERDUTY_ROUTING_KEY, api: ${at('events.pagerduty.com')} }`,
      `github: { repository: acme/shop, issue: 1278, token: env:GITHUB_TOKEN, api: ${at('api.github.com')}, labels: { underway: [busy] } }`,
      `webhooks: [${at('hooks.example.com/x')}]\n    `,
    ].join('\n    ');
  };
  const delivered = (): readonly string[] => served.simulator.people.delivered.map(({ channel, kind }) => `${channel} ${kind}`).toSorted();

  test('says of each channel what arrived; nobody is paged, and no label is touched', async () => {
    const { code, stdout } = await shellWith(everyone()).run(['notify', '--test'], verbs);
    expect(stdout.split('\n')).toEqual([
      expect.stringMatching(/^ok {5}PagerDuty 127\.0\.0\.1:\d+: a change event, which pages nobody, arrived$/),
      'ok     Slack C0123ABCDEF: the message arrived, and was found again: a crash repeats nothing',
      'ok     GitHub acme/shop#1278: the comment arrived, and was found again: a crash repeats nothing',
      expect.stringMatching(/^ok {5}webhook 127\.0\.0\.1:\d+: the message arrived$/),
      '',
    ]);
    expect(code).toBe(0);
    expect(delivered()).toEqual(['github comment', 'pager-duty change', 'slack message', 'webhook message']);
    expect(served.simulator.people.delivered[0]?.text).toContain(
      'this is a test by ann@laptop: the channel works, and nothing has happened.',
    );
  });

  test('a channel that fails is said with the reason and the fix, keeps none of the others, and the exit code is 1', async () => {
    const answer = { status: 403, message: 'Resource not accessible by personal access token' };
    served.simulator.faults.add({ id: 'no-issues', match: { method: 'POST', path: '/_people/**/comments' }, times: 1, answer });
    const { code, stdout } = await shellWith(everyone()).run(['notify', '--test', '--json'], verbs);
    expect(code).toBe(1);
    const { tried } = JSON.parse(stdout) as { tried: readonly { channel: string; arrived: boolean; what: string }[] };
    expect(tried.map(({ arrived }) => arrived)).toEqual([true, true, false, true]);
    expect(tried[2]?.what).toMatch(/^POST comments: answered 403 .*\. Fix: the token may not write here: give it Issues: read and write/);
  });

  test('--dry-run shows what would be sent, and sends nothing', async () => {
    const before = delivered();
    const channels =
      'slack: { channel: C0123ABCDEF, token: env:SLACK_TOKEN }\n    pagerDuty: { routingKey: env:PAGERDUTY_ROUTING_KEY }\n    ';
    const { code, stdout } = await shellWith(channels).run(['notify', '--test', '--dry-run'], verbs);
    expect(code).toBe(0);
    expect(stdout).toMatch(/pager-duty {2}change\n {4}issue-1278 \(netra-staging, us-central1\): this is a test by ann@laptop/);
    expect(stdout).toMatch(/slack {2}message in \S+\n {4}issue-1278 \(netra-staging, us-central1\): Test\n/);
    expect(stdout).toMatch(/\nNothing was sent\.\n$/);
    expect(delivered()).toEqual(before);
  });
});

test('without --test nothing is sent, and without a channel there is nothing to try', async () => {
  expect(await shellWith('').run(['notify'], verbs)).toMatchObject({ code: 2, stderr: expect.stringContaining('add --test to send it') });
  const none = await shellWith('webhooks: [] ').run(['notify', '--test'], verbs);
  expect(none).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('remediation.yaml names no channel: only the journal would be told'),
  });
});
