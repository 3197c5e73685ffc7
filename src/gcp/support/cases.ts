import { cloudsupport_v2 } from 'googleapis/build/src/apis/cloudsupport/v2.js';
import { z } from 'zod';
import { ConflictError, TerminalError } from '../../core/errors.ts';
import type { CallOptions, SupportCase, SupportPort } from '../../ports/cloud.ts';
import { allPages, instant, parse } from '../answers.ts';
import { OutcomeUnknownError } from '../../core/errors.ts';
import type { CallName, Send } from '../calls.ts';
import type { Scope } from '../scope.ts';

/** Longest comment (gcp-facts 7). */
const MAX_COMMENT = 12_800;
const CUT_NOTE = '\n[cut: a comment holds at most 12,800 characters; the whole text is in the run’s journal]';
const MAX_PAGES = 10;
/** No plan, no role, API off: support cannot be used from here, and trying again will not help. */
const UNAVAILABLE = new Set([
  'PERMISSION_DENIED',
  'FAILED_PRECONDITION',
  'SERVICE_DISABLED',
  'BILLING_DISABLED',
  'USER_PROJECT_DENIED',
  'UNIMPLEMENTED',
]);

const caseSchema = z.object({
  name: z.string(),
  displayName: z.string().optional(),
  state: z.string().optional(),
  escalated: z.boolean().optional(),
  createTime: z.string().optional(),
});
const casePageSchema = z.object({ cases: z.array(caseSchema).optional(), nextPageToken: z.string().optional() });
const commentPageSchema = z.object({
  comments: z.array(z.object({ body: z.string().optional(), createTime: z.string().optional() })).optional(),
  nextPageToken: z.string().optional(),
});
const classificationsSchema = z.object({
  caseClassifications: z.array(z.object({ id: z.string(), displayName: z.string().optional() })).optional(),
});

/**
 * Cloud Support v2 (gcp-facts 7). Nothing here is idempotent on Google's side: before `create` look with `findOpen`, before
 * `comment` with `listComments`.
 */
export function createSupport(scope: Scope): SupportPort {
  const api = new cloudsupport_v2.Cloudsupport(scope.client as cloudsupport_v2.Options);
  const parent = `projects/${scope.project}`;
  const read = (method: string, resource: string, send: Send, options?: CallOptions): Promise<unknown> =>
    usable(scope.calls.read({ api: 'cloudsupport', method, resource } satisfies CallName, send, options));
  const write = (method: string, resource: string, send: Send, options?: CallOptions): Promise<unknown> =>
    usable(scope.calls.write({ api: 'cloudsupport', method, resource } satisfies CallName, send, options));

  return {
    async findOpen(marker, options) {
      const pages = await allPages('cases', MAX_PAGES, async (pageToken) => {
        const request = { parent, filter: 'state=OPEN', pageSize: 100, ...(pageToken === undefined ? {} : { pageToken }) };
        return parse(
          casePageSchema,
          await read('cases.list', scope.project, (signal) => api.cases.list(request, { signal }), options),
          'cases',
        );
      });
      const found = pages.flatMap((page) => page.cases ?? []).filter(({ displayName }) => displayName?.includes(marker));
      return found.sort((one, other) => (instant(one.createTime) ?? 0) - (instant(other.createTime) ?? 0)).map(supportCase);
    },

    async classify(query, options) {
      const request = { query: query.includes(':') ? query : `display_name:"*${query}*"`, pageSize: 10 };
      const body = await read(
        'caseClassifications.search',
        query,
        (signal) => api.caseClassifications.search(request, { signal }),
        options,
      );
      const first = parse(classificationsSchema, body, 'classifications').caseClassifications?.[0];
      if (first === undefined) throw new TerminalError('support-classification', `Cloud Support knows no classification for "${query}"`);
      return first.id;
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
      const body = await write('cases.create', scope.project, (signal) => api.cases.create({ parent, requestBody }, { signal }), options);
      const created = caseSchema.safeParse(body);
      if (created.success) return supportCase(created.data);
      throw new OutcomeUnknownError('bad-answer', 'a support case was created, but the answer does not name it', { cause: created.error });
    },

    async comment(caseName, body, options) {
      const request = { parent: caseName, requestBody: { body: cut(body) } };
      await write('cases.comments.create', caseName, (signal) => api.cases.comments.create(request, { signal }), options);
    },

    async listComments(caseName, options) {
      const pages = await allPages('comments', MAX_PAGES, async (pageToken) => {
        const request = { parent: caseName, pageSize: 100, ...(pageToken === undefined ? {} : { pageToken }) };
        return parse(
          commentPageSchema,
          await read('cases.comments.list', caseName, (signal) => api.cases.comments.list(request, { signal }), options),
          'comments',
        );
      });
      const comments = pages.flatMap((page) => page.comments ?? []);
      return comments.sort((a, b) => (instant(a.createTime) ?? 0) - (instant(b.createTime) ?? 0)).map(({ body }) => body ?? '');
    },

    async escalate(caseName, justification, options) {
      const request = { name: caseName, requestBody: { escalation: { reason: 'RESOLUTION_TIME', justification } } };
      await write('cases.escalate', caseName, (signal) => api.cases.escalate(request, { signal }), options);
    },

    async close(caseName, options) {
      await write('cases.close', caseName, (signal) => api.cases.close({ name: caseName, requestBody: {} }, { signal }), options);
    },
  };
}

function supportCase({ name, state, escalated }: z.infer<typeof caseSchema>): SupportCase {
  return { name, state: state ?? 'UNKNOWN', escalated: escalated === true };
}

function cut(body: string): string {
  return body.length <= MAX_COMMENT ? body : body.slice(0, MAX_COMMENT - CUT_NOTE.length) + CUT_NOTE;
}

async function usable<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (thrown) {
    const refused = (thrown instanceof TerminalError || thrown instanceof ConflictError) && UNAVAILABLE.has(thrown.code);
    throw refused ? new TerminalError('support-unavailable', `Cloud Support cannot be used: ${thrown.message}`, { cause: thrown }) : thrown;
  }
}
