import type { JournalLine } from '../../src/ports/store.ts';

/** How long nobody had looked, where this line says that somebody came back; null elsewhere. */
export function givenBack(line: JournalLine | undefined): number | null {
  if (line === undefined || (line.event !== 'run.resumed' && line.event !== 'time.away')) return null;
  return (line.data as { readonly awayMs?: number }).awayMs ?? 0;
}
