import { z } from 'zod';
import type { CauseKind } from '../core/model/diagnosis.ts';
import { addressFault, count, duration, reference, text, webhook, webhookFault } from './fields.ts';

/** Whom a run tells. Secrets are references, never values; every channel may be left out. */

/** The base address of a service's API: https, or http on this machine. */
const api = (description: string): z.ZodString => text(description, (value) => addressFault(value) ?? webhookFault(value), '^https?://');

const slack = z
  .strictObject({
    channel: text('Id of the channel (C…, at the end of its details), not its name.', (value) =>
      /^[CGD][A-Z0-9]{7,20}$/.test(value)
        ? null
        : {
            what: 'not the id of a channel',
            fix: 'open the details of the channel in Slack and copy its id from the end, such as C0123ABCDEF',
          },
    ),
    token: reference('env:NAME of a variable that holds the token of a bot (xoxb-…) with chat:write and channels:history.'),
    api: api("Address of Slack's Web API, where it is another one.").default('https://slack.com/api/'),
  })
  .describe('One thread a run in a channel of Slack.');

const googleChat = z
  .strictObject({ webhook: reference('env:NAME of a variable that holds the address of an incoming webhook of the space, whole.') })
  .describe('One thread a run in a space of Google Chat.');

const pagerDuty = z
  .strictObject({
    routingKey: reference('env:NAME of a variable that holds the integration key of an Events API v2 integration.'),
    api: api('https://events.eu.pagerduty.com for accounts in Europe.').default('https://events.pagerduty.com'),
  })
  .describe(
    'Pages when a person is needed, acknowledges when somebody has answered, resolves on recovery; a change event for each change.',
  );

const labels = (description: string) => z.array(z.string().min(1).max(50)).max(20).describe(description).optional();

const CAUSES = [
  'application-crash',
  'configuration',
  'name-resolution',
  'connector-saturation',
  'database-unreachable',
  'connection-budget',
  'pool',
  'revision-contention',
  'certificate-or-routing',
  'quota-or-regional-shortage',
  'provider-incident',
  'unknown',
] as const satisfies readonly CauseKind[];

const byCause = z
  .strictObject(
    Object.fromEntries(CAUSES.map((kind) => [kind, labels(`While ${kind} is among the causes.`)])) as Record<
      CauseKind,
      ReturnType<typeof labels>
    >,
  )
  .prefault({})
  .describe('Labels for what was found, until the run has recovered.');

const github = z
  .strictObject({
    repository: text('Repository of the tracking issue, as OWNER/NAME.', (value) =>
      /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})\/[A-Za-z0-9._-]{1,100}$/.test(value)
        ? null
        : { what: 'not a repository', fix: 'write it as OWNER/NAME' },
    ),
    issue: count('Number of the tracking issue.', 1, 1_000_000_000),
    token: reference('env:NAME of a variable that holds a token with Issues: read and write for this repository.'),
    api: api('https://HOST/api/v3 for GitHub Enterprise Server.').default('https://api.github.com'),
    labels: z
      .strictObject({
        underway: labels('While the run looks, changes and proves.'),
        waiting: labels('While it waits for a human.'),
        escalated: labels('From the escalation on.'),
        recovered: labels('Once it has recovered, which is after the soak.'),
        ended: labels('When it has ended in another way.'),
        causes: byCause,
      })
      .optional()
      .describe('Labels by where the run stands. Of all labels named here those that do not apply are taken away; others are left alone.'),
    close: z.boolean().default(false).describe('Close the issue once the run has recovered, which is after the soak; never before.'),
  })
  .describe('A comment on the tracking issue for each message.');

const signedWebhook = z
  .strictObject({
    url: webhook('env:NAME of a variable that holds the address, or a plain address.'),
    secret: reference('env:NAME of a variable that holds the secret that both sides know (whsec_ and base64).'),
  })
  .describe('The whole message as JSON, signed as Standard Webhooks say.');

export const communication = z.strictObject({
  every: duration('Progress message while the run lasts; milestones are told at once.', '1m').default('2h'),
  page: api(
    'Address under which people reach `firebreak serve`: messages link to the run there. The variable FIREBREAK_PAGE goes before it.',
  ).optional(),
  slack: slack.optional(),
  googleChat: googleChat.optional(),
  pagerDuty: pagerDuty.optional(),
  github: github.optional(),
  signedWebhooks: z.array(signedWebhook).max(20).default([]),
  webhooks: z
    .array(
      webhook('env:NAME of a variable that holds the address (the way for Slack, Chat and other secret addresses), or a plain address.'),
    )
    .max(20)
    .default([])
    .describe('Take a POST of {"text": …}: plain words, no thread.'),
});
