import { MINUTE } from '../core/duration.ts';
import type { ServiceSpec } from '../core/model/spec.ts';

/**
 * Percents of the requests that a revision is given one after the other, each judged before the next; the last is 100. Rising whole
 * numbers: the schema lets only those through.
 */
export type Shares = readonly number[];

/** Where the document says nothing of it: a small share meets a new revision first, then all. */
export const USUAL_SHARES: Shares = [10, 100];
/** What is there already gets all at once, where the document says nothing of it. */
export const AT_ONCE: Shares = [100];
/** A step that moves no traffic. */
export const NO_SHARES: Shares = [];

/** What a document says of the shares of a service's new revisions, to be carried by the change; nothing where it does not. */
export function shiftAsked({ shift }: Pick<ServiceSpec, 'shift'>): { readonly shift?: Shares } {
  return shift === undefined ? {} : { shift };
}

/** Windows of five minutes that begin after a share is in force are seen three minutes after their end (gcp-facts 3), and two looks agree. */
const LATER_SHARE = 9 * MINUTE;

/** How long the shares after the first one take to be judged, where all goes well. */
export function laterSharesMs(shares: Shares): number {
  return Math.max(0, shares.length - 2) * LATER_SHARE;
}

/** The share after this one; all, where none is left. */
export function shareAfter(shares: Shares, share: number): number {
  return shares.find((each) => each > share) ?? 100;
}

/** The share before this one; 0: it is the first. */
export function shareBefore(shares: Shares, share: number): number {
  return shares.findLast((each) => each < share) ?? 0;
}

/** `10 % of its requests, then 50 %, then all`. */
export function sayShares(shares: Shares): string {
  const said = shares.map((share, index) => (share === 100 ? 'all' : index === 0 ? `${share} % of its requests` : `${share} %`));
  return said.join(', then ');
}
