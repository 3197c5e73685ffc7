import type { IncidentContext } from '../context.ts';

/** A step of the runbook, or putting back what was changed: the second is allowed with a case open. */
export type ChangeKind = 'step' | 'restore';

/**
 * I1 at the instant of a write: why a change of this kind may not be sent any more, by all that the run has heard until now; null
 * when nothing speaks against it. A write is prepared for seconds, by reads that may be slow; what people say meanwhile counts.
 */
export function writeBlockedBecause({ held, aborting, escalation, rollback }: IncidentContext, kind: ChangeKind): string | null {
  if (held !== null) return `held by ${held.by}: ${held.reason}`;
  if (aborting) return 'the run is being aborted';
  if (kind === 'restore') return null;
  if (rollback?.begun === false) return `${rollback.by} wants everything put back`;
  return escalation === null ? null : `Google Cloud Support has been called: ${escalation.reason}`;
}
