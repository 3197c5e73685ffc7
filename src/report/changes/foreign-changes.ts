import { defined } from '../../core/defined.ts';
import type { ForeignChange } from '../../../machines/incident/activities.ts';
import { isHeldAt } from '../../../machines/incident/paths.ts';
import type { JournalLine } from '../../ports/store.ts';
import { factsOf } from '../journal-facts.ts';

/** A change by somebody else, as it was seen first, with what became known of it later. */
export interface SeenChange {
  /** Index of the line that told of it first. */
  readonly index: number;
  readonly at: number;
  /** When the newest look that showed it began: what was written after that is not what it saw. */
  readonly lookedAt: number;
  readonly change: ForeignChange;
}

/**
 * Each change by somebody else once, oldest first. While it holds the run it is told again when its author is known by the audit
 * log, and the same change is no second one then; nor is it where the run was resumed in between.
 */
export function foreignChangesOf(lines: readonly JournalLine[]): readonly SeenChange[] {
  const seen: SeenChange[] = [];
  lines.forEach((line, index) => {
    const look = factsOf(line, 'observe.done');
    const change = look?.foreignChange;
    if (!look || !change) return;
    const lookedAt = look.at;
    const last = seen.findLastIndex((one) => one.change.subject === change.subject);
    const same = last >= 0 && isSame(defined(seen[last]).change, change) && isHeldBetween(lines, defined(seen[last]).index, index);
    if (same)
      seen[last] = { ...defined(seen[last]), lookedAt, change: { ...change, actor: change.actor ?? defined(seen[last]).change.actor } };
    else seen.push({ index, at: line.at, lookedAt, change });
  });
  return seen;
}

/** `service:x was changed by ann (…)`. */
export function actorWords({ actor }: ForeignChange): string {
  return actor ?? 'somebody else';
}

/** The wish that was seen says which change it is; how much of it could be compared may differ from look to look. */
function isSame(one: ForeignChange, other: ForeignChange): boolean {
  return generationOf(one) === generationOf(other);
}

function generationOf({ diff }: ForeignChange): string {
  return diff.find((line) => line.startsWith('+ generation:')) ?? diff.join('\n');
}

function isHeldBetween(lines: readonly JournalLine[], from: number, to: number): boolean {
  return lines.slice(from, to).every(({ states }) => isHeldAt(states));
}
