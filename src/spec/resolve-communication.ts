import { parseDuration } from '../core/duration.ts';
import { InvariantError } from '../core/errors.ts';
import type { CommunicationSpec, GitHubLabels } from '../core/model/communication.ts';
import type { Lookup } from './environment.ts';
import type { RemediationDocument } from './schema.ts';

type Communication = RemediationDocument['spec']['communication'];

/** Channels with their addresses and secrets looked up; what is absent is null. */
export function resolveCommunication(communication: Communication, lookup: Lookup): CommunicationSpec {
  const { every, page, slack, googleChat, pagerDuty, github, signedWebhooks, webhooks } = communication;
  const everyMs = parseDuration(every);
  if (everyMs === null) throw new InvariantError('a duration that was checked cannot be read');
  return {
    everyMs,
    page: page ?? null,
    slack: slack === undefined ? null : { ...slack, token: lookup(slack.token) },
    googleChat: googleChat === undefined ? null : { webhook: lookup(googleChat.webhook) },
    pagerDuty: pagerDuty === undefined ? null : { ...pagerDuty, routingKey: lookup(pagerDuty.routingKey) },
    github: github === undefined ? null : { ...github, token: lookup(github.token), labels: labelsOf(github.labels) },
    signedWebhooks: signedWebhooks.map(({ url, secret }) => ({ url: lookup(url), secret: lookup(secret) })),
    webhooks: webhooks.map(lookup),
  };
}

function labelsOf(labels: NonNullable<Communication['github']>['labels']): GitHubLabels | null {
  if (labels === undefined) return null;
  return withoutAbsent({ ...labels, causes: withoutAbsent(labels.causes) }) as GitHubLabels;
}

function withoutAbsent<T extends object>(value: T): object {
  return Object.fromEntries(Object.entries(value).filter(([, inner]) => inner !== undefined));
}
