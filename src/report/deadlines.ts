import { defined } from '../core/defined.ts';
import type { EnteredState } from '../core/model/deadlines.ts';
import type { JournalLine } from '../ports/store.ts';

export interface Deadline {
  readonly state: string;
  readonly enteredAt: number;
  readonly until: number;
  readonly then: string;
  /** When the run was seen outside of it; null: it is still there. */
  readonly leftAt: number | null;
}

/** Every deadline that the run has had, oldest first; none where it was kept by a version that did not tell them. Pure. */
export function deadlinesIn(lines: readonly JournalLine[]): readonly Deadline[] {
  return lines.flatMap((line, index) => {
    const { until } = (typeof line.data === 'object' && line.data !== null ? line.data : {}) as { readonly until?: unknown };
    return !Array.isArray(until) ? [] : until.filter(isEntered).map((entered) => deadline(entered, lines, index));
  });
}

function deadline([state, until, then]: EnteredState, lines: readonly JournalLine[], index: number): Deadline {
  const left = lines.slice(index + 1).find(({ states }) => states.length > 0 && !states.some((path) => isIn(path, state)));
  return { state, enteredAt: defined(lines[index]).at, until, then, leftAt: left?.at ?? null };
}

function isIn(path: string, state: string): boolean {
  return path === state || path.endsWith(`.${state}`) || path.includes(`${state}.`);
}

function isEntered(value: unknown): value is EnteredState {
  return Array.isArray(value) && typeof value[0] === 'string' && typeof value[1] === 'number' && typeof value[2] === 'string';
}
