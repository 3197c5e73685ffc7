import { z } from 'zod';
import { CORRUPTIONS } from './corrupted-answers.ts';
import { duration, share } from './world/description/description-parts.ts';

const answer = z.union([
  z.strictObject({
    status: z.int().min(400).max(599),
    statusText: z.string().optional().describe('Canonical name: RESOURCE_EXHAUSTED.'),
    message: z.string().optional(),
    reason: z.string().optional().describe('ErrorInfo.reason.'),
    retryAfter: duration.optional(),
    html: z.boolean().optional().describe("A proxy's page in place of Google's body."),
  }),
  z.strictObject({ lostAfterCommit: z.literal(true) }),
  z.strictObject({ lostBefore: z.literal(true) }),
  z.strictObject({ delay: duration }),
  z.strictObject({ hang: z.literal(true) }),
  z.strictObject({ stuckOperation: z.literal(true) }),
  /** A proxy delivers the request a second time; the second answer is the one that arrives. */
  z.strictObject({ deliveredTwice: z.literal(true) }),
  /** The true answer with a lie in it. */
  z.strictObject({ rewrite: z.enum(CORRUPTIONS) }),
  /** The true answer with this text behind everything in it that outsiders or other teams may write. */
  z.strictObject({ adds: z.string() }),
]);

export const fault = z.strictObject({
  id: z.string(),
  match: z
    .strictObject({ method: z.string().optional(), path: z.string() })
    .describe('`path` is a glob: `*` within a segment, `**` across them.'),
  from: duration.optional().describe('Since the start of the run; absent: from the start, and without end.'),
  for: duration.optional(),
  every: duration.optional().describe('The window comes again each time that so much has passed since it began.'),
  times: z.int().positive().optional().describe('Absent: as often as it matches.'),
  probability: share.optional().describe('Chance that a request which matches is hit, drawn from the seed; absent: each one is.'),
  answer,
  optional: z.boolean().optional().describe('It need not be met for the scenario to pass.'),
});

/** Who acts: one time, or again and again like a pipeline, an autodeployer or a reconciling tool. */
const turns = {
  at: duration,
  every: duration.optional().describe('Again each time that so much has passed, to the end of the run.'),
  times: z.int().positive().optional().describe('At most so often; only with `every`.'),
};

export const person = z.union([
  z.strictObject({ at: duration, do: z.enum(['hold', 'resume', 'abort', 'approve', 'adopt']), reason: z.string().optional() }),
  /** A change by hand, sent to the same API. */
  z.strictObject({
    ...turns,
    request: z.strictObject({ method: z.string(), path: z.string(), body: z.json().optional() }),
    actor: z.string().default('ann@example.com').describe('The caller, as the audit log names it.'),
    mayFail: z
      .boolean()
      .default(false)
      .describe('It need not be accepted. Otherwise an answer of 400 or more is a mistake of the scenario: it tests nothing.'),
  }),
]);

/** Google Cloud Support, as far as a scenario says other than usual. */
export const support = z.strictObject({
  plan: z.boolean().default(true),
  tier: z.enum(['standard', 'enhanced', 'premium']).optional().describe('Absent: whatever is asked is taken.'),
  classifications: z
    .array(
      z.strictObject({
        id: z.string(),
        displayName: z.string(),
        dead: z.boolean().optional().describe('Still found, and refused when a case is created with it.'),
      }),
    )
    .optional(),
  answers: z
    .array(
      z.strictObject({
        after: duration.describe('Since the case was created.'),
        body: z.string().optional().describe('A comment of Google; absent: only the state is moved.'),
        by: z.string().default('Cloud Support').describe('The name that Google shows of its agent.'),
        state: z.enum(['IN_PROGRESS_GOOGLE_SUPPORT', 'ACTION_REQUIRED', 'SOLUTION_PROVIDED', 'CLOSED']).optional(),
      }),
    )
    .optional()
    .describe('What Google does with each case.'),
});
