import { defined } from '../../core/defined.ts';
import { jsonResponse, type SimRequest, type SimResponse } from '../messages.ts';
import { isFields } from '../surface/wire.ts';
import { Pace, parsedJson, textIn, type Delivered } from './delivered.ts';

export interface SlackWorkspace {
  /** Missing: any token of a bot is valid. */
  readonly tokens?: readonly string[];
  readonly scopes?: readonly string[];
  /** Channels that there are; missing: any. */
  readonly channels?: readonly string[];
  /** Channels that the bot is a member of; missing: all. */
  readonly joined?: readonly string[];
  readonly archived?: readonly string[];
}

interface Post {
  readonly ts: string;
  readonly thread_ts?: string;
  readonly text: string;
  readonly blocks: unknown;
  readonly metadata: unknown;
}

type Args = Readonly<Record<string, string>>;
type Answer = Readonly<Record<string, unknown>>;

const BLOCK_LIMITS: Readonly<Record<string, number>> = { header: 150, section: 3_000 };

/** Slack's Web API as far as a bot that posts and reads its own channel meets it; answers 200 with `ok: false` where Slack does. */
export class Slack {
  readonly #workspace: SlackWorkspace;
  readonly #tell: (delivered: Delivered) => void;
  readonly #posts = new Map<string, Post[]>();
  readonly #paces = new Map<string, Pace>();
  #number = 0;

  constructor(workspace: SlackWorkspace, tell: (delivered: Delivered) => void) {
    this.#workspace = workspace;
    this.#tell = tell;
  }

  handle(method: string, request: SimRequest, now: number): SimResponse {
    const token = /^Bearer (\S+)$/.exec(request.headers['authorization'] ?? '')?.[1] ?? '';
    const { tokens, scopes = ['chat:write', 'channels:history', 'groups:history'] } = this.#workspace;
    const known = tokens === undefined ? token.startsWith('xoxb-') : tokens.includes(token);
    if (!known) return no(token === '' ? 'not_authed' : 'invalid_auth');
    const args = argsOf(request);
    switch (method) {
      case 'auth.test':
        return yes({ team: 'Simulated', user: 'firebreak' });
      case 'chat.postMessage':
        if (!scopes.includes('chat:write')) return no('missing_scope', { needed: 'chat:write', provided: scopes.join(',') });
        return this.#post(args, now);
      case 'conversations.history':
      case 'conversations.replies':
        if (!scopes.includes('channels:history')) return no('missing_scope', { needed: 'channels:history', provided: scopes.join(',') });
        return this.#read(method, args);
      default:
        return no('unknown_method');
    }
  }

