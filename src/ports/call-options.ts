/**
 * Google Cloud as Firebreak sees it. Each method has one deadline, retries reads within it (never writes), and throws the
 * classes of `core/errors.ts`:
 * reads: `TransientError`, `TerminalError` (403, 404, 400);
 * writes: also `ConflictError` (409, or 400 FAILED_PRECONDITION: busy or changed), `OutcomeUnknownError` (no answer after send).
 */
export interface CallOptions {
  readonly signal?: AbortSignal;
  /** Asked immediately before a write is sent, after every read that the write needs; when it throws, that is thrown and nothing is sent. */
  readonly lastCheck?: () => Promise<void>;
}
