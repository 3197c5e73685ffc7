import { pauseAfterRefusal } from '../core/backoff.ts';
import type { Backoff } from '../core/backoff.ts';
import { TransientError } from '../core/errors.ts';
import type { FirebreakError } from '../core/errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { Random } from '../ports/random.ts';
import { refusalOf, silenceOf } from './gcs-errors.ts';
import type { HttpAnswer, HttpPort, HttpRequest } from './gcs-http.ts';
import { Pace } from './gcs-pace.ts';

/** All attempts of one operation, and a single one of them. The runner tries again for minutes beyond that. */
const WITHIN_MS = 15_000;
const ATTEMPT_WITHIN_MS = 6_000;
const ATTEMPTS = 4;
const BACKOFF: Backoff = { firstMs: 250, longestMs: 4_000 };
/** A refusal for too many changes of one object is over after a second. */
const RATE_PAUSE_MS = 1_000;
const BOUNDARY = 'firebreak-object';
/** The precondition of a creation: no such object is there. */
export const ABSENT = '0';

export interface ObjectsOptions {
  readonly bucket: string;
  readonly http: HttpPort;
  readonly clock: Clock;
  readonly random: Random;
  /** null: Google itself. */
  readonly baseUrl: string | null;
  /** How much faster than real time `clock` runs, at least 1: deadlines of requests are stretched by it. */
  readonly patience?: number;
}

export interface ReadObject {
  readonly text: string;
  readonly generation: string;
}

export interface ListedObject {
  readonly name: string;
  readonly createdAt: number;
}

export interface PutOptions {
  /** The generation that must be there, `ABSENT` for none; left out: whatever is there is replaced. */
  readonly generation?: string;
  readonly attempts?: number;
}

/**
 * The objects of one bucket. Reads and writes alike are tried again within a bounded time: each write carries a precondition (or
 * replaces whatever is there). A write that took effect though its answer was lost makes its repetition fail with "precondition
 * not met" (gcp-facts 9), so what is there is read back and compared with what was sent before anything is concluded.
 * Errors: see `refusalOf`; `TransientError` at the end of the tries.
 */
export class Objects {
  readonly #options: ObjectsOptions;
  readonly #base: string;
  readonly #patience: number;
  readonly pace: Pace;

  constructor(options: ObjectsOptions) {
    this.#options = options;
    this.#base = (options.baseUrl ?? 'https://storage.googleapis.com').replace(/\/{1,64}$/, '');
    this.#patience = options.patience ?? 1;
    this.pace = new Pace(options.clock);
  }

  placeOf(name: string): string {
    return `gs://${this.#options.bucket}/${name}`;
  }

  /** Null when there is no such object (or no such bucket: a list and a write tell that apart). */
  async get(name: string, attempts = ATTEMPTS): Promise<ReadObject | null> {
    const answer = await this.#call(name, [200, 404], { method: 'GET', url: `${this.#urlOf(name)}?alt=media` }, attempts);
    if (answer.status === 404) return null;
    const generation = answer.header('x-goog-generation');
    if (generation === null) throw new TransientError('bad-answer', `${this.placeOf(name)}: an answer without its generation`);
    return { text: answer.body, generation };
  }

  /**
   * The generation under which the text is there; null when the precondition is not met by something else. Waits until the object
   * may be changed again. After a `TransientError` of a conditional write it is not there, as far as could be seen, but may yet be.
   */
  async put(name: string, text: string, options: PutOptions = {}): Promise<string | null> {
    const isConditional = options.generation !== undefined;
    try {
      const written = await this.#upload(name, text, options);
      return written ?? (await this.#generationIfThere(name, text));
    } catch (thrown) {
      if (!isConditional || !(thrown instanceof TransientError)) throw thrown;
      const generation = await this.#generationIfThere(name, text, 1).catch(() => null);
      if (generation === null) throw thrown;
      return generation;
    }
  }

  async #generationIfThere(name: string, text: string, attempts = ATTEMPTS): Promise<string | null> {
    const there = await this.get(name, attempts);
    return there?.text === text ? there.generation : null;
  }

