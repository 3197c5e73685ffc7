import type { CauseKind } from '../../core/model/diagnosis.ts';

/**
 * What a log line tells about the failure:
 *
 * - `reason`: it names a mechanism that can be the cause;
 * - `death`: a process or container ended or never came up: that it happened, not why;
 * - `consequence`: what callers see; never a cause by itself.
 */
export type SignatureRole = 'reason' | 'death' | 'consequence';

export interface Signature {
  readonly id: string;
  readonly role: SignatureRole;
  /** What it speaks for; null for deaths without a reason and for consequences. */
  readonly cause: CauseKind | null;
  /** A reason that only counts where no other one is seen: it says that the program ended, hardly why. */
  readonly weak?: true;
  /** Named groups become the group's facts; a name with digits at its end (`module2`) is read as the same fact. */
  readonly text: readonly RegExp[];
  /** Only request log entries with one of these statuses. */
  readonly statuses?: readonly number[];
  /** In plain words, to be put after a count: `15 × a module that the image lacks`. */
  readonly says: string;
  /** Where this knowledge comes from. */
  readonly source: string;
}
