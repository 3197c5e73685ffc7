/**
 * Names one change of one plan: the same at every repetition, also after a crash, so that a change that was already sent is
 * recognised wherever the resource can carry the name. A human's wish to try again makes it another change.
 */
export function changeKeyOf(of: {
  readonly runId: string;
  readonly stepId: string;
  readonly planHash: string;
  readonly round: number;
}): string {
  const key = `${of.runId}/${of.stepId}/${of.planHash.slice(0, 8)}`;
  return of.round === 0 ? key : `${key}/${of.round}`;
}

/** The run that a change key names; null: it is not of the form. */
export function runOfKey(key: string): string | null {
  return /^(?<run>[^/]+)\/[a-z]+:/.exec(key)?.groups?.['run'] ?? null;
}
