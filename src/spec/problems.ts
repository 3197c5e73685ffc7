import { defined } from '../core/defined.ts';
import { UserError } from '../core/errors.ts';

export type Path = readonly (string | number)[];

/** Something wrong with a document, at a place in it. */
export interface Problem {
  readonly code: string;
  readonly path: Path;
  /** `key`: the place is the key itself (it is unknown); `value`: what stands there. */
  readonly at: 'key' | 'value';
  readonly what: string;
  readonly fix: string;
  /** The known key that an unknown one was probably meant to be. */
  readonly meant?: string;
}

export interface Place {
  readonly line: number;
  readonly column: number;
}

const MOST_LISTED = 20;

/**
 * One error for all problems of a document: the first is the message's first line, each other one a further line with its
 * own mend; `fix` mends the first. The code is the first problem's.
 */
export function problemsError(fileName: string, problems: readonly Problem[], placeOf: (problem: Problem) => Place | null): UserError {
  const inOrder = problems.map((problem) => ({ problem, place: placeOf(problem) })).toSorted(byPlace);
  const [first, ...others] = inOrder;
  const lines = others.slice(0, MOST_LISTED - 1).map((other) => `${say(fileName, other.problem, other.place)} (${other.problem.fix})`);
  const more = others.length - lines.length;
  const tail = more > 0 ? [...lines, `… and ${more} more`] : lines;
  return new UserError(
    defined(first).problem.code,
    [say(fileName, defined(first).problem, defined(first).place), ...tail].join('\n'),
    defined(first).problem.fix,
  );
}

/** A misspelt key is one mistake: its right spelling is not also reported as missing. */
export function withoutMisspelt(problems: readonly Problem[]): readonly Problem[] {
  const meant = new Set(
    problems.flatMap((problem) => (problem.meant === undefined ? [] : [pathText([...problem.path.slice(0, -1), problem.meant])])),
  );
  return problems.filter((problem) => problem.code !== 'spec-missing-key' || !meant.has(pathText(problem.path)));
}

/** `spec.services[1].dependsOn[0]`. */
function pathText(path: Path): string {
  const parts = path.map((part, index) => (typeof part === 'number' ? `[${part}]` : `${index === 0 ? '' : '.'}${part}`));
  return parts.join('');
}

function say(fileName: string, problem: Problem, place: Place | null): string {
  const where = place === null ? fileName : `${fileName}:${place.line}:${place.column}`;
  return problem.path.length === 0 ? `${where}: ${problem.what}` : `${where} ${pathText(problem.path)}: ${problem.what}`;
}

function byPlace(a: { readonly place: Place | null }, b: { readonly place: Place | null }): number {
  return (a.place?.line ?? 0) - (b.place?.line ?? 0) || (a.place?.column ?? 0) - (b.place?.column ?? 0);
}
