/** Begins what is told again and again while the run waits, so that it is not taken for a repetition. */
export const WAITING = 'waiting: ';

/** What a message tells of a wait, with no target before it; null: it tells of none. */
export function reminderIn(words: string): string | null {
  const from = words.indexOf(': ') + 2;
  return from > 1 && words.startsWith(WAITING, from) ? words.slice(from) : null;
}
