/** One request to Cloud Storage. */
export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal: AbortSignal;
}

export interface HttpAnswer {
  readonly status: number;
  /** Null when the answer has no such header. */
  header(name: string): string | null;
  readonly body: string;
}

/**
 * Sends a request with the credentials, once. Resolves with whatever was answered, refusals too; rejects when no answer came.
 * An error of `core/errors` that it rejects with (credentials that do not work) is taken as it is.
 */
export type HttpPort = (request: HttpRequest) => Promise<HttpAnswer>;
