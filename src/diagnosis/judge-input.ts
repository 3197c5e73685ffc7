import type { LookInput } from '../../machines/incident/activities.ts';

/** What a look must be judged against; see `LookInput`. `servingSince.connector` is the instant of our change of the connector. */
export type JudgeInput = Pick<LookInput, 'intended' | 'servingSince' | 'witnessed' | 'revisions'>;
