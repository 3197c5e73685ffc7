/** Codes that the statechart branches on. */

/** Of the conflict that says: somebody else has changed the resource since we last knew it. */
export const FOREIGN = 'foreign-change';

/** Of the failure that says: a freeze window is open. */
export const FROZEN = 'freeze';
