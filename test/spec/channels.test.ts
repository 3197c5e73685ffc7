import { describe, expect, it } from 'vitest';
import { loadSpec } from '../../src/spec/load.ts';
import { SECRETS } from '../notify/support/document.ts';
import { changed, refusal } from './support/document.ts';

const channels = (yaml: string): string =>
  changed('webhooks: [] # such as env:SLACK_WEBHOOK: an address that permits posting is a secret', yaml);

describe('channels', () => {
  it('are looked up, with the addresses of their services as they are for everybody', () => {
    const text = channels(
      [
        'slack: { channel: C0123ABCDEF, token: env:SLACK_TOKEN }',
        'googleChat: { webhook: env:CHAT_WEBHOOK }',
        'pagerDuty: { routingKey: env:PAGERDUTY_ROUTING_KEY }',
        'github: { repository: acme/shop, issue: 7, token: env:GITHUB_TOKEN, labels: { underway: [busy], causes: { pool: [db] } } }',
        'signedWebhooks: [{ url: "https://hooks.example.com/x", secret: env:HOOK_SECRET }]',
      ].join('\n    '),
    );
    expect(loadSpec(text, 'remediation.yaml', SECRETS).spec.communication).toEqual({
      everyMs: 7_200_000,
      page: null,
      slack: { channel: 'C0123ABCDEF', token: SECRETS['SLACK_TOKEN'], api: 'https://slack.com/api/' },
      googleChat: { webhook: SECRETS['CHAT_WEBHOOK'] },
      pagerDuty: { routingKey: SECRETS['PAGERDUTY_ROUTING_KEY'], api: 'https://events.pagerduty.com' },
      github: {
        repository: 'acme/shop',
        issue: 7,
        token: SECRETS['GITHUB_TOKEN'],
        api: 'https://api.github.com',
        labels: { underway: ['busy'], causes: { pool: ['db'] } },
        close: false,
      },
      signedWebhooks: [{ url: 'https://hooks.example.com/x', secret: SECRETS['HOOK_SECRET'] }],
      webhooks: [],
    });
  });

  it('are none where the document names none', () => {
    const { communication } = loadSpec(channels('webhooks: []'), 'remediation.yaml', {}).spec;
    expect(communication).toMatchObject({ slack: null, googleChat: null, pagerDuty: null, github: null, signedWebhooks: [], page: null });
  });

  it.each([
    [
      'a token that is written out',
      'slack: { channel: C0123ABCDEF, token: xoxb-hunter2 }',
      {},
      '116:43',
      'this is not a reference to an environment variable',
    ],
    ['the name of a channel', "slack: { channel: '#ops', token: env:T }", {}, '116:23', 'not the id of a channel'],
    [
      'a token that is none',
      'slack: { channel: C0123ABCDEF, token: env:T }',
      { T: 'hunter2' },
      '116:43',
      'does not hold a token of a Slack app',
    ],
    ['a variable that is not set', 'pagerDuty: { routingKey: env:T }', {}, '116:30', 'the environment variable T is not set'],
    ['a key of another kind', 'pagerDuty: { routingKey: env:T }', { T: 'hunter2' }, '116:30', 'does not hold an integration key'],
    [
      'half an address',
      'googleChat: { webhook: env:T }',
      { T: 'https://chat.googleapis.com/hunter2' },
      '116:28',
      'does not hold the address of an incoming webhook',
    ],
    [
      'a repository by its address',
      'github: { repository: "https://github.com/a/b", issue: 1, token: env:T }',
      {},
      '116:27',
      'not a repository',
    ],
    [
      'a secret that is too short',
      'signedWebhooks: [{ url: "https://a.example", secret: env:T }]',
      { T: 'whsec_aHVudGVyMg==' },
      '116:58',
      'does not hold a secret of Standard Webhooks',
    ],
    ['a page without TLS', 'page: http://firebreak.example.com', {}, '116:11', 'must be https, or http on this machine'],
    [
      'a cause that there is not',
      'github: { repository: a/b, issue: 1, token: env:T, labels: { causes: { pol: [x] } } }',
      {},
      '116:76',
      'the nearest known key is pool',
    ],
  ])('are refused with line and column, and what is secret is not repeated: %s', (_, yaml, env, place, message) => {
    const error = refusal(channels(yaml), env);
    expect(error.message).toMatch(new RegExp(`remediation\\.yaml:${place} spec\\.communication\\..*${message}`));
    expect(error.message + error.fix).not.toContain('hunter2');
    expect(error.fix).not.toBe('');
  });
});
