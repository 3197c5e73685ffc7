import { plainLine } from '../core/outside/plain.ts';
import { redact } from '../core/outside/redact.ts';

const LONGEST_NAME = 40;
const LONGEST = 500;
/** No order has as many fields. */
const MOST = 8;

interface Said {
  readonly type: string;
  readonly at: number;
}

/** What the journal keeps of an order that is not taken: whoever left it may have put anything into it, of any length. */
export function refusedNote({ type, at: _at, ...fields }: Said, why: string): { readonly event: string; readonly data: object } {
  const kept = Object.entries(fields)
    .filter(([, value]) => ['string', 'number', 'boolean'].includes(typeof value))
    .slice(0, MOST)
    .map(([name, value]) => [nameOf(name), typeof value === 'string' ? redact(plainLine(value)).slice(0, LONGEST) : value] as const);
  return { event: `${nameOf(type)} not accepted`, data: { ...Object.fromEntries(kept), why } };
}

function nameOf(text: string): string {
  return plainLine(text).slice(0, LONGEST_NAME);
}
