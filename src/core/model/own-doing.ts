/** What a run has sent so far, for who must tell its own doing from that of others. */
export interface OwnDoing {
  /** When the run began. */
  readonly since: number;
  /** Services that it has changed, or perhaps changed. */
  readonly sentTo: readonly string[];
  /** By subject: when it was changed last. */
  readonly wroteAt?: Readonly<Record<string, number>>;
  /** Subjects of what has no answer yet: what is under way there may be its own. */
  readonly inDoubt?: readonly string[];
}
