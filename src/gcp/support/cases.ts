import { cloudsupport_v2 } from 'googleapis/build/src/apis/cloudsupport/v2.js';
import { ConflictError, OutcomeUnknownError, TerminalError } from '../../core/errors.ts';
import type { CallOptions } from '../../ports/cloud.ts';
import { LONGEST_COMMENT, type CaseComment, type SupportCase, type SupportPort } from '../../ports/support.ts';
import { allPages, instant, parse } from '../response-parsing.ts';
import type { Send } from '../calls.ts';
import type { Scope } from '../scope.ts';
import { attachmentPage, casePage, caseShape, classificationPage, commentPage, type CaseShape, type CommentShape } from './shapes.ts';

const CUT_NOTE = '\n[cut: a comment holds at most 12,800 characters; the whole text is in the run’s journal]';
const MAX_PAGES = 10;
/** No plan, no role, API off, or nothing that this case allows: trying again will not help. */
const UNAVAILABLE = new Set([
  'PERMISSION_DENIED',
  'FAILED_PRECONDITION',
  'SERVICE_DISABLED',
  'BILLING_DISABLED',
  'USER_PROJECT_DENIED',
  'UNIMPLEMENTED',
]);

/** Cloud Support v2 (gcp-facts 7) behind its port. */
export function createSupport(scope: Scope): SupportPort {
  const api = new cloudsupport_v2.Cloudsupport(scope.client as cloudsupport_v2.Options);
  const parent = `projects/${scope.project}`;
  const read = (method: string, resource: string, send: Send, options?: CallOptions): Promise<unknown> =>
    usable(scope.calls.read({ api: 'cloudsupport', method, resource }, send, options));
  const write = (method: string, resource: string, send: Send, options?: CallOptions): Promise<unknown> =>
    usable(scope.calls.write({ api: 'cloudsupport', method, resource }, send, options));

  return {
    async findOpen(marker, options) {
      const pages = await allPages('cases', MAX_PAGES, async (pageToken) => {
        const request = { parent, filter: 'state=OPEN', pageSize: 100, ...next(pageToken) };
        return parse(casePage, await read('cases.list', parent, (signal) => api.cases.list(request, { signal }), options), 'cases');
      });
      const found = pages.flatMap((page) => page.cases ?? []).filter(({ displayName }) => displayName?.includes(marker));
      return found.sort((one, other) => (instant(one.createTime) ?? 0) - (instant(other.createTime) ?? 0)).map(supportCase);
    },

    async get(caseName, options) {
      const body = await read('cases.get', caseName, (signal) => api.cases.get({ name: caseName }, { signal }), options);
      return supportCase(parse(caseShape, body, 'case'));
    },

    async classifications(query, options) {
      const pages = await allPages('classifications', MAX_PAGES, async (pageToken) => {
        const request = { query: query.includes(':') ? query : `display_name:"*${query}*"`, pageSize: 100, ...next(pageToken) };
        const send: Send = (signal) => api.caseClassifications.search(request, { signal });
        return parse(classificationPage, await read('caseClassifications.search', query, send, options), 'classifications');
      });
      return pages.flatMap((page) => page.caseClassifications ?? []).map(({ id, displayName = '' }) => ({ id, displayName }));
    },

    async create(draft, options) {
      const requestBody: cloudsupport_v2.Schema$Case = {
        displayName: draft.displayName,
        description: draft.description,
        classification: { id: draft.classificationId },
        priority: draft.priority,
        timeZone: draft.timeZone,
        languageCode: draft.languageCode,
        subscriberEmailAddresses: [...draft.subscribers],
      };
      const body = await write('cases.create', parent, (signal) => api.cases.create({ parent, requestBody }, { signal }), options);
      const created = caseShape.safeParse(body);
      if (created.success) return supportCase(created.data);
      throw new OutcomeUnknownError('bad-answer', 'a support case was created, but the answer does not name it', { cause: created.error });
    },

    async comment(caseName, body, options) {
      const request = { parent: caseName, requestBody: { body: cut(body) } };
      await write('cases.comments.create', caseName, (signal) => api.cases.comments.create(request, { signal }), options);
    },

    async comments(caseName, options) {
      const pages = await allPages('comments', MAX_PAGES, async (pageToken) => {
        const request = { parent: caseName, pageSize: 100, ...next(pageToken) };
        const send: Send = (signal) => api.cases.comments.list(request, { signal });
        return parse(commentPage, await read('cases.comments.list', caseName, send, options), 'comments');
      });
      const comments = pages.flatMap((page) => page.comments ?? []);
      return comments.sort((a, b) => (instant(a.createTime) ?? 0) - (instant(b.createTime) ?? 0)).map(caseComment);
    },

    async attachments(caseName, options) {
      const pages = await allPages('attachments', MAX_PAGES, async (pageToken) => {
        const request = { parent: caseName, pageSize: 100, ...next(pageToken) };
        const send: Send = (signal) => api.cases.attachments.list(request, { signal });
        return parse(attachmentPage, await read('cases.attachments.list', caseName, send, options), 'attachments');
      });
      return pages.flatMap((page) => page.attachments ?? []).flatMap(({ filename }) => filename ?? []);
    },

    async attach(caseName, { name, text }, options) {
      // As Google documents it: the bytes alone, the name in the query. The client takes no other root for uploads than this one's.
      const request = { parent: caseName, 'attachment.filename': name, media: { mimeType: 'text/plain; charset=utf-8', body: text } };
      const root = scope.baseUrl === null ? {} : { rootUrl: new URL('/', scope.baseUrl).href };
      await write('media.upload', caseName, (signal) => api.media.upload(request, { signal, ...root }), options);
    },

    async escalate(caseName, escalation, options) {
      const request = { name: caseName, requestBody: { escalation } };
      await write('cases.escalate', caseName, (signal) => api.cases.escalate(request, { signal }), options);
    },

    async close(caseName, options) {
      await write('cases.close', caseName, (signal) => api.cases.close({ name: caseName, requestBody: {} }, { signal }), options);
    },
  };
}

function next(pageToken: string | undefined): { readonly pageToken?: string } {
  return pageToken === undefined ? {} : { pageToken };
}

function supportCase({ name, state, escalated, priority, classification }: CaseShape): SupportCase {
  return {
    name,
    state: state ?? 'UNKNOWN',
    escalated: escalated === true,
    priority: priority ?? null,
    classification: classification?.displayName ?? null,
  };
}

/** Who works at Google has an obfuscated name, and says so by a flag. */
function caseComment({ body, createTime, creator }: CommentShape): CaseComment {
  const by = creator?.displayName ?? creator?.username ?? creator?.email ?? 'somebody';
  return { at: instant(createTime), by, byGoogle: creator?.googleSupport === true, body: body ?? '' };
}

function cut(body: string): string {
  return body.length <= LONGEST_COMMENT ? body : body.slice(0, LONGEST_COMMENT - CUT_NOTE.length) + CUT_NOTE;
}

async function usable<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (thrown) {
    const refused = (thrown instanceof TerminalError || thrown instanceof ConflictError) && UNAVAILABLE.has(thrown.code);
    throw refused ? new TerminalError('support-unavailable', `Cloud Support cannot be used: ${thrown.message}`, { cause: thrown }) : thrown;
  }
}
