import { FirebreakError, InvariantError, OutcomeUnknownError, TransientError } from '../core/errors.ts';
import type { ChannelIds, Message } from '../core/model/message.ts';
import type { Channel, DeliveryOptions } from '../ports/notify.ts';
import { fetchOver } from './fetch-over.ts';
import { blocksOf, noticeOf } from './slack-blocks.ts';
import { attempting, refused } from './wire.ts';
import type { Wire } from './wire.ts';

export interface SlackOptions extends Wire {
  /** Of a bot: `xoxb-…`. */
  readonly token: string;
  /** Id of the channel. */
  readonly channel: string;
  /** `https://slack.com/api/`, or that of another Slack. */
  readonly api: string;
}

/** Marks our messages; the key is in the payload. */
const EVENT_TYPE = 'firebreak_message';
const PAGE_SIZE = 15;
const MOST_PAGES = 6;
/** What must not be overlooked stands in the channel, too, and not in the thread alone. */
const LOUD = new Set(['needs-you', 'escalated', 'recovered', 'ended']);

interface Posted {
  readonly ts?: string;
  readonly metadata?: { readonly event_type?: string; readonly event_payload?: Readonly<Record<string, unknown>> };
}

type Call = (method: string, args: Record<string, unknown>, signal?: AbortSignal) => Promise<Readonly<Record<string, unknown>>>;

/**
 * A channel of Slack: one thread a run, each message in blocks, with its key in the metadata. Slack knows no key of its own: after a try
 * without an answer the thread is read (the channel, where the thread is not known yet) before anything is sent again.
 */
export function createSlack(options: SlackOptions): Channel {
  const { channel } = options;
  const described = `Slack ${channel}`;
  const call = callerOf(options, described);
  return {
    name: 'slack',
    described,
    arrives: 'the message',
    readsBack: true,
    deliver: async (message, ids, delivery) => {
      const posted = await attempting(options, delivery, async (doubt) => {
        const found = doubt ? await find(call, { channel, message, ids, delivery }) : { ts: null };
        if (found.ts !== null) return { ts: found.ts };
        const { ts } = await call('chat.postMessage', postOf(message, channel, ids), delivery.signal);
        return { ts: String(ts), ...('problem' in found ? { problem: found.problem } : {}) };
      });
      const { ts, problem } = { problem: undefined, ...posted };
      return { ids: { thread: ids['thread'] ?? ts, last: ts }, sent: true, ...(problem === undefined ? {} : { problem }) };
    },
  };
}

function postOf(message: Message, channel: string, { thread }: ChannelIds): Record<string, unknown> {
  return {
    channel,
    text: noticeOf(message),
    blocks: blocksOf(message),
    unfurl_links: false,
    unfurl_media: false,
    metadata: { event_type: EVENT_TYPE, event_payload: { key: message.key, run: message.runId } },
    ...(thread === undefined ? {} : { thread_ts: thread, ...(LOUD.has(message.kind) ? { reply_broadcast: true } : {}) }),
  };
}

interface Sought {
  readonly channel: string;
  readonly message: Message;
  readonly ids: ChannelIds;
  readonly delivery: DeliveryOptions;
}

/** Where the message stands already; null: nowhere. That it could not be read is said, and never keeps a message from people. */
async function find(call: Call, sought: Sought): Promise<{ readonly ts: string | null; readonly problem?: string }> {
  try {
    return { ts: await findIn(call, sought) };
  } catch (thrown) {
    if (!(thrown instanceof FirebreakError) || thrown.kind !== 'terminal') throw thrown;
    return { ts: null, problem: `${thrown.message} (until then a message may stand there twice after a lost answer)` };
  }
}

/** A thread is read from the last message of ours that is known on; the channel from its newest message back, whatever the clocks say. */
async function findIn(call: Call, { channel, message, ids, delivery }: Sought): Promise<string | null> {
  const { thread, last } = ids;
  const method = thread === undefined ? 'conversations.history' : 'conversations.replies';
  let cursor = '';
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const answer = await call(
      method,
      {
        channel,
        ...(thread === undefined ? {} : { ts: thread, oldest: last ?? thread }),
        include_all_metadata: true,
        limit: PAGE_SIZE,
        ...(cursor === '' ? {} : { cursor }),
      },
      delivery.signal,
    );
    const found = ((answer['messages'] ?? []) as readonly Posted[]).find((posted) => isIt(posted, message.key));
    if (found?.ts !== undefined) return found.ts;
    cursor = (answer['response_metadata'] as { readonly next_cursor?: string } | undefined)?.next_cursor ?? '';
    if (cursor === '') return null;
  }
  return null;
}

