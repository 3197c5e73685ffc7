import { webhookFault } from './fields.ts';
import type { Path, Problem } from './problems.ts';
import type { RemediationDocument } from './schema.ts';
import { referenceName } from './secrets.ts';

type Communication = RemediationDocument['spec']['communication'];
type Environment = Readonly<Record<string, string | undefined>>;

/** What the value behind a reference must look like: what is wrong with it, never the value itself; null: nothing. */
type Shape = (value: string) => { readonly what: string; readonly fix: string } | null;

/** References of channels that lead nowhere, or to something that cannot be what is meant. Never repeats a secret. */
export function channelProblems(communication: Communication, env: Environment): readonly Problem[] {
  const { slack, googleChat, pagerDuty, github, signedWebhooks, webhooks } = communication;
  const at = (...path: Path): Path => ['spec', 'communication', ...path];
  const check = (text: string | undefined, path: Path, shape: Shape): readonly Problem[] =>
    text === undefined ? [] : valueProblems(text, path, shape, env);
  return [
    ...check(slack?.token, at('slack', 'token'), slackToken),
    ...check(googleChat?.webhook, at('googleChat', 'webhook'), chatWebhook),
    ...check(pagerDuty?.routingKey, at('pagerDuty', 'routingKey'), routingKey),
    ...check(github?.token, at('github', 'token'), oneWord),
    ...signedWebhooks.flatMap(({ url, secret }, index) => [
      ...check(url, at('signedWebhooks', index, 'url'), address),
      ...check(secret, at('signedWebhooks', index, 'secret'), signingSecret),
    ]),
    ...webhooks.flatMap((url, index) => check(url, at('webhooks', index), address)),
  ];
}

function valueProblems(text: string, path: Path, shape: Shape, env: Environment): readonly Problem[] {
  const name = referenceName(text);
  if (name === null) return [];
  const value = env[name];
  const problem = (what: string, fix: string): readonly Problem[] => [{ code: 'spec-reference', path, at: 'value', what, fix }];
  if (value === undefined || value === '')
    return problem(`the environment variable ${name} is not set`, `export ${name} before starting, or remove this entry`);
  const fault = shape(value);
  return fault === null ? [] : problem(`the environment variable ${name} ${fault.what}`, fault.fix);
}

/** The value is a secret by intent, so only its shape is judged: userinfo and tokens are welcome here. */
const address: Shape = (value) => {
  const url = URL.parse(value);
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:'))
    return { what: 'does not hold an absolute http(s) address', fix: 'write it whole, such as https://example.com/hook' };
  const fault = webhookFault(value);
  return fault === null ? null : { what: `is wrong: ${fault.what}`, fix: fault.fix };
};

const chatWebhook: Shape = (value) =>
  address(value) ??
  (/\/v1\/spaces\/[^/?]+\/messages\?(?=.*\bkey=)(?=.*\btoken=)/.test(value)
    ? null
    : {
        what: 'does not hold the address of an incoming webhook of Google Chat',
        fix: 'copy it whole from the space (Apps & integrations, Webhooks): https://chat.googleapis.com/v1/spaces/…/messages?key=…&token=…',
      });

const slackToken: Shape = (value) =>
  /^xoxe?[.-]?(?:xox)?[bp]-\S+$/.test(value)
    ? null
    : { what: 'does not hold a token of a Slack app', fix: 'use the Bot User OAuth Token (xoxb-…) from OAuth & Permissions of the app' };

const routingKey: Shape = (value) =>
  /^[A-Za-z0-9]{32}$/.test(value)
    ? null
    : {
        what: 'does not hold an integration key',
        fix: 'use the Integration Key (32 letters and digits) of an Events API v2 integration of the service',
      };

const oneWord: Shape = (value) => (/^\S+$/.test(value) ? null : { what: 'holds blanks or line breaks', fix: 'set it to the token alone' });

const signingSecret: Shape = (value) => {
  const base64 = value.replace(/^whsec_/, '');
  return value.startsWith('whsec_') && /^[A-Za-z0-9+/]+={0,2}$/.test(base64) && Buffer.from(base64, 'base64').length >= 24
    ? null
    : { what: 'does not hold a secret of Standard Webhooks', fix: 'make one: echo "whsec_$(openssl rand -base64 32)"' };
};
