import { jsonResponse, type SimRequest, type SimResponse } from '../messages.ts';
import { isFields } from '../surface/wire.ts';
import { Pace, parsedJson, textIn, type Delivered } from './delivered.ts';

export interface ChatSpaces {
  /** Tokens of webhooks that are valid; missing: any. */
  readonly tokens?: readonly string[];
  /** Missing: any. */
  readonly spaces?: readonly string[];
}

/** Incoming webhooks of Google Chat: threads by key, a request id once, 32,000 bytes, a few messages a second. */
export class GoogleChat {
  readonly #spaces: ChatSpaces;
  readonly #tell: (delivered: Delivered) => void;
  readonly #known = new Map<string, object>();
  readonly #threads = new Map<string, string>();
  readonly #pace = new Pace(4);
  #number = 0;

  constructor(spaces: ChatSpaces, tell: (delivered: Delivered) => void) {
    this.#spaces = spaces;
    this.#tell = tell;
  }

  handle(space: string, query: URLSearchParams, { method, body }: SimRequest, now: number): SimResponse {
    if (method !== 'POST') return refusal(404, 'NOT_FOUND', 'Method not found.');
    const { tokens, spaces } = this.#spaces;
    const token = query.get('token') ?? '';
    if ((query.get('key') ?? '') === '') return refusal(403, 'PERMISSION_DENIED', 'Method doesn’t allow unregistered callers.');
    if (token === '' || (tokens !== undefined && !tokens.includes(token))) return refusal(401, 'UNAUTHENTICATED', 'Invalid token.');
    if (spaces !== undefined && !spaces.includes(space)) return refusal(404, 'NOT_FOUND', 'Space not found.');
    const message = parsedJson(body);
    if (!isFields(message)) return refusal(400, 'INVALID_ARGUMENT', 'Invalid JSON payload received.');
    const text = textIn(message['text']);
    if (text === '') return refusal(400, 'INVALID_ARGUMENT', 'Message cannot be empty.');
    if (Buffer.byteLength(text) > 32_000) return refusal(400, 'INVALID_ARGUMENT', 'Message is too long.');
    const wait = this.#pace.wait(now);
    if (wait > 0) return refusal(429, 'RESOURCE_EXHAUSTED', 'Quota exceeded.', { 'retry-after': String(wait) });
    const requestId = query.get('requestId');
    const known = requestId === null ? undefined : this.#known.get(`${space} ${requestId}`);
    if (known !== undefined) return jsonResponse(200, known);
    return jsonResponse(
      200,
      this.#create({ space, requestId, text, thread: message['thread'], option: query.get('messageReplyOption') }, now),
    );
  }

  #create(
    asked: {
      readonly space: string;
      readonly requestId: string | null;
      readonly text: string;
      readonly thread: unknown;
      readonly option: string | null;
    },
    now: number,
  ): object {
    const { space, requestId, text, option } = asked;
    this.#number += 1;
    // Without the option a thread key is not looked at.
    const threadKey = option === null || !isFields(asked.thread) ? '' : textIn(asked.thread['threadKey']);
    const thread =
      (threadKey === '' ? undefined : this.#threads.get(`${space} ${threadKey}`)) ?? `spaces/${space}/threads/T${this.#number}`;
    if (threadKey !== '') this.#threads.set(`${space} ${threadKey}`, thread);
    const created = { name: `spaces/${space}/messages/M${this.#number}`, text, thread: { name: thread, threadKey } };
    if (requestId !== null) this.#known.set(`${space} ${requestId}`, created);
    this.#tell({ at: now, channel: 'google-chat', kind: 'message', key: requestId, thread, text });
    return created;
  }
}

function refusal(code: number, status: string, message: string, headers: Readonly<Record<string, string>> = {}): SimResponse {
  const answer = jsonResponse(code, { error: { code, message, status } });
  return { status: code, headers: { ...answer.headers, ...headers }, body: answer.body };
}
