import type { ConnectorConfig } from './plan.ts';
import type { ServiceBounds, TrafficTarget } from './observation.ts';
import type { StepClass } from './spec.ts';

/** One change of the world by our hand: what it was before, what it is after, how it can be undone. */
export interface Mutation {
  /** Idempotency key `run/seq/activity`; the same key never writes twice. */
  readonly key: string;
  readonly stepId: string;
  readonly title: string;
  readonly class: StepClass;
  readonly at: number;
  /** `applied`: sent and accepted, no more (`end` says the rest); `already`: the world was so when we came; nothing was sent. */
  readonly outcome: 'applied' | 'already';
  /** What became of what was sent; missing: its end is not known, or it has none yet. */
  readonly end?: 'in-force' | 'failed' | 'put-back' | 'unknown';
  /** Why it ended badly, as Google or the run says it. */
  readonly problem?: string;
  readonly before: MutationState;
  readonly after: MutationState;
  readonly operation: string | null;
  readonly undo: string;
  /** The services whose health failed in the look that it was made on; missing: made by a version that did not note it. */
  readonly ill?: readonly string[];
  /** What users of its service got in the last window before its step wrote anything; missing: not measured, or not noted. */
  readonly served?: ServedBefore;
  /** The step that this change has put back, where it has put back one step alone. */
  readonly undoes?: string;
}

/** Requests of all revisions of a service in one window of Cloud Monitoring. */
export interface ServedBefore {
  readonly total: number;
  /** Answered 5xx, or turned away with 429. */
  readonly badly: number;
  readonly sinceAt: number;
  readonly untilAt: number;
}

export type MutationState =
  | { readonly kind: 'connector'; readonly config: ConnectorConfig }
  | {
      readonly kind: 'traffic';
      readonly service: string;
      readonly traffic: readonly TrafficTarget[];
      readonly generation: string;
      /** Of its instances, where they were changed with it or instead of it. */
      readonly bounds?: ServiceBounds;
    }
  | {
      readonly kind: 'revision';
      readonly service: string;
      readonly revision: string | null;
      readonly generation: string;
      /** The vector that went with it: what served before goes on serving, by name. */
      readonly traffic?: readonly TrafficTarget[];
    };
