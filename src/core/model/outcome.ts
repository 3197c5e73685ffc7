/** A run ends in one of these and nothing else (DESIGN section 6). */
export type RunOutcome = 'recovered' | 'escalated' | 'escalated-but-unreached' | 'restored' | 'aborted' | 'refused';
