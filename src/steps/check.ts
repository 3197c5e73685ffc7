/**
 * What may be done with a planned change at the instant of its write:
 * `go`; `already`: the world is so, send nothing; `busy`: somebody's change is under way, wait and look again;
 * `stale`: the world is not what the plan was made for, observe and plan again.
 */
export type StepCheck =
  | { readonly kind: 'go' }
  | { readonly kind: 'already' }
  | { readonly kind: 'busy'; readonly why: string }
  | { readonly kind: 'stale'; readonly why: string };
