import { jsonResponse, type SimRequest, type SimResponse } from '../messages.ts';
import { isFields } from '../surface/wire.ts';
import { parsedJson, textIn, type Delivered } from './delivered.ts';

export interface GitHubRepositories {
  /** Missing: any token is valid. */
  readonly tokens?: readonly string[];
  /** Issues that there are, as `OWNER/NAME#N`; missing: any. */
  readonly issues?: readonly string[];
  /** Tokens that may only read. */
  readonly readers?: readonly string[];
  /** Labels that issues bear at first. */
  readonly labels?: readonly string[];
}

interface Issue {
  state: 'open' | 'closed';
  readonly labels: string[];
  readonly comments: { readonly id: number; readonly body: string; readonly created_at: string }[];
}

const ROUTE = /^(?:\/api\/v3)?\/repos\/([^/]+\/[^/]+)\/issues\/(\d+)(?:\/(comments|labels)(?:\/(.+))?)?$/;

/** GitHub's REST API of one issue: comments, labels, its state. */
export class GitHub {
  readonly #repositories: GitHubRepositories;
  readonly #tell: (delivered: Delivered) => void;
  readonly #issues = new Map<string, Issue>();
  #number = 0;

  constructor(repositories: GitHubRepositories, tell: (delivered: Delivered) => void) {
    this.#repositories = repositories;
    this.#tell = tell;
  }

  /** As it is now. */
  issue(name: string): { readonly state: string; readonly labels: readonly string[]; readonly comments: readonly string[] } {
    const { state, labels, comments } = this.#issueOf(name);
    return { state, labels, comments: comments.map(({ body }) => body) };
  }

  handle(path: string, query: URLSearchParams, request: SimRequest, now: number): SimResponse {
    const { tokens, issues, readers = [] } = this.#repositories;
    const token = /^(?:Bearer|token) (\S+)$/i.exec(request.headers['authorization'] ?? '')?.[1] ?? '';
    if ((request.headers['user-agent'] ?? '') === '')
      return refusal(403, 'Request forbidden by administrative rules. Please make sure your request has a User-Agent header');
    if (token === '' || (tokens !== undefined && !tokens.includes(token) && !readers.includes(token)))
      return refusal(401, 'Bad credentials');
    const [, repository, number, part, name] = ROUTE.exec(path) ?? [];
    const issue = `${repository}#${number}`;
    if (repository === undefined || (issues !== undefined && !issues.includes(issue))) return refusal(404, 'Not Found');
    if (request.method !== 'GET' && readers.includes(token)) return refusal(403, 'Resource not accessible by personal access token');
    const body = parsedJson(request.body);
    switch (`${request.method} ${part ?? 'issue'}`) {
      case 'GET issue':
        return jsonResponse(200, this.#shown(issue, Number(number)));
      case 'PATCH issue':
        return this.#change(issue, isFields(body) ? body : {}, now);
      case 'GET comments':
        return jsonResponse(200, this.#comments(issue, query));
      case 'POST comments':
        return this.#comment(issue, isFields(body) ? textIn(body['body']) : '', now);
      case 'POST labels':
        return this.#label(
          issue,
          isFields(body) && Array.isArray(body['labels']) ? (body['labels'] as readonly unknown[]).map(textIn) : [],
          now,
        );
      case 'DELETE labels':
        return this.#unlabel(issue, decodeURIComponent(name ?? ''), now);
      default:
        return refusal(404, 'Not Found');
    }
  }

  #issueOf(name: string): Issue {
    const issue: Issue = this.#issues.get(name) ?? { state: 'open', labels: [...(this.#repositories.labels ?? [])], comments: [] };
    this.#issues.set(name, issue);
    return issue;
  }

  #shown(name: string, number: number): object {
    const { state, labels, comments } = this.#issueOf(name);
    return { number, state, labels: labels.map((label) => ({ name: label })), comments: comments.length };
  }

  #change(name: string, body: Readonly<Record<string, unknown>>, now: number): SimResponse {
    const issue = this.#issueOf(name);
    const state = textIn(body['state']);
    if (state !== 'open' && state !== 'closed') return refusal(422, 'Validation Failed');
    issue.state = state;
    this.#note(now, state, name, textIn(body['state_reason']));
    return jsonResponse(200, this.#shown(name, 0));
  }

  #comments(name: string, query: URLSearchParams): readonly object[] {
    const since = Date.parse(query.get('since') ?? '');
    const size = Math.min(100, Number(query.get('per_page') ?? '30'));
    const page = Number(query.get('page') ?? '1');
    const { comments } = this.#issueOf(name);
    const newer = Number.isNaN(since) ? comments : comments.filter(({ created_at: at }) => Date.parse(at) >= since);
    return newer.slice((page - 1) * size, page * size);
  }

  #comment(name: string, body: string, now: number): SimResponse {
    if (body === '' || body.length > 65_536) return refusal(422, 'Validation Failed');
    this.#number += 1;
    const comment = { id: this.#number, body, created_at: new Date(now - (now % 1_000)).toISOString().replace('.000Z', 'Z') };
    this.#issueOf(name).comments.push(comment);
    const key = /^<!-- firebreak (.+) -->/.exec(body)?.[1] ?? null;
    this.#tell({ at: now, channel: 'github', kind: 'comment', key, thread: name, text: body });
    return jsonResponse(201, comment);
  }

  #label(name: string, added: readonly string[], now: number): SimResponse {
    const { labels } = this.#issueOf(name);
    for (const label of added) {
      if (label === '' || label.length > 50) return refusal(422, 'Validation Failed');
      if (labels.includes(label)) continue;
      labels.push(label);
      this.#note(now, 'label', name, label);
    }
    return jsonResponse(
      200,
      labels.map((label) => ({ name: label })),
    );
  }

  #unlabel(name: string, label: string, now: number): SimResponse {
    const { labels } = this.#issueOf(name);
    const index = labels.findIndex((each) => each.toLowerCase() === label.toLowerCase());
    if (index < 0) return refusal(404, 'Label does not exist');
    labels.splice(index, 1);
    this.#note(now, 'unlabel', name, label);
    return jsonResponse(
      200,
      labels.map((each) => ({ name: each })),
    );
  }

  #note(at: number, kind: string, thread: string, text: string): void {
    this.#tell({ at, channel: 'github', kind, key: null, thread, text });
  }
}

function refusal(status: number, message: string): SimResponse {
  return jsonResponse(status, { message, documentation_url: 'https://docs.github.com/rest', status: String(status) });
}