  #post(args: Args, now: number): SimResponse {
    const { channel = '', text = '', thread_ts: thread } = args;
    const problem = this.#channelProblem(channel) ?? blocksProblem(args['blocks']) ?? metadataProblem(args['metadata']);
    if (problem !== null) return no(problem);
    if (text === '' && args['blocks'] === undefined) return no('no_text');
    if (text.length > 40_000) return no('msg_too_long');
    const posts = this.#postsIn(channel);
    if (thread !== undefined && !posts.some(({ ts }) => ts === thread)) return no('thread_not_found');
    const wait = this.#paceOf(channel).wait(now);
    if (wait > 0)
      return { ...no('ratelimited'), status: 429, headers: { 'content-type': 'application/json', 'retry-after': String(wait) } };
    this.#number += 1;
    const ts = `${Math.floor(now / 1_000)}.${String(this.#number).padStart(6, '0')}`;
    const metadata = parsedJson(args['metadata'] ?? '');
    const blocks = parsedJson(args['blocks'] ?? '');
    posts.push({ ts, ...(thread === undefined ? {} : { thread_ts: thread }), text, blocks, metadata });
    this.#tell({ at: now, channel: 'slack', kind: 'message', key: keyOf(metadata), thread: thread ?? ts, text: wordsOf(text, blocks) });
    return yes({ channel, ts });
  }

  #read(method: string, args: Args): SimResponse {
    const { channel = '', ts = '', oldest = '0', cursor = '0' } = args;
    const problem = this.#channelProblem(channel);
    if (problem !== null) return no(problem);
    const all = this.#postsIn(channel);
    const isReplies = method === 'conversations.replies';
    const parent = all.find((post) => post.ts === ts);
    if (isReplies && parent === undefined) return no('thread_not_found');
    const newer = all.filter((post) => Number(post.ts) > Number(oldest));
    const found = isReplies
      ? [defined(parent), ...newer.filter(({ thread_ts: thread }) => thread === ts)]
      : newer.filter(({ thread_ts: thread }) => thread === undefined).toReversed();
    const from = Number(cursor);
    const limit = Math.min(1_000, Number(args['limit'] ?? '100'));
    const page = found
      .slice(from, from + limit)
      .map(({ metadata, ...post }) => ({ ...post, ...(args['include_all_metadata'] === 'true' ? { metadata } : {}) }));
    const next = from + limit < found.length ? String(from + limit) : '';
    return yes({ messages: page, has_more: next !== '', response_metadata: { next_cursor: next } });
  }

  #channelProblem(channel: string): string | null {
    const { channels, joined, archived = [] } = this.#workspace;
    if (!/^[CGD][A-Z0-9]+$/.test(channel) || (channels !== undefined && !channels.includes(channel))) return 'channel_not_found';
    if (archived.includes(channel)) return 'is_archived';
    return joined !== undefined && !joined.includes(channel) ? 'not_in_channel' : null;
  }

  #postsIn(channel: string): Post[] {
    const posts = this.#posts.get(channel) ?? [];
    this.#posts.set(channel, posts);
    return posts;
  }

  #paceOf(channel: string): Pace {
    const pace = this.#paces.get(channel) ?? new Pace(4);
    this.#paces.set(channel, pace);
    return pace;
  }
}

function yes(answer: Answer): SimResponse {
  return jsonResponse(200, { ok: true, ...answer });
}

function no(error: string, more: Answer = {}): SimResponse {
  return jsonResponse(200, { ok: false, error, ...more });
}

function argsOf({ headers, body }: SimRequest): Args {
  if (headers['content-type']?.includes('json') === true) {
    const read = parsedJson(body);
    return isFields(read)
      ? Object.fromEntries(Object.entries(read).map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)]))
      : {};
  }
  return Object.fromEntries(new URLSearchParams(body));
}

function blocksProblem(text: string | undefined): string | null {
  if (text === undefined) return null;
  const blocks = parsedJson(text);
  if (!Array.isArray(blocks) || blocks.length > 50) return 'invalid_blocks';
  const isWrong = (block: unknown): boolean => {
    if (!isFields(block) || typeof block['type'] !== 'string') return true;
    const words = isFields(block['text']) ? textIn(block['text']['text']) : null;
    const limit = BLOCK_LIMITS[block['type']];
    return limit !== undefined && (words === null || words.length === 0 || words.length > limit);
  };
  return (blocks as readonly unknown[]).some(isWrong) ? 'invalid_blocks' : null;
}

function metadataProblem(text: string | undefined): string | null {
  if (text === undefined) return null;
  const metadata = parsedJson(text);
  const isRight = isFields(metadata) && /^[\w.-]+$/.test(textIn(metadata['event_type'])) && isFields(metadata['event_payload']);
  return isRight ? null : 'invalid_metadata_format';
}

function keyOf(metadata: unknown): string | null {
  const payload = isFields(metadata) && isFields(metadata['event_payload']) ? metadata['event_payload'] : {};
  return typeof payload['key'] === 'string' ? payload['key'] : null;
}

/** What stands in the channel: the blocks, where there are any. */
function wordsOf(text: string, blocks: unknown): string {
  if (!Array.isArray(blocks)) return text;
  const words = (blocks as readonly unknown[]).flatMap((block) => {
    if (!isFields(block)) return [];
    const elements = Array.isArray(block['elements']) ? (block['elements'] as readonly unknown[]) : [];
    return [block['text'], ...elements].filter(isFields).map((part) => textIn(part['text']));
  });
  return words.join('\n');
}
