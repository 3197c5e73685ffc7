import { defined } from '../../core/defined.ts';
import { completed } from '../../core/commands.ts';
import type { Place } from '../../core/commands.ts';
import { columnsOf, wrappedWhole } from '../columns.ts';
import { printable } from '../process/exit.ts';
import type { VerbDeps } from '../deps.ts';
import { painter, widthOf } from '../process/output.ts';
import type { Paint } from '../process/output.ts';

/** What somebody must know to decide, before any evidence: each in one sentence. */
export interface DecisionSummary {
  /** What is wrong, or that nothing is. */
  readonly wrong: string;
  /** What would be done. */
  readonly would: string;
  /** What of it cannot be undone. */
  readonly oneWay: string;
  /** What could not be seen. */
  readonly unknown: string;
  /** What to do now, with the command for it. */
  readonly next: string;
}

const INDENT = 9;
/** Of a list that may be long: so many are named, the others counted. */
const NAMED = 3;

/** Where the lines are printed, and where the commands in them act. */
export interface View {
  readonly width: number;
  readonly paint: Paint;
  readonly place: Place;
}

export function viewOf({ stdout, env, meant }: Pick<VerbDeps, 'stdout' | 'env' | 'meant'>): View {
  return { width: widthOf(stdout), paint: painter(stdout, env), place: meant?.place ?? {} };
}

/** The lines that decide, in the width that there is. */
export function decisionLines({ wrong, would, oneWay, unknown, next }: DecisionSummary, { width, paint, place }: View): readonly string[] {
  const rows = [
    ['wrong:', wrong],
    ['would:', would],
    ['one way:', oneWay],
    ['unknown:', unknown],
    ['next:', next],
  ] as const;
  return rows.flatMap(([label, text]) => {
    const [first, ...others] = wrappedWhole(`${label.padEnd(INDENT)}${completed(printable(text), place)}`, width, INDENT);
    return [`${paint('bold', label)}${defined(first).slice(label.length)}`, ...others];
  });
}

/** `a; b; c; and 4 more`, or what is said where there is none. */
export function listed(items: readonly string[], none: string): string {
  if (items.length === 0) return none;
  const left = items.length - NAMED;
  return left <= 0 ? items.join('; ') : `${items.slice(0, NAMED).join('; ')}; and ${left} more`;
}

/** What is behind, in the width of the terminal: a line that goes on is indented below its own words. */
export function wrappedLines(lines: readonly string[], { width, place }: Pick<View, 'width' | 'place'>): readonly string[] {
  return lines.flatMap((said) => {
    const line = completed(said, place);
    if (columnsOf(line) <= width) return [line];
    const [, lead = '', words = ''] = /^(\s*)(.*)$/s.exec(line) ?? [];
    return wrappedWhole(words, width - lead.length, 2).map((part) => `${lead}${part}`);
  });
}
