import { defined } from '../core/defined.ts';
import { clockAt } from '../../machines/incident/paths.ts';
import type { Clock } from '../../machines/incident/paths.ts';
import type { JournalLine } from '../ports/store.ts';
import { factsOf } from './journal-facts.ts';

export type Spent = Clock | 'away';

const SPENT: readonly Spent[] = ['acting', 'google', 'evidence', 'proof', 'people', 'handed-over', 'away'];

/** How long the run spent on what, in milliseconds; all of it together is its length. */
export function clocksOf(lines: readonly JournalLine[]): ReadonlyMap<Spent, number> {
  const spent = new Map<Spent, number>(SPENT.map((clock) => [clock, 0]));
  for (const [index, line] of lines.entries()) {
    const next = lines[index + 1];
    if (next === undefined || line.event === 'run.ended') break;
    const length = Math.max(0, next.at - line.at);
    const away = Math.min(length, awayBefore(next));
    spent.set('away', defined(spent.get('away')) + away);
    const clock = clockAt(line.states);
    spent.set(clock, defined(spent.get(clock)) + length - away);
  }
  return spent;
}

function awayBefore(line: JournalLine): number {
  const facts = factsOf(line, 'time.away') ?? factsOf(line, 'run.resumed');
  const ms = facts?.awayMs;
  return typeof ms === 'number' && ms > 0 ? ms : 0;
}
