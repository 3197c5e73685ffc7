import type { CauseKind, Cure } from '../../core/model/diagnosis.ts';

/**
 * What a log line tells about the failure:
 *
 * - `reason`: it names a mechanism that can be the cause;
 * - `effect`: what a client notices of a cause that something else names, if anything does; it speaks only where no reason speaks;
 * - `death`: a process or container ended or never came up: that it happened, not why;
 * - `consequence`: what callers see; never a cause by itself.
 */
type SignatureRole = 'reason' | 'effect' | 'death' | 'consequence';

export interface Signature {
  readonly id: string;
  readonly role: SignatureRole;
  /** What it speaks for; null for deaths without a reason and for consequences. */
  readonly cause: CauseKind | null;
  /** What takes it away; empty for deaths and consequences. */
  readonly cures: readonly Cure[];
  /** Only the platform's own logs can say it (system log, audit log, request log): a program that prints the words proves nothing. */
  readonly platform?: true;
  /** Each of these lines is a container that ended, whatever else is logged of it. */
  readonly kills?: true;
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
