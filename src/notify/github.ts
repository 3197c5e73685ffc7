import { FirebreakError, InvariantError, TransientError } from '../core/errors.ts';
import type { ChannelIds, Message } from '../core/model/message.ts';
import type { GitHubChannel } from '../core/model/communication.ts';
import type { Channel } from '../ports/notify.ts';
import { fetchOver } from './fetch-over.ts';
import { bodyOf, markOf } from './github-comment.ts';
import { labelChanges } from './github-labels.ts';
import { attempting, refused, withoutSlash } from './wire.ts';
import type { Wire } from './wire.ts';

export type GitHubOptions = Wire & GitHubChannel;

type Call = (route: string, parameters?: Record<string, unknown>) => Promise<{ readonly status: number; readonly data: unknown }>;

const PAGE_SIZE = 30;
const MOST_PAGES = 10;
/** Clocks differ; how many comments a day brings is bounded by `MOST_PAGES`. */
const BEFORE_MS = 24 * 3_600_000;

/**
 * The tracking issue: a comment a message, with a mark that nobody sees and by which a comment whose answer was lost is found again; labels
 * as the document names them for where the run stands. It closes the issue only where the document wants that, and only once the run has
 * recovered, which is after the soak.
 */
export function createGitHub(options: GitHubOptions): Channel {
  const { repository, issue } = options;
  const described = `GitHub ${repository}#${issue}`;
  return {
    name: 'github',
    described,
    arrives: 'the comment',
    readsBack: true,
    async deliver(message, ids, { doubt, signal }) {
      const call = callerOf(options, described, signal);
      const interruptible = signal === undefined ? {} : { signal };
      const comment = await attempting(options, { doubt, ...interruptible }, async (inDoubt) => {
        const found = inDoubt ? await find(call, message, ids) : null;
        if (found !== null) return found;
        const { data } = await call('POST /repos/{owner}/{repo}/issues/{issue_number}/comments', { body: bodyOf(message) });
        return commentOf(data);
      });
      const next = { ...ids, last: comment.id, at: comment.createdAt };
      if (message.kind === 'test') return { ids: next, sent: true };
      try {
        await attempting(options, { doubt: false, ...interruptible }, () => followState(call, options, message));
      } catch (thrown) {
        if (!(thrown instanceof FirebreakError)) throw thrown;
        return { ids: next, sent: true, problem: `the comment stands, but: ${thrown.message}` };
      }
      return { ids: next, sent: true };
    },
  };
}

interface Comment {
  readonly id: string;
  readonly createdAt: string;
}

async function find(call: Call, { key, at }: Message, ids: ChannelIds): Promise<Comment | null> {
  const since = ids['at'] ?? new Date(at - BEFORE_MS).toISOString();
  for (let page = 1; page <= MOST_PAGES; page += 1) {
    const { data } = await call('GET /repos/{owner}/{repo}/issues/{issue_number}/comments', { since, per_page: PAGE_SIZE, page });
    const comments = data as readonly { readonly body?: string }[];
    const found = comments.find(({ body }) => body?.includes(markOf(key)) === true);
    if (found !== undefined) return commentOf(found);
    if (comments.length < PAGE_SIZE) return null;
  }
  return null;
}

function commentOf(data: unknown): Comment {
  const { id, created_at: createdAt } = data as { readonly id?: number; readonly created_at?: string };
  return { id: String(id ?? ''), createdAt: createdAt ?? '' };
}

/** Labels as they are to be now, whatever they were; then, where it is wished, the end of the issue. */
async function followState(call: Call, { labels, close }: GitHubOptions, message: Message): Promise<void> {
  const mayClose = close && message.standing === 'recovered';
  if (labels === null && !mayClose) return;
  const { data } = await call('GET /repos/{owner}/{repo}/issues/{issue_number}');
  const { labels: present = [], state } = data as {
    readonly labels?: readonly (string | { readonly name?: string })[];
    readonly state?: string;
  };
  const names = present.map((label) => (typeof label === 'string' ? label : (label.name ?? '')));
  const { add, remove } = labelChanges(labels, message, names);
  if (add.length > 0) await call('POST /repos/{owner}/{repo}/issues/{issue_number}/labels', { labels: add });
  for (const name of remove) await call('DELETE /repos/{owner}/{repo}/issues/{issue_number}/labels/{name}', { name });
  if (mayClose && state === 'open')
    await call('PATCH /repos/{owner}/{repo}/issues/{issue_number}', { state: 'closed', state_reason: 'completed' });
}

/** Calls of GitHub's own client, which is loaded at the first of them; its errors in our classes. */
function callerOf(options: GitHubOptions, described: string, signal: AbortSignal | undefined): Call {
  const { token, api, repository, issue, clock } = options;
  const [owner, repo] = repository.split('/');
  return async (route, parameters = {}) => {
    const { request } = await clock.during(import('@octokit/request'));
    try {
      return await request(route, {
        baseUrl: withoutSlash(api),
        owner,
        repo,
        issue_number: issue,
        headers: { authorization: `Bearer ${token}`, accept: 'application/vnd.github+json', 'x-github-api-version': '2022-11-28' },
        request: { fetch: fetchOver(options, { described, ...(signal === undefined ? {} : { signal }) }) },
        ...parameters,
      });
    } catch (thrown) {
      signal?.throwIfAborted();
      // What is wished is so already: somebody else has taken the label away.
      const { status, cause } = thrown as { readonly status?: number; readonly cause?: unknown };
      if (route.startsWith('DELETE') && status === 404) return { status: 404, data: null };
      throw ours(thrown, { described, route, cause });
    }
  };
}

function ours(
  thrown: unknown,
  { described, route, cause }: { readonly described: string; readonly route: string; readonly cause: unknown },
): Error {
  if (cause instanceof FirebreakError) return cause;
  const {
    status,
    response,
    message = '',
  } = thrown as {
    readonly status?: number;
    readonly message?: string;
    readonly response?: { readonly headers?: Readonly<Record<string, string>> };
  };
  if (status === undefined || response === undefined)
    return new InvariantError(`${described}: ${route} failed in a way that is not known`, { cause: thrown });
  const headers = response.headers ?? {};
  const what = `${route.split(' ', 1)[0]} ${route.slice(route.lastIndexOf('/') + 1)}: answered ${status} (${message.slice(0, 200)})`;
  const isLimited = status === 403 && (headers['retry-after'] !== undefined || headers['x-ratelimit-remaining'] === '0');
  if (isLimited) return new TransientError('channel-busy', `${described}: ${what}`, pauseIn(headers));
  return refused(described, what, fixOf(status));
}

/** Primary limits say when they end, secondary ones how long to wait. */
function pauseIn(headers: Readonly<Record<string, string>>): { readonly retryAfterMs: number } {
  const seconds = Number(headers['retry-after']);
  return { retryAfterMs: headers['retry-after'] !== undefined && Number.isFinite(seconds) ? seconds * 1_000 : 60_000 };
}

function fixOf(status: number): string {
  switch (status) {
    case 401:
      return 'put a valid token into the variable that the document names: a fine-grained one of this repository with Issues: read and write, or that of an app';
    case 403:
      return 'the token may not write here: give it Issues: read and write for this repository';
    case 404:
      return 'repository and issue must exist, and the token must see them: a fine-grained token needs this repository among its own';
    case 410:
      return 'the issue was deleted, or issues are switched off in this repository: name another';
    case 422:
      return 'the issue is locked, or a label cannot be made: unlock it, and make the labels in the repository';
    default:
      return "see the answer in GitHub's REST reference of issues";
  }
}