  /** Null when the precondition is not met. */
  async #upload(name: string, text: string, { generation, attempts = ATTEMPTS }: PutOptions): Promise<string | null> {
    const condition = generation === undefined ? '' : `&ifGenerationMatch=${generation}`;
    const url = `${this.#base}/upload/storage/v1/b/${this.#options.bucket}/o?uploadType=multipart${condition}`;
    const contentType = name.endsWith('.ndjson') ? 'application/x-ndjson' : 'application/json';
    const upload = {
      method: 'POST' as const,
      url,
      headers: { 'content-type': `multipart/related; boundary=${BOUNDARY}` },
      body: multipart({ name, contentType, cacheControl: 'no-store' }, contentType, text),
    };
    const answer = await this.#call(name, [200, 412], upload, attempts);
    return answer.status === 412 ? null : generationOf(answer.body, this.placeOf(name));
  }

  /** All that begin so, by name. `UserError` when there is no such bucket. */
  async list(prefix: string, matchGlob?: string): Promise<readonly ListedObject[]> {
    const listed: ListedObject[] = [];
    let pageToken: string | undefined;
    do {
      const query = new URLSearchParams({ prefix, fields: 'nextPageToken,items(name,timeCreated)' });
      if (matchGlob !== undefined) query.set('matchGlob', matchGlob);
      if (pageToken !== undefined) query.set('pageToken', pageToken);
      const url = `${this.#base}/storage/v1/b/${this.#options.bucket}/o?${query.toString()}`;
      const page = JSON.parse((await this.#call(prefix, [200], { method: 'GET', url })).body) as ListPage;
      for (const { name, timeCreated } of page.items ?? []) listed.push({ name, createdAt: Date.parse(timeCreated) });
      pageToken = page.nextPageToken;
    } while (pageToken !== undefined);
    return listed;
  }

  /** Silent when it is gone already. */
  async remove(name: string): Promise<void> {
    await this.#call(name, [200, 204, 404], { method: 'DELETE', url: this.#urlOf(name) });
  }

  #urlOf(name: string): string {
    return `${this.#base}/storage/v1/b/${this.#options.bucket}/o/${encodeURIComponent(name)}`;
  }

  /** Tries until an answer has one of the expected statuses. */
  async #call(name: string, expected: readonly number[], request: Sent, attempts = ATTEMPTS): Promise<HttpAnswer> {
    const { clock } = this.#options;
    const isWrite = request.method !== 'GET';
    const endAt = clock.now() + WITHIN_MS * this.#patience;
    for (let attempt = 1; ; attempt += 1) {
      if (isWrite) await this.pace.ready(name);
      const outcome = await this.#attempt(name, expected, request, endAt);
      if (isWrite) this.pace.touched(name);
      if (!(outcome instanceof Error)) return outcome;
      const pauseMs = this.#pauseAfter(attempt, outcome);
      if (attempt >= attempts || pauseMs === null || clock.now() + pauseMs >= endAt) throw outcome;
      await clock.sleepUntil(clock.now() + pauseMs);
    }
  }

  async #attempt(name: string, expected: readonly number[], request: Sent, endAt: number): Promise<HttpAnswer | FirebreakError> {
    const { clock, http } = this.#options;
    const place = this.placeOf(name);
    const [sending, timer] = [new AbortController(), new AbortController()];
    const late = clock.sleepUntil(Math.min(endAt, clock.now() + ATTEMPT_WITHIN_MS * this.#patience), timer.signal).then(
      () => null,
      () => null,
    );
    try {
      const sent = http({ headers: {}, ...request, signal: sending.signal });
      const answer = await Promise.race([sent, late]);
      if (answer === null) return silenceOf(new Error('the deadline has passed'), place);
      return expected.includes(answer.status) ? answer : refusalOf(answer, place, clock.now());
    } catch (thrown) {
      return silenceOf(thrown, place);
    } finally {
      timer.abort(ANSWERED);
      sending.abort(ANSWERED);
    }
  }

  /** Null: it is no use to try again. */
  #pauseAfter(attempt: number, error: FirebreakError): number | null {
    if (!(error instanceof TransientError)) return null;
    const jitter = this.#options.random.next();
    if (error.retryAfterMs === null && error.code === 'rateLimitExceeded') return Math.round(RATE_PAUSE_MS * (1 + jitter / 2));
    return pauseAfterRefusal(BACKOFF, attempt, jitter, error.retryAfterMs);
  }
}

type Sent = Pick<HttpRequest, 'method' | 'url' | 'body'> & Partial<Pick<HttpRequest, 'headers'>>;

/** One reason for all: making one for each call would cost more than the call. */
const ANSWERED = new Error('answered');

interface ListPage {
  readonly items?: readonly { readonly name: string; readonly timeCreated: string }[];
  readonly nextPageToken?: string;
}

/** The resource and its bytes in one request. Our texts are JSON, in which the boundary cannot begin a line of its own. */
function multipart(resource: object, contentType: string, text: string): string {
  const part = (type: string, content: string) => `--${BOUNDARY}\r\ncontent-type: ${type}\r\n\r\n${content}\r\n`;
  return `${part('application/json; charset=UTF-8', JSON.stringify(resource))}${part(contentType, text)}--${BOUNDARY}--\r\n`;
}

function generationOf(body: string, place: string): string {
  try {
    const { generation } = JSON.parse(body) as { readonly generation?: unknown };
    if (typeof generation === 'string') return generation;
  } catch {
    // The same complaint as for another answer that is no object resource.
  }
  throw new TransientError('bad-answer', `${place}: the write was answered without a generation`);
}
