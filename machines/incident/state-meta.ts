/** What the chart says of its own states and ways, for everybody who shows or asks it. */

export type Tag = 'observing' | 'mutating' | 'waiting' | 'operator' | 'deciding' | 'telling';

export interface StateMeta {
  /** Who must act for the state to be left. */
  readonly owner: 'firebreak' | 'google' | 'operator' | 'services';
  /** What must be true for the good exit. */
  readonly gate?: string;
  /** How a change made here is undone. */
  readonly rollback?: string;
  /** Where the deadline of a waiting state lies, when not on the state itself. */
  readonly deadline?: string;
  /** Written once and read in several places: a change as it is carried out, or a wait between two steps of a phase. */
  readonly frame?: 'change' | 'wait';
  /** What is asked of a human here. */
  readonly asks?: AskingMeta;
}

export interface AskingMeta {
  /** A yes to the plan, the answer to a question of the plan or of a failure, or what to do about somebody else's change. */
  readonly about: 'plan' | 'question' | 'change';
  /** What the chart does at the deadline, in words of the person who is asked. */
  readonly otherwise: string;
}

export interface TransitionMeta {
  /** The order that is heard here is not gone by: why not, for whoever gave it. */
  readonly refuses: string;
}

/** A yes is bound to the plan that was looked at. */
export const OTHER_PLAN: TransitionMeta = { refuses: 'it is not for the plan that waits: look at what is asked now' };
