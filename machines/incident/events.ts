/**
 * What can happen to a run besides the answers of its activities and its timers. Past facts; `at` is stamped by the
 * durable runner (the machine never reads a clock) and carried on by the machine when it raises an event itself.
 */
export type OperatorEvent =
  | { readonly type: 'HOLD'; readonly by: string; readonly reason: string }
  | { readonly type: 'RESUME'; readonly by: string }
  /** Accept a change of the world that was not ours, and go on from there; with `from`, this run accepts all further ones of that actor. */
  | { readonly type: 'ADOPT'; readonly by: string; readonly from?: string }
  | { readonly type: 'ABORT'; readonly by: string; readonly reason: string }
  /** `plan` is the hash (or its beginning) of the plan that was looked at; a yes to another plan is not taken. */
  | { readonly type: 'APPROVE'; readonly by: string; readonly plan?: string }
  | { readonly type: 'REJECT'; readonly by: string; readonly reason: string }
  /** Leave one step out, or stop waiting for it. */
  | { readonly type: 'SKIP'; readonly by: string; readonly step: string; readonly reason: string }
  /** Try again now: the question, the wait between two tries, or, with a case open, the whole runbook. */
  | { readonly type: 'RETRY'; readonly by: string }
  /** Put all traffic back as it was before the run, now. */
  | { readonly type: 'ROLLBACK'; readonly by: string; readonly reason: string };

type InternalEvent =
  /** A look has been taken and is in `context.look`. */
  | { readonly type: 'OBSERVED'; readonly at: number }
  /** For so long nobody has looked; negative: the clock was set back. The runner says it before anything that lapsed meanwhile. */
  | { readonly type: 'TIME.AWAY'; readonly at: number; readonly awayMs: number }
  /** The runbook can do no more by itself. */
  | { readonly type: 'ESCALATION.NEEDED'; readonly at: number; readonly reason: string };

export type IncidentEvent = OperatorEvent | InternalEvent;

/** The instant of an event: stamped by the runner; the very first transition carries the run's input instead. */
export function instantOf(event: object): number {
  if ('at' in event && typeof event.at === 'number') return event.at;
  if ('input' in event && typeof event.input === 'object' && event.input !== null && 'startedAt' in event.input)
    return Number(event.input.startedAt);
  return Number.NaN;
}
