import { sayDuration } from '../../core/duration.ts';
import { printable } from './exit.ts';

/** For whom a clock in lock-step waits, and how long already. */
export function standstillWords(waitsFor: string, forMs: number): string {
  const seconds = Math.round(forMs / 1_000) * 1_000;
  return `time stands still since ${sayDuration(seconds)}: the clock waits for ${printable(waitsFor)}`;
}
