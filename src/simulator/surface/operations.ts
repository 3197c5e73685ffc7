import { ApiError } from './api-error.ts';
import type { ErrorDetail } from './api-error.ts';

/** A long-running operation (AIP-151). While it is pending its JSON has no `done` key at all (libraries 1.7). */
export interface Operation {
  readonly name: string;
  /** Metadata now; asked at each rendering. */
  metadata(): unknown;
  outcome: { readonly endedAt: number; readonly response?: unknown; readonly error?: OperationError } | null;
}

/** `code` is the gRPC number, not HTTP (gcp-facts 11). */
export interface OperationError {
  readonly code: number;
  readonly message: string;
  readonly details?: readonly ErrorDetail[];
}

export class Operations {
  readonly #byName = new Map<string, Operation>();

  add(operation: Operation): Operation {
    this.#byName.set(operation.name, operation);
    return operation;
  }

  /** Throws NOT_FOUND. */
  get(name: string): Operation {
    const found = this.#byName.get(name);
    if (!found) throw new ApiError('NOT_FOUND', `Operation not found: ${name}`);
    return found;
  }

  newestFirst(): readonly Operation[] {
    return [...this.#byName.values()].reverse();
  }
}

export function renderOperation(operation: Operation): unknown {
  const { name, outcome } = operation;
  if (!outcome) return { name, metadata: operation.metadata() };
  const ending = outcome.error ? { error: outcome.error } : { response: outcome.response };
  return { name, metadata: operation.metadata(), done: true, ...ending };
}
