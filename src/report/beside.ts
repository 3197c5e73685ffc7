import type { JournalLine } from '../ports/store.ts';
import { factsOf, verdictOf } from './journal-facts.ts';

/** Jobs and worker pools as the newest look saw them, one line each; empty where the document names none. */
export function besideOf(lines: readonly JournalLine[]): readonly string[] {
  const newest = lines.map((line) => factsOf(line, 'observe.done')).findLast((look) => look !== null);
  return Object.entries(newest?.workloads ?? {}).map(([name, verdict]) => {
    const { outcome, because } = verdictOf(verdict);
    return outcome === 'pass' ? `${name}: well` : `${outcome}: ${because ?? name}`;
  });
}
