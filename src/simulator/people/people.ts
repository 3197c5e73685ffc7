import { jsonResponse, type SimRequest, type SimResponse } from '../messages.ts';
import { isFields } from '../surface/wire.ts';
import { parsedJson, textIn, type Delivered } from './delivered.ts';
import { GitHub, type GitHubRepositories } from './github.ts';
import { GoogleChat, type ChatSpaces } from './google-chat.ts';
import { PagerDuty, type PagerDutyService } from './pager-duty.ts';
import { Slack, type SlackWorkspace } from './slack.ts';

export type { Delivered } from './delivered.ts';

/** Below it come the host that was meant and the path there: `/_people/slack.com/api/chat.postMessage`. */
export const PEOPLE_PREFIX = '/_people/';

export interface PeopleOptions {
  readonly slack?: SlackWorkspace;
  readonly googleChat?: ChatSpaces;
  readonly pagerDuty?: PagerDutyService;
  readonly github?: GitHubRepositories;
}

/** The channels of people: Slack, Google Chat, PagerDuty, GitHub and whatever takes a webhook. Which is meant the path tells; the host may be any. */
export class People {
  /** Everything that has arrived, in order. */
  readonly delivered: Delivered[] = [];
  readonly slack: Slack;
  readonly googleChat: GoogleChat;
  readonly pagerDuty: PagerDuty;
  readonly github: GitHub;
  readonly #hooked = new Set<string>();

  constructor(options: PeopleOptions = {}) {
    const tell = (delivered: Delivered): void => void this.delivered.push(delivered);
    this.slack = new Slack(options.slack ?? {}, tell);
    this.googleChat = new GoogleChat(options.googleChat ?? {}, tell);
    this.pagerDuty = new PagerDuty(options.pagerDuty ?? {}, tell);
    this.github = new GitHub(options.github ?? {}, tell);
  }

  /** Answers a request whose path begins with the prefix. */
  handle(request: SimRequest, now: number): SimResponse {
    const url = new URL(request.path.slice(PEOPLE_PREFIX.length - 1), 'http://people.invalid');
    const [, host = '', ...parts] = url.pathname.split('/');
    const path = `/${parts.join('/')}`;
    const slackMethod = /^\/api\/((?:auth|chat|conversations)\.\w+)$/.exec(path)?.[1];
    if (slackMethod !== undefined) return this.slack.handle(slackMethod, request, now);
    const space = /^\/v1\/spaces\/([^/]+)\/messages$/.exec(path)?.[1];
    if (space !== undefined) return this.googleChat.handle(space, url.searchParams, request, now);
    if (path === '/v2/enqueue' || path === '/v2/change/enqueue') return this.pagerDuty.handle(path, request, now);
    if (/^(?:\/api\/v3)?\/repos\//.test(path)) return this.github.handle(path, url.searchParams, request, now);
    return this.#hook(host, request, now);
  }

  /** Takes what is posted; the same id is the same message. */
  #hook(host: string, { method, headers, body }: SimRequest, now: number): SimResponse {
    if (method !== 'POST') return jsonResponse(404, { error: 'not found' });
    const key = headers['webhook-id'] ?? headers['idempotency-key'] ?? null;
    if (key !== null && this.#hooked.has(`${host} ${key}`)) return jsonResponse(200, {});
    if (key !== null) this.#hooked.add(`${host} ${key}`);
    const read = parsedJson(body);
    const data = isFields(read) && isFields(read['data']) ? read['data'] : read;
    const text = isFields(data) ? textIn(data['text']) : '';
    this.delivered.push({ at: now, channel: 'webhook', kind: 'message', key, thread: host, text });
    return jsonResponse(200, {});
  }
}