function isIt({ metadata }: Posted, key: string): boolean {
  return metadata?.event_type === EVENT_TYPE && metadata.event_payload?.['key'] === key;
}

/** Calls of Slack's own client, which is loaded at the first of them; its errors in our classes. */
function callerOf(options: SlackOptions, described: string): Call {
  const { token, api, clock } = options;
  return async (method, args, signal) => {
    const { WebClient } = await clock.during(import('@slack/web-api'));
    const client = new WebClient(token, {
      slackApiUrl: api.endsWith('/') ? api : `${api}/`,
      allowAbsoluteUrls: false,
      retryConfig: { retries: 0 },
      rejectRateLimitedCalls: true,
      logger: SILENT,
      fetch: fetchOver(options, { described, ...(signal === undefined ? {} : { signal }) }),
    });
    try {
      return (await client.apiCall(method, args)) as unknown as Readonly<Record<string, unknown>>;
    } catch (thrown) {
      signal?.throwIfAborted();
      throw ours(thrown, described, method);
    }
  };
}

const nothing = (): void => {};
const SILENT = {
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: nothing,
  setLevel: nothing,
  setName: nothing,
  getLevel: () => 'error' as never,
};

/** Errors of the moment, by Slack's reference of chat.postMessage. */
const PASSING = new Set(['ratelimited', 'rate_limited', 'service_unavailable', 'team_added_to_org', 'request_timeout']);
const UNKNOWN = new Set(['fatal_error', 'internal_error']);

function ours(thrown: unknown, described: string, method: string): Error {
  const { original, data, statusCode } = thrown as {
    readonly original?: unknown;
    readonly data?: { readonly error?: string; readonly needed?: string };
    readonly statusCode?: number;
  };
  if (original instanceof FirebreakError) return original;
  if (data?.error !== undefined) {
    const what = `${method}: ${data.error}${data.needed === undefined ? '' : ` (needed: ${data.needed})`}`;
    if (PASSING.has(data.error)) return new TransientError('channel-busy', `${described}: ${what}`);
    if (UNKNOWN.has(data.error)) return new OutcomeUnknownError('channel-failed', `${described}: ${what}`);
    return refused(described, what, fixOf(data.error, data.needed, method));
  }
  if (statusCode !== undefined)
    return refused(
      described,
      `${method}: answered ${statusCode}`,
      'look at communication.slack.api: it must be the address of Slack’s Web API',
    );
  // Not JSON, or no error of the client's: what listens there is not Slack.
  if (thrown instanceof SyntaxError)
    return refused(
      described,
      `${method}: the answer is not JSON`,
      'look at communication.slack.api: it must be the address of Slack’s Web API',
    );
  return new InvariantError(`${described}: ${method} failed in a way that is not known`, { cause: thrown });
}

function fixOf(error: string, needed: string | undefined, method: string): string {
  switch (error) {
    case 'not_in_channel':
      return 'invite the app: /invite @APP in that channel, or give it chat:write.public';
    case 'channel_not_found':
      return 'the channel must be the id (C…, in the details of the channel), and the app must have been invited where it is private';
    case 'is_archived':
      return 'unarchive the channel, or name another';
    case 'missing_scope':
      return `give the app the scope ${needed ?? (method === 'chat.postMessage' ? 'chat:write' : 'channels:history (groups:history where it is private)')} under OAuth & Permissions, and install it again`;
    case 'invalid_auth':
    case 'not_authed':
    case 'account_inactive':
    case 'token_revoked':
    case 'token_expired':
      return 'put a valid bot token (xoxb-…, from OAuth & Permissions of the app) into the variable that the document names';
    default:
      return `see ${error} in Slack's reference of ${method}`;
  }
}
