import { z } from 'zod';
import { OutcomeUnknownError } from '../core/errors.ts';
import type { OperationState } from '../ports/cloud.ts';
import { instant, parse, shortName } from './response-parsing.ts';
import { redact } from '../google/failure.ts';

const operationSchema = z.object({
  name: z.string().min(1),
  done: z.boolean().optional(),
  error: z.object({ code: z.number().optional(), message: z.string().optional(), details: z.array(z.unknown()).optional() }).optional(),
  metadata: z.object({ target: z.string().optional(), createTime: z.string().optional() }).optional(),
});

const listSchema = z.object({ operations: z.array(z.unknown()).optional(), nextPageToken: z.string().optional() });

/**
 * A google.longrunning operation read as plain JSON. The error's code is a gRPC number, not an HTTP status, and its details are
 * what generated clients cannot decode (gcp-facts 11, libraries 1.3).
 */
export function readOperation(body: unknown, what: string): OperationState {
  return stateOf(parse(operationSchema, body, what));
}

/** The same, with what it is about; newest first. */
export function readOperationPage(
  body: unknown,
  what: string,
): { readonly operations: readonly ListedOperation[]; readonly nextPageToken?: string | undefined } {
  const page = parse(listSchema, body, what);
  const operations = (page.operations ?? []).map((entry) => {
    const operation = parse(operationSchema, entry, what);
    return { ...stateOf(operation), target: operation.metadata?.target ?? '', createdAt: instant(operation.metadata?.createTime) ?? 0 };
  });
  return { operations, nextPageToken: page.nextPageToken };
}

export type ListedOperation = OperationState & { readonly target: string; readonly createdAt: number };

/** Name of the operation that an accepted write has started; without one we cannot know what was started: `OutcomeUnknownError`. */
export function acceptedOperation(body: unknown, what: string): string {
  try {
    return parse(operationSchema, body, what).name;
  } catch (thrown) {
    throw new OutcomeUnknownError('bad-answer', `${what}: accepted, but the answer names no operation`, { cause: thrown });
  }
}

function stateOf(operation: z.infer<typeof operationSchema>): OperationState {
  const { name, error } = operation;
  if (error === undefined) return { name, done: operation.done === true, error: null };
  const reason = (error.details ?? []).map(reasonOf).find((found) => found !== null) ?? null;
  const message = redact(error.message ?? `operation ${shortName(name)} failed without a message`);
  return { name, done: operation.done === true, error: { code: error.code ?? 2, message, reason } };
}

function reasonOf(detail: unknown): string | null {
  if (detail === null || typeof detail !== 'object' || !('reason' in detail)) return null;
  return typeof detail.reason === 'string' ? detail.reason : null;
}
