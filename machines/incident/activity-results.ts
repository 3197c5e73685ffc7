import type { ErrorKind, PlainError } from '../../src/core/errors.ts';

const KINDS: readonly ErrorKind[] = ['transient', 'conflict', 'outcome-unknown', 'terminal', 'fenced', 'human', 'user', 'invariant'];

/** The error carried by an activity's error event; an unknown shape is a bug (`invariant`), never something to retry. */
export function failureOf(event: object): PlainError {
  const error: unknown = 'error' in event ? event.error : null;
  if (typeof error !== 'object' || error === null) return { kind: 'invariant', code: 'unclassified', message: String(error) };
  const kind = KINDS.find((known) => 'kind' in error && error.kind === known) ?? 'invariant';
  const code = 'code' in error ? String(error.code) : 'unclassified';
  const message = 'message' in error ? String(error.message) : 'no message';
  return { kind, code, message };
}

export function failureWords(event: object): string {
  const failure = failureOf(event);
  return `${failure.code}: ${failure.message}`;
}
