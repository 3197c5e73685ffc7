/** What the variables of the document below hold; none of it opens anything. */
export const SECRETS: Readonly<Record<string, string>> = {
  SLACK_TOKEN: 'xoxb-1-simulated',
  CHAT_WEBHOOK: 'https://chat.googleapis.com/v1/spaces/AAA/messages?key=k&token=t',
  PAGERDUTY_ROUTING_KEY: 'R'.repeat(32),
  GITHUB_TOKEN: 'ghp_simulated',
  HOOK_SECRET: `whsec_${Buffer.alloc(32, 7).toString('base64')}`,
};

/** `communication` of a document with every channel there is. */
export const COMMUNICATION = {
  every: '2h',
  page: 'https://firebreak.example.com',
  slack: { channel: 'C0123ABCDEF', token: 'env:SLACK_TOKEN' },
  googleChat: { webhook: 'env:CHAT_WEBHOOK' },
  pagerDuty: { routingKey: 'env:PAGERDUTY_ROUTING_KEY' },
  github: {
    repository: 'acme/shop',
    issue: 1278,
    token: 'env:GITHUB_TOKEN',
    labels: {
      underway: ['actively-being-worked-on'],
      escalated: ['infrastructure-team-required'],
      recovered: ['resolved'],
      causes: { 'connector-saturation': ['vpc-capacity-constraint'] },
    },
  },
  signedWebhooks: [{ url: 'https://hooks.example.com/firebreak', secret: 'env:HOOK_SECRET' }],
  webhooks: ['https://old.example.com/hook'],
};
