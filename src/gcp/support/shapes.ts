import { z } from 'zod';

/** What we use of the answers of Cloud Support v2. */
const nextPageToken = z.string().optional();

export const caseShape = z.object({
  name: z.string(),
  displayName: z.string().optional(),
  state: z.string().optional(),
  escalated: z.boolean().optional(),
  priority: z.string().optional(),
  classification: z.object({ displayName: z.string().optional() }).optional(),
  createTime: z.string().optional(),
});
export type CaseShape = z.infer<typeof caseShape>;

export const casePage = z.object({ cases: z.array(caseShape).optional(), nextPageToken });

const actor = z.object({
  displayName: z.string().optional(),
  email: z.string().optional(),
  username: z.string().optional(),
  googleSupport: z.boolean().optional(),
});
const commentShape = z.object({ body: z.string().optional(), createTime: z.string().optional(), creator: actor.optional() });
export type CommentShape = z.infer<typeof commentShape>;

export const commentPage = z.object({ comments: z.array(commentShape).optional(), nextPageToken });

export const classificationPage = z.object({
  caseClassifications: z.array(z.object({ id: z.string(), displayName: z.string().optional() })).optional(),
  nextPageToken,
});

export const attachmentPage = z.object({ attachments: z.array(z.object({ filename: z.string().optional() })).optional(), nextPageToken });
