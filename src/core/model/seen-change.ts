/** A change by others, as the run has seen it. */
export interface SeenChange {
  /** null: not known. */
  readonly by: string | null;
  readonly at: number;
  /** What tells it from the next change of the same; missing: known by the admin log alone. */
  readonly form?: string;
}
