/** A way to break the program that no test suite may sleep through. */
export interface Mutant {
  readonly name: string;
  /** The rule that is given up. */
  readonly what: string;
  readonly file: string;
  /** Stands in the file exactly once. */
  readonly from: string;
  readonly to: string;
  /** What must go red: test files, or `seeds FROM COUNT`, or `prove SCENARIO EVERY`. */
  readonly suites: readonly string[];
  /** One of the few that every change runs. */
  readonly sample?: boolean;
}
