import type { RawLogEntry } from '../../ports/cloud.ts';
import { createNames } from '../logs/names.ts';

/** Joins an entry that ends inside a quote with the next one of the same container: loggers break lines that their programs wrote as one. */
export interface QuoteJoiner {
  join(entry: RawLogEntry, said: string): string;
}

const LONGEST = 4_096;
const MOST_WAITING = 500;

/** Whatever the order of the entries, the two halves are neighbours in it: the one that begins inside the quote is read with the other. */
export function createQuoteJoiner(): QuoteJoiner {
  const names = createNames();
  const halves = new Map<string, { readonly at: number; readonly text: string }>();
  return {
    join({ service, revision, instance, at, http }, said) {
      if (instance === null || http !== null || said.length > LONGEST) return said;
      const open = isOpen(said);
      if (!open && halves.size === 0) return said;
      const key = names.of(names.of(service, revision), instance);
      const waiting = halves.get(key);
      halves.delete(key);
      if (!open) return said;
      if (waiting !== undefined && Math.abs(waiting.at - at) <= 1_000)
        return waiting.at <= at ? `${waiting.text} ${said}` : `${said} ${waiting.text}`;
      if (halves.size >= MOST_WAITING) {
        const [oldest] = halves.keys();
        if (oldest !== undefined) halves.delete(oldest);
      }
      halves.set(key, { at, text: said });
      return said;
    },
  };
}

/** An odd number of double quotes: it ends, or begins, inside one. */
function isOpen(said: string): boolean {
  let quotes = 0;
  for (let index = said.indexOf('"'); index >= 0; index = said.indexOf('"', index + 1)) quotes += 1;
  return quotes % 2 === 1;
}
