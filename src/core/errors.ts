/**
 * The class of an error is the decision that follows from it. Adapters translate once (`src/gcp/errors.ts`);
 * everybody else branches on `kind`. Codes are an interface, messages are not.
 */
export type ErrorKind = 'transient' | 'conflict' | 'outcome-unknown' | 'terminal' | 'fenced' | 'human' | 'user' | 'invariant';

export abstract class FirebreakError extends Error {
  abstract readonly kind: ErrorKind;
  /** Stable, machine-readable: `PERMISSION_DENIED`, `connector-stockout`, `spec-unknown-key`. */
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
  }
}

/** May work if tried again: the adapter has already tried within its own deadline. */
export class TransientError extends FirebreakError {
  readonly kind = 'transient';
  readonly retryAfterMs: number | null;

  constructor(code: string, message: string, options: ErrorOptions & { retryAfterMs?: number } = {}) {
    super(code, message, options);
    this.retryAfterMs = options.retryAfterMs ?? null;
  }
}

/** Somebody else changed it, or it is busy: observe and plan again; never resend. */
export class ConflictError extends FirebreakError {
  readonly kind = 'conflict';
}

/** A write was sent and its answer was lost: verify by reading; never resend blindly. */
export class OutcomeUnknownError extends FirebreakError {
  readonly kind = 'outcome-unknown';
}

/** It will not work: the chart's failure branch. */
export class TerminalError extends FirebreakError {
  readonly kind = 'terminal';
}

/** We are not the writer any more, or what we would write is stale: stop, write nothing. */
export class FencedError extends FirebreakError {
  readonly kind = 'fenced';
}

/** Only a human can decide. */
export class HumanNeededError extends FirebreakError {
  readonly kind = 'human';
}

/** The person at the keyboard can mend it: the message says what and why, `fix` says how. */
export class UserError extends FirebreakError {
  readonly kind = 'user';
  readonly fix: string;
  /** 2 for usage, spec and refusals; 75 for "try again later" (DESIGN section 11). */
  readonly exitCode: 2 | 75;

  constructor(code: string, message: string, fix: string, options: ErrorOptions & { exitCode?: 2 | 75 } = {}) {
    super(code, message, options);
    this.fix = fix;
    this.exitCode = options.exitCode ?? 2;
  }
}

/** A bug of ours. Crash; the saved record stays as it was. */
export class InvariantError extends FirebreakError {
  readonly kind = 'invariant';

  constructor(message: string, options?: ErrorOptions) {
    super('invariant', message, options);
  }
}

/** An error as it crosses into the statechart: JSON, small. */
export interface PlainError {
  readonly kind: ErrorKind;
  readonly code: string;
  readonly message: string;
}

/** Any thrown value as JSON; what we did not classify ourselves is `invariant`. */
export function plainError(thrown: unknown): PlainError {
  if (thrown instanceof FirebreakError) return { kind: thrown.kind, code: thrown.code, message: thrown.message };
  const message = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown);
  return { kind: 'invariant', code: 'unclassified', message };
}
