import type { CommunicationSpec } from '../core/model/communication.ts';
import type { Channel } from '../ports/notify.ts';
import { createGitHub } from './github.ts';
import { createGoogleChat } from './google-chat.ts';
import { createPagerDuty } from './pager-duty.ts';
import { createSignedWebhook } from './signed-webhook.ts';
import { createSlack } from './slack.ts';
import { createWebhook } from './webhook.ts';
import type { Wire } from './wire.ts';

/** Every channel that the document names. */
export function createChannels(
  { slack, googleChat, pagerDuty, github, signedWebhooks, webhooks }: Omit<CommunicationSpec, 'everyMs'>,
  wire: Wire,
): readonly Channel[] {
  return [
    ...(pagerDuty === null ? [] : [createPagerDuty({ ...pagerDuty, ...wire })]),
    ...(slack === null ? [] : [createSlack({ ...slack, ...wire })]),
    ...(googleChat === null ? [] : [createGoogleChat({ ...googleChat, ...wire })]),
    ...(github === null ? [] : [createGitHub({ ...github, ...wire })]),
    ...signedWebhooks.map((hook, index) => createSignedWebhook({ name: `signed-webhook-${index + 1}`, ...hook, ...wire })),
    ...webhooks.map((url, index) => createWebhook({ name: `webhook-${index + 1}`, url, ...wire })),
  ];
}
