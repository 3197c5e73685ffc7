import type { Made } from './generator.ts';

/** Mistakes in code, callees that answer with errors or take no more calls, and statements that take too long; each beside one that it is not. */
export const RUNTIMES: readonly Made[] = [
  {
    name: 'own-fault-of-new-revision',
    source: 'https://github.com/psf/requests/issues/6671',
    truth: 'the code of the new revision calls what its libraries no longer have',
    accept: ['application-crash'],
    must: [/MutableMapping/],
    newRevision: true,
    passing: 300,
    failing: [{ count: 60, status: 500, lines: [{ text: "AttributeError: module 'collections' has no attribute 'MutableMapping'" }] }],
  },
  {
    name: 'own-fault-follows-database',
    source: 'https://github.com/kyma-incubator/compass/issues/169',
    truth: 'the server refuses connections; that the program stumbles over the missing result is its effect',
    accept: ['connection-budget'],
    must: [/too many clients/],
    passing: 200,
    failing: [
      {
        count: 40,
        status: 500,
        lines: [
          { text: 'error: sorry, too many clients already' },
          { text: "TypeError: Cannot read properties of undefined (reading 'rows')" },
        ],
      },
    ],
  },
  {
    name: 'callee-503-unnamed',
    source: 'https://github.com/axios/axios/issues/1780',
    truth: 'whoever is called answers 503; the line does not say who',
    accept: ['configuration', 'unknown'],
    must: [/503/],
    mustNot: [/saturated/],
    passing: 300,
    failing: [{ count: 50, status: 502, lines: [{ text: 'AxiosError: Request failed with status code 503', severity: 'ERROR' }] }],
  },
  {
    name: 'callee-named-in-config',
    source: 'https://github.com/axios/axios/issues/3341',
    truth: 'the mail provider answers 503; the structured line names it beside the message',
    accept: ['configuration'],
    must: [/api\.mailer\.example/],
    passing: 300,
    failing: [
      {
        count: 50,
        status: 502,
        lines: [
          {
            json: { message: 'AxiosError: Request failed with status code 503', config: { url: 'https://api.mailer.example/v3/send' } },
            severity: 'ERROR',
          },
        ],
      },
    ],
  },
  {
    name: 'callee-rate-limit',
    source: 'https://github.com/rotemweiss57/gpt-newspaper/issues/10',
    truth: 'the model provider takes no more calls for now',
    accept: ['quota-or-regional-shortage'],
    must: [/RateLimitError/],
    mustNot: [/Google refuses/],
    passing: 200,
    failing: [
      {
        count: 60,
        status: 500,
        lines: [{ text: "openai.RateLimitError: Error code: 429 - {'error': {'message': 'Rate limit reached', 'type': 'tokens'}}" }],
      },
    ],
  },
  {
    name: 'statement-timeout',
    source: 'https://github.com/danbooru/danbooru/issues/3460',
    truth: 'statements of one report run longer than the database lets them',
    accept: ['application-crash', 'configuration'],
    must: [/statement timeout/],
    mustNot: [/did not answer/],
    passing: 300,
    failing: [
      {
        count: 40,
        status: 500,
        latency: 15,
        lines: [{ text: 'ActiveRecord::QueryCanceled (PG::QueryCanceled: ERROR:  canceling statement due to statement timeout' }],
      },
    ],
  },
  {
    name: 'settings-named-beside',
    source: 'https://github.com/google/exposure-notifications-server/issues/650',
    truth: 'settings are missing; which ones stands in the lines beside the error',
    accept: ['configuration'],
    must: [/SESSION_SECRET/],
    newRevision: true,
    passing: 200,
    dying: {
      count: 4,
      lines: [{ text: "  SESSION_SECRET: [ 'Required' ]" }, { text: '}' }, { text: 'Error: Invalid environment variables' }],
      platform: { text: 'Container called exit(1).', severity: 'WARNING', log: 'varlog%2Fsystem' },
    },
  },
  {
    name: 'rate-limit-survived',
    source: 'https://github.com/openai/codex/issues/88',
    truth: 'attempts are refused now and then and repeated; nobody is harmed',
    passing: 300,
    noise: [{ count: 25, text: 'openai.RateLimitError: Error code: 429 - rate_limit_exceeded; retrying in 2 s', severity: 'WARNING' }],
  },
  {
    name: 'wrong-settings-of-users',
    source: 'https://docs.python.org/3/library/exceptions.html#KeyError',
    truth: 'what users send is not valid: the program says so and answers them; nothing is wrong',
    passing: 300,
    noise: [{ count: 30, text: "KeyError: 'coupon' in the request of a user, answered with the form again", severity: 'WARNING' }],
  },
];
