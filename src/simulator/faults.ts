import { canonicalOf, errorInfo, type ErrorDetail } from './surface/api-error.ts';
import { HTML_HEADERS, JSON_HEADERS, type SimResponse } from './messages.ts';
import type { ScenarioFault } from './scenario.ts';
import { drawn } from './world/random.ts';

export type Fault = ScenarioFault;
export type FaultAnswer = Fault['answer'];

/** The faults of a scenario, and how often each was met: one that never was may fail the test (DESIGN section 10). */
export class Faults {
  readonly #startAt: number;
  readonly #seed: number;
  readonly #known: { readonly fault: Fault; readonly path: RegExp; consumed: number; matched: number }[];

  constructor(startAt: number, faults: readonly Fault[], seed: number) {
    this.#startAt = startAt;
    this.#seed = seed;
    this.#known = faults.map(compile);
  }

  add(fault: Fault): void {
    this.#known.push(compile(fault));
  }

  /** The first fault that hits this request now; it is counted. `writes`: only then is there an operation to be stuck. */
  take(request: { readonly method: string; readonly path: string; readonly writes: boolean; readonly now: number }): Fault | null {
    if (this.#known.length === 0) return null;
    const since = request.now - this.#startAt;
    for (const known of this.#known) {
      const { id, match, times = Infinity, probability = 1, answer } = known.fault;
      if (known.consumed >= times || !isOpen(known.fault, since)) continue;
      if (match.method !== undefined && match.method !== request.method) continue;
      if ('stuckOperation' in answer && !request.writes) continue;
      if (!known.path.test(request.path)) continue;
      known.matched += 1;
      if (probability < 1 && drawn(this.#seed, 'fault', id, known.matched) >= probability) continue;
      known.consumed += 1;
      return known.fault;
    }
    return null;
  }

  /** When the window of a fault that is open at `now` ends, in epoch milliseconds; Infinity without one. */
  endOf({ from = 0, for: length = Infinity, every = Infinity }: Fault, now: number): number {
    const since = now - this.#startAt;
    return this.#startAt + (every === Infinity ? from : since - ((since - from) % every)) + length;
  }

  counts(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#known.map(({ fault, consumed }) => [fault.id, consumed]));
  }

  /** Ids of faults that were never met and are not optional. */
  unconsumed(): readonly string[] {
    return this.#known.filter(({ fault, consumed }) => consumed === 0 && fault.optional !== true).map(({ fault }) => fault.id);
  }

  list(): readonly (Fault & { readonly consumed: number })[] {
    return this.#known.map(({ fault, consumed }) => ({ ...fault, consumed }));
  }
}

/** The answer of a fault with a status, in the body shape of the API it hits (gcp-facts 11). */
export function faultResponse(answer: Extract<FaultAnswer, { status: number }>, host: string, legacy: boolean): SimResponse {
  const { status, retryAfter } = answer;
  const code = answer.statusText ?? canonicalOf(status);
  const message = answer.message ?? `The simulator answered ${status} as it was told to.`;
  const headers = retryAfter === undefined ? {} : { 'retry-after': String(Math.ceil(retryAfter / 1_000)) };
  if (answer.html === true) return { status, headers: { ...HTML_HEADERS, ...headers }, body: htmlPage(status, message) };
  const details: ErrorDetail[] = [];
  if (answer.reason !== undefined) details.push(errorInfo(answer.reason, 'googleapis.com', { service: host }));
  if (retryAfter !== undefined) details.push({ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: `${retryAfter / 1_000}s` });
  const error = legacy
    ? { code: status, message, errors: [{ message, domain: 'global', reason: answer.reason ?? 'backendError' }] }
    : { code: status, message, status: code, ...(details.length > 0 && { details }) };
  return { status, headers: { ...JSON_HEADERS, ...headers }, body: JSON.stringify({ error }) };
}

function htmlPage(status: number, message: string): string {
  return `<!DOCTYPE html>\n<html lang=en><meta charset=utf-8><title>Error ${status} (Server Error)!!1</title><p><b>${status}.</b> <ins>That’s an error.</ins><p>${message}</html>\n`;
}

function isOpen({ from = 0, for: length = Infinity, every = Infinity }: Fault, since: number): boolean {
  return since >= from && (every === Infinity ? since - from : (since - from) % every) < length;
}

function compile(fault: Fault) {
  const pattern = fault.match.path
    .split(/(\*\*|\*)/)
    .map((part) => (part === '**' ? '.*' : part === '*' ? '[^/]*' : part.replace(/[.+?^${}()|[\]\\]/g, '\\$&')))
    .join('');
  return { fault, path: new RegExp(`^${pattern}$`), consumed: 0, matched: 0 };
}
